"""How many TLS records a transport takes in at a time, and what it makes of those that come before a break."""

from __future__ import annotations

import ssl

import pytest

from azext_iotdiag.clients import transport
from azext_iotdiag.model.failure import StepFailed


class Looks:
    """A TLS socket that gives these one after the other, bytes or what is raised."""

    def __init__(self, *looks):
        self.looks = list(looks)
        self.timeouts = []

    def settimeout(self, seconds):
        self.timeouts.append(seconds)

    def recv_into(self, buffer):
        look = self.looks.pop(0)
        if isinstance(look, BaseException):
            raise look
        buffer[: len(look)] = look
        return len(look)


FULL = b"x" * 16_384
WANTED = ssl.SSLWantReadError()


@pytest.mark.parametrize(("looks", "counts"), [
    ([b"a", b"b"], [1, 1]),
    ([FULL, WANTED, b"b"], [16_384, 1]),
    ([FULL, FULL, b"b", b"c"], [32_769, 1]),
    ([FULL, FULL, FULL, FULL, WANTED], [3 * 16_384, 16_384]),  # no more than there is room for
    ([FULL, ConnectionResetError(104, "reset by peer")], [16_384, "reset by peer"]),
    ([FULL, b"", b""], [16_384, "closed the connection"]),
    ([FULL, FULL, WANTED, TimeoutError()], [32_768, None]),
])  # fmt: skip
def test_a_stream_in_haste_is_taken_in_many_records_at_once(looks, counts):
    """And none is waited for but the first; what comes before a break is given first."""
    sock = Looks(*looks)
    talk = transport.Transport("hub.azure-devices.net", 5671, "127.0.0.1:1", sock)
    buffer = memoryview(bytearray(3 * 16_384 + 100))
    for expected in counts:
        if isinstance(expected, str):
            with pytest.raises(StepFailed, match=expected):
                talk.receive_into(buffer, "more", 7)
        else:
            assert talk.receive_into(buffer, "more", 7) == expected
    assert not sock.looks
    assert set(sock.timeouts) <= {7, 0}
