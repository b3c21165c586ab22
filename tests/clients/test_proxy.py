"""Which proxy the environment names for a host."""

from __future__ import annotations

import os

import pytest

from azext_iotdiag.clients import proxy

HUB = "lab-hub.azure-devices.net"


@pytest.fixture
def named(monkeypatch):
    """Set the variables of proxies, and no others than those given."""
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

    def set_(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_


@pytest.mark.parametrize(("variables", "found"), [
    ({}, None),
    ({"HTTP_PROXY": "http://p:1"}, None),
    ({"HTTPS_PROXY": ""}, None),
    ({"HTTPS_PROXY": "http://p:1"}, ("http", "p", 1, "HTTPS_PROXY")),
    ({"https_proxy": "http://q:2", "HTTPS_PROXY": "http://p:1"}, ("http", "q", 2, "https_proxy")),
    ({"https_proxy": "", "HTTPS_PROXY": "http://p:1"}, None),
    ({"HTTPS_PROXY": "p:1"}, ("http", "p", 1, "HTTPS_PROXY")),
    ({"HTTPS_PROXY": " HTTP://P.corp/ "}, ("http", "p.corp", 80, "HTTPS_PROXY")),
    ({"HTTPS_PROXY": "http://[::1]:3128"}, ("http", "::1", 3128, "HTTPS_PROXY")),
    ({"ALL_PROXY": "socks5://p"}, ("socks5", "p", 1080, "ALL_PROXY")),
    ({"all_proxy": "socks5h://p:9", "HTTPS_PROXY": "http://q:2"}, ("http", "q", 2, "HTTPS_PROXY")),
    ({"all_proxy": "socks://p:9"}, ("socks5", "p", 9, "all_proxy")),
])  # fmt: skip
def test_the_variables(named, variables, found):
    named(**variables)
    given = proxy.find(HUB, 443)
    assert (given and given[:4]) == found


@pytest.mark.parametrize(("scheme", "asks"), [("http", True), ("socks5h", True), ("socks", True), ("socks5", False)])
def test_who_looks_names_up(named, scheme, asks):
    named(HTTPS_PROXY=f"{scheme}://p:1")
    assert proxy.find(HUB, 443).asks_names is asks


@pytest.mark.parametrize(("excepted", "host", "past"), [
    ("", HUB, False),
    ("*", HUB, True),
    ("other.net, *", HUB, True),
    (HUB, HUB, True),
    (HUB.upper(), HUB, True),
    ("azure-devices.net", HUB, True),
    (".azure-devices.net", HUB, True),
    ("*.azure-devices.net", HUB, True),
    ("x.net azure-devices.net", HUB, True),
    ("x.net;azure-devices.net", HUB, False),
    ("devices.net", HUB, False),
    ("lab-hub.azure-devices.net.evil.com", HUB, False),
    (f"{HUB}:443", HUB, True),
    ("azure-devices.net:443", HUB, True),
    (f"{HUB}:5671", HUB, False),
    ("127.0.0.1", "127.0.0.1", True),
    ("127.0.0.0/8", "127.0.0.1", True),
    ("10.0.0.0/8,127.0.0.1/32", "127.0.0.1", True),
    ("10.0.0.0/8", "127.0.0.1", False),
    ("10.0.0.0/8", HUB, False),
    ("::1", "::1", True),
    ("fd00::/8", "fd12::1", True),
    (" , ,", HUB, False),
])  # fmt: skip
def test_no_proxy(named, excepted, host, past):
    named(HTTPS_PROXY="http://p:1", NO_PROXY=excepted)
    assert (proxy.find(host, 443) is None) is past


def test_user_and_password_are_decoded_and_never_shown(named):
    named(HTTPS_PROXY="http://DOMAIN%5Cme:p%40ss%3Aword@p:1")
    found = proxy.find(HUB, 443)
    assert (found.user, found.password.reveal()) == ("DOMAIN\\me", "p@ss:word")
    assert "p@ss" not in f"{found!r} {found}" and str(found) == "p:1"


@pytest.mark.parametrize("text", [
    "https://me:Pa55word@p:1", "socks4://me:Pa55word@p:1", "ftp://p", "http://", "http://:80", "http://me:Pa55word@", "http://p:x",
    "http://p:99999", "http://p:0", "http://m/e:Pa55word@p:1", "http://me:Pa55word#1@p:1", "http://me:Pa55word?@p:1", "http://[::1",
])  # fmt: skip
def test_what_names_no_proxy(named, text):
    named(HTTPS_PROXY=text)
    with pytest.raises(proxy.BadProxy, match="HTTPS_PROXY") as wrong:
        proxy.find(HUB, 443)
    assert "Pa55word" not in str(wrong.value) and wrong.value.__context__ is None
