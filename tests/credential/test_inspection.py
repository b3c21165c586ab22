"""Tokens as people copy them: found, taken apart, and compared with what they should open."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.inspection import Expected, gap, inspect, resource_of
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import NOBODY, Gap

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
    assert inspect(TOKEN, Expected(DEVICE, keys={"primary": Secret(OTHER)})).signer == NOBODY
    assert inspect(TOKEN).signer == ""


@pytest.mark.parametrize(
    ("token", "made"),
    [
        (signed(f"{quote(DEVICE, safe='')}\n{ENDS}", KEY.encode()), "text"),
        (signed(f"{DEVICE}\n{ENDS}", sas.iothub_key(KEY)), "plain"),
    ],
)
def test_the_right_key_used_in_the_wrong_way(token: str, made: str) -> None:
    facts = inspect(token, Expected(DEVICE, keys={"k": Secret(KEY)}))
    assert (facts.signer, facts.made) == ("k", made)


def test_a_group_key_and_what_is_derived_from_it() -> None:
    resource = "0ne1/registrations/pump-7"
    derived = base64.b64encode(hmac.new(sas.iothub_key(KEY), b"pump-7", hashlib.sha256).digest()).decode()
    expected = Expected(resource, "registration", group_key=Secret(KEY), registration="pump-7")
    right = inspect(sas.sign(resource, sas.iothub_key(derived), ENDS, "registration"), expected)
    wrong = inspect(sas.sign(resource, sas.iothub_key(KEY), ENDS, "registration"), expected)
    assert (right.signer, right.made) == ("the key derived from the group's", "")
    assert wrong.made == "group"


def test_milliseconds() -> None:
    facts = inspect(sas.sign(DEVICE, b"k", ENDS * 1000))
    assert facts.in_milliseconds and facts.expires == ENDS


def test_resources() -> None:
    assert resource_of(HOST) == HOST
    assert resource_of(HOST, "d", "m") == f"{HOST}/devices/d/modules/m"
