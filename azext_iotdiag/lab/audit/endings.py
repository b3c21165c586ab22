"""How a connection ended, as the audit records it."""

from __future__ import annotations

CLEAN = "clean"  # with the goodbye of its protocol
KILLED = "killed"  # without one: its process was killed, its network failed, or it closed the connection in haste
IDLE = "idle"  # nothing was heard for too long
BY_HUB = "hub"  # the lab's side ended it
ENDINGS = ("", CLEAN, KILLED, IDLE, BY_HUB)
