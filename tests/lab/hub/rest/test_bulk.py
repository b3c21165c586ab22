"""Many identities in one request, and keys that are made anew."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.rest import bulk
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.rest_calls import call, refused


@pytest.fixture
def state():
    return new_lab().runtime


def change(state, *rows, **options):
    return call(state, "POST", "devices", list(rows), **options)


def test_devices_and_modules_are_made_changed_and_removed(state):
    made = change(
        state,
        {"id": "a", "importMode": "create", "status": "disabled", "tags": {"site": "north"},
         "properties": {"desired": {"x": 1}}},
        {"id": "b"},
        {"id": "b", "moduleId": "m"},
        {"id": "device-1", "importMode": "createOrUpdate", "status": "disabled", "statusReason": "moved"},
    )  # fmt: skip
    assert made.status == 200 and made.body == {"isSuccessful": True, "errors": [], "warnings": []}
    devices = state.hub.devices
    assert devices["a"].status == "disabled" and devices["a"].twin.tags == {"site": "north"}
    assert devices["a"].twin.desired.document()["x"] == 1 and "m" in devices["b"].modules
    assert devices["device-1"].status_reason == "moved"
    etag, twin = devices["a"].etag, devices["a"].twin.etag
    changed = change(
        state,
        {"id": "a", "importMode": "UpdateIfMatchETag", "eTag": etag, "status": "enabled"},
        {"id": "b", "moduleId": "m", "importMode": "delete"},
        {"id": "device-2", "importMode": "updateTwin", "tags": {"site": "south"}},
    )
    assert changed.status == 200 and devices["a"].status == "enabled" and not devices["b"].modules
    assert devices["device-2"].twin.tags == {"site": "south"}
    again = {"id": "a", "importMode": "updateTwinIfMatchETag", "twinETag": twin, "tags": {"site": None}}
    assert change(state, again).status == 200 and devices["a"].twin.tags == {}
    assert change(state, {"id": "a", "importMode": "Delete"}).status == 200 and "a" not in devices


def test_a_row_that_fails_is_told_and_the_others_are_done(state):
    answer = change(
        state,
        {"id": "device-1"},
        {"id": "new"},
        {"id": "none", "importMode": "update"},
        {"id": "none2", "importMode": "delete"},
        {"id": "device-2", "moduleId": "none", "importMode": "delete"},
        {"id": "device-3", "importMode": "updateIfMatchETag", "eTag": "AAAA"},
        {"id": "c", "importMode": "updateIfMatchETag"},
        {"id": "d", "importMode": "paint"},
        {"id": "e", "status": "asleep"},
    )
    assert answer.status == 400 and not answer.body["isSuccessful"] and "new" in state.hub.devices
    told = {(row["deviceId"], row["errorCode"]) for row in answer.body["errors"]}
    assert told == {
        ("device-1", "DeviceAlreadyExists"), ("none", "DeviceNotFound"), ("none2", "DeviceNotFound"),
        ("device-2", "ModuleNotFound"), ("device-3", "PreconditionFailed"), ("c", "ArgumentInvalid"),
        ("d", "ArgumentInvalid"), ("e", "ArgumentInvalid"),
    }  # fmt: skip
    assert answer.body["errors"][3]["moduleId"] == "none" and "8 of 9 rows failed" in answer.reason


@pytest.mark.parametrize("body", [
    {}, [], [1], [{}], [{"id": 1}], [{"id": "a", "moduleId": ["m"]}], [{"id": "a", "moduleId": 1}],
    [{"id": "a"}, {"id": "a"}], [{"id": str(n)} for n in range(bulk.MOST + 1)],
])  # fmt: skip
def test_requests_that_are_refused(state, body):
    assert refused(call(state, "POST", "devices", body)) == (400, "ArgumentInvalid")
    assert len(state.hub.devices) == 3


def test_who_may_change_many(state):
    assert call(state, "POST", "devices", [{"id": "a"}], policy="registryRead").status == 401
    assert call(state, "POST", "devices/keys/regenerate", {}, policy="registryRead").status == 401


@pytest.mark.parametrize(("which", "renewed"), [
    ("primaryKey", {"primaryKey"}), ("secondaryKey", {"secondaryKey"}), ("both", {"primaryKey", "secondaryKey"}),
])  # fmt: skip
def test_keys_are_made_anew(state, which, renewed):
    devices = state.hub.devices
    call(state, "PUT", "devices/device-2/modules/m", {"deviceId": "device-2", "moduleId": "m"})
    identities = (devices["device-1"], devices["device-2"].modules["m"])
    before = [(each.primary.reveal(), each.secondary.reveal(), each.etag) for each in identities]
    devices["device-3"].authentication = "selfSigned"
    rows = [{"id": "device-1"}, {"id": "device-2", "moduleId": "m"}, {"id": "device-3"}, {"id": "none"}]
    told = call(state, "POST", "devices/keys/regenerate", {"policyKey": which, "devices": rows}).body
    assert [row["id"] for row in told["errors"]] == ["device-3", "none"] and told["policyKey"] == which
    for row, identity, (primary, secondary, etag) in zip(told["rotatedKeys"], identities, before, strict=True):
        assert set(row) - {"id", "moduleId"} == renewed and identity.etag != etag
        keys = {"primaryKey": identity.primary.reveal(), "secondaryKey": identity.secondary.reveal()}
        assert all(row[name] == keys[name] for name in renewed)
        assert (keys["primaryKey"] != primary) == ("primaryKey" in renewed)
        assert (keys["secondaryKey"] != secondary) == ("secondaryKey" in renewed)


@pytest.mark.parametrize("body", [[], {}, {"policyKey": "third", "devices": [{"id": "device-1"}]},
                                  {"policyKey": "primaryKey"}, {"policyKey": "primaryKey", "devices": []}])  # fmt: skip
def test_regenerations_that_are_refused(state, body):
    assert refused(call(state, "POST", "devices/keys/regenerate", body)) == (400, "ArgumentInvalid")
