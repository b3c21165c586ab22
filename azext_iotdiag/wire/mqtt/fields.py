"""What MQTT packets are made of: numbers, strings, topics, and the rules for each.

Section numbers and names of rules are those of MQTT 3.1.1.
"""

from __future__ import annotations

from typing import NoReturn

MAX_REMAINING_LENGTH = 268_435_455  # 2.2.3: four bytes of seven bits
MAX_FIELD = 0xFFFF  # 1.5.3: the length of a string or of binary data has two bytes
SUBSCRIPTION_REFUSED = 0x80  # 3.9.3


class MalformedPacket(ValueError):
    """Bytes that are no MQTT 3.1.1 packet, or a packet that MQTT 3.1.1 cannot express; the text says what is wrong."""


def refuse(reason: str) -> NoReturn:
    """Raise MalformedPacket."""
    raise MalformedPacket(reason)


def check_topic_name(topic: str) -> str:
    """The topic of a message (4.7.3): not empty, no wildcards."""
    if not topic:
        refuse("a topic name is empty")
    if "+" in topic or "#" in topic:
        refuse(f"the topic name {topic!r} holds a wildcard")
    return topic


def check_topic_filter(topic_filter: str) -> str:
    """What is subscribed to (4.7.1): wildcards stand for whole levels, # only for the last."""
    if not topic_filter:
        refuse("a topic filter is empty")
    levels = topic_filter.split("/")
    for number, level in enumerate(levels, 1):
        if "#" in level and (level != "#" or number < len(levels)):
            refuse(f"# must be the whole last level of the topic filter {topic_filter!r}")
        if "+" in level and level != "+":
            refuse(f"+ must be a whole level of the topic filter {topic_filter!r}")
    return topic_filter


def check_quality(quality: int) -> int:
    """Quality of service (4.3): 0, 1 or 2."""
    if quality not in (0, 1, 2):
        refuse(f"quality of service {quality} does not exist")
    return quality


def check_packet_id(packet_id: int | None) -> int:
    """A packet identifier (2.3.1): two bytes, not zero."""
    if packet_id is None or not 1 <= packet_id <= 0xFFFF:
        refuse(f"packet identifier {packet_id} is not between 1 and 65535")
    return packet_id


def encode_length(length: int) -> bytes:
    """The remaining length (2.2.3)."""
    if not 0 <= length <= MAX_REMAINING_LENGTH:
        refuse(f"a packet of {length} bytes does not fit MQTT")
    encoded = bytearray()
    while length > 127:
        encoded.append(length & 127 | 128)
        length >>= 7
    encoded.append(length)
    return bytes(encoded)


def encode_short(number: int) -> bytes:
    """An unsigned number of two bytes (1.5.2)."""
    if not 0 <= number <= 0xFFFF:
        refuse(f"{number} does not fit two bytes")
    return number.to_bytes(2, "big")


def encode_binary(data: bytes) -> bytes:
    """Bytes after their length."""
    if len(data) > MAX_FIELD:
        refuse(f"a field of {len(data)} bytes is longer than 65535")
    return len(data).to_bytes(2, "big") + data


def encode_text(text: str) -> bytes:
    """A string (1.5.3)."""
    if "\0" in text:
        refuse("a string holds U+0000")
    try:
        return encode_binary(text.encode())
    except UnicodeEncodeError as error:
        raise MalformedPacket(f"a string holds {error.object[error.start]!r}, which UTF-8 cannot express") from error


class Fields:
    """Reads the fields of one packet from front to back."""

    def __init__(self, body: bytes):
        self._body = body
        self._at = 0

    @property
    def left(self) -> int:
        """The number of bytes not read yet."""
        return len(self._body) - self._at

    def take(self, count: int, what: str) -> bytes:
        """The next `count` bytes."""
        if count > self.left:
            refuse(f"the packet ends within the {what}")
        taken = self._body[self._at : self._at + count]
        self._at += count
        return taken

    def byte(self, what: str) -> int:
        """The next byte as a number."""
        return self.take(1, what)[0]

    def short(self, what: str) -> int:
        """The next two bytes as a number."""
        return int.from_bytes(self.take(2, what), "big")

    def binary(self, what: str) -> bytes:
        """Bytes after their length."""
        return self.take(self.short(what), what)

    def text(self, what: str) -> str:
        """A string (1.5.3): UTF-8 without surrogates and without U+0000."""
        raw = self.binary(what)
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise MalformedPacket(f"the {what} is not UTF-8 at its byte {error.start}") from error
        if "\0" in text:
            refuse(f"the {what} holds U+0000")
        return text

    def packet_id(self) -> int:
        """A packet identifier."""
        return check_packet_id(self.short("packet identifier"))

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self.left, "payload")

    def end(self) -> None:
        """Refuse surplus bytes."""
        if self.left:
            refuse(f"{self.left} bytes too many in the packet")
