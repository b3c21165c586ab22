"""A key that was typed is recognised in all its forms, and no piece of it is left in a text."""

from __future__ import annotations

import base64
import json
import re
import shlex
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.render.typed_secrets import PIECE, TypedSecrets
from tests.plugins.effort import cases

KEY = base64.b64encode(bytes(range(100, 132))).decode()
LONG = base64.b64encode(bytes(range(150, 214))).decode()
SHORT_32 = "q8Zr3Lx7Vb2Nm5Kt9Wd4Hf6Jg1Ps0Cy8"
OF_WORDS = "Abcde1Fghij2Klmno3Pqrst4Uvwxy5Za"  # as mixed as a key, with words in it
OF_16 = base64.b64encode(bytes(range(100, 245, 9))[:16]).decode()
SAS = f"SharedAccessSignature sr=hub.azure-devices.net&sig={quote(KEY, safe='')}&se=1893456000&skn=owner"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2lvdGh1YnMifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
STRING = f"HostName=hub.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey={KEY}"
PEM = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH\n-----END PRIVATE KEY-----"


def leaks(text: str, secret: str) -> bool:
    return any(secret[at : at + PIECE].lower() in text.lower() for at in range(len(secret) - PIECE + 1))


@pytest.mark.parametrize(("word", "secret"), [
    (STRING, KEY), (f"'{STRING}'", KEY), (json.dumps({"cs": STRING}), KEY), (STRING[:-1], KEY[:-1]),
    (STRING[:-20], KEY[:-20]), (quote(STRING, safe=""), KEY), (quote(STRING, safe="").lower(), KEY),
    (STRING.replace("SharedAccessKey=", "sharedaccesskey:"), KEY),
    (STRING.replace("SharedAccessKey=", "SharedAccessKey"), KEY),
    (KEY, KEY), (LONG, LONG), (KEY.rstrip("="), KEY.rstrip("=")), (quote(KEY, safe=""), KEY), (SHORT_32, SHORT_32),
    (SAS, KEY), (quote(SAS), KEY), (f"sig={quote(KEY, safe='')}", KEY), (f"x {KEY} y", KEY), (f"hub={KEY}", KEY),
    (f"Bearer {JWT}", JWT), (JWT, JWT), (JWT[:60], JWT[:60]), (f"Authorization: bearer {LONG}", LONG),
    (PEM, "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH"),
    (f"AccountName=x;AccountKey={LONG};EndpointSuffix=y", LONG),
    # cut, and of another length
    (KEY[:-2], KEY[:-2]), (KEY[:-9], KEY[:-9]), (KEY[1:], KEY[1:]), (KEY[5:], KEY[5:]), (LONG[:-5], LONG[:-5]),
    (OF_16, OF_16), (json.dumps({"primaryKey": KEY[:20]}), KEY[:20]), (json.dumps({"cs": STRING[:-20]}), KEY[:-20]),
    # encoded
    (base64.b64encode(STRING.encode()).decode(), KEY), (base64.b64encode(KEY.encode()).decode(), KEY),
    (json.dumps({"cs": STRING}).replace("=", "\\u003d"), KEY), (f"{KEY[:20]}\n{KEY[20:]}", KEY),
    (r"HostName=h;SharedAccessKey\u003dabcdefghij", "abcdefghij"),
    # in the name of a file, behind an option without a space, in an address
    (f"/tmp/{KEY}.json", KEY), (f"key_{KEY.replace('f', '_')}", KEY.replace("f", "_")),
    (f"-d{KEY}", KEY), (f"--hub-name={OF_WORDS}", OF_WORDS), (f"hubs/key-{KEY[:-2]}", KEY[:-2]),
    (f"amqps://owner:{quote(KEY[:20], safe='')}@hub.servicebus.windows.net/hub", KEY[:20]),
], ids=lambda each: each[:30])  # fmt: skip
def test_a_secret_is_hidden_in_all_its_forms(word: str, secret: str) -> None:
    hide = TypedSecrets(["iot", "diag", "device", "show", "-d", word])
    assert hide.misplaced
    for text in (
        word, word.lower(), repr(word), shlex.quote(word), quote(word, safe=""), quote(quote(word)),
        json.dumps({"a": word}),
        f"There is no device '{secret}'.", secret[3:20], f"Did you mean {secret[:12]}…?",
        "\n".join((secret[:15], secret[15:])),
    ):  # fmt: skip
        assert not leaks(hide(text), secret), text[:20]


def test_all_else_stays() -> None:
    shown = TypedSecrets(["-n", STRING])(f"no hub 'HostName=hub.azure-devices.net;SharedAccessKey={KEY}', or no rights")
    assert shown == "no hub 'HostName=hub.azure-devices.net;SharedAccessKey=***', or no rights"


@pytest.mark.parametrize("word", [
    "device-1", "0123456789abcdef0123456789abcdef", "0f" * 32, "DF3C24F9BFD666761B268073FE06D1CC8D4F82A4", "",
    "6f1c0cd4-2b1e-4a8c-9c3a-0d6a2a1f7b11", "MyDeviceBuilding7Floor3RoomTwelv", "dtmi:example:thermostat;1", "@hub.txt",
    "sensor-in-hall-17-of-the-third-bu", "SharedAccessKeyName=owner", "HostName=hub.azure-devices.net",
    "temperature>30", "GatewayEdge01-Line2-PLC7-Modbus3-Reg40001", "device_A1B2_C3D4_E5F6_0789_ABCD_EF01",
    "/subscriptions/6F1C0CD4-2B1E-4A8C-9C3A-0D6A2A1F7B11/resourceGroups/MyRG1/providers/Microsoft.Devices/IotHubs/Hub1",
    "/home/user/Projects/IoTDiag2/Models/ThermostatV2.json", "/work/Plants/Hall3/Line2/PLC7/Robot4/Axis6/T1.json",
    "MachineLearningModelV3Endpoint7Prod2EU1", "Site12Floor3Room44Sensor5Temp67", "sensorA1B2C3D4E5F60789ABCDEF01",
    "http://user:short@proxy:3128", "SerialNo=", "ThermostatFloor12=",
    "SELECT * FROM devices WHERE tags.site = 'sigma'",
])  # fmt: skip
def test_a_name_is_no_secret(word: str) -> None:
    hide = TypedSecrets(["monitor", "events", "-d", word])
    assert not hide and not hide.misplaced
    assert hide(f"device {word!r}") == f"device {word!r}"


@pytest.mark.parametrize(("words", "misplaced"), [
    (["--login", STRING], False), ([f"--login={STRING}"], False), (["-l", STRING], False), (["--key", KEY], False),
    (["--cs", STRING], False), (["-n", STRING], True), ([f"--hub-name={KEY}"], True), ([f"-n{STRING}"], True),
    (["explain", SAS], True), (["-l", "@x", "-d", KEY], True), (["--login", STRING, "-d", "x"], False),
])  # fmt: skip
def test_a_secret_has_its_places(words: list[str], misplaced: bool) -> None:
    hide = TypedSecrets(words)
    assert hide and hide.misplaced is misplaced


def test_a_cut_key_is_hidden_where_it_was_typed() -> None:
    hide = TypedSecrets(["-n", "HostName=h;SharedAccessKey=abc/d"])
    assert hide("no hub 'HostName=h;SharedAccessKey=abc/d', abc") == "no hub 'HostName=h;SharedAccessKey=***', abc"


@settings(max_examples=cases(200, 5_000), deadline=None)
@given(st.binary(min_size=32, max_size=32), st.text(), st.text(), st.integers(0, 36), st.integers(8, 44))
def test_no_piece_of_a_key_shows(key: bytes, before: str, after: str, start: int, size: int) -> None:
    secret = base64.b64encode(key).decode()
    hide = TypedSecrets(["-d", secret])
    assert not leaks(hide(f"{before}{secret[start : start + size]}{after}"), secret)


# What is random has 12 changes of kind in 30 characters, 4 runs of each case, a digit, and 11 letters in words at most.
RANDOM = "ABCde123FGHij456KLMno78PQRst90"


@pytest.mark.parametrize(("word", "secret"), [
    (RANDOM, True), ("x" * 20 + RANDOM, True), (RANDOM + "x" * 20, True),
    ("ABCde123FGHij456KLMno78PQRstuv", False),  # 11 changes
    ("AB1CD2ef3GH4ij5KL6mn7OP8QRSTUV", False), ("ab1cd2EF3gh4IJ5kl6MN7op8qrstuv", False),  # 3 runs of one case
    ("ABCde+++FGHij///KLMno++PQRst//", False),  # no digit
    ("Aabcd123Befgh456Cijk789Dlm0123", True), ("Aabcd123Befgh456Cijkl789Dlm012", False),  # 11 and 12 letters in words
    (RANDOM[:29], False), (re.sub("[0-9]", "9", RANDOM), True), (re.sub("[0-9]", "0", RANDOM), True),
])  # fmt: skip
def test_what_is_too_mixed_for_a_name(word: str, secret: bool) -> None:
    assert bool(TypedSecrets(["-d", word])) is secret


def test_eight_characters_of_a_secret_are_too_many() -> None:
    hide = TypedSecrets(["-d", KEY])
    assert hide(f"no {KEY[5:13]} here") == "no *** here"
    assert hide(f"no {KEY[5:12]} here") == f"no {KEY[5:12]} here"
    assert hide(f"no {KEY[5:13].swapcase()} here") == "no *** here", "in any case"
    assert hide(f"no \u0130{KEY[5:13]} here") == "no \u0130*** here"
    assert hide(f"no {KEY[5:13]}\u00e4\u0130 here") == "no ***\u00e4\u0130 here", "and beside any letter"
