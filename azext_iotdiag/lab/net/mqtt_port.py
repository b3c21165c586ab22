"""The lab's MQTT port: whether who connects is a device of the hub or one that wants to be provisioned."""

from __future__ import annotations

import asyncio
from typing import Any

from azext_iotdiag.lab.dps import mqtt as dps_mqtt
from azext_iotdiag.lab.dps.service import GLOBAL_HOST
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.wire import mqtt

FIRST_PACKET_SECONDS = 30.0


async def serve(stream: Any, lab: Lab) -> None:
    """Hand a connection to the service whose name it was opened for; without a name, the user name decides."""
    if stream.sni == GLOBAL_HOST or any(stream.sni == dps.host for dps in lab.provisioning):
        await dps_mqtt.serve(stream, lab)
    elif stream.sni == lab.hub.host or lab.at(stream.sni) is not lab.runtime:
        await devices.serve(stream, lab.at(stream.sni))
    else:
        peeked = _Peeked(stream)
        user = await peeked.username()
        if dps_mqtt.is_user(user):
            await dps_mqtt.serve(peeked, lab)
        else:
            await devices.serve(peeked, lab.at((user or "").partition("/")[0]))


class _Peeked:
    """A stream whose first packet was looked at; its reader reads that packet, too."""

    def __init__(self, stream: Any):
        self._stream = stream
        self._seen = bytearray()
        self._given = False
        self.peer, self.sni = stream.peer, stream.sni
        self.tls, self.over_websocket = stream.tls, stream.over_websocket
        self.peer_certificate, self.peer_chain = stream.peer_certificate, stream.peer_chain
        self.write, self.drain, self.close, self.abort = stream.write, stream.drain, stream.close, stream.abort

    @property
    def unsent(self) -> int:
        """How many bytes wait because the peer does not read them."""
        return self._stream.unsent

    async def username(self) -> str | None:
        """The user name of CONNECT; None where the first packet is no such."""
        packets = mqtt.PacketBuffer()
        try:
            while (packet := packets.next()) is None:
                data = await asyncio.wait_for(self._stream.read(), FIRST_PACKET_SECONDS)
                if not data:
                    return None
                self._seen += data
                packets.feed(data)
        except (mqtt.MalformedPacket, ConnectionError, asyncio.TimeoutError):
            return None  # the server meets the same
        return packet.username if isinstance(packet, mqtt.Connect) else None

    async def read(self, n: int = 65_536) -> bytes:
        """What was looked at, then what comes."""
        if not self._given:
            self._given = True
            if self._seen:
                return bytes(self._seen)
        return await self._stream.read(n)
