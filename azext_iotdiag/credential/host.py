"""The host names of connection strings: what is wrong with one, and whose it is. Nothing is resolved."""

from __future__ import annotations

import difflib
import ipaddress
import re

from azext_iotdiag.model.network import Cloud, HostKind

# The clouds' suffixes, each list beginning with the public cloud's.
HUB = ("azure-devices.net", "azure-devices.cn", "azure-devices.us", "azure-devices.de")
DPS = tuple(f"azure-devices-provisioning.{country}" for country in ("net", "cn", "us", "de"))
EVENT_HUBS = ("servicebus.windows.net", "servicebus.chinacloudapi.cn", "servicebus.usgovcloudapi.net")
_OWNERS = {HUB: "an IoT hub", DPS: "a Device Provisioning Service", EVENT_HUBS: "an Event Hubs namespace"}

_OTHERS = {
    HostKind.STORAGE: tuple(
        f"blob.core.{domain}" for domain in ("windows.net", "chinacloudapi.cn", "usgovcloudapi.net")
    ),
    HostKind.CENTRAL: ("azureiotcentral.com",),
    HostKind.EVENT_GRID: ("ts.eventgrid.azure.net",),
}
_CLOUDS = {"net": Cloud.PUBLIC, "cn": Cloud.CHINA, "us": Cloud.GOVERNMENT, "de": Cloud.GERMANY}

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LONGEST = 253  # characters of a name. RFC 1035, 2.3.4
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_WITH_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:]*)(?::([0-9]{1,5}))?")


def kind(host: str) -> HostKind:
    """Whose host a name is, by its domain."""
    known = {HostKind.HUB: HUB, HostKind.DPS: DPS, HostKind.EVENT_HUBS: EVENT_HUBS, **_OTHERS}
    return next((each for each, suffixes in known.items() if belongs(host, suffixes)), HostKind.UNKNOWN)


def cloud(host: str) -> Cloud:
    """The cloud of a hub or a provisioning service, by its domain; unknown for other hosts."""
    if kind(host) not in (HostKind.HUB, HostKind.DPS):
        return Cloud.UNKNOWN
    return _CLOUDS.get(host.rpartition(".")[2].lower(), Cloud.UNKNOWN)


def judge(text: str) -> str:
    """A host name of any service, or an IP address, in lower case. Raises MalformedHost."""
    if "://" in text or "/" in text:
        raise MalformedHost("is a URL", "Write the host name alone, such as NAME.azure-devices.net")
    bare = text.strip("[]") if text.startswith("[") else text
    if is_address(bare):
        return bare.lower()
    if _WITH_PORT.fullmatch(text) and ":" in text:
        raise MalformedHost("holds a port", "Leave out the port; every protocol has its own")
    if len(text) > _LONGEST or not _NAME.fullmatch(text):
        raise MalformedHost("is not a host name", "Write one such as NAME.azure-devices.net")
    return text.lower()


class MalformedHost(ValueError):
    """A host name that cannot be right: why, and what to write instead."""

    def __init__(self, reason: str, advice: str):
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


def read(text: str, *services: tuple[str, ...]) -> str:
    """The host name in lower case, where it belongs to one of `services` (HUB, DPS, EVENT_HUBS) or to this machine.

    A port is only accepted behind localhost or an IP address. Raises MalformedHost.
    """
    if "://" in text or "/" in text:
        raise MalformedHost("is a URL", f"Write the host name alone, such as {_example(services)}")
    host, port = _apart(text)
    if _is_plain(host):
        return text.lower()
    if port:
        raise MalformedHost("holds a port", "Leave out the port; this tool knows which one each protocol uses")
    if not _NAME.fullmatch(host):
        raise MalformedHost("is not a host name", f"Write one such as {_example(services)}")
    if "." not in host:
        raise MalformedHost("is a name without its domain", f"Write the whole host name, such as {_example(services)}")
    if not any(belongs(host, suffixes) for suffixes in services):
        raise _unknown(host, services)
    return host.lower()


def belongs(host: str, suffixes: tuple[str, ...]) -> bool:
    """Whether `host` is a name under one of the suffixes (HUB, DPS or EVENT_HUBS)."""
    return host.lower().endswith(tuple(f".{suffix}" for suffix in suffixes))


def _apart(text: str) -> tuple[str, str]:
    found = _WITH_PORT.fullmatch(text)
    if not found or int(found[2] or 1) not in range(1, 65536):
        raise MalformedHost("is not a host name", "Write the host name alone, without blanks or a port")
    return found[1], found[2] or ""


def _is_plain(host: str) -> bool:
    """Whether this is localhost or an IP address, as a hub that runs on the own machine has."""
    return host.lower() == "localhost" or is_address(host)


def is_address(host: str) -> bool:
    """Whether this is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _example(services: tuple[tuple[str, ...], ...]) -> str:
    return f"NAME.{services[0][0]}"


def _unknown(host: str, services: tuple[tuple[str, ...], ...]) -> MalformedHost:
    shown = f"'{host}' " if len(host) <= 100 else ""  # dotted labels of at most 63 characters: no key looks like this
    for suffixes, owner in _OWNERS.items():
        if belongs(host, suffixes):
            return MalformedHost(f"{shown}is the host of {owner}", f"Expected is a host such as {_example(services)}")
    known = [suffix for suffixes in services for suffix in suffixes]
    if host.lower() in known:
        return MalformedHost(f"{shown}lacks the name before the domain", f"Write {_example(services)}")
    first, _, rest = host.partition(".")
    close = difflib.get_close_matches(rest.lower(), known, n=1, cutoff=0.8)
    if close:
        return MalformedHost(f"{shown}has an unknown domain", f"Did you mean {first}.{close[0]}?")
    return MalformedHost(f"{shown}has an unknown domain", f"Known are {', '.join(known)}")
