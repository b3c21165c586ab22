"""The devices that a hub's query picks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QuerySelection:
    """What a query came to: `rows` in all, of which `without_id` name no device.

    `devices` holds the ids, or `modules` pairs of device and module where the query was about modules.
    """

    hub: str
    query: str
    rows: int = 0
    without_id: int = 0
    devices: frozenset[str] = frozenset()
    modules: frozenset[tuple[str, str]] = frozenset()

    @property
    def usable(self) -> bool:
        """Whether it picked something, and every row named its device."""
        return self.rows > 0 and not self.without_id
