"""A simulated device in a thread, and what it says, for tests that act as the service meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.simulate.device import DeviceConnection, Way, connect
from azext_iotdiag.simulate.sign_in import path_of, sign_in
from azext_iotdiag.simulate.twin_and_methods import Answers, TwinAndMethods
from tests.plugins.mqtt_lab import MqttLab

ECHOES = Answers()


class Playing:
    """A connected device and its conversation."""

    def __init__(self, lab: MqttLab, device: DeviceConnectionString, answers: Answers, reported: Mapping[str, Any]):
        self.lines: list[str] = []
        self.talk = TwinAndMethods(path_of(device), answers, reported, self.lines.append)
        way = Way(lab.trust, lab.address_for, connecting=2.0, step=2.0)
        self.open: Callable[[float], DeviceConnection] = self.talk.opening(
            lambda now: connect(device, sign_in(device, now), way)
        )


@contextmanager
def playing(
    lab: MqttLab, name: str = "device-1", answers: Answers = ECHOES, reported: Mapping[str, Any] | None = None
) -> Iterator[Playing]:
    """A device that is connected, and attends to what comes, until the context ends."""
    device = DeviceConnectionString(lab.host, name, key=lab.device(name).primary)
    played = Playing(lab, device, answers, reported or {})
    connection = played.open(time.time())
    leave = threading.Event()

    def attend() -> None:
        while not leave.is_set() and not connection.lost:
            connection.wait(0.02)

    thread = threading.Thread(target=attend)
    thread.start()
    try:
        yield played
    finally:
        leave.set()
        thread.join(10)
        connection.close()
