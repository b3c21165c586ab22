"""Twins change, and refuse to change, as IoT Hub's do."""

from __future__ import annotations

import copy

import pytest

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.dates import NEVER, written
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.twins import Twin
from azext_iotdiag.lab.lab import new_lab

NOW = 1_700_000_000.25
STAMP = "2023-11-14T22:13:20.250000Z"


def nested(depth: int):
    value: dict = {"property": "value"}
    for number in range(depth):
        value = {f"n{number}": value}
    return value


def test_a_fresh_twin():
    twin = Twin()
    empty = {"$metadata": {"$lastUpdated": NEVER}, "$version": 1}
    assert (twin.version, twin.etag) == (2, "AAAAAAAAAAE=")
    assert twin.desired.document() == twin.reported.document() == empty
    assert twin.desired.for_device() == {"$version": 1}


@pytest.mark.parametrize(("before", "patch", "after"), [
    ({}, {"a": 1}, {"a": 1}),
    ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
    ({"a": {"x": 1, "y": 2}}, {"a": {"y": None, "z": [1]}}, {"a": {"x": 1, "z": [1]}}),
    ({"a": [1, 2, 3]}, {"a": [4]}, {"a": [4]}),
    ({"a": {"x": 1}}, {"a": "text"}, {"a": "text"}),
    ({"a": "text"}, {"a": {"x": {"y": None}}}, {"a": {"x": {}}}),
    ({"a": 1}, {}, {"a": 1}),
    ({"a": 1}, {"missing": None, "$version": 7, "$metadata": {}}, {"a": 1}),
])  # fmt: skip
def test_updates_are_merge_patches(before, patch, after):
    for twin, read, write in (
        (Twin(), lambda twin: twin.tags, lambda twin, patch: twins.update(twin, {"tags": _plain(patch)}, NOW)),
        (Twin(), lambda twin: twin.desired.values,
         lambda twin, patch: twins.update(twin, {"properties": {"desired": patch}}, NOW)),
        (Twin(), lambda twin: twin.reported.values, lambda twin, patch: twins.report(twin, patch, NOW)),
    ):  # fmt: skip
        write(twin, copy.deepcopy(before))
        write(twin, patch)
        assert read(twin) == after


def _plain(patch):
    return {key: value for key, value in patch.items() if not key.startswith("$")}


def test_metadata_says_when_and_in_which_version():
    twin = Twin()
    twins.update(twin, {"properties": {"desired": {"a": {"x": 1, "y": 2}, "b": 1}}}, NOW - 60)
    twins.update(twin, {"properties": {"desired": {"a": {"x": 3}, "b": None}}}, NOW)
    old, new = ({"$lastUpdated": written(NOW - 60), "$lastUpdatedVersion": 2},
                {"$lastUpdated": STAMP, "$lastUpdatedVersion": 3})  # fmt: skip
    assert twin.desired.metadata == {"a": {"x": new, "y": old, **new}, **new}
    twins.report(twin, {"a": [1]}, NOW)
    assert twin.reported.metadata == {"a": {"$lastUpdated": STAMP}, "$lastUpdated": STAMP}


def test_versions_and_etag():
    twin = Twin()
    assert twins.update(twin, {"tags": {"site": "north"}}, NOW) is None
    assert (twin.version, twin.desired.version, twin.etag) == (3, 1, "AAAAAAAAAAI=")
    told = twins.update(twin, {"properties": {"desired": {"a": 1, "gone": None}}}, NOW)
    assert told == {"a": 1, "gone": None, "$version": 2}
    assert twins.report(twin, {"a": 1}, NOW) == 2
    assert (twin.version, twin.desired.version, twin.etag) == (5, 2, "AAAAAAAAAAM=")


def test_replacing_leaves_nothing_of_what_was_there():
    twin = Twin()
    twins.update(twin, {"tags": {"a": 1}, "properties": {"desired": {"a": {"x": 1}, "b": 1}}}, NOW)
    told = twins.replace(twin, {"properties": {"desired": {"a": {"y": 1, "z": None}}}}, NOW)
    assert told == {"a": {"y": 1}, "$version": 3}
    assert twin.tags == {"a": 1}
    assert set(twin.desired.metadata) == {"a", "$lastUpdated", "$lastUpdatedVersion"}
    twins.replace(twin, {"tags": {"b": 2}, "properties": {}}, NOW)
    assert (twin.tags, twin.desired.values) == ({"b": 2}, {"a": {"y": 1}})
    twins.update(twin, {"tags": None, "properties": {"desired": None}}, NOW)
    assert (twin.tags, twin.desired.values) == ({}, {})


@pytest.mark.parametrize("value", [
    nested(10), {"a": 2**52 - 1, "b": -(2**52)}, {"k" * 1024: 1}, {"a": "x" * 4096}, {"ä-b_c/:": [True, 1.5, "x"]},
])  # fmt: skip
def test_what_a_twin_can_hold(value):
    twin = Twin()
    twins.update(twin, {"tags": value, "properties": {"desired": value}}, NOW)
    twins.report(twin, value, NOW)
    assert twin.tags == twin.desired.values == twin.reported.values == value


@pytest.mark.parametrize(("value", "words"), [
    ({"a": [1, None]}, "null within an array"), ({"a": {"b": [[None]]}}, "null within an array"),
    ({"a": [{"b": None}]}, r"^Value of Property or Tag cannot be null\. Error inProperty/Tag b$"),
    ({"a": {"c": [[{"b": {"d": None}}]]}}, "Error inProperty/Tag d"),
    (nested(11), "nested deeper"), (nested(500), "nested deeper"), ({"a": [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}, "deeper"),
    ({"a": 2**52}, "integer"), ({"a": [-(2**52) - 1]}, "integer"), ({"a": float("nan")}, "JSON does not have"),
    ({"k" * 1025: 1}, "key"), ({"a": {"b.c": 1}}, "key"), ({"a$": 1}, "key"), ({"a b": 1}, "key"),
    ({"a\x85": 1}, "key"), ({"": 1}, "key"), ({"a": {"$version": 1}}, "key"),
    ({"a": "ä" * 2049}, "4096"), ("text", "object"), ([], "object"), (None, "object"),
])  # fmt: skip
def test_what_a_twin_cannot_hold_changes_nothing(value, words):
    twin = Twin()
    with pytest.raises(HubRefusal, match=words) as refused:
        twins.report(twin, value, NOW)
    assert (refused.value.code, refused.value.name, refused.value.status) == (400004, "ArgumentInvalid", 400)
    if value not in (None, []):  # the service may clear with these
        for asked in ({"tags": value}, {"tags": {"fine": 1}, "properties": {"desired": value}}):
            with pytest.raises(HubRefusal, match=words):
                twins.update(twin, asked, NOW)
    assert twin == Twin()


@pytest.mark.parametrize(("where", "write", "limit"), [
    ("tags", lambda twin, value: twins.update(twin, {"tags": value}, NOW), 8 * 1024),
    ("desired", lambda twin, value: twins.update(twin, {"properties": {"desired": value}}, NOW), 32 * 1024),
    ("reported", lambda twin, value: twins.report(twin, value, NOW), 32 * 1024),
])  # fmt: skip
def test_sizes_are_limited(where, write, limit):
    twin = Twin()
    full = {f"{number:02}": "x" * 1022 for number in range(limit // 1024)}
    write(twin, full)
    write(twin, {"00": "y" * 1022})
    with pytest.raises(HubRefusal, match=rf"{where} would have \d+ bytes; the limit is {limit}"):
        write(twin, {"00": "y" * 1023})
    write(twin, {"00": None})


@pytest.mark.parametrize(("value", "counted"), [
    ({}, 0), ({"ab": "cd"}, 4), ({"ab": 1}, 10), ({"ab": 1.5}, 10), ({"ab": True}, 6), ({"ä": "\x00ä\x85"}, 4),
    ({"a": {"b": [1, "xyz"]}}, 13),
])  # fmt: skip
def test_size_is_counted_as_the_hub_does(value, counted):
    assert twins.size(value) == counted


@pytest.mark.parametrize("if_match", ["", "*", '"*"', '"AAAAAAAAAAE="', "AAAAAAAAAAE=", 'W/"AAAAAAAAAAE="'])
def test_an_etag_that_lets_a_write_pass(if_match):
    twins.check_etag(if_match, Twin().etag)


def test_an_etag_that_does_not():
    with pytest.raises(HubRefusal) as refused:
        twins.check_etag('"AAAAAAAAAAI="', Twin().etag)
    assert refused.value.code == 412001


def test_the_document_of_a_device():
    device = new_lab(clock=lambda: NOW).hub.devices["device-1"]
    document = twins.document(device, device.twin)
    assert document == {
        "deviceId": "device-1", "etag": "AAAAAAAAAAE=", "deviceEtag": device.etag, "status": "enabled",
        "statusUpdateTime": NEVER, "connectionState": "Disconnected", "lastActivityTime": NEVER,
        "cloudToDeviceMessageCount": 0, "authenticationType": "sas",
        "x509Thumbprint": {"primaryThumbprint": None, "secondaryThumbprint": None}, "modelId": "", "version": 2,
        "properties": {"desired": {"$metadata": {"$lastUpdated": NEVER}, "$version": 1},
                       "reported": {"$metadata": {"$lastUpdated": NEVER}, "$version": 1}},
        "capabilities": {"iotEdge": False},
    }  # fmt: skip
    device.status, device.status_reason, device.connected, device.last_activity = "disabled", "stolen", True, NOW
    twins.update(device.twin, {"tags": {"site": "north"}}, NOW)
    document = twins.document(device, device.twin)
    assert (document["status"], document["statusReason"], document["connectionState"]) == (
        "disabled", "stolen", "Connected",
    )  # fmt: skip
    assert (document["lastActivityTime"], document["tags"]) == (STAMP, {"site": "north"})
    document["tags"]["site"] = "south"
    assert device.twin.tags == {"site": "north"}


def test_the_etag_of_an_identity_changes_with_it():
    device = new_lab().hub.devices["device-1"]
    before = device.etag
    device.edition += 1
    assert device.etag != before


def test_automatic_configurations_are_shown_where_they_apply():
    device = Device("d", new_key(), new_key())
    assert "configurations" not in twins.document(device, device.twin)
    device.configurations = ("winter",)
    assert twins.document(device, device.twin)["configurations"] == {"winter": {"status": "Applied"}}
