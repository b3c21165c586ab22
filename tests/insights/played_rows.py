"""Rows of misbehaviours that no public thread shows in full, and rows of devices that are well."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

from tests.insights.thread_rows import Record, record

START = datetime(2026, 11, 20, tzinfo=timezone.utc)
CONNECT, DISCONNECT = "deviceConnect", "deviceDisconnect"
PYTHON, NODE = "azure-iot-device-iothub-py/2.14", "azure-iot-device/1.18.3"


class Player:
    """Writes rows of one device after the other; times are seconds after START."""

    def __init__(self, seed: int = 5):
        self.source = random.Random(seed)
        self.rows: list[Record] = []

    def row(self, seconds: float, device: str, operation: str, code: str = "", **more: str) -> None:
        """A row; `more` are fields of `thread_rows.FIELDS`."""
        time = (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        given = {
            "protocol": "Mqtt",
            "address": f"192.0.{sum(map(ord, device)) % 250}.XXX",
            "sdk": PYTHON,
            "login": "sas",
        }
        given |= more
        tls, region = given.get("tls", "TLS1_2"), given.get("region", "westeurope")
        fields = (given["protocol"], given["address"], given["sdk"], given["login"], tls, region)
        self.rows.append(record(time, device, operation, code, *fields))

    def stays(self, device: str, **more: str) -> None:
        """A device that connects and is still connected hours later, which the use of its twin shows."""
        self.row(self.source.uniform(0, 600), device, CONNECT, **more)
        for hour in range(1, 7):
            self.row(hour * 3600 + self.source.uniform(0, 900), device, "D2CTwinOperations:read", **more)


def token_without_life() -> Player:
    """A clock that is behind: the hub ends each connection after its grace."""
    play, at = Player(), 0.0
    for _ in range(12):
        play.row(at, "slow-clock", CONNECT)
        at += 330 + play.source.uniform(-30, 30)
        play.row(at, "slow-clock", DISCONNECT, "401003")
        at += play.source.uniform(1, 8)
    return play


def lost_often() -> Player:
    """A device in a bad network."""
    play, at = Player(), 0.0
    for _ in range(14):
        play.row(at, "in-the-field", CONNECT)
        at += play.source.choice((40, 300, 1500, 4000, 9000)) * play.source.uniform(0.6, 1.8)
        play.row(at, "in-the-field", DISCONNECT, "404104")
        at += play.source.choice((5, 30, 400)) * play.source.uniform(0.5, 2)
    return play


def storm() -> Player:
    """Forty devices lose the hub and come back in the same half minute."""
    play = Player()
    for number in range(40):
        device = f"pump-{number:02}"
        play.row(play.source.uniform(0, 3000), device, CONNECT)
        play.row(7200 + play.source.uniform(0, 90), device, DISCONNECT, "404104")
        play.row(7500 + play.source.uniform(0, 30), device, CONNECT)
    return play


def throttled() -> Player:
    """Messages above the limit, most of them of one device."""
    play = Player()
    for number in range(5):
        play.stays(f"meter-{number}")
    for _ in range(40):
        device = play.source.choice(("meter-0", "meter-0", "meter-0", "meter-1"))
        play.row(9000 + play.source.uniform(0, 600), device, "DeviceTelemetry:ingress", "429001")
    return play


def site_refused() -> Player:
    """A site gets a new address, which no rule knows."""
    play = Player()
    for number in range(6):
        device = f"site-{number}"
        play.row(play.source.uniform(0, 500), device, CONNECT, address="203.0.113.XXX")
        play.row(5000 + number, device, DISCONNECT, "404104", address="203.0.113.XXX")
        for again in range(8):
            play.row(5060 + again * 61 + number, device, CONNECT, "401002", address="203.0.114.XXX")
    for number in range(5):
        play.stays(f"elsewhere-{number}")
        play.row(5600 + number, f"elsewhere-{number}", DISCONNECT)
        play.row(5605 + number, f"elsewhere-{number}", CONNECT)
    return play


def hub_refuses_all() -> Player:
    """Keys of devices are switched off at the hub."""
    play = Player()
    for number in range(9):
        device = f"all-{number}"
        play.row(play.source.uniform(0, 2000), device, CONNECT)
        play.row(9000 + 3 * number, device, DISCONNECT, "401003")
        for again in range(6):
            play.row(9010 + again * 45 + number, device, CONNECT, "401003")
    return play


def lost_by_address() -> Player:
    """The network of one site is down for an hour."""
    play = Player()
    for number in range(6):
        play.row(play.source.uniform(0, 900), f"north-{number}", CONNECT, address="203.0.113.XXX")
        play.row(8000 + play.source.uniform(0, 200), f"north-{number}", DISCONNECT, "404104", address="203.0.113.XXX")
        play.row(11800 + play.source.uniform(0, 900), f"north-{number}", CONNECT, address="203.0.113.XXX")
    for number in range(8):
        play.stays(f"south-{number}")
    return play


def lost_by_sdk() -> Player:
    """A roll-out breaks all devices with one version."""
    play = Player()
    for number in range(7):
        play.row(play.source.uniform(0, 900), f"new-{number}", CONNECT, sdk=NODE)
        play.row(8000 + play.source.uniform(0, 100), f"new-{number}", DISCONNECT, "404104", sdk=NODE)
    for number in range(8):
        play.stays(f"old-{number}")
    return play


def lost_by_tls() -> Player:
    """The hub no longer takes TLS 1.0."""
    play = Player()
    for number in range(7):
        play.row(play.source.uniform(0, 900), f"tls-{number}", CONNECT, tls="TLS1_0")
        play.row(8000 + play.source.uniform(0, 100), f"tls-{number}", DISCONNECT, "404104", tls="TLS1_0")
    for number in range(8):
        play.stays(f"modern-{number}")
    return play


def other_region() -> Player:
    """The rows come from the paired region after a failover."""
    play = Player()
    for number in range(6):
        play.row(play.source.uniform(0, 900), f"moved-{number}", CONNECT)
        play.row(6000 + number, f"moved-{number}", DISCONNECT, "404104")
        play.row(6400 + 20 * number, f"moved-{number}", CONNECT, region="northeurope")
        play.row(9400 + 20 * number, f"moved-{number}", DISCONNECT, region="northeurope")
    return play


def steady() -> Player:
    """Devices that connect once and stay."""
    play = Player()
    for number in range(12):
        play.stays(f"steady-{number}", address="203.0.113.XXX")
    return play


def duty_cycle() -> Player:
    """Devices that connect every quarter of an hour, send, and close."""
    play = Player()
    for number in range(6):
        for round_ in range(30):
            at = number * 70 + round_ * 900 + play.source.uniform(-5, 5)
            play.row(at, f"cycle-{number}", CONNECT)
            play.row(at + play.source.uniform(8, 20), f"cycle-{number}", DISCONNECT)
    return play


def restarted_now_and_then() -> Player:
    """Devices that somebody restarts, at no particular time, and a take-over after a short loss."""
    play = Player()
    for number in range(8):
        at = play.source.uniform(0, 4000)
        for _ in range(play.source.choice((2, 3))):
            play.row(at, f"desk-{number}", CONNECT)
            at += play.source.uniform(2000, 20000)
            play.row(at, f"desk-{number}", DISCONNECT, play.source.choice(("", "404104")))
            at += play.source.uniform(10, 900)
        play.row(at, f"desk-{number}", CONNECT)
    play.row(15000, "desk-0", DISCONNECT, "409002")
    return play


def sent_home() -> Player:
    """Devices that are switched off in the evening, one by one, and on in the morning."""
    play = Player()
    for number in range(9):
        for day in range(3):
            at = day * 86400 + 8 * 3600
            play.row(at + play.source.uniform(0, 5400), f"office-{number}", CONNECT)
            play.row(at + 9 * 3600 + play.source.uniform(0, 7200), f"office-{number}", DISCONNECT)
    return play


Maker = Callable[[], Player]
PLAYED: tuple[tuple[str, Maker], ...] = (
    ("token-without-life", token_without_life),
    ("connection-lost-often", lost_often),
    ("reconnect-storm", storm),
    ("devices-throttled", throttled),
    ("site-refused", site_refused),
    ("hub-refuses-all", hub_refuses_all),
    ("group-lost-together", lost_by_address),
    ("group-lost-together", lost_by_sdk),
    ("group-lost-together", lost_by_tls),
    ("hub-failed-over", other_region),
)
HEALTHY: tuple[Maker, ...] = (steady, duty_cycle, restarted_now_and_then, sent_home)


def played() -> Iterator[tuple[str, str, list[Record]]]:
    """The code that must be recognised, a name, and the rows of each misbehaviour."""
    for code, maker in PLAYED:
        yield code, maker.__name__, maker().rows
