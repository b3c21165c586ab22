"""What a simulated device sends."""

from __future__ import annotations

import gzip
import itertools
import json

import pytest

from azext_iotdiag.simulate import telemetry


def first(kind, count=5, seed="device-1"):
    return list(itertools.islice(telemetry.bodies(kind, seed), count))


def test_json_is_json_and_changes_plausibly():
    readings = [json.loads(body.payload) for body in first("json", 500)]
    assert all(set(reading) == {"temperature", "humidity", "pressure", "battery"} for reading in readings)
    assert all(15 <= reading["temperature"] <= 30 and 20 <= reading["humidity"] <= 80 for reading in readings)
    assert len({reading["temperature"] for reading in readings}) > 50
    steps = [abs(b["temperature"] - a["temperature"]) for a, b in itertools.pairwise(readings)]
    assert max(steps) < 1.5


@pytest.mark.parametrize("kind", telemetry.KINDS)
def test_same_seed_same_bytes(kind):
    assert first(kind) == first(kind)
    assert first(kind) != first(kind, seed="device-2")


def test_kinds_are_what_they_say():
    (as_json,), (as_text,), (as_gzip,), (as_binary,) = (first(kind, 1) for kind in ("json", "text", "gzip", "binary"))
    assert as_json[1:3] == ("application/json", "utf-8")
    assert as_text[1:3] == ("text/plain", "utf-8")
    with pytest.raises(ValueError):
        json.loads(as_text.payload.decode())
    assert as_gzip[1:3] == ("application/json", "gzip")
    assert gzip.decompress(as_gzip.payload) == as_json.payload
    assert as_binary[1:3] == ("application/octet-stream", "")
    with pytest.raises(UnicodeDecodeError):
        as_binary.payload.decode()


@pytest.mark.parametrize(("kind", "content_type"), [("json", "application/json"), ("text", "text/plain")])
def test_given_texts(kind, content_type):
    found = list(telemetry.texts(kind, ["grüß\n", ""]))
    assert [body.payload for body in found] == ["grüß\n".encode(), b""]
    assert {body[1:3] for body in found} == {(content_type, "utf-8")}


def test_dressed():
    (plain,) = telemetry.dressed(first("json", 1))
    assert plain == first("json", 1)[0]
    (other,) = telemetry.dressed(
        first("json", 1), content_type="", content_encoding="gzip", properties={"a": "1"}, component="pump"
    )
    assert other[1:] == ("", "gzip", {"a": "1", "$.sub": "pump"})
