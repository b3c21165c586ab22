"""SAS tokens against tokens that the SDKs made, and the ways in which one can be wrong."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.credential import sas

# Tokens made once by the libraries named, from this key, which opens nothing, and with this expiry: 2030-01-01.
KEY = base64.b64encode(b"a key made for tests, 32 bytes..").decode()
EXPIRES = 1893456000

HUB = "lab.azure-devices.net"
ODD_DEVICE = f"{HUB}/devices/it's(1)*!/modules/m,=@$"
NAMESPACE = "sb://ihsuprod.servicebus.windows.net"
STREAM = f"{NAMESPACE}/iothub-ehub-lab-1-abc"
HUB_SR = "sr=lab.azure-devices.net"
ODD_SR = f"{HUB_SR}%2Fdevices%2Fit%27s%281%29%2A%21%2Fmodules%2Fm%2C%3D%40%24"
STREAM_SR = "sr=sb%3A%2F%2Fihsuprod.servicebus.windows.net%2Fiothub-ehub-lab-1-abc"

# Library, resource, policy, what stands behind "SharedAccessSignature ", and whether ours is the same text.
PINNED = [
    (
        "azure-iot-device 2.14.0",
        f"{HUB}/devices/pump-1",
        "",
        f"{HUB_SR}%2Fdevices%2Fpump-1&sig=vpffS5w3jsVsgd7k12HoefkOoMnLH1wgVtYpAV5jcq4%3D&se=1893456000",
        True,
    ),
    (
        "azure-iot-device 2.14.0",
        ODD_DEVICE,
        "",
        f"{ODD_SR}&sig=fI%2BlzhXHf2W1N7xyG%2BkAD0KJgDGs8vmmiUiJPH2eBxs%3D&se=1893456000",
        True,
    ),
    (
        "azure-iot-device 2.14.0",
        HUB,
        "service",
        f"{HUB_SR}&sig=Q3g67toqZwOCnPDA8vq07ndOjZjCjC%2FfmUC5Ci936M8%3D&se=1893456000&skn=service",
        True,
    ),
    (
        "azure-eventhub 5.15.1",
        STREAM,
        "service",
        f"{STREAM_SR}&sig=OsmcqDXZ%2B3SbETRdYCxmhp0ZeRLYWql2yp6PNlsmtYc%3D&se=1893456000&skn=service",
        True,
    ),
    (
        "azure-eventhub 5.15.1",
        f"{NAMESPACE}/hub/ConsumerGroups/$Default/Partitions/0",
        "iothubowner",
        "sr=sb%3A%2F%2Fihsuprod.servicebus.windows.net%2Fhub%2FConsumerGroups%2F%24Default%2FPartitions%2F0"
        "&sig=ZfPQAS67jbbFM9nDSXJtp4watSwp3pmGWbY0pPx0oQM%3D&se=1893456000&skn=iothubowner",
        True,
    ),
    (
        "npm azure-iot-common 1.13.3",
        f"{HUB}/devices/pump-1",
        "",
        f"{HUB_SR}%2Fdevices%2Fpump-1&sig=vpffS5w3jsVsgd7k12HoefkOoMnLH1wgVtYpAV5jcq4%3D&se=1893456000",
        True,
    ),
    # It writes the asterisk as %2a, and so signs another text than the Python SDK.
    (
        "npm azure-iot-common 1.13.3",
        ODD_DEVICE,
        "",
        f"{ODD_SR.replace('%2A', '%2a')}&sig=v0ukXaUWyGdR1PeJoceZJ3RdrVq7KnjHpyTFn%2Br7JQU%3D&se=1893456000",
        False,
    ),
    # It puts the policy before the expiry.
    (
        "npm azure-iot-common 1.13.3",
        HUB,
        "service",
        f"{HUB_SR}&sig=Q3g67toqZwOCnPDA8vq07ndOjZjCjC%2FfmUC5Ci936M8%3D&skn=service&se=1893456000",
        False,
    ),
    (
        "npm @azure/core-amqp 4.4.2",
        STREAM,
        "service",
        f"{STREAM_SR}&sig=OsmcqDXZ%2B3SbETRdYCxmhp0ZeRLYWql2yp6PNlsmtYc%3D&se=1893456000&skn=service",
        True,
    ),
    # It leaves ( ) ! * as they are.
    (
        "npm @azure/core-amqp 4.4.2",
        f"{NAMESPACE}/hub(1)!*/ConsumerGroups/$Default",
        "service",
        "sr=sb%3A%2F%2Fihsuprod.servicebus.windows.net%2Fhub(1)!*%2FConsumerGroups%2F%24Default"
        "&sig=pOMdHFKZWspGG1JxD9ihyCULqWNcsUCIEn%2BzbDUjh20%3D&se=1893456000&skn=service",
        False,
    ),
]


def key_for(resource: str) -> bytes:
    return (sas.eventhub_key if resource.startswith("sb:") else sas.iothub_key)(KEY)


@pytest.mark.parametrize(("library", "resource", "policy", "text", "same"), PINNED)
def test_the_sdks_tokens_are_read_and_verified(library, resource, policy, text, same):
    token = sas.read(sas.PREFIX + text)
    assert (token.resource, token.expires, token.policy) == (resource, EXPIRES, policy)
    assert sas.matches(token, key_for(resource))
    assert not sas.matches(token, key_for(resource) + b"!")


@pytest.mark.parametrize(("library", "resource", "policy", "text", "same"), PINNED)
def test_our_tokens_are_the_sdks(library, resource, policy, text, same):
    ours = sas.sign(resource, key_for(resource), EXPIRES, policy)
    assert (ours == sas.PREFIX + text) is same


def test_event_hubs_signs_with_the_keys_text_and_the_hub_with_its_bytes():
    token = sas.read(sas.sign(HUB, sas.iothub_key(KEY), EXPIRES, "service"))
    assert not sas.matches(token, sas.eventhub_key(KEY))


@pytest.mark.parametrize(
    "change",
    [
        {"signed_resource": "lab.azure-devices.net%2Fdevices%2Fpump-2", "resource": f"{HUB}/devices/pump-2"},
        {"expires": EXPIRES + 1},
        {"signature": "A" * 43 + "="},
    ],
)
def test_a_changed_token_does_not_match(change):
    token = sas.read(sas.sign(f"{HUB}/devices/pump-1", sas.iothub_key(KEY), EXPIRES))
    assert sas.matches(token, sas.iothub_key(KEY))
    assert not sas.matches(token._replace(**change), sas.iothub_key(KEY))


def test_a_resource_written_plain_but_signed_encoded_matches():
    text = sas.sign(f"{HUB}/devices/pump-1", sas.iothub_key(KEY), EXPIRES).replace("%2F", "/", 2)
    token = sas.read(text)
    assert token.signed_resource == f"{HUB}/devices/pump-1"
    assert sas.matches(token, sas.iothub_key(KEY))


@given(
    resource=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    policy=st.text(st.characters(exclude_categories=["Cs"])),
    key=st.binary(min_size=1, max_size=80),
    expires=st.integers(1, 10**12),
)
def test_what_is_signed_can_be_read_and_verified(resource, policy, key, expires):
    token = sas.read(sas.sign(resource, key, expires, policy))
    assert (token.resource, token.expires, token.policy) == (resource, expires, policy)
    assert sas.matches(token, key)


@pytest.mark.parametrize(
    ("text", "part", "word"),
    [
        ("", "", "begins"),
        ("sharedaccesssignature sr=a&sig=b&se=1", "", "capital letters"),
        ("Bearer eyJ", "", "begins"),
        (f"{sas.PREFIX}sig=b&se=1", "sr", "missing"),
        (f"{sas.PREFIX}sr=&sig=b&se=1", "sr", "no value"),
        (f"{sas.PREFIX}sr=a&se=1", "sig", "missing"),
        (f"{sas.PREFIX}sr=a&sig=c2hvcnQ%3D&se=1", "sig", "44"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D", "se", "missing"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&se=soon", "se", "seconds"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&se=1893456000.5", "se", "seconds"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&se=-5", "se", "seconds"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&se=1&se=2", "se", "twice"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&se=1&sv=2020", "", "part 4"),
        (f"{sas.PREFIX}sr=a&sig={'A' * 43}%3D&", "", "part 3"),
    ],
)
def test_a_malformed_token_says_which_part(text, part, word):
    with pytest.raises(sas.MalformedToken) as caught:
        sas.read(text)
    assert caught.value.part == part
    assert word in str(caught.value)
    assert "A" * 43 not in str(caught.value)


@given(st.text())
def test_reading_fails_in_one_way_only(text):
    for candidate in (text, sas.PREFIX + text, f"{sas.PREFIX}sr={text}&sig={'A' * 43}=&se=1"):
        with contextlib.suppress(sas.MalformedToken):
            sas.read(candidate)


def test_a_token_does_not_show_its_signature():
    token = sas.read(sas.sign(HUB, sas.iothub_key(KEY), EXPIRES, "service"))
    assert token.signature not in repr(token)
    assert token.signature not in f"{token}"
    assert "signature=***" in repr(token)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        (KEY[:-1], "multiple of 4"),
        (KEY[:-2], "multiple of 4"),
        (KEY[:10] + " " + KEY[11:], "space"),
        (KEY[:10] + "\n" + KEY[11:], "line break"),
        (KEY[:10] + "_" + KEY[11:], "URL-safe"),
        (KEY.replace("=", "%3D"), "URL-encoded"),
        ('"' + KEY, "quotation mark"),
        (KEY[:10] + "é" + KEY[11:], "ASCII"),
        (KEY[:10] + "\udce9" + KEY[11:], "ASCII"),
        (KEY[:10] + "\0" + KEY[11:], "control"),
        (KEY[:10] + "#" + KEY[11:], "strange"),
        (KEY[:10] + "=" + KEY[11:], "elsewhere"),
    ],
)
def test_a_key_that_is_not_base64_says_why(text, word):
    with pytest.raises(sas.MalformedKey) as caught:
        sas.iothub_key(text)
    assert word in str(caught.value)
    assert KEY[:8] not in str(caught.value)
    assert caught.value.__context__ is None


@given(st.binary(min_size=1))
def test_every_base64_key_is_read(key):
    assert sas.iothub_key(base64.b64encode(key).decode()) == key


@pytest.mark.parametrize("text", ["", "a b", "a\nb", "schlüssel", "\udce9"])
def test_an_event_hubs_key_is_plain_text(text):
    with pytest.raises(sas.MalformedKey) as caught:
        sas.eventhub_key(text)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("given", "wanted", "opens"),
    [
        (HUB, HUB, True),
        (HUB, f"{HUB}/devices/pump-1", True),
        (f"{HUB}/devices/pump-1", f"{HUB}/devices/pump-1", True),
        (f"{HUB}/devices/pump-1", f"{HUB}/devices/pump-1/messages/events", True),
        (f"{HUB}/devices/pump-1", f"{HUB}/devices/pump-10", False),
        (f"{HUB}/devices/pump-1", f"{HUB}/devices/PUMP-1", False),
        (f"{HUB}/devices/pump-1", HUB, False),
        (f"{HUB}/devices/pump-1/modules/m", f"{HUB}/devices/pump-1", False),
        ("LAB.Azure-Devices.NET/devices/pump-1", f"{HUB}/devices/pump-1", True),
        (f"{HUB}/", f"{HUB}/devices/pump-1", True),
        ("lab.azure", HUB, False),
        (f"other-{HUB}", HUB, False),
        (f"amqps://{HUB}/messages", f"{HUB}/messages/events", True),
        (STREAM, f"amqps://ihsuprod.servicebus.windows.net/{STREAM.rpartition('/')[2]}/ConsumerGroups/$Default", True),
        (NAMESPACE, STREAM, True),
        ("", HUB, False),
        ("/", HUB, False),
        ("sb://", STREAM, False),
        ("", "", False),
    ],
)
def test_which_resource_opens_which(given, wanted, opens):
    assert sas.covers(given, wanted) is opens


def test_a_text_of_a_whole_file_is_refused_with_the_limit():
    with pytest.raises(sas.MalformedToken) as wrong:
        sas.read(sas.PREFIX + "sr=a&" * 20_000)
    assert "and at most 65,536 are read" in str(wrong.value)
