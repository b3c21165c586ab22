"""The forms of a test of keys, and of a renewal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.keys import Admission, Asked, DeviceCertificate, GivenKey, KeyComparison, KeyMatch
from azext_iotdiag.render import key as render
from azext_iotdiag.render.commands import Known
from tests.render.without_causes import without_causes

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
HOST = "hub.azure-devices.net"
KEY = GivenKey("--key", "key")
STRING = GivenKey("--connection-string", "device", host=HOST, device="pump-7")
REGISTRY = KeyComparison(HOST, "pump-7", "", "sas", ("primary", "secondary"), status="enabled")
LET_IN = Admission(HOST, "pump-7", "HTTPS", True, 200)
PRINTS = ("AB" * 20, "CD" * 20)
SIGNED = replace(REGISTRY, authentication="selfSigned", keys=(), thumbprints=PRINTS)
CERTIFICATE = DeviceCertificate("--certificate", "pump-7", "pump-7", PRINTS[0], "EF" * 32, NOW - 1, NOW + 1e8)
SAMPLES: dict[str, dict[str, Any]] = {
    "the primary key": {"given": KEY, "key_comparison": replace(REGISTRY, key_match=KeyMatch.PRIMARY)},
    "the secondary key of a module": {
        "asked": Asked(HOST, "pump-7", "m"),
        "given": replace(STRING, kind="module", module="m"),
        "key_comparison": replace(REGISTRY, module="m", key_match=KeyMatch.SECONDARY),
    },
    "another key": {"given": KEY, "key_comparison": replace(REGISTRY, key_match=KeyMatch.NONE)},
    "let in": {"asked": Asked(), "given": STRING, "admission": LET_IN},
    "a module that only the string names": {
        "asked": Asked(),
        "given": replace(STRING, kind="module", module="m"),
        "admission": LET_IN,
    },
    "the primary key, and let in over MQTT": {
        "given": STRING,
        "key_comparison": replace(REGISTRY, key_match=KeyMatch.PRIMARY),
        "admission": replace(LET_IN, protocol="MQTT"),
    },
    "not let in": {"asked": Asked(), "given": STRING, "admission": replace(LET_IN, let_in=False, status=401)},
    "an open answer": {"asked": Asked(), "given": STRING, "admission": replace(LET_IN, let_in=None, status=500)},
    "a string that cannot be read": {
        "asked": Asked(),
        "given": GivenKey("--connection-string", fault="It has no key", advice="Copy it again"),
    },
    "a string that names no device": {"asked": Asked(), "given": replace(STRING, kind="hub", device="")},
    "only a device": {"key_comparison": REGISTRY},
    "only a device with one key, and no status": {"key_comparison": replace(REGISTRY, keys=("primary",), status="")},
    "only a device without keys": {"key_comparison": replace(REGISTRY, keys=())},
    "a certificate in place of a key": {
        "given": KEY,
        "key_comparison": replace(SIGNED, thumbprints=("", ""), key_match=KeyMatch.NONE),
    },
    "a certificate": {"device_certificate": CERTIFICATE, "key_comparison": SIGNED},
    "a certificate in place of the other": {
        "device_certificate": CERTIFICATE,
        "key_comparison": replace(SIGNED, thumbprints=("", PRINTS[1])),
    },
    "a key, and nothing to compare it with": {"given": KEY},
}


def shown(values: dict[str, Any]) -> tuple[Any, ...]:
    facts = given(NOW, **{"asked": Asked(HOST, "pump-7"), **values})
    found = diagnose((Link.DEVICE, Link.ADMISSION), facts, lambda: 0.0)
    return facts, without_causes(found), Known("hub", "pump-7")


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, values in SAMPLES.items():
        told += [f"== {name}", *render.lines(*shown(values))]
    golden("key.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(*shown(values)) for name, values in SAMPLES.items()}
    for each in told.values():
        each["verdict"] = (each["verdict"]["state"], each["verdict"]["statement"])
        del each["checks"]  # they are pinned with their verdict, and grow
    golden("key.json", json.dumps(told, indent=1) + "\n")


def test_a_device_steers_no_terminal() -> None:
    hostile = replace(REGISTRY, device="\x1b[31mpump", key_match=KeyMatch.PRIMARY)
    told = render.lines(*shown({"given": KEY, "key_comparison": hostile, "admission": replace(LET_IN, host="\x1b[0m")}))
    assert "\x1b" not in "\n".join(told)


def test_a_renewal_shows_keys_only_where_they_are_given() -> None:
    assert render.renewed(HOST, "pump-7", "", "primary", None) == {
        "version": 1, "hub": HOST, "device": "pump-7", "module": None, "renewed": "primary",
    }  # fmt: skip
    shown = render.renewed(HOST, "pump-7", "m", "secondary", ("new", "old"))
    assert (shown["module"], shown["renewed"]) == ("m", "secondary")
    assert (shown["primaryKey"], shown["secondaryKey"]) == ("new", "old")
    assert render.renewed_lines(HOST, "pump-7", "", "primary", None) == [
        f"Renewed the primary key of pump-7 in {HOST}."
    ]
    assert render.renewed_lines(HOST, "pump-7", "", "swap", ("1", "2")) == [
        f"Swapped the keys of pump-7 in {HOST}.", "Primary    1", "Secondary  2",
    ]  # fmt: skip


def test_a_renewal_says_first_that_the_device_is_connected() -> None:
    assert render.lock_out(True).startswith("The device is connected. A program that uses the old key")
    assert render.lock_out(False).startswith("A program that uses the old key")


def test_what_was_written_names_the_module_where_there_is_one() -> None:
    (first, _, *_) = render.written_lines("hub-1", "pump-1", "", "primary", "k.txt", True)
    assert first == "√ The primary key of pump-1 in hub-1 was written to k.txt."
    (first, _, *_) = render.written_lines("hub-1", "pump-1", "cam", "secondary", "k.txt", False)
    assert first == ("√ The connection string of pump-1 / cam in hub-1, with its secondary key, was written to k.txt.")
