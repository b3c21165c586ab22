"""What looks like a secret is taken out of a report, wherever it stands; what only looks odd stays."""

from __future__ import annotations

import base64
from typing import Any

from azext_iotdiag.render.redaction import redacted
from tests.plugins.rows import all_rows

KEY = base64.b64encode(bytes(range(200, 232))).decode()
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlLW9mLWl0"
URL_KEY = KEY.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
HOST = "hub.azure-devices.net"

SECRETS = (
    f"HostName={HOST};DeviceId=d;SharedAccessKey={KEY}",
    f"SharedAccessSignature sr={HOST}&sig={URL_KEY}&se=1",
    f"Authorization: Bearer {JWT}",
    KEY,
    f"the reason is {KEY}",
    f'{{"primaryKey": "{KEY}"}}',
    base64.b64encode(f"SharedAccessKey={KEY}".encode()).decode(),
    f"-----BEGIN PRIVATE KEY-----\n{KEY}\n{KEY}\n-----END PRIVATE KEY-----",
    f"https://user:{KEY}@proxy.example.com",
)


@all_rows("text", SECRETS)
def test_a_secret_in_a_value_a_name_and_a_list(text: str) -> None:
    shown = redacted({"a": text, text: [{"b": [text, 1, None, True]}]})
    for each in (str(shown), str(redacted(text))):
        assert "***" in each
        assert not any(piece in each for piece in (KEY[:16], KEY[-17:-1], URL_KEY[:16], JWT[-16:]))


KEPT = (
    "pump-7", HOST, "2026-11-30T10:58:20Z", "5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b-G:11", "device-disabled",
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Group01/providers/Microsoft.Devices/IotHubs/h",
    "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", "SELECT * FROM devices WHERE tags.a = 'b'",
    "The hub refuses the token (401003, IoTHubUnauthorized).", "dtmi:com:example:Thermostat;1",
    "az iot hub device-identity update -n HUB -d pump-7 --set status=enabled",
    "CN=Microsoft Azure RSA TLS Issuing CA 03",
)  # fmt: skip


@all_rows("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    value: dict[str, Any] = {text: [text, 1.5, None, False]}
    assert redacted(value) == value


def test_the_id_of_a_device_that_looks_like_a_key_stays() -> None:
    """It is what support looks for. A key that stands beside it goes."""
    name = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"
    assert redacted(name) != name
    shown = redacted({"device": name, "said": f"'{name}' has SharedAccessKey={KEY}"}, ["pump-7", "", name])
    assert shown == {"device": name, "said": f"'{name}' has SharedAccessKey=***"}


def test_a_name_that_would_cut_a_secret_apart_is_no_reason_to_show_it() -> None:
    for name in ("SharedAccessKey", "=", KEY[:6], "hub"):
        assert KEY[8:24] not in redacted(f"HostName=hub;SharedAccessKey={KEY}", [name])
