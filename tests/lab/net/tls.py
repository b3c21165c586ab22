"""A TLS listener of the lab with a service of the test's own, and clients of the standard library to talk to it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import asynccontextmanager

from azext_iotdiag.lab.net import listener
from azext_iotdiag.lab.net.certificates import ADDRESSES, NAMES, make_authority
from azext_iotdiag.lab.net.stream import server_context

DEADLINE = 20.0
AUTHORITY = make_authority("the lab of a test")
CONTEXT = server_context(*AUTHORITY.issue(NAMES, ADDRESSES))


def client_context(authority=AUTHORITY, *, version=None):
    """A client that trusts `authority`."""
    context = ssl.create_default_context(cadata=authority.pem.decode())
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


@asynccontextmanager
async def listening(service, **options):
    """A listener for `service`, closed in any case."""
    options = {"host": "127.0.0.1", "context_for": lambda: CONTEXT, **options}
    opened = await listener.listen(service, **options)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def connected(port, *, name="localhost", context=None):
    """A client's reader and writer, the connection aborted in any case."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context or client_context(), server_hostname=name
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def blocking(port, *, timeout=DEADLINE):
    """A blocking TLS connection."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    return client_context().wrap_socket(raw, server_hostname="localhost")


def run(coroutine):
    """Run a test's coroutine with a deadline."""
    return asyncio.run(asyncio.wait_for(coroutine, DEADLINE))


async def until(condition, seconds=DEADLINE):
    """Wait until `condition()` is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.005)
