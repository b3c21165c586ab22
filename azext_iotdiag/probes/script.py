"""Scripts that measure the facts of a network where this tool does not run, such as on a device or beside it.

A script holds the host and the first words of each protocol. What it writes is a facts file of the place DEVICE.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

from azext_iotdiag.clients import greeting
from azext_iotdiag.credential.host import is_address
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.network import NetworkAsked

_FOLDER = Path(__file__).parent / "scripts"
_FILES = {"sh": "network.sh", "powershell": "network.ps1"}
_TABLE = "#@TABLE@"  # the line in which the host and the words are put


def chunks(kind: str, asked: NetworkAsked) -> Generator[bytes, None, None]:
    """The script of this kind for a host, as bytes that are to be written as they are."""
    yield made(kind, asked).encode("ascii")


def made(kind: str, asked: NetworkAsked) -> str:
    """The same as text. It is ASCII, because no one knows what a device's shell takes its input for."""
    table = {"sh": _for_sh, "powershell": _for_powershell}[kind](asked)
    return (_FOLDER / _FILES[kind]).read_text(encoding="ascii").replace(_TABLE, table)


def _for_sh(asked: NetworkAsked) -> str:
    cases = [
        f"    {protocol.value}) printf '{_octal(greeting.first_words(protocol, asked.kind, asked.host))}' ;;"
        for protocol in asked.protocols
    ]
    return "\n".join([
        f"host='{asked.host}'",
        f"kind='{asked.kind.value}'",
        f"is_address={int(is_address(asked.host))}",
        f"asked='{_encoded(asked)}'",
        f"ways='{' '.join(f'{protocol.value}:{protocol.port}' for protocol in asked.protocols)}'",
        "# The first words of each protocol. No credential is among them.",
        "words() {",
        "  case $1 in",
        *cases,
        f"    mqtt5) printf '{_octal(greeting.connect_of_mqtt_5())}' ;;",
        "  esac",
        "}",
    ])  # fmt: skip


def _for_powershell(asked: NetworkAsked) -> str:
    words = [
        f"    '{protocol.value}' = '{greeting.first_words(protocol, asked.kind, asked.host).hex()}'"
        for protocol in asked.protocols
    ]
    ports = "; ".join(f"'{protocol.value}' = {protocol.port}" for protocol in asked.protocols)
    return "\n".join([
        f"$HostName = '{asked.host}'",
        f"$Kind = '{asked.kind.value}'",
        f"$IsAddress = ${str(is_address(asked.host)).lower()}",
        f"$AskedAsJson = '{_encoded(asked)}'",
        f"$Ports = @{{ {ports} }}",
        "# The first words of each protocol, in hexadecimal digits. No credential is among them.",
        "$FirstWords = [ordered]@{",
        *words,
        "}",
    ])  # fmt: skip


def _encoded(asked: NetworkAsked) -> str:
    """What is asked for as JSON. Hosts are judged before, so that no quotation mark of a shell is in it."""
    told = json.dumps(facts_json.encode(asked, NetworkAsked), separators=(",", ":"))
    assert "'" not in told, "a host name has no apostrophe"
    return told


def _octal(words: bytes) -> str:
    """Bytes as the format of printf, which reads backslashes with octal digits."""
    plain = frozenset(b' !"#$&()*+,-./:;<=>?@[]^_`{|}~') | frozenset(range(48, 58)) | frozenset(range(65, 91))
    plain |= frozenset(range(97, 123))
    return "".join(chr(byte) if byte in plain else f"\\{byte:03o}" for byte in words)
