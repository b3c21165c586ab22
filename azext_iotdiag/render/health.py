"""The health of a service as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.health import AVAILABLE, WRONG, Availability, HealthRead, Issue
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render.event import printable

VERSION = 1
STATUS_PAGE = "https://azure.status.microsoft"
_HISTORY = 5  # changes that are shown to a person


def answer(read: HealthRead) -> str:
    """The result in one line."""
    if read.failure is not None:
        return printable(f"? The health of {read.host} could not be read: {read.failure.message}.")
    if read.active:
        return printable(f"× Azure reports a service issue: {read.active[0].title}.")
    if read.current is None:
        none = "Azure reports no service issue." if read.issues is not None else "Service issues could not be read."
        return printable(
            f"{'√' if read.issues is not None else '?'} {none} Resource Health is not offered for this type."
        )
    if read.current.state in WRONG:
        return printable(
            f"× Azure reports {read.host} as {read.current.state.lower()}. {read.current.summary}".rstrip()
        )
    if read.current.state != AVAILABLE:
        return printable(f"? Azure has no signal of {read.host}: {read.current.state}.")
    return printable(f"√ Azure reports {read.host} as available.")


def lines(read: HealthRead) -> Iterator[str]:
    """The result for a person."""
    yield answer(read)
    if read.failure is not None:
        return
    if read.current is not None and read.current.state == AVAILABLE:
        yield "  Available is no evidence against quota, network rules or routes: Azure looks at its platform alone."
    for action in read.current.actions if read.current is not None else ():
        yield printable(f"  → {action}")
    yield from _issues(read)
    if read.history:
        yield "  History of 30 days:"
        yield from (printable(f"    {_words(each)}") for each in read.history[:_HISTORY])
    if (read.current is not None and read.current.state in WRONG) or read.active:
        yield "  → There is nothing to repair at the devices. Let them retry with growing pauses."
        yield f"  → Follow {STATUS_PAGE}, and open a support request if it is not listed there."
    elif read.current is not None and read.current.state == AVAILABLE:
        name = read.host.partition(".")[0]
        check = f"az iot diag check --app-id {name}" if read.of_app else f"az iot diag check --hub-name {name}"
        yield printable(f"  → Look for the cause: `{check}`")


def _issues(read: HealthRead) -> Iterator[str]:
    if read.issues is None:
        yield printable(f"  ? Service issues belong to the subscription, and could not be read. {read.unread}")
        yield f"  → Ask for the role Reader at the subscription, or look at {STATUS_PAGE}"
        return
    here = [each for each in read.issues if each.here]
    for each in here:
        state = "under way" if each.active else "over"
        began = f" since {written(each.since)}" if each.since is not None else ""
        yield printable(
            f"  {each.kind} {each.id}, {state}{began}: {each.title} ({', '.join(each.regions) or 'global'})"
        )
    others = len(read.issues) - len(here)
    what = "No service issue is known for IoT in this region." if not here else ""
    more = f"{counted(others, 'event')} of other services or regions left out." if others else ""
    if what or more:
        yield f"  {' '.join(part for part in (what, more) if part)}"


def _words(each: Availability) -> str:
    began = written(each.since) if each.since is not None else "at an unknown time"
    why = f" ({each.reason})" if each.reason else ""
    return f"{began}: {each.state}{why}"


def data(read: HealthRead) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    return {
        "version": VERSION,
        "answer": answer(read),
        "host": read.host,
        "region": read.region or None,
        "offered": read.offered,
        "current": _availability(read.current) if read.current is not None else None,
        "history": [_availability(each) for each in read.history],
        "issues": [_issue(each) for each in read.issues] if read.issues is not None else None,
        "issuesUnread": read.unread or None,
        "statusPage": STATUS_PAGE,
    }


def _availability(each: Availability) -> dict[str, Any]:
    return {
        "state": each.state,
        "title": each.title,
        "summary": each.summary,
        "reason": each.reason or None,
        "since": written(each.since) if each.since is not None else None,
        "actions": list(each.actions),
    }


def _issue(each: Issue) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "kind": each.kind,
        "active": each.active,
        "services": list(each.services),
        "regions": list(each.regions),
        "since": written(each.since) if each.since is not None else None,
        "here": each.here,
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: the answer first, then the history, then the issues."""
    rows = [{"Health": each["state"], "Since": each["since"]} for each in result["history"]]
    rows += [{"Health": f"{each['kind']}: {each['title']}", "Since": each["since"]} for each in result["issues"] or ()]
    return [{"Health": result["answer"], "Since": None}, *rows]
