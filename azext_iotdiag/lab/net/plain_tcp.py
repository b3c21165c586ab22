"""A TCP connection without TLS, in the form in which the lab's services know their streams."""

from __future__ import annotations

import asyncio

from cryptography import x509

from azext_iotdiag.lab.net.stream import peer_of, reset


class PlainStream:
    """What a TlsStream offers, without TLS. `sni` is always empty."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader = reader
        self._writer = writer
        self.peer = peer_of(writer)
        self.sni = ""
        self.peer_certificate = None
        self.peer_chain: tuple[x509.Certificate, ...] = ()

    async def read(self, n: int = 65_536) -> bytes:
        """At least one and at most `n` bytes, or b"" when the peer has closed."""
        return await self._reader.read(n)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send `data` soon."""
        self._writer.write(data)

    async def drain(self) -> None:
        """Return when little enough of what was written waits."""
        await self._writer.drain()

    def close(self) -> None:
        """Send what was written, and the end of the stream."""
        self._writer.close()

    def abort(self) -> None:
        """Reset the connection."""
        reset(self._writer)
