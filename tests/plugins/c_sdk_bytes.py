"""What Microsoft's SDKs for C write, byte by byte, and tokens as they sign them.

No registry has these SDKs. Their packets are written down here from their sources, and not made by our own codec.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from urllib.parse import quote


def packet(first: int, *parts: bytes) -> bytes:
    """An MQTT packet whose first byte is that, with a remaining length of one or two bytes."""
    body = b"".join(parts)
    assert len(body) < 16_384
    low, high = len(body) % 128, len(body) // 128
    return bytes((first, low | 0x80, high) if high else (first, low)) + body


def text(value: str) -> bytes:
    """A text of MQTT."""
    return struct.pack(">H", len(value.encode())) + value.encode()


def connect(client: str, user: str, password: str, *, flags: int = 0xC0, keep_alive: int = 240) -> bytes:
    """CONNECT of MQTT 3.1.1. azure-iot-sdk-c: a kept session, user name, password, 240 s."""
    variable = b"\x00\x04MQTT\x04" + bytes((flags,)) + struct.pack(">H", keep_alive)
    return packet(0x10, variable, text(client), text(user), text(password))


def subscribe(number: int, *filters: tuple[str, int]) -> bytes:
    """SUBSCRIBE to several topics at once."""
    return packet(0x82, struct.pack(">H", number), *(text(topic) + bytes((quality,)) for topic, quality in filters))


def publish(topic: str, payload: bytes, number: int | None = None) -> bytes:
    """PUBLISH of quality 1 where there is a packet number, else of quality 0."""
    head = text(topic) + (b"" if number is None else struct.pack(">H", number))
    return packet(0x30 if number is None else 0x32, head, payload)


def token(resource: str, key: str, expires: int, tail: str = "") -> str:
    """A token whose resource is signed and written as it is given here."""
    signature = hmac.new(base64.b64decode(key), f"{resource}\n{expires}".encode(), hashlib.sha256).digest()
    written = quote(base64.b64encode(signature), safe="")
    return f"SharedAccessSignature sr={resource}&sig={written}&se={expires}{tail}"
