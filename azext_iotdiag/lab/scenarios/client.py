"""A light MQTT device on asyncio, hundreds of which fit into one process: for residents of a lab, and for load."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import NamedTuple

from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.mqtt.fields import MAX_FIELD

STEP_SECONDS = 10.0


class LabPlace(NamedTuple):
    """Where a lab is: the address of its MQTT port, the name in its certificate, and whom to trust."""

    address: str
    port: int
    name: str
    trust: ssl.SSLContext


class ConnectRefused(Exception):
    """The hub answered CONNECT with a return code."""

    def __init__(self, code: int):
        super().__init__(f"return code {code}")
        self.code = code


class Client:
    """A connection. What goes wrong with it is a ConnectionError, what is not answered in time a TimeoutError.

    `on_message(topic, payload)` hears what the hub sends.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_message: Callable[[str, bytes], None]
    ):
        self._reader = reader
        self._writer = writer
        self._on_message = on_message
        self._packets = mqtt.PacketBuffer()
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._last = 0
        self.reading: asyncio.Future[None] = asyncio.get_running_loop().create_future()  # done when it is over

    async def sign_in(self, connect: mqtt.Connect) -> None:
        """Say who it is. Raises ConnectRefused, too."""
        try:
            self._writer.write(mqtt.encode(connect))
            answer = await asyncio.wait_for(self._next(), STEP_SECONDS)
            if not isinstance(answer, mqtt.ConnAck):
                raise ConnectionError("the first packet is no CONNACK")
            if answer.code:
                raise ConnectRefused(answer.code)
        except BaseException:
            self._writer.transport.abort()
            raise
        self.reading = asyncio.ensure_future(self._read())

    async def publish(self, topic: str, payload: bytes) -> None:
        """Publish with quality 1, and wait for the acknowledgement."""
        number = self._number()
        await self._answered(number, mqtt.Publish(topic, payload, 1, number))

    async def subscribe(self, *filters: str) -> None:
        """Subscribe, and wait for the answer, whatever it grants."""
        number = self._number()
        await self._answered(number, mqtt.Subscribe(number, tuple((each, 1) for each in filters)))

    def say(self, topic: str, payload: bytes = b"") -> None:
        """Publish with quality 0."""
        self._writer.write(mqtt.encode(mqtt.Publish(topic, payload)))

    def ping(self) -> None:
        """Show that it lives."""
        self._writer.write(mqtt.encode(mqtt.PingReq()))

    async def close(self) -> None:
        """Say goodbye."""
        self.reading.cancel()
        if not self._writer.is_closing():
            self._writer.write(mqtt.encode(mqtt.Disconnect()))
        self._writer.close()
        await asyncio.gather(self.reading, return_exceptions=True)

    def _number(self) -> int:
        self._last = self._last % MAX_FIELD + 1
        return self._last

    async def _answered(self, number: int, packet: mqtt.Packet) -> None:
        if self.reading.done():
            raise ConnectionResetError("the hub closed the connection")
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._writer.write(mqtt.encode(packet))
        try:
            await asyncio.wait_for(answer, STEP_SECONDS)
        finally:
            self._answers.pop(number, None)

    async def _read(self) -> None:
        """Take what comes until the hub closes the connection; then no caller waits any longer."""
        try:
            while True:
                packet = await self._next()
                if isinstance(packet, mqtt.PubAck | mqtt.SubAck):
                    answer = self._answers.get(packet.packet_id)
                    if answer is not None and not answer.done():
                        answer.set_result(None)
                elif isinstance(packet, mqtt.Publish):
                    self._on_message(packet.topic, packet.payload)
                    if packet.packet_id is not None:
                        self._writer.write(mqtt.encode(mqtt.PubAck(packet.packet_id)))
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError("the hub closed the connection"))

    async def _next(self) -> mqtt.Packet:
        while (packet := self._packets.next()) is None:
            data = await self._reader.read(65_536)
            if not data:
                raise ConnectionResetError("the hub closed the connection")
            self._packets.feed(data)
        return packet


async def connect(
    place: LabPlace, packet: mqtt.Connect, on_message: Callable[[str, bytes], None] = lambda topic, payload: None
) -> Client:
    """Connect to a lab and sign in. Raises OSError, TimeoutError and Refused."""
    reader, writer = await asyncio.wait_for(
        asyncio.open_connection(place.address, place.port, ssl=place.trust, server_hostname=place.name), STEP_SECONDS
    )
    client = Client(reader, writer, on_message)
    await client.sign_in(packet)
    return client
