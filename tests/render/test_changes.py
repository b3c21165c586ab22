"""The forms of the list of changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone

from azext_iotdiag.model.access import OpenedBy
from azext_iotdiag.model.changes import Changes, ChangesAsked, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.changes_shown import ChangesShown, ReadingSources
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.render import changes as render
from azext_iotdiag.sessions.changes import ChangesListing

NOW = 1_796_040_000_000  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW / 1000, timezone.utc)
HOST = "hub.azure-devices.net"
REFUSED = Failure(
    Kind.UNAUTHORIZED, "the role assignments", "management.azure.com", 443, condition="AuthorizationFailed",
    description="no right",
)  # fmt: skip
CHANGES = Changes(HOST, NOW - 86_400_000, (
    HistoryPart(Source.ACTIVITY, (
        HistoryChange(
            NOW - 60_000, Source.ACTIVITY,
            "Create or update IotHub on Microsoft.Devices/IotHubs/hub", "alice"),
        HistoryChange(NOW - 120_000, Source.ACTIVITY, "Delete \x1b[31mx (Failed, Conflict)", "bob", failed=True),
    ), complete=False),
    HistoryPart(Source.ROLES, failure=REFUSED),
    HistoryPart(Source.CERTIFICATES, untimed=2),
    HistoryPart(Source.TWIN, (
        HistoryChange(NOW - 90_000, Source.TWIN, "desired property a set (version 2)", device="pump-7"),)),
))  # fmt: skip


def ended(fact: Fact[Changes] | None, stopped: End | None = None) -> ChangesShown:
    def measure(wanted, context, *, seconds):
        opened = typed(OpenedBy(by_login=True), AT)  # as the real one says at its end
        return iter([*([("changes", fact)] if fact is not None else []), ("access", opened)])

    context = Context(Typed(device="pump-7", changes=ChangesAsked(NOW - 86_400_000)))
    session = ChangesListing(context, measure=measure)
    assert [type(each) for each in session] == [ReadingSources]
    (end,) = session.end(stopped)
    assert isinstance(end, ChangesShown)
    return end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = [*render.event_lines(ReadingSources(HOST, tuple(Source)))]
    for name, fact in {
        "a list": typed(CHANGES, AT),
        "nothing": typed(Changes(HOST, NOW, (HistoryPart(Source.ACTIVITY),)), AT),
        "no answer": Fact(None, AT, "s", failure=REFUSED),
    }.items():
        end = ended(fact)
        shown += [f"== {name}: {end.exit_code}", *render.event_lines(end), *render.lines(end)]
    golden("changes.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    golden("changes.json", json.dumps(render.data(ended(typed(CHANGES, AT))), indent=2) + "\n")


def test_an_interrupt_before_the_answers() -> None:
    end = ended(None, End.INTERRUPTED)
    assert end.exit_code == 130 and list(render.event_lines(end)) == ["Interrupted before anything was read."]
    assert not list(render.lines(end))


def test_a_table_holds_what_was_not_read() -> None:
    rows = render.table(render.data(ended(typed(CHANGES, AT))))
    assert [row["Source"] for row in rows] == ["activity-log", "twin", "activity-log", "roles"]
    assert rows[-1]["What"].startswith("not read: ")


def test_all_that_was_read_is_complete() -> None:
    whole = Changes(HOST, NOW, (HistoryPart(Source.ACTIVITY),))
    assert ended(typed(whole, AT)).exit_code == 0
