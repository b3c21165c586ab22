"""A hub's devices by the hub's own queries: counted by it, or read page by page, and never one request a device."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.clients.pace import Pace
from azext_iotdiag.model.failure import NOT_REACHED, Failure, Kind, StepFailed
from azext_iotdiag.model.fleet import MOST_EXAMPLES, Filters, Fleet, Row
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes.readings import moment, part

NEVER = "lastActivityTime = '0001-01-01T00:00:00Z'"
REFUSALS = 10  # of one page, a minute apart
_FIELDS = (
    "deviceId, status, statusReason, connectionState, lastActivityTime, authenticationType, modelId, capabilities, "
    "parentScopes, tags"
)
_CONDITIONS = {
    "disabled": "status = 'disabled'",
    "connected": "status = 'enabled' AND connectionState = 'Connected'",
    "disconnected": "status = 'enabled' AND connectionState = 'Disconnected'",
    "never-connected": "status = 'enabled' AND connectionState = 'Disconnected'",
}


def measure(target: Target, filters: Filters, now: Callable[[], float], pace: Pace) -> Fleet:
    """Counts of the devices that `filters` mean by their condition. `now` gives seconds since 1970.

    What the hub does not answer is left out, with the reason; the rest is shown.
    """
    asked = _Asked(target, filters.condition, now, pace)
    try:
        states = asked.counts("status", "status")
        connections = asked.counts("connectionState", "connection", "status = 'enabled'")
        never = asked.count("never", f"{_CONDITIONS['never-connected']} AND {NEVER}")
        authentication = asked.counts("authenticationType", "authentication")
        models = asked.counts("modelId", "models")
        disabled = states.get("disabled", 0) if states is not None else None
        away = connections.get("Disconnected", 0) if connections is not None else None
        examples = {}
        for name, count, condition in (
            ("disabled", disabled, _CONDITIONS["disabled"]),
            ("never-connected", never, f"{_CONDITIONS['never-connected']} AND {NEVER}"),
        ):
            if count:
                examples[name] = asked.some(name, condition)
        return Fleet(
            target.hub,
            sum(states.values()) if states is not None else None,
            connections.get("Connected", 0) if connections is not None else None,
            max(away - never, 0) if away is not None and never is not None else away,
            never,
            disabled,
            authentication or {},
            models or {},
            examples,
            pace.calls,
            asked.failures,
        )
    finally:
        asked.close()


def pages(
    target: Target, filters: Filters, now: Callable[[], float], pace: Pace, refused: Callable[[Failure], None]
) -> Generator[list[Row], None, None]:
    """The devices that `filters` mean, page by page as the hub gives them. May raise StepFailed.

    `refused` hears when the hub had too many requests after all; the page is then asked for again.
    """
    condition = " AND ".join(filter(None, (filters.condition and f"({filters.condition})", _narrowed(filters))))
    text = f"SELECT {_FIELDS} FROM devices" + (f" WHERE {condition}" if condition else "")
    hub = Hub(target, now)
    try:
        token, tries, looked_after = "", 0, hub.pages()
        while True:
            pace.wait()
            try:
                rows, following = hub.page(text, looked_after, token)
            except StepFailed as failed:
                tries += 1
                if failed.failure.kind is not Kind.BUSY or tries > REFUSALS:
                    raise
                refused(failed.failure)
                pace.refused()
                continue
            tries = 0
            found = (_row(target.hub, each, filters) for each in rows)
            yield [each for each in found if each is not None]
            if not following:
                return
            token = following
    finally:
        hub.close()


def total(target: Target, now: Callable[[], float]) -> int | None:
    """How many devices a hub has, by one request that is no query; None where it does not tell.

    Raises StepFailed where the hub cannot be reached at all.
    """
    hub = Hub(target, now, patience=10.0)
    try:
        count = hub.statistics().get("totalDeviceCount")
        return count if isinstance(count, int) else None
    except StepFailed as failed:
        if failed.failure.kind in NOT_REACHED:
            raise
        return None
    finally:
        hub.close()


def frequencies(
    target: Target, filters: Filters, conditions: Sequence[str], now: Callable[[], float], pace: Pace
) -> tuple[int | None, list[int | None]]:
    """How many devices the condition of `filters` picks, and how many of them fulfil each of `conditions`.

    None stands for what the hub did not answer.
    """
    asked = _Asked(target, filters.condition, now, pace)
    try:
        return asked.count("all", ""), [asked.count(each, each) for each in conditions]
    finally:
        asked.close()


class _Asked:
    """Queries that count, one after the other; `failures` holds those that the hub did not answer."""

    def __init__(self, target: Target, condition: str, now: Callable[[], float], pace: Pace):
        self.failures: dict[str, Failure] = {}
        self._unreached: Failure | None = None
        self._host = target.hub
        self._condition = condition
        self._hub = Hub(target, now)
        self._pace = pace
        self.close = self._hub.close

    def counts(self, name: str, what: str, condition: str = "") -> dict[str, int] | None:
        """How many devices there are for each value of a property; "" stands for those without it."""
        rows = self._rows(
            f"SELECT {name}, COUNT() AS number FROM devices{self._where(condition)} GROUP BY {name}", what
        )
        if rows is None:
            return None
        return {str(row.get(name) or ""): row["number"] for row in rows if isinstance(row.get("number"), int)}

    def count(self, what: str, condition: str) -> int | None:
        """How many devices fulfil a condition."""
        rows = self._rows(f"SELECT COUNT() AS number FROM devices{self._where(condition)}", what)
        return None if rows is None else sum(row["number"] for row in rows if isinstance(row.get("number"), int))

    def some(self, what: str, condition: str) -> tuple[Identity, ...]:
        """A few of the devices that fulfil a condition."""
        text = f"SELECT TOP {MOST_EXAMPLES} {_FIELDS} FROM devices{self._where(condition)}"
        return tuple(read(self._host, row) for row in self._rows(text, what) or ())[:MOST_EXAMPLES]

    def _where(self, condition: str) -> str:
        both = " AND ".join(filter(None, (self._condition and f"({self._condition})", condition)))
        return f" WHERE {both}" if both else ""

    def _rows(self, text: str, what: str) -> list[dict[str, Any]] | None:
        """All rows of a query, which are few, or None and a failure."""
        if self._unreached is not None:
            self.failures[what] = self._unreached
            return None
        rows: list[dict[str, Any]] = []
        token, pages = "", self._hub.pages()
        try:
            while True:
                self._pace.wait()
                page, token = self._hub.page(text, pages, token)
                rows += page
                if not token:
                    return rows
        except StepFailed as failed:
            self.failures[what] = failed.failure
            if failed.failure.kind in NOT_REACHED:
                self._unreached = failed.failure
            return None


def _narrowed(filters: Filters) -> str:
    """What of the filters the hub can judge by what its documentation says of its queries; the rest is judged here."""
    parts = []
    if filters.status:
        parts.append(_CONDITIONS[filters.status])
    elif filters.quiet_since is not None:
        parts.append(_CONDITIONS["disconnected"])
    if filters.model and filters.model != "none":
        quoted = filters.model.replace("'", "\\'")
        parts.append(f"modelId = '{quoted}'")
    return " AND ".join(parts)


def _row(hub: str, told: Mapping[str, Any], filters: Filters) -> Row | None:
    """The row of a device, or None where the filters leave it out."""
    found = read(hub, told)
    last = found.last_activity
    if filters.status in ("disconnected", "never-connected") and (last is None) != (
        filters.status == "never-connected"
    ):
        return None
    if filters.model == "none" and found.model:
        return None
    if filters.quiet_since is not None and last is not None and last >= filters.quiet_since:
        return None
    # Of a device that was never seen, nothing tells whether it is quiet: it may speak HTTPS, or through a gateway.
    return Row(found, part(told, "tags"), not (filters.quiet_since is not None and (last is None or found.parents)))


def read(hub: str, told: Mapping[str, Any]) -> Identity:
    """A device of a query's row."""
    return Identity(
        hub,
        str(told.get("deviceId") or told.get("DeviceId") or ""),
        known=True,
        status=str(told.get("status") or ""),
        status_reason=str(told.get("statusReason") or ""),
        connected=told.get("connectionState") == "Connected",
        last_activity=moment(told.get("lastActivityTime")),
        authentication=str(told.get("authenticationType") or ""),
        model=str(told.get("modelId") or ""),
        edge=part(told, "capabilities").get("iotEdge") is True,
        parents=bool(told.get("parentScopes")),
    )
