"""Files that devices put: addresses, blobs, and what the hub and its service hear."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.hub import settable, upload
from azext_iotdiag.lab.hub.notices import Notices, Terms
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.storage import container, signature
from tests.plugins import rest_calls
from tests.plugins.lab_requests import ask, ask_request
from tests.plugins.rest_calls import call, refused

NOW = 1_800_000_000.0
STRING = "DefaultEndpointsProtocol=https;AccountName=labstore;AccountKey=bGFiIGtleQ==;EndpointSuffix=core.windows.net"
STORAGE = {"$default": {"connectionString": STRING, "containerName": "uploads", "sasTtlAsIso8601": "PT10M"}}


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    made = new_lab(clock=clock)
    made.hub.settings.update({"storageEndpoints": STORAGE, "enableFileUploadNotifications": True})
    return made


def device_call(state, path, body, device="device-1"):
    known = state.hub.devices[device]
    shown = rest_calls.token(
        state.runtime, policy="", key=known.primary.reveal(), resource=f"{state.hub.host}/devices/{device}"
    )
    return call(state.runtime, "POST", f"devices/{device}/{path}", body, authorization=shown)


def address(told):
    return f"https://{told['hostName']}/{told['containerName']}/{told['blobName']}{told['sasToken']}"


def begin(state, name="a.txt"):
    answer = device_call(state, "files", {"blobName": name})
    assert answer.status == 200, answer.body
    return answer.body


def put(state, url, body=b"hello", **headers):
    sent = {"x_ms_blob_type": "BlockBlob"} | headers
    return ask(state, url, method="PUT", body=body, **sent)


def test_a_file_is_put_and_the_service_hears_of_it(state):
    told = begin(state)
    assert told["hostName"] == "labstore.blob.core.windows.net" and told["blobName"] == "device-1/a.txt"
    assert put(state, address(told)).status == 201
    done = device_call(state, "files/notifications", {"correlationId": told["correlationId"], "isSuccess": True})
    assert done.status == 204
    (record,) = state.runtime.files.records
    assert record == {
        "deviceId": "device-1", "blobUri": "https://labstore.blob.core.windows.net/uploads/device-1/a.txt",
        "blobName": "device-1/a.txt", "lastUpdatedTime": "2027-01-15T08:00:00Z", "blobSizeInBytes": 5,
        "enqueuedTimeUtc": "2027-01-15T08:00:00Z",
    }  # fmt: skip
    got = ask(state, address(told))
    assert (got.body, got.headers["x-ms-blob-type"]) == (b"hello", "BlockBlob")
    again = device_call(state, "files/notifications", {"correlationId": told["correlationId"], "isSuccess": True})
    assert refused(again) == (400, "InvalidFileUploadCorrelationId")


def test_a_file_that_is_not_there_is_not_told(state):
    told = begin(state)
    device_call(state, "files/notifications", {"correlationId": told["correlationId"], "isSuccess": True})
    assert state.runtime.files.records == [] and "is not in the container" in state.audit.recent(1)[0].reason
    told = begin(state)
    put(state, address(told))
    state.hub.settings.update({"enableFileUploadNotifications": False})
    device_call(state, "files/notifications", {"correlationId": told["correlationId"], "isSuccess": True})
    assert state.runtime.files.records == []


def test_ten_uploads_of_a_device_may_be_open(state, clock):
    ids = [begin(state, str(number))["correlationId"] for number in range(upload.MOST_OPEN)]
    many = device_call(state, "files", {"blobName": "x"})
    assert refused(many) == (403, "DeviceMaximumActiveFileUploadLimitExceeded")
    assert device_call(state, "files", {"blobName": "x"}, device="device-2").status == 200
    assert device_call(state, "files/notifications", {"correlationId": ids[0], "isSuccess": False}).status == 204
    begin(state, "x")
    clock.now += 601  # their addresses have ended
    begin(state, "y")
    late = device_call(state, "files/notifications", {"correlationId": ids[1], "isSuccess": True})
    assert refused(late) == (400, "ExpiredFileUploadCorrelationId")


@pytest.mark.parametrize(("path", "body", "expected"), [
    ("files", {}, "ArgumentInvalid"),
    ("files", {"blobName": ""}, "ArgumentInvalid"),
    ("files", {"blobName": "x" * 1025}, "ArgumentInvalid"),
    ("files", [], "ArgumentInvalid"),
    ("files/notifications", {"correlationId": "x", "isSuccess": True}, "InvalidFileUploadCorrelationId"),
    ("files/notifications", {"correlationId": "x"}, "InvalidFileUploadCompletionStatus"),
    ("files/notifications", {"correlationId": "x", "isSuccess": "yes"}, "InvalidFileUploadCompletionStatus"),
    ("files/notifications", [], "InvalidFileUploadCompletionStatus"),
])  # fmt: skip
def test_requests_that_are_refused(state, path, body, expected):
    assert refused(device_call(state, path, body)) == (400, expected)


def test_a_hub_without_storage_and_one_device_for_another(state):
    told = begin(state)
    foreign = {"correlationId": told["correlationId"], "isSuccess": True}
    answer = device_call(state, "files/notifications", foreign, device="device-2")
    assert refused(answer) == (400, "InvalidFileUploadCorrelationId")
    state.hub.settings.update({"storageEndpoints": None})
    assert refused(device_call(state, "files", {"blobName": "x"})) == (400, "DefaultStorageEndpointNotConfigured")
    with pytest.raises(HubRefusal):
        upload.begin(state.runtime, state.hub.devices["device-1"], "x")


@pytest.mark.parametrize(("spoil", "why"), [
    (lambda url: url.partition("?")[0], "has no signature"),
    (lambda url: url.replace("a.txt", "b.txt"), "for another blob"),
    (lambda url: url.replace("sp=rw", "sp=rwd"), "for another blob"),
    (lambda url: url.replace("se=2027", "se=2028"), "for another blob"),
    (lambda url: url.replace("sr=b", "sr=c"), "not of the kind"),
])  # fmt: skip
def test_addresses_that_open_nothing(state, spoil, why):
    answer = put(state, spoil(address(begin(state))))
    assert answer.status == 403 and answer.headers["x-ms-error-code"] == "AuthenticationFailed" and why in answer.reason
    assert b"<Code>AuthenticationFailed</Code>" in answer.body and why.encode() not in answer.body


def test_an_address_ends(state, clock):
    url = address(begin(state))
    clock.now += 600
    assert "ended 0 s ago" in put(state, url).reason


def test_a_signature_may_allow_less():
    url = signature.sign("a", "c", "b", b"key", NOW + 60)
    query = dict(part.split("=", 1) for part in url[1:].split("&"))
    assert "does not allow 'd'" in signature.why_not(
        {**query, "sig": _unquoted(query["sig"]), "se": _unquoted(query["se"])}, ("a", "c", "b"), b"key", NOW, "d"
    )


def _unquoted(text):
    return text.replace("%3D", "=").replace("%2B", "+").replace("%2F", "/").replace("%3A", ":")


def test_a_file_in_blocks(state):
    url = address(begin(state))
    for name in ("QQ==", "Qg=="):
        assert ask(state, f"{url}&comp=block&blockid={name}", method="PUT", body=name.encode()).status == 201
    unknown = b"<BlockList><Latest>Qw==</Latest></BlockList>"
    assert ask(state, f"{url}&comp=blocklist", method="PUT", body=unknown).status == 400
    listed = b"<BlockList><Latest>Qg==</Latest><Latest>QQ==</Latest></BlockList>"
    assert ask(state, f"{url}&comp=blocklist", method="PUT", body=listed).status == 201
    assert ask(state, url).body == b"Qg==QQ=="


def test_what_storage_does_not_play_it_says(state):
    told = begin(state)
    url = address(told)
    assert ask(state, url).status == 404
    assert put(state, url, x_ms_blob_type="PageBlob").status == 501
    assert put(state, url, x_ms_blob_type="").status == 400
    assert ask(state, f"{url}&comp=tags", method="PUT").status == 501
    assert ask(state, f"https://{told['hostName']}/?comp=list").status == 501
    assert put(state, url).status == 201
    assert put(state, url, if_none_match="*").status == 409


def test_a_lab_keeps_so_many_bytes(state, monkeypatch):
    monkeypatch.setattr(container, "MOST_BYTES", 10)
    url = address(begin(state))
    assert put(state, url, b"x" * 10).status == 201
    assert put(state, url, b"y" * 10).status == 201  # in its place
    full = put(state, address(begin(state, "b")), b"x")
    assert full.status == 500 and "10 bytes of blobs" in full.reason
    assert put(state, url, b"z" * 11).status == 500 and ask(state, url).body == b"y" * 10


@pytest.mark.parametrize("name", ["../../x", "a/b", "ü" * 300, "..", "\x00"])
def test_every_name_is_one_file_in_its_container(tmp_path, name):
    blobs = container.Blobs(tmp_path / "uploaded")
    place = container.BlobPlace("h", "uploads", f"device-1/{name}")
    blobs.put(place, container.Blob(b"x", "", NOW))
    assert blobs.file(place).parent == tmp_path / "uploaded" / "uploads" and blobs.file(place).read_bytes() == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["uploaded"]


@pytest.mark.parametrize(("storage", "why"), [
    ("x", "alone"),
    ({"other": {}}, "alone"),
    ({"$default": {"containerName": "c-1", "connectionString": ""}}, "together"),
    ({"$default": {"containerName": "", "connectionString": STRING}}, "together"),
    ({"$default": {"containerName": "A", "connectionString": STRING}}, "name of a container"),
    ({"$default": {"containerName": "abc", "connectionString": "AccountName=UP"}}, "AccountName"),
    ({"$default": {"containerName": "abc", "connectionString": "AccountName=abc;AccountKey=!"}}, "AccountKey"),
    ({"$default": {**STORAGE["$default"], "sasTtlAsIso8601": "P2D"}}, "not from PT1M to P1D"),
    ({"$default": {**STORAGE["$default"], "authenticationType": "identityBased"}}, "by identity"),
])  # fmt: skip
def test_storage_that_is_refused(state, storage, why):
    with pytest.raises(ValueError, match=why):
        state.hub.settings.update({"storageEndpoints": storage})
    assert state.hub.settings.storage.container == "uploads"


def test_a_key_is_shown_masked_and_comes_back_masked(state):
    shown = settable.masked(state.hub.settings.properties["storageEndpoints"])
    assert "bGFiIGtleQ" not in json.dumps(shown) and "AccountKey=****" in shown["$default"]["connectionString"]
    assert "bGFi" not in repr(state.hub.settings.storage)
    state.hub.settings.update({"storageEndpoints": {"$default": {**shown["$default"], "sasTtlAsIso8601": "PT2H"}}})
    assert state.hub.settings.storage.account.key == b"lab key" and state.hub.settings.storage.seconds == 7200


def test_notices_are_locked_come_again_and_end():
    queue, terms = Notices(), Terms(lock_seconds=30, life_seconds=100, most_deliveries=2)
    queue.add({"n": 1}, NOW)
    first = queue.take(NOW, terms)
    assert first.records == [{"n": 1}] and queue.take(NOW + 29, terms) is None and queue.due(NOW) == 30
    second = queue.take(NOW + 30, terms)
    assert second.records == [{"n": 1}]
    queue.accept(first)  # its lock has ended
    queue.give_back(second, terms)
    assert queue.take(NOW + 31, terms) is None and not queue.waiting  # delivered often enough
    queue.add({"n": 2}, NOW)
    assert queue.take(NOW + 100, terms) is None and not queue.waiting  # its life has ended
    queue.add({"n": 3}, NOW)
    queue.accept(queue.take(NOW, terms))
    assert not queue.out and queue.due(NOW) == float("inf")


def test_notifications_wait_as_set(state):
    settings = {"fileNotifications": {"lockDurationAsIso8601": "PT5S", "ttlAsIso8601": "PT2H", "maxDeliveryCount": 3}}
    state.hub.settings.update({"messagingEndpoints": settings})
    assert state.hub.settings.file_terms == Terms(5, 7200, 3)
    with pytest.raises(ValueError, match="not from 1 to 100"):
        state.hub.settings.update({"messagingEndpoints": {"fileNotifications": {"maxDeliveryCount": 0}}})
    with pytest.raises(ValueError, match="is no object"):
        state.hub.settings.update({"messagingEndpoints": "x"})


def test_a_request_larger_than_others_may_be(state):
    from azext_iotdiag.lab.net import hosts

    large = hosts.find("labstore.blob.core.windows.net", state)
    assert large.name == "storage" and large.largest_body > hosts.find(state.hub.host, state).largest_body
    assert ask_request(state, Request("GET", "/x", "otherstore.blob.core.windows.net", {})).status == 404
