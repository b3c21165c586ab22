"""MQTT packets and bytes: vectors of the specification, what is malformed, and round trips of what is well formed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.wire import mqtt
from tests.plugins.effort import cases
from tests.plugins.rows import all_rows

# Bytes written down from the figures and tables of MQTT 3.1.1, chapter 3, not made by our own encoder.
VECTORS = {
    "connect, all fields (figures 3.2 to 3.6)": (
        "10 25 0004 4D515454 04 EE 000A 0002 6964 0004 612F6277 0003 627965 0005 616C696365 0003 303132",
        mqtt.Connect("id", "alice", b"012", keep_alive=10, clean_session=True, will=mqtt.Will("a/bw", b"bye", 1, True)),
    ),
    "connect, nothing but a clean session": ("10 0C 0004 4D515454 04 02 0000 0000", mqtt.Connect("")),
    "connect of MQTT 3.1": (
        "10 10 0006 4D5149736470 03 02 003C 0002 6964",
        mqtt.Connect("id", protocol="MQIsdp", level=3),
    ),
    "connect of MQTT 5": ("10 0F 0004 4D515454 05 02 003C 00 0002 6964", mqtt.Connect("id", level=5)),
    "connack, session present": ("20 02 01 00", mqtt.ConnAck(0, session_present=True)),
    "connack, not authorised": ("20 02 00 05", mqtt.ConnAck(5)),
    "publish, a/b, quality 1, identifier 10 (figure 3.11)": (
        "32 09 0003 612F62 000A 6869",
        mqtt.Publish("a/b", b"hi", 1, packet_id=10),
    ),
    "publish, quality 0, retained, empty": ("31 05 0003 612F62", mqtt.Publish("a/b", retain=True)),
    "publish, quality 2, again": ("3C 07 0003 612F62 FFFF", mqtt.Publish("a/b", b"", 2, 65535, duplicate=True)),
    "puback": ("40 02 1234", mqtt.PubAck(0x1234)),
    "pubrec": ("50 02 1234", mqtt.PubRec(0x1234)),
    "pubrel": ("62 02 1234", mqtt.PubRel(0x1234)),
    "pubcomp": ("70 02 1234", mqtt.PubComp(0x1234)),
    "subscribe a/b and c/d (figure 3.23)": (
        "82 0E 000A 0003 612F62 01 0003 632F64 02",
        mqtt.Subscribe(10, (("a/b", 1), ("c/d", 2))),
    ),
    "suback (figure 3.27)": ("90 05 000A 00 02 80", mqtt.SubAck(10, (0, 2, 128))),
    "unsubscribe a/b and c/d (figure 3.31)": (
        "A2 0C 000A 0003 612F62 0003 632F64",
        mqtt.Unsubscribe(10, ("a/b", "c/d")),
    ),
    "unsuback": ("B0 02 000A", mqtt.UnsubAck(10)),
    "pingreq": ("C0 00", mqtt.PingReq()),
    "pingresp": ("D0 00", mqtt.PingResp()),
    "disconnect": ("E0 00", mqtt.Disconnect()),
    "the string A, U+2A6D4 (figure 1.2)": ("30 07 0005 41F0AA9B94", mqtt.Publish("A\U0002a6d4")),
    "U+FEFF is no byte order mark (1.5.3-3)": ("30 05 0003 EFBBBF", mqtt.Publish("\ufeff")),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vectors(name):
    text, packet = VECTORS[name]
    data = bytes.fromhex(text)
    read = mqtt.decode(data)
    assert (type(read), read) == (type(packet), packet)
    if not isinstance(packet, mqtt.Connect) or packet.level == 4:  # what is no 3.1.1 is not kept
        assert mqtt.encode(packet) == data


# Figure of 2.2.3, table 2.4: the sizes where the remaining length grows by a byte.
LENGTHS = {127: "7F", 128: "8001", 16_383: "FF7F", 16_384: "808001", 2_097_151: "FFFF7F", 2_097_152: "80808001"}


@pytest.mark.parametrize("size", LENGTHS)
def test_remaining_length(size):
    packet = mqtt.Publish("t", bytes(size - 3))
    data = mqtt.encode(packet)
    assert data[1 : 1 + len(LENGTHS[size]) // 2].hex().upper() == LENGTHS[size]
    assert mqtt.decode(data) == packet


MALFORMED = {
    "type 0": "00 00",
    "type 15": "F0 00",
    "flags of subscribe": "80 08 000A 0003 612F62 01",
    "flags of pubrel": "60 02 0001",
    "flags of pingreq": "C1 00",
    "five bytes of length": "30 80 80 80 80 01",
    "shorter than announced": "40 02 00",
    "longer than announced": "40 02 0001 00",
    "body too long": "40 03 000100",
    "packet identifier 0": "40 02 0000",
    "publish with packet identifier 0": "32 05 0001 61 0000",
    "publish without packet identifier": "32 03 0001 61",
    "publish of quality 3": "36 05 0001 61 0001",
    "publish again of quality 0": "38 03 0001 61",
    "publish to nothing": "30 02 0000",
    "publish to +": "30 05 0003 612F2B",
    "publish to #": "30 03 0001 23",
    "string with U+0000": "30 05 0003 610062",
    "string with a surrogate": "30 05 0003 EDA080",
    "string that is no UTF-8": "30 03 0001 FF",
    "string with an overlong letter": "30 04 0002 C1A1",
    "string past the end": "30 03 0005 61",
    "connect, another protocol": "10 0C 0004 48545450 04 02 0000 0000",
    "connect, MQIsdp of level 4": "10 0E 0006 4D5149736470 04 02 0000 0000",
    "connect, reserved flag": "10 0C 0004 4D515454 04 03 0000 0000",
    "connect, will quality without a will": "10 0C 0004 4D515454 04 0A 0000 0000",
    "connect, will retain without a will": "10 0C 0004 4D515454 04 22 0000 0000",
    "connect, will quality 3": "10 11 0004 4D515454 04 1E 0000 0000 0001 61 0000",
    "connect, will for a wildcard": "10 11 0004 4D515454 04 06 0000 0000 0001 23 0000",
    "connect, password alone": "10 0E 0004 4D515454 04 42 0000 0000 0000",
    "connect, no password where announced": "10 0E 0004 4D515454 04 C2 0000 0000 0000",
    "connect, more than announced": "10 0E 0004 4D515454 04 02 0000 0000 0000",
    "connack, reserved flags": "20 02 02 00",
    "connack, code 6": "20 02 00 06",
    "connack, refused with a session": "20 02 01 05",
    "subscribe to nothing": "82 02 000A",
    "subscribe, quality 3": "82 08 000A 0003 612F62 03",
    "subscribe, reserved bits of the quality": "82 08 000A 0003 612F62 41",
    "subscribe, empty filter": "82 05 000A 0000 01",
    "subscribe, # not last": "82 08 000A 0003 232F62 01",
    "subscribe, # not alone": "82 08 000A 0003 612362 01",
    "subscribe, + not alone": "82 08 000A 0003 61622B 01",
    "subscribe without quality": "82 07 000A 0003 612F62",
    "suback without codes": "90 02 000A",
    "suback, code 3": "90 03 000A 03",
    "unsubscribe from nothing": "A2 02 000A",
    "unsuback, more": "B0 03 000A 00",
    "pingresp, more": "D0 01 00",
    "nothing": "",
    "no length": "C0",
}


@all_rows("name", MALFORMED)
def test_malformed(name):
    with pytest.raises(mqtt.MalformedPacket):
        mqtt.decode(bytes.fromhex(MALFORMED[name]))


UNWRITABLE = {
    "password alone": mqtt.Connect("id", password=b"x"),
    "keep alive of more than two bytes": mqtt.Connect("id", keep_alive=65_536),
    "level of more than a byte": mqtt.Connect("id", level=256),
    "level below nothing": mqtt.Connect("id", level=-1),
    "long client id": mqtt.Connect("i" * 65_536),
    "code 6": mqtt.ConnAck(6),
    "refused with a session": mqtt.ConnAck(5, True),
    "wildcard": mqtt.Publish("a/+"),
    "identifier on quality 0": mqtt.Publish("a", packet_id=1),
    "no identifier on quality 1": mqtt.Publish("a", quality=1),
    "quality 3": mqtt.Publish("a", quality=3, packet_id=1),
    "again of quality 0": mqtt.Publish("a", duplicate=True),
    "U+0000": mqtt.Publish("a\0"),
    "surrogate": mqtt.Publish("a\ud800"),
    "identifier 0": mqtt.PubAck(0),
    "identifier of three bytes": mqtt.PubRel(65_536),
    "no filter": mqtt.Subscribe(1, ()),
    "no filter to end": mqtt.Unsubscribe(1, ()),
    "no code": mqtt.SubAck(1, ()),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_unwritable(name):
    with pytest.raises(mqtt.MalformedPacket):
        mqtt.encode(UNWRITABLE[name])


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NAME = st.text(st.characters(exclude_characters="\0+#", exclude_categories=["Cs"]), min_size=1, max_size=40)
FILTER = st.lists(st.one_of(st.just("+"), NAME), min_size=1, max_size=4).map("/".join) | NAME.map(lambda n: n + "/#")
IDENTIFIER = st.integers(1, 65_535)
QUALITY = st.integers(0, 2)


@st.composite
def connects(draw):
    username = draw(st.none() | TEXT)
    password = draw(st.none() | st.binary(max_size=40)) if username is not None else None
    will = draw(st.none() | st.builds(mqtt.Will, NAME, st.binary(max_size=40), QUALITY, st.booleans()))
    return mqtt.Connect(draw(TEXT), username, password, draw(st.integers(0, 65_535)), draw(st.booleans()), will)


@st.composite
def publishes(draw):
    quality = draw(QUALITY)
    packet_id, duplicate = (draw(IDENTIFIER), draw(st.booleans())) if quality else (None, False)
    return mqtt.Publish(draw(NAME), draw(st.binary(max_size=300)), quality, packet_id, draw(st.booleans()), duplicate)


PACKETS = st.one_of(
    connects(),
    publishes(),
    st.builds(mqtt.ConnAck, st.integers(0, 5), st.just(False)),
    st.just(mqtt.ConnAck(0, True)),
    *(st.builds(kind, IDENTIFIER) for kind in (mqtt.PubAck, mqtt.PubRec, mqtt.PubRel, mqtt.PubComp, mqtt.UnsubAck)),
    st.builds(mqtt.Subscribe, IDENTIFIER, st.lists(st.tuples(FILTER, QUALITY), min_size=1, max_size=5).map(tuple)),
    st.builds(mqtt.SubAck, IDENTIFIER, st.lists(st.sampled_from([0, 1, 2, 128]), min_size=1, max_size=5).map(tuple)),
    st.builds(mqtt.Unsubscribe, IDENTIFIER, st.lists(FILTER, min_size=1, max_size=5).map(tuple)),
    *(st.builds(kind) for kind in (mqtt.PingReq, mqtt.PingResp, mqtt.Disconnect)),
)


@given(PACKETS)
def test_round_trip(packet):
    read = mqtt.decode(mqtt.encode(packet))
    assert (type(read), read) == (type(packet), packet)


@given(st.lists(PACKETS, max_size=6), st.data())
def test_buffer_does_not_care_how_a_stream_is_cut(packets, data):
    stream = b"".join(map(mqtt.encode, packets))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    buffer, read = mqtt.PacketBuffer(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        buffer.feed(stream[start:end])
        while (packet := buffer.next()) is not None:
            read.append(packet)
    assert [(type(packet), packet) for packet in read] == [(type(packet), packet) for packet in packets]


def drain(data):
    """Everything a buffer makes of `data`: packets, and whether it ends malformed. Any other exception escapes."""
    buffer = mqtt.PacketBuffer()
    buffer.feed(data)
    read = []
    try:
        while (packet := buffer.next()) is not None:
            read.append(packet)
    except mqtt.MalformedPacket:
        return read, True
    return read, False


@settings(max_examples=cases(1500))
@given(st.binary(max_size=80))
def test_fuzz_random_bytes(data):
    for packet in drain(data)[0]:
        if not isinstance(packet, mqtt.Connect) or packet.level == 4:
            assert mqtt.decode(mqtt.encode(packet)) == packet  # what was accepted can be written


@settings(max_examples=cases(1500))
@given(PACKETS, st.integers(0, 10_000), st.integers(0, 255))
def test_fuzz_one_wrong_byte(packet, where, value):
    data = bytearray(mqtt.encode(packet))
    data[where % len(data)] = value
    drain(bytes(data))


@given(PACKETS, st.integers(0, 10_000))
def test_fuzz_cut_off(packet, where):
    whole = mqtt.encode(packet)
    assert drain(whole[: where % len(whole)]) == ([], False)
    with pytest.raises(mqtt.MalformedPacket):
        mqtt.decode(whole[: where % len(whole)])


def test_buffer_refuses_too_much_before_it_comes():
    buffer = mqtt.PacketBuffer(max_size=100)
    buffer.feed(mqtt.encode(mqtt.Publish("t", bytes(97))))  # 2 + 1 + 97
    assert buffer.next() == mqtt.Publish("t", bytes(97))
    buffer.feed(mqtt.encode(mqtt.Publish("t", bytes(98)))[:2])
    with pytest.raises(mqtt.PacketTooLarge):
        buffer.next()


def test_buffer_takes_256_kib_by_default():
    buffer = mqtt.PacketBuffer()
    packet = mqtt.Publish("t" * 65_535, bytes(256 * 1024), 1, 1)
    buffer.feed(mqtt.encode(packet))
    assert buffer.next() == packet
    buffer.feed(mqtt.encode(packet._replace(payload=bytes(256 * 1024 + 1))))
    with pytest.raises(mqtt.PacketTooLarge):
        buffer.next()


def test_buffer_refuses_reserved_flags_at_the_first_byte():
    buffer = mqtt.PacketBuffer()
    buffer.feed(b"\x16")  # how a TLS handshake begins, too
    with pytest.raises(mqtt.MalformedPacket, match="reserved flags"):
        buffer.next()


@pytest.mark.parametrize("length", ["ffffffff01", "8080808001", "ffffffffff"])
def test_a_length_has_four_bytes_at_most(length):
    data = bytes.fromhex("30" + length) + bytes(10)
    with pytest.raises(mqtt.MalformedPacket, match="more than four bytes"):
        mqtt.decode(data)
    buffer = mqtt.PacketBuffer(max_size=1 << 40)
    buffer.feed(data)
    with pytest.raises(mqtt.MalformedPacket, match="more than four bytes"):
        buffer.next()


@pytest.mark.parametrize(
    ("size", "length"),
    [
        (127, "7f"),
        (128, "8001"),
        (16_383, "ff7f"),
        (16_384, "808001"),
        (2_097_151, "ffff7f"),
        (2_097_152, "80808001"),
    ],
)
def test_lengths_at_the_edges_of_their_bytes(size, length):
    packet = mqtt.Publish("t", bytes(size - 3))  # a topic takes two bytes more than its letters
    data = mqtt.encode(packet)
    assert data[1 : 1 + len(length) // 2] == bytes.fromhex(length)
    assert mqtt.decode(data) == packet


@pytest.mark.parametrize(("body", "client", "user"), [
    ("C6 003C 05 1100000E10 0002 6964 00 0001 74 0001 77 0002 6875 0001 70", "id", "hu"),  # will, user, password
    ("82 003C C801" + "00" * 200 + "0002 6964 0002 6875", "id", "hu"),  # 200 bytes of properties
    ("02 003C 00 0002 6964", "id", None),
    ("82 003C 00 0002 6964 00", "id", None),  # which ends within the user name
    ("82 003C FF", "", None),
    ("", "", None),
])  # fmt: skip
def test_who_connects_with_mqtt_5(body, client, user):
    rest = bytes.fromhex("0004 4D515454 05" + body)
    packet = mqtt.decode(bytes((0x10, *([len(rest)] if len(rest) < 128 else [len(rest) & 127 | 128, 1]))) + rest)
    assert packet == mqtt.Connect(client, user, level=5)


@pytest.mark.parametrize("first", ["00", "0F", "F0", "FF"])
def test_a_reserved_type_of_packet_is_named(first):
    with pytest.raises(mqtt.MalformedPacket, match=f"packet type {int(first[0], 16)} is reserved"):
        mqtt.decode(bytes.fromhex(f"{first}00"))


@pytest.mark.parametrize("level", [0, 255])
def test_a_level_is_one_byte(level):
    assert mqtt.encode(mqtt.Connect("", level=level))[8] == level


@pytest.mark.parametrize(("rest", "client", "user"), [
    ("02 003C 00 0002 6964", "id", None),
    ("02 003C 00 0002 6964 0001 78", "id", None),  # more than the flags announce
    ("82 003C 00 0002 6964 0001 78", "id", "x"),
    ("C2 003C 00 0002 6964 0001 78 0001 79", "id", "x"),
    ("82 003C 03 210014 0002 6964 0001 78", "id", "x"),  # properties
    ("86 003C 00 0002 6964 03 210014 0001 74 0001 6D 0001 78", "id", "x"),  # a will with properties
    ("82 003C 00 0002 6964", "id", None),  # cut off
    ("82 003C 00 0005 6964", "", None),
    ("82", "", None),
])  # fmt: skip
def test_who_connects_with_another_version(rest, client, user):
    """The record of the refusal names them, and nothing else is judged."""
    body = bytes.fromhex(f"0004 4D515454 05 {rest}")
    found = mqtt.decode(bytes((0x10, len(body))) + body)
    assert (found.client_id, found.username, found.level) == (client, user, 5)
