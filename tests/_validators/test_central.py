"""What may stand for an IoT Central application and its token, and what goes with it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import central
from azext_iotdiag.credential import sas
from tests.validating import command, refuse_sockets, said

TOKEN = sas.sign("4d9a8ac8-1b1c-4c1c-9a5e-000000000000", b"key", 2_000_000_000, "reader")


@pytest.fixture
def read(tmp_path, monkeypatch: pytest.MonkeyPatch):
    refuse_sockets(monkeypatch)
    cmd = command(str(tmp_path), monkeypatch)

    def target(**given):
        fields = {"app_id": "my-app", "token": TOKEN, "central_dns_suffix": None, "login": None, "hub_name": None}
        return central.target(cmd, SimpleNamespace(**fields | given))

    return target


@pytest.mark.parametrize(("app_id", "suffix", "host"), [
    ("my-app", None, "my-app.azureiotcentral.com"), ("My-App", None, "my-app.azureiotcentral.com"),
    ("my-app.azureiotcentral.com", None, "my-app.azureiotcentral.com"),
    ("https://my-app.azureiotcentral.com/", None, "my-app.azureiotcentral.com"),
    ("my-app", "azureiotcentral.us", "my-app.azureiotcentral.us"),
    ("my-app.azureiotcentral.us", "azureiotcentral.com", "my-app.azureiotcentral.us"),
])  # fmt: skip
def test_the_host(read, app_id: str, suffix: str | None, host: str) -> None:
    assert read(app_id=app_id, central_dns_suffix=suffix).app == host


def test_the_token_is_kept_secret(read) -> None:
    target = read(token=f"{TOKEN}\n")
    assert target.authorization().reveal() == TOKEN
    assert "sig" not in repr(target) and "sig" not in repr(target.authorization())
    assert read(token="Bearer abc.def").authorization().reveal() == "Bearer abc.def"


@pytest.mark.parametrize(("given", "words"), [
    ({"app_id": ""}, "can be no application's"), ({"app_id": "a b"}, "can be no application's"),
    ({"app_id": "a.b c"}, "can be no application's"), ({"central_dns_suffix": "x"}, "can be no domain"),
    ({"token": "SharedAccessSignature sig=secret"}, "no API token of IoT Central"),
    ({"token": "secret"}, "no API token of IoT Central"), ({"login": "x"}, "--login is for an IoT hub"),
    ({"hub_name": "x"}, "--hub-name is for an IoT hub"),
])  # fmt: skip
def test_what_is_refused(read, given: dict, words: str) -> None:
    with pytest.raises(AzCLIError) as caught:
        read(**given)
    assert words in said(caught.value) and "secret" not in said(caught.value)


def test_what_only_goes_with_an_application() -> None:
    for given in ({"token": "x"}, {"central_dns_suffix": "x.y"}):
        with pytest.raises(AzCLIError, match="belongs to an IoT Central application"):
            central.refuse_strays(SimpleNamespace(**{"token": None, "central_dns_suffix": None} | given))
