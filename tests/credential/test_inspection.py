"""Tokens as people copy them: found, taken apart, and compared with what they should open."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from urllib.parse import quote

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.inspection import Expected, facts, gap, inspect, resource_of
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import NO_KEY, Gap, SasFacts

KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
HOST = "hub.azure-devices.net"
DEVICE = f"{HOST}/devices/Pump-7"
ENDS = 1_900_000_000
TOKEN = sas.sign(DEVICE, sas.iothub_key(KEY), ENDS)


def signed(text: str, key: bytes, resource: str = quote(DEVICE, safe=""), ends: int = ENDS) -> str:
    signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    return f"SharedAccessSignature sr={resource}&sig={quote(signature, safe='')}&se={ends}"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (TOKEN, "token"),
        (f"  {TOKEN}\r\n", "token"),
        (f'"{TOKEN}"', "token"),
        (f"Authorization: {TOKEN}", "header"),
        (f"curl -H 'Authorization: {TOKEN}' https://{HOST}/devices", "header"),
        (f"authorization={TOKEN}", "header"),
        (f"HostName={HOST};DeviceId=Pump-7;SharedAccessSignature={TOKEN}", "connection string"),
        (f"HostName={HOST};SharedAccessSignature={TOKEN};DeviceId=Pump-7", "connection string"),
        (f'{{"sas": "{TOKEN}"}}', "text"),
        (f"mosquitto_pub -P '{TOKEN}' -t x", "text"),
    ],
)
def test_a_token_is_found_in_what_it_was_copied_with(text: str, form: str) -> None:
    facts = inspect(text, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.form, facts.fault, facts.resource, facts.signer) == (form, "", DEVICE, "k")
    assert facts.gap is Gap.NONE


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ""),
        ("hello", ""),
        (TOKEN[:80], "se"),
        (TOKEN.replace("SharedAccessSignature", "sharedaccesssignature"), ""),
        (TOKEN.partition("&se")[0], "se"),
        (TOKEN + "\n" + TOKEN[-10:], "se"),
    ],
)
def test_what_is_no_whole_token(text: str, part: str) -> None:
    facts = inspect(text)
    assert facts.fault and facts.part == part
    assert "sig=" not in facts.fault and TOKEN[70:90] not in facts.fault


@pytest.mark.parametrize(
    ("given", "wanted", "found"),
    [
        (DEVICE, DEVICE, Gap.NONE),
        (HOST, DEVICE, Gap.NONE),
        (DEVICE.replace("hub", "HUB"), DEVICE, Gap.NONE),
        (DEVICE, f"{DEVICE}/modules/m", Gap.NONE),
        ("other.azure-devices.net/devices/Pump-7", DEVICE, Gap.HOST),
        (DEVICE.lower(), DEVICE, Gap.CASE),
        (DEVICE.replace("devices/P", "Devices/P"), DEVICE, Gap.CASE),
        (f"{HOST}/devices/pump-7", f"{DEVICE}/modules/m", Gap.CASE),
        (f"{HOST}/devices/Pump-8", DEVICE, Gap.DEVICE),
        (f"{HOST}/devices/Pump", DEVICE, Gap.DEVICE),
        (f"{HOST}/Pump-7", DEVICE, Gap.PATH),
        (f"{DEVICE}/modules/m", DEVICE, Gap.PATH),
        (DEVICE, HOST, Gap.PATH),
        (quote(DEVICE, safe=""), DEVICE, Gap.ENCODED_TWICE),
        (f"https://{DEVICE}", DEVICE, Gap.SCHEME),
    ],
)
def test_gaps(given: str, wanted: str, found: Gap) -> None:
    assert gap(given, wanted) is found


def test_encoded_twice_shows_without_anything_to_compare() -> None:
    assert inspect(sas.sign(quote(DEVICE, safe=""), b"k", ENDS)).gap is Gap.ENCODED_TWICE


def test_which_key_signed() -> None:
    both = {"primary": Secret(OTHER), "secondary": Secret(KEY)}
    assert inspect(TOKEN, Expected(DEVICE, keys=both)).signer == "secondary"
    assert inspect(TOKEN, Expected(DEVICE, keys={"primary": Secret(OTHER)})).signer == NO_KEY
    assert inspect(TOKEN).signer == ""


@pytest.mark.parametrize(
    ("token", "made"),
    [
        (signed(f"{quote(DEVICE, safe='')}\n{ENDS}", KEY.encode()), ("text",)),
        (signed(f"{DEVICE}\n{ENDS}", sas.iothub_key(KEY)), ("plain",)),
        (signed(f"{DEVICE}\n{ENDS}", KEY.encode()), ("text", "plain")),
        (signed(f"{quote(DEVICE.lower(), safe='')}\n{ENDS}", sas.iothub_key(KEY)), ("case",)),
        (signed(f"{DEVICE.lower()}\n{ENDS}", sas.iothub_key(KEY)), ("case", "plain")),
    ],
)
def test_the_right_key_used_in_the_wrong_way(token: str, made: tuple[str, ...]) -> None:
    facts = inspect(token, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.signer, facts.made) == ("k", made)


def test_a_group_key_and_what_is_derived_from_it() -> None:
    resource = "0ne1/registrations/pump-7"
    derived = base64.b64encode(hmac.new(sas.iothub_key(KEY), b"pump-7", hashlib.sha256).digest()).decode()
    expected = Expected(resource, "registration", group_key=Secret(KEY), registration="pump-7")
    right = inspect(sas.sign(resource, sas.iothub_key(derived), ENDS, "registration"), expected)
    wrong = inspect(sas.sign(resource, sas.iothub_key(KEY), ENDS, "registration"), expected)
    assert (right.signer, right.made) == ("the key derived from the group's", ())
    assert wrong.made == ("group",)


@pytest.mark.parametrize("signed_text", [DEVICE, DEVICE.lower()])
def test_a_resource_in_lower_case_that_was_signed_without_encoding(signed_text: str) -> None:
    token = signed(f"{signed_text}\n{ENDS}", sas.iothub_key(KEY), quote(DEVICE.lower(), safe=""))
    facts = inspect(token, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.gap, facts.signer, facts.made) == (Gap.CASE, "k", ("plain",))


def test_a_resource_in_lower_case_and_the_right_signature() -> None:
    token = signed(f"{quote(DEVICE, safe='')}\n{ENDS}", sas.iothub_key(KEY), quote(DEVICE.lower(), safe=""))
    facts = inspect(token, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.gap, facts.signer, facts.made) == (Gap.CASE, "k", ())


def test_another_devices_resource_is_not_the_case() -> None:
    token = signed(f"{DEVICE}\n{ENDS}", sas.iothub_key(KEY), quote(f"{HOST}/devices/Pump-8", safe=""))
    facts = inspect(token, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.gap, facts.signer) == (Gap.DEVICE, NO_KEY)


@pytest.mark.parametrize("moment", [ENDS, 1_262_304_000, 4_102_444_800])
def test_milliseconds(moment: int) -> None:
    facts = inspect(sas.sign(DEVICE, b"k", moment * 1000))
    assert facts.in_milliseconds and facts.expires == moment


@pytest.mark.parametrize(
    "expires", [106_471_970_490, 99_999_999_999, 999_999_999_999, 253_402_300_800, 999_999_999_999_999]
)
def test_a_time_far_ahead_is_not_one_in_milliseconds(expires: int) -> None:
    """As milliseconds it would lie in a year that nobody means, such as 1973."""
    facts = inspect(sas.sign(DEVICE, b"k", expires))
    assert not facts.in_milliseconds and facts.expires == expires


def test_more_digits_than_a_time_has() -> None:
    facts = inspect(sas.sign(DEVICE, b"k", ENDS * 1_000_000))
    assert facts.part == "se" and "has 16 digits" in facts.fault


MISTAKEN = [
    (f"HostName={HOST};DeviceId=d;SharedAccessKey={KEY}", "a device's connection string"),
    (f"HostName={HOST};SharedAccessKeyName=service;SharedAccessKey={KEY}", "a hub's connection string"),
    (f"{{HostName={HOST};DeviceId=d;SharedAccessKey={KEY}}}", "a device's connection string"),
    (
        f"HostName=d.azure-devices-provisioning.net;SharedAccessKeyName=o;SharedAccessKey={KEY}",
        "a provisioning service's",
    ),
    (f"Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=o;SharedAccessKey={KEY}", "an Event Hub's"),
    (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY}", "a storage account's"),
    ("https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027-01-01&sr=c&sig=AAAA", "a SAS of Azure Storage"),
    ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln", "an access token"),
    ("-----BEGIN CERTIFICATE-----\nMIIB", "in PEM"),
    (KEY, "a key"),
    (base64.b64encode(b"HostName=h;DeviceId=d").decode(), "in base64"),
    ('{"sas": null}', "JSON"),
]


@pytest.mark.parametrize(("text", "kind"), MISTAKEN, ids=[kind for _, kind in MISTAKEN])
def test_what_stands_where_a_token_belongs_is_told(text: str, kind: str) -> None:
    fault = inspect(text).fault
    assert kind in fault and fault.endswith("not a SAS token") and KEY not in fault


WRAPPED = [
    f"{{{TOKEN}}}", f"({TOKEN})", f"<{TOKEN}>", f"“{TOKEN}”", f"‘{TOKEN}’", f"`{TOKEN}`", f"[{TOKEN}]",
    f"export TOKEN='{TOKEN}'", f'$env:TOKEN = "{TOKEN}"', f"set TOKEN={TOKEN}\r\n", f"Password = {TOKEN}",
    f'curl -H "Authorization: {TOKEN}" https://x', f'{{"sas": "{TOKEN}",\n "ends": 1}}',
    '{"sas": "' + TOKEN.replace("&", "\\u0026") + '"}', f"{TOKEN}\n\n", f"\ufeff{TOKEN}",
]  # fmt: skip


@pytest.mark.parametrize("text", WRAPPED)
def test_what_stands_around_a_token_does_not_belong_to_it(text: str) -> None:
    facts = inspect(text, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.fault, facts.resource, facts.expires, facts.signer) == ("", DEVICE, ENDS, "k")


def test_signs_that_an_id_may_hold_end_no_token() -> None:
    """JavaScript's encodeURIComponent leaves them as they are."""
    device = f"{HOST}/devices/a(1)!'*"
    written = quote(device, safe="()!'*")
    facts = inspect(
        signed(f"{written}\n{ENDS}", sas.iothub_key(KEY), written), Expected(device, keys={"k": Secret(KEY)})
    )
    assert (facts.fault, facts.resource, facts.signer) == ("", device, "k")


BROKEN = [
    (f"SharedAccessSignature {TOKEN}", "twice"),
    (f"Authorization: SharedAccessSignature {TOKEN}", "twice"),
    (f"HostName={HOST};DeviceId=d;SharedAccessSignature=SharedAccessSignature {TOKEN}", "twice"),
    (quote(TOKEN, safe=""), "URL-encoded as a whole"),
    (TOKEN.replace(" ", "+"), "URL-encoded as a whole"),
    (TOKEN.removeprefix("SharedAccessSignature "), "is missing before it"),
    (TOKEN.replace(" ", ""), "the space"),
    (TOKEN.replace(" ", "="), "a sign where a space belongs"),
    (TOKEN.lower(), "capital letters"),
    (TOKEN.replace("&", "&amp;"), "'&amp;'"),
    (TOKEN.replace("&", "\\u0026"), "in JSON"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN)
def test_what_is_wrong_with_the_form_of_a_token(text: str, words: str) -> None:
    fault = inspect(text, Expected(DEVICE)).fault
    assert words in fault and TOKEN[70:90] not in fault


def test_resources() -> None:
    assert resource_of(HOST) == HOST
    assert resource_of(HOST, "d", "m") == f"{HOST}/devices/d/modules/m"


@pytest.mark.parametrize(("token", "compared"), [
    (SasFacts("token", resource="h"), False), (SasFacts("token", wanted="h"), True),
    (SasFacts("token", wanted_policy=""), True), (SasFacts("token", wanted_policy="service"), True),
    (SasFacts("token", gap=Gap.ENCODED_TWICE), True),
])  # fmt: skip
def test_what_was_not_compared_has_no_value(token: SasFacts, compared: bool) -> None:
    """So that its check is skipped, and does not pass."""
    found = facts(token, 1_800_000_000.0)
    assert (found["expected_resource"].value is not None) is compared
    assert found["signing_keys"].value is None and found["token"].value == token
    assert facts(replace(token, keys=("the key",)), 0.0)["signing_keys"].value == ("the key",)


def test_a_registration_without_a_groups_key_is_compared_with_nothing() -> None:
    token = sas.sign("h/registrations/d", b"k" * 32, 2_000_000_000, "registration")
    assert inspect(token, Expected(registration="d")).keys == ()
