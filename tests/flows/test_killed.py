"""`check`, `method ping` and `twin test` on a terminal, ended at random moments: what they leave behind is nothing."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Flow
from tests.flows.test_interrupted import started
from tests.plugins.mqtt_lab import MqttLab
from tests.simulate.playing import playing

termios = pytest.importorskip("termios", reason="terminals are those of POSIX")
pty = pytest.importorskip("pty", reason="terminals are those of POSIX")

pytestmark = pytest.mark.slow
SECONDS = 30.0
LONGEST = 2.5  # seconds from the start of az; a run takes about two
MOMENTS = 8 if os.environ.get("IOTDIAG_SIEGE") else 2
COMMANDS = {
    "check": ("check", "-d", "device-1"),
    "method ping": ("method", "ping", "-d", "device-1"),
    "twin test": ("twin", "test", "-d", "device-1", "--property", "interval=30", "--yes"),
}


class Terminal:
    """A terminal of its own, whose output is read and thrown away."""

    def __init__(self) -> None:
        self._far, self.near = pty.openpty()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        with suppress(OSError):  # it was closed
            while os.read(self._far, 4096):
                pass

    @property
    def settings(self) -> list[Any]:
        """How the terminal is set: echo, lines, speed."""
        return list(termios.tcgetattr(self.near))

    def close(self) -> None:
        os.close(self.near)
        self._reading.join(SECONDS)
        os.close(self._far)


@contextmanager
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    try:
        yield made
    finally:
        made.close()


def state(flow: Flow) -> dict[str, Any]:
    """What the hub holds of its devices: identities, keys, and twins."""

    def read() -> dict[str, Any]:
        return {
            name: (
                each.status, each.edition, each.primary.reveal(), each.secondary.reveal(),
                _bare(each.twin.desired.document()),
            )
            for name, each in flow.lab.state.hub.devices.items()
        }  # fmt: skip

    told: dict[str, Any] = flow.lab.call(read)
    return told


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """Desired properties without what counts their changes, of which a restored value is one."""
    return {name: value for name, value in document.items() if not name.startswith("$")}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_left(flow: Flow, tmp_path: Path, command: str, number: signal.Signals) -> None:
    """At once after SIGTERM; what SIGKILL leaves of `twin test`, the next command undoes."""
    environment = flow.environment | {"AZURE_CONFIG_DIR": str(tmp_path / "az")}
    dice = random.Random(f"{command} {number}")
    before = state(flow)
    with playing(MqttLab(flow.lab)), terminal() as shell:
        settings = shell.settings
        for _ in range(MOMENTS):
            streams = {"stdin": shell.near, "stdout": shell.near, "stderr": shell.near}
            with started(*COMMANDS[command], environment=environment, **streams) as process:
                time.sleep(dice.uniform(0, LONGEST))  # the moment is what is tested; nothing is waited for
                process.send_signal(number)
                process.wait(SECONDS)
            assert shell.settings == settings
            if number == signal.SIGTERM or command != "twin test":
                assert state(flow) == before
            with started("device", "show", "-d", "device-2", environment=environment) as following:
                following.communicate(timeout=SECONDS)
            assert state(flow) == before
    left = [path for path in (tmp_path / "az").rglob("*") if path.is_file() and "changed-twins" in path.parts]
    assert not [path for path in left if path.suffix == ".json"]
