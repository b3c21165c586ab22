"""Healthy lines by the hundred thousand, with clocks, ids and sizes by chance: no code, and each failure among them."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from azext_iotdiag.insights.reading import LogReading

FOLDER = Path(__file__).parent / "logs"
# Logs of real clients that are well: `make logs-corpus` records them anew.
RECORDED = Path(os.environ.get("IOTDIAG_CORPUS_LOGS") or Path(__file__).parent / "recorded")
LINES = int(os.environ.get("IOTDIAG_CORPUS_LINES", "200000"))  # `make logs-corpus` takes ten million
FAILURES = 20  # in each million, at least as many in all
_HEALTHY = [
    *(FOLDER / row.split("\t")[0] for row in (FOLDER / "expected.tsv").read_text("utf-8").splitlines()
      if row.endswith("\t\t")),
    *sorted(RECORDED.glob("*.log")) * 6,  # as many lines as from the others
]  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.])\d{3,10}(?![\w.%])|(?<=\()\d{2,8}(?=\) )|(?<=PACKET_ID: )\d+|(?<=PAYLOAD_LEN: )\d+|(?<=\+)\d+(?=ms)"
)
# Numbers that say something stay as they are.
_FIXED = re.compile(
    r"CONNACK|connack|RETURN_CODE|return_?code|result code|status|HTTP|-> \d{3} |reason|res/|rc=|errno|Certificate",
    re.I,
)
# Lines of clients that failed, each with what it means.
_FAILED = (
    ("hub-404103", "hub answered errorCode: 404103 DeviceNotOnline"),
    ("device-refused", "Connection Not Accepted: 0x5: Not Authorized"),
    ("mqtt-server-unavailable", "W (4021) MQTT_CLIENT: Connection refused, server unavailable"),
    ("certificate-untrusted", "E (4021) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700"),
    ("name-not-resolved", "E (4021) esp-tls: couldn't get hostname for :plant-hub.azure-devices.net:"),
    ("server-unreachable", "W (4021) esp-tls: Failed to open new connection in specified timeout"),
    ("connack-missing", "mqtt_client timed out waiting for CONNACK"),
    ("puback-missing", "Confirmation received with result = IOTHUB_CLIENT_CONFIRMATION_MESSAGE_TIMEOUT"),
    ("key-malformed", "Unable to decode the key for generating the SAS."),
    ("sas-signed-by-another-key", "The specified SAS token has an invalid signature."),
    ("sas-expired", "The specified SAS token is expired"),
    ("dps-401", "caused by: CA certificate not found."),
    ("hub-403002", "Total number of messages on IotHub exceeded the allocated quota."),
    ("reader-displaced", "New receiver 'nil' with higher epoch of '0' is created"),
    ("connection-refused", "connect ECONNREFUSED 10.0.0.4:8883"),
    ("mqtt-no-ping-response", "mqttjs: Error: Keepalive timeout"),
    ("certificate-for-another-name", "SSL: Hostname mismatch, certificate is not valid for 'x'"),
    ("device-memory-short", "MBEDTLS: SSL - Memory allocation failed"),
    ("thumbprint-differs", "Thumbprint does not match configuration: SHA1Hash=AA"),
    ("mqtt-twin-400", "topic $iothub/twin/res/400/?$rid=2"),
)


def healthy_lines(dice: random.Random) -> list[str]:
    """A block of healthy lines of all families, in the order of their logs."""
    lines = dice.choice(_HEALTHY).read_text(encoding="utf-8").splitlines()
    return [
        line if _FIXED.search(line) else _NUMBER.sub(lambda match: str(dice.randrange(10 ** len(match[0]))), line)
        for line in lines
    ]


@pytest.mark.slow
def test_healthy_lines_hold_no_code_and_failures_among_them_are_found() -> None:
    dice = random.Random(17)
    reading, hidden, read, expected = LogReading(), 0, 0, Counter[str]()
    blocks = [healthy_lines(dice) for _ in range(2_000)]
    wanted = max(FAILURES, LINES // 1_000_000 * FAILURES)
    while read < LINES:
        lines = [line for _ in range(30) for line in dice.choice(blocks)]
        if hidden < wanted:
            code, failed = _FAILED[hidden % len(_FAILED)]
            lines.insert(dice.randrange(len(lines)), failed)
            expected[code] += 1
            hidden += 1
        reading.add(("\n".join(lines) + "\n").encode())
        read += len(lines)
    found = {mention.entry.code: mention.times for mention in reading.story().mentions}
    assert found == expected and hidden == wanted
