"""All checks by their links."""

from __future__ import annotations

from azext_iotdiag.model.check import Check, Link
from azext_iotdiag.render import checks_listed

KNOWN, SENDS = Check("device-known", "The device is known", tuple), Check("device-sends", "The device sends", tuple)
CHECKS = {Link.ADMISSION: (KNOWN,), Link.STREAM: (SENDS, KNOWN)}


def test_each_check_stands_below_its_link() -> None:
    links, checks = [], []
    for line in checks_listed.lines(CHECKS):
        (checks if line.startswith("  ") else links).append(line.split(maxsplit=1))
    assert links == [["admission"], ["stream"]]
    assert checks == [["device-known", KNOWN.title], ["device-sends", SENDS.title], ["device-known", KNOWN.title]]


def test_data() -> None:
    assert checks_listed.data({Link.STREAM: (SENDS,)}) == {
        "version": 1, "checks": [{"link": "stream", "check": "device-sends", "title": "The device sends"}],
    }  # fmt: skip
    assert len(checks_listed.data(CHECKS)["checks"]) == 3
