"""The names and addresses under which the local network reaches this machine, and who may come from there."""

from __future__ import annotations

import ipaddress
import re
import socket
import struct
import sys

# netdevice(7): a list of struct ifreq, one for each IPv4 address, which stands at byte 20 of it.
_SIOCGIFCONF, _IFREQ, _MOST_ADDRESSES = 0x8912, 40 if struct.calcsize("P") == 8 else 32, 256
_SOMEWHERE = ("192.0.2.1", 9)  # RFC 5737, TEST-NET-1: choosing a way there sends nothing
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def addresses() -> list[str]:
    """The IPv4 addresses of this machine that other machines of the local network can reach, sorted."""
    found = {*_of_interfaces(), *_of_the_way_out(), *_of_the_name()}
    return sorted(each for each in found if is_local(each) and not is_own(each))


def names() -> list[str]:
    """The names of this machine, in lower case: its own, and the one that mDNS makes of it."""
    whole = socket.gethostname().lower().rstrip(".")
    first = whole.partition(".")[0]
    made = dict.fromkeys((whole, f"{first}.local"))
    return [name for name in made if all(_LABEL.fullmatch(label) for label in name.split("."))]


def is_own(address: str) -> bool:
    """Whether an address is one that only this machine has."""
    return _read(address).is_loopback


def is_local(address: str) -> bool:
    """Whether an address is one of a local network: private, or link-local."""
    read = _read(address)
    return (read.is_private or read.is_link_local) and not read.is_unspecified


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    read = ipaddress.ip_address(address.partition("%")[0])
    return getattr(read, "ipv4_mapped", None) or read


def _of_interfaces() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    import array
    import fcntl

    room = array.array("B", bytes(_IFREQ * _MOST_ADDRESSES))
    asked = struct.pack("iL", len(room), room.buffer_info()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        used = struct.unpack("iL", fcntl.ioctl(asking.fileno(), _SIOCGIFCONF, asked))[0]
    rows = room.tobytes()[:used]
    return [socket.inet_ntoa(rows[at + 20 : at + 24]) for at in range(0, used, _IFREQ)]


def _of_the_way_out() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_SOMEWHERE)
        except OSError:  # there is no way out
            return []
        return [str(asking.getsockname()[0])]


def _of_the_name() -> list[str]:
    try:
        return [str(place[0]) for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:  # a name that nothing resolves
        return []
