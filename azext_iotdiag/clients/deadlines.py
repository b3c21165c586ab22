"""How long the clients wait for each thing, as data that a caller hands in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deadlines:
    """Seconds; `slowest` alone is a rate.

    Every command answers within 15 s when a peer is silent. So the time for one request includes the name look-up, the
    connection, the proxy, the TLS handshake and the repetitions after a connection that broke.

    Attributes:
        connect: from the look-up of the name until TLS is up.
        request: from the start of a request until the head of its answer, and for a short body.
        slowest: bytes per second. A body may take one second more for each such number of bytes that came.
        longest: for the whole answer, however fast it flows.
        login: for one token of az's login.
        look: for the look at the host that gives out tokens, after that time. It finds the step that does not work.
    """

    connect: float = 10.0
    request: float = 12.0
    slowest: int = 8192
    longest: float = 120.0
    login: float = 8.0
    look: float = 2.0

    def for_answer(self, received: int) -> float:
        """The seconds that an answer may take, of whose body so many bytes came."""
        return min(self.request + received / self.slowest, self.longest)


USUAL = Deadlines()
# For a service that is asked after another one stayed silent in the same command.
SHORT = Deadlines(connect=2.0, request=2.5)
