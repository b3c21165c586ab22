"""Tokens of az's login: what az says is az's, and everything else is a failure of a step, in time."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
import requests
from azure.cli.core.azclierror import AuthenticationError, AzureConnectionError
from knack.util import CLIError

from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag.clients import address
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.login import az_login
from azext_iotdiag.login.account import Account, resource_manager
from azext_iotdiag.login.az_login import Login, TokenIssuer
from azext_iotdiag.login.errors import NotSignedIn
from azext_iotdiag.model.failure import Kind, StepFailed
from tests.login.threads import wait_in
from tests.plugins import hostile

ENTRA = "login.microsoftonline.com"
SOON = Deadlines(login=0.2, look=0.3)
SLACK = 5.0


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def entra(monkeypatch, tmp_path):
    """A function that leads the name of Entra to a port; its certificate for that is trusted."""
    authority = make_authority("the authority of a test")
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv(address.CONNECT_TO, "")
    certificate = hostile.certificate(authority, (ENTRA,), tmp_path)

    def lead(port: int):
        monkeypatch.setenv(address.CONNECT_TO, f"{ENTRA}:443=127.0.0.1:{port}")

    return SimpleNamespace(lead=lead, certificate=certificate)


@pytest.fixture
def stuck():
    """A call that does not come back before the test ends."""
    over = threading.Event()
    yield lambda: over.wait(30)
    over.set()


def failure_of(call, issuer=None):
    started = time.monotonic()
    with pytest.raises(StepFailed) as failed:
        az_login.ask(call, issuer or TokenIssuer(ENTRA, SOON))
    assert time.monotonic() - started < SLACK
    return failed.value.failure


def test_what_comes_in_time_is_handed_on() -> None:
    assert az_login.ask(lambda: "token", TokenIssuer(ENTRA, SOON)) == "token"


@pytest.mark.parametrize("error", [AuthenticationError("AADSTS700082: expired"), CLIError("Please run 'az login'.")])
def test_what_az_says_is_the_cause_and_is_shown_as_it_is(error) -> None:
    def refuse():
        raise error

    with pytest.raises(NotSignedIn) as raised:
        az_login.ask(refuse, TokenIssuer(ENTRA, SOON))
    assert raised.value.__cause__ is error and str(raised.value) == str(error)
    with pytest.raises(type(error)) as shown, as_az_errors():
        az_login.ask(refuse, TokenIssuer(ENTRA, SOON))
    assert shown.value is error


def test_entra_is_silent_and_can_be_reached(entra, stuck) -> None:
    with hostile.listening(hostile.over_tls(hostile.silent, entra.certificate)) as port:
        entra.lead(port)
        found = failure_of(stuck)
    assert (found.kind, found.step, found.host, found.seconds) == (Kind.SILENT, az_login.STEP, ENTRA, SOON.login)


def test_no_name_service(entra, stuck) -> None:
    with hostile.no_name_service():
        found = failure_of(stuck)
    assert (found.kind, found.host) == (Kind.NAME_NOT_RESOLVED, ENTRA)
    assert found.description == "the name service does not answer"


def test_the_proxy_is_silent(entra, stuck, monkeypatch) -> None:
    with hostile.listening(hostile.silent) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        found = failure_of(stuck)
    assert (found.kind, found.description) == (Kind.PROXY_SILENT, f"the proxy 127.0.0.1:{port} does not answer")


def test_packets_are_swallowed(entra, stuck) -> None:
    with hostile.swallowing() as port:
        entra.lead(port)
        assert failure_of(stuck).kind is Kind.UNREACHABLE


def test_what_requests_raises_is_a_failure_without_its_words(entra) -> None:
    def refuse():
        raise requests.ConnectionError("HTTPSConnectionPool(host='login', port=443): Max retries, and a SECRET")

    with hostile.listening(hostile.silent) as port:
        entra.lead(port)  # no TLS there
        found = failure_of(refuse)
    assert (found.kind, found.step) == (Kind.SILENT, "the TLS handshake")
    with hostile.listening(hostile.over_tls(hostile.silent, entra.certificate)) as port:
        entra.lead(port)
        found = failure_of(refuse)
    assert (found.kind, found.description) == (Kind.NOT_HTTP, "az cannot use the answer (ConnectionError)")


@pytest.mark.parametrize("error", [KeyError("access_token"), ValueError("<html>"), RecursionError(), SystemError()])
def test_what_msal_stumbles_over(entra, error) -> None:
    def stumble():
        raise error

    with hostile.listening(hostile.over_tls(hostile.silent, entra.certificate)) as port:
        entra.lead(port)
        assert failure_of(stumble).kind is Kind.NOT_HTTP


def test_a_proxy_that_cannot_be_used(entra, stuck, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy.example")
    found = failure_of(stuck)
    assert found.kind is Kind.PROXY_UNREACHABLE and "ftp://" in found.description


def test_the_endpoint_of_a_managed_identity_is_silent(stuck) -> None:
    found = failure_of(stuck, TokenIssuer("", SOON))
    assert (found.kind, found.step, found.host) == (
        Kind.SILENT, "the answer to az's login by the machine's managed identity", "169.254.169.254"
    )  # fmt: skip


def test_who_gives_out_tokens() -> None:
    endpoints = SimpleNamespace(active_directory="https://login.chinacloudapi.cn/")
    context = SimpleNamespace(cloud=SimpleNamespace(endpoints=endpoints))
    assert az_login.issuer(context, {"user": {"name": "a"}}).host == "login.chinacloudapi.cn"
    assert az_login.issuer(context, {"user": {"name": "a", "assignedIdentityInfo": "MSI"}}).host == ""


@pytest.mark.parametrize("error", [None, CLIError("Please run 'az login'.")])
def test_those_who_want_a_token_at_the_same_time_ask_once(error) -> None:
    """Also where it fails: nobody waits for a second deadline."""
    asked, begun, release, outcomes = [], threading.Event(), threading.Event(), []

    def get_token(*scopes):
        asked.append(scopes)
        begun.set()
        assert release.wait(10)
        if error is not None:
            raise error
        return SimpleNamespace(token="t")

    login = Login(SimpleNamespace(get_token=get_token), TokenIssuer(""), "s", "t", {})

    def want(scope):
        try:
            outcomes.append(login.token([scope]))
        except NotSignedIn as refused:
            outcomes.append(str(refused))

    threads = [threading.Thread(target=want, args=("a",)) for _ in range(4)]
    threads[0].start()
    assert begun.wait(10)
    for each in threads[1:]:
        each.start()
    for each in threads[1:]:
        wait_in("result", each)
    release.set()
    for each in threads:
        each.join(10)
    assert asked == [("a",)] and outcomes == [str(error) if error else "t"] * 4
    want("b")
    want("b")
    assert asked == [("a",), ("b",), ("b",)], "az keeps tokens, and renews them"


def test_a_validator_says_it_as_az_says_it(stuck) -> None:
    """The same for every command that takes a name: they all go through here."""
    login = Login(SimpleNamespace(get_token=lambda *_: stuck()), TokenIssuer("", SOON), "s", "t", {})
    made = Account("https://management.azure.com", lambda: login.token(["x"]), "s", "name", {})
    with pytest.raises(AzureConnectionError) as raised, as_az_errors(), resource_manager(made) as arm:
        arm.hubs("s")
    assert str(raised.value) == (
        "the answer to az's login by the machine's managed identity did not come from 169.254.169.254: nothing came."
    )
    assert "--login" in raised.value.recommendations[0]
