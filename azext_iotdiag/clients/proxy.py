"""Which proxy the environment names for a host. Going through it is for tunnel.py."""

from __future__ import annotations

import ipaddress
import os
import re
import urllib.request
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from azext_iotdiag.model.target import Secret

HTTP, SOCKS = "http", "socks5"
_KINDS = {"": HTTP, "http": HTTP, "socks5": SOCKS, "socks5h": SOCKS, "socks": SOCKS}
_PORTS = {HTTP: 80, SOCKS: 1080}  # curl says 1080 for both; requests, and so az, take 80 for HTTP
_VARIABLES = ("https", "all")  # the first that is set counts, in lower case before upper case, as for requests


class Proxy(NamedTuple):
    """A proxy: `kind` is HTTP or SOCKS, `variable` the environment variable that names it.

    `asks_names`: the proxy looks host names up, rather than this machine.
    """

    kind: str
    host: str
    port: int
    variable: str
    user: str = ""
    password: Secret = Secret("")
    asks_names: bool = True

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class BadProxy(ValueError):
    """The variable does not name a proxy that can be used. The text shows neither user nor password."""


def find(host: str, port: int) -> Proxy | None:
    """The proxy through which a host and port are reached, or None: HTTPS_PROXY, else ALL_PROXY, unless NO_PROXY.

    Raises BadProxy.
    """
    named = urllib.request.getproxies_environment()
    for scheme in _VARIABLES:
        if named.get(scheme):
            return None if _bypassed(host, port, named) else _read(named[scheme].strip(), _variable(scheme))
    return None


def _bypassed(host: str, port: int, named: dict[str, str]) -> bool:
    """Whether NO_PROXY excepts a host, by name or suffix, with a port or a leading dot or star, or as a network."""
    excepted = [name.strip().lower() for name in re.split(r"[,\s]+", named.get("no", "")) if name.strip()]
    if "*" in excepted or _in_networks(host, excepted):
        return True
    plain = ",".join(name.removeprefix("*") for name in excepted)
    # Documented in the source of urllib.request alone, which is why the stubs do not have it.
    bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]
    return bool(plain) and bool(bypass(f"{host}:{port}", {"no": plain}))


def _in_networks(host: str, excepted: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    for name in excepted:
        try:
            if address in ipaddress.ip_network(name.strip("[]"), strict=False):
                return True
        except ValueError:  # a name
            continue
    return False


def _variable(scheme: str) -> str:
    return next(
        (name for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY") if os.environ.get(name)), f"{scheme}_proxy"
    )


def _read(text: str, variable: str) -> Proxy:
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text
    kind = _KINDS.get(scheme.lower())
    if kind is None:
        if scheme.lower() == "https":
            raise BadProxy(
                f"{variable} begins with https://, and a proxy that itself is reached over TLS is not supported. "
                "Write http:// where the proxy takes plain connections, as most do."
            )
        raise BadProxy(f"{variable} begins with {scheme}://; supported are http://, socks5:// and socks5h://.")
    host, port, parts = _address(rest, variable)
    return Proxy(
        kind,
        host,
        port or _PORTS[kind],
        variable,
        unquote(parts.username or ""),
        Secret(unquote(parts.password or "")),
        asks_names=scheme.lower() != "socks5",
    )


def _address(rest: str, variable: str) -> tuple[str, int | None, SplitResult]:
    """The host, the port where there is one, and the parts of what follows the scheme."""
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, SplitResult("", "", "", "", "")
    if not host or port == 0 or parts.path.strip("/") or parts.query or parts.fragment:  # of a password's / ? or #
        raise BadProxy(
            f"{variable} does not read http://HOST:PORT. Write special characters of a user or password as %XX."
        )
    return host, port, parts
