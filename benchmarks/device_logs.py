"""A large log of devices: the speed and the memory of `explain`, and that it finds what is hidden in it."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping
from pathlib import Path

from figure import Figure

MEGABYTES = 200
LEAST_MB_PER_SECOND, MOST_MB = 50.0, 150.0
_LINES = (
    "I (%d) esp_tls: (Network connection 0x3fca5e90) Connection to plant-hub.azure-devices.net established.",
    "I (%d) MQTT: Packet received. ReceivedBytes=2.",
    "2026-11-20 02:11:14,%d DEBUG azure.iot.device.common.mqtt_transport: payload published for 12",
    "[12:55:33.%d][DEBUG]{mqtt_client.c:294} <- 13:55:33 PUBACK | PACKET_ID: 5",
    "-> 13:55:11 PUBLISH | IS_DUP: false | RETAIN: 0 | QOS: DELIVER_AT_LEAST_ONCE | TOPIC_NAME: devices/pump-7/"
    "messages/events/ | PACKET_ID: %d | PAYLOAD_LEN: 7",
    "<6> 2026-11-20 07:46:12.%d +00:00 [INF] - Processing messages of module-1",
    "2026-11-20T10:00:33.%dZ pump-7 temperature=44.5 pressure=1013 sent",
    "1543452333: Client pump-7 sending PUBLISH (d0, q1, r0, m%d, 'devices/pump-7/messages/events/', ... (17 bytes))",
    "azure-iot-device-mqtt:Mqtt message topic: devices/pump-7/messages/events/%%24.mid=7b401003-0000-4000-8000-%d +2ms",
)  # fmt: skip
_RARE = 'azure-iot-mqtt-base:MqttBase CONNACK: {"cmd":"connack","qos":0,"returnCode":0} +%dms'
_FAILED = "2026-11-20 02:11:14 ERROR hub answered errorCode: 404103 DeviceNotOnline"


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run the installed command on logs that fail once. Raises SystemExit where the failure is not found."""
    late, megabytes = _speed(folder, environment, early=False)
    early, more = _speed(folder, environment, early=True)
    most = max(megabytes, more)
    return [
        Figure("a log of a device, MB a CPU second", f"{late:.0f}", "-", late, LEAST_MB_PER_SECOND, more=True),
        Figure("one that fails early, MB a CPU second", f"{early:.0f}", "-", early, LEAST_MB_PER_SECOND, more=True),
        Figure("memory that 200 MB of them take, MB", f"{most:.0f}", "-", most, MOST_MB),
    ]


def _speed(folder: Path, environment: Mapping[str, str], *, early: bool) -> tuple[float, float]:
    """The megabytes a second, without the start of the command, and the megabytes of memory."""
    small, large = folder / "small.log", folder / "large.log"
    size = _write(small, 1, early=early), _write(large, MEGABYTES, early=early)
    least, _, _ = _run(small, environment)
    seconds, megabytes, found = _run(large, environment)
    small.unlink()
    large.unlink()
    codes = [each["code"] for each in found["entries"]]
    if codes != ["hub-404103"] or found["root"]["line"] != (1 if early else found["linesRead"]):
        raise SystemExit(f"The log was not understood: {codes}, {found['root']}")
    return (size[1] - size[0]) / 1e6 / max(seconds - least, 1e-3), megabytes


def _run(path: Path, environment: Mapping[str, str]) -> tuple[float, float, dict]:
    """The seconds of computing, the megabytes at most, and the result of the command."""
    out = path.with_suffix(".out")
    command = [sys.executable, "-m", "azure.cli", "iot", "diag", "explain", "-", "-o", "json"]
    with path.open("rb") as log, out.open("wb") as stdout, open(os.devnull, "wb") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, each.fileno(), number) for number, each in enumerate((log, stdout, nothing))]
        process = os.posix_spawn(sys.executable, command, {**environment}, file_actions=actions)
        _, _, used = os.wait4(process, 0)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return used.ru_utime + used.ru_stime, kilobytes / 1000, json.loads(out.read_bytes())


def _write(path: Path, megabytes: int, *, early: bool) -> int:
    """A healthy log of that size with numbers by chance, which begins or ends with a failure. Its size."""
    dice = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        if early:
            file.write(_FAILED + "\n")
        while file.tell() < megabytes * 1_000_000:
            lines = [dice.choice(_LINES) % dice.randrange(10**6) for _ in range(10_000)]
            lines[7] = _RARE % dice.randrange(1000)
            file.write("\n".join(lines) + "\n")
        if not early:
            file.write(_FAILED + "\n")
    return path.stat().st_size
