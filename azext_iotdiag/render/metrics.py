"""A hub's metrics as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.metrics import MetricsRead, Point, Series
from azext_iotdiag.model.timestamps import ago, written
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

VERSION = 1
WIDTH = 24  # of a sparkline
_BARS = "▁▂▃▄▅▆▇█"
_UNKNOWN = " "
_SENT, _ACCEPTED = "d2c.telemetry.ingress.allProtocol", "d2c.telemetry.ingress.success"
_BUILT_IN = "d2c.endpoints.egress.builtIn.events"
# What failed in an application, as it is named in a sentence.
_FAILED = (
    ("d2c.property.read.failure", "property reads of devices"),
    ("d2c.property.update.failure", "property updates of devices"),
    ("c2d.property.read.failure", "property reads of the application"),
    ("c2d.property.update.failure", "property updates of the application"),
    ("c2d.commands.failure", "commands"),
    ("dataExport.error", "data exports"),
)
_TRIED, _ASSIGNED = "AttestationAttempts", "DeviceAssignments"


def answer(read: MetricsRead) -> str:
    """The result in one line."""
    if read.of_dps:
        return printable(_answer_of_dps(read))
    if read.of_app and read.newest is not None:
        return printable(_answer_of_app(read))
    if read.newest is None:
        why = f" {read.findings[0].message}" if read.findings else ""
        return printable(f"? The metrics of {read.hub} are not known.{why}")
    if not read.value(_SENT) and not read.findings:
        return printable(f"! No device sent telemetry to {read.hub} since {written(read.since)}.")
    wrong = next((each for each in read.findings if each.severity is Severity.FAIL), None)
    way = (
        f"{_number(read.value(_ACCEPTED))} of {_number(read.value(_SENT))} messages were accepted, "
        f"{_number(read.value(_BUILT_IN))} reached the built-in endpoint."
    )
    return printable(f"× {wrong.message}. {way}" if wrong is not None else f"√ {way}")


def _answer_of_dps(read: MetricsRead) -> str:
    """Whether devices knock, and whether they are let in: without logs nothing else tells that."""
    tried, assigned = (read.value(name) for name in (_TRIED, _ASSIGNED))
    if not tried:
        return f"! No device tried to register at {read.hub} since {written(read.since)}."
    counts = f"{_number(tried)} attestations were tried, {_number(assigned or 0)} devices were assigned."
    return f"√ {counts}" if assigned else f"! {counts} Devices reach {read.hub}, and it refuses them."


def _answer_of_app(read: MetricsRead) -> str:
    """Whether devices send, and what failed of the rest. No metric of an application says why."""
    failed = [(read.value(name), what) for name, what in _FAILED]
    lost = ", ".join(f"{_number(times)} {what}" for times, what in failed if times)
    more = f" Failed: {lost}." if lost else ""
    if not read.value(_SENT):
        return f"! No device sent telemetry to {read.hub} since {written(read.since)}.{more}"
    way = f"{_number(read.value(_ACCEPTED))} of {_number(read.value(_SENT))} messages were accepted."
    return f"{'!' if lost else '√'} {way}{more}"


def lines(read: MetricsRead) -> Iterator[str]:
    """The result for a person."""
    yield answer(read)
    if read.newest is None:
        yield from _advice(read)
        return
    newest = ago(read.newest, read.until).removesuffix(" ago")
    yield f"  {read.hub} from {written(read.since)} to {written(read.until)}. The newest value is {newest} old."
    service = "provisioning service" if read.of_dps else "application" if read.of_app else "hub"
    yield f"  A metric counts all devices of the {service}. Sums are of the whole time, other values are the newest."
    yield ""
    widest = max(len(_number(each.value)) for each in read.series)
    for each in read.series:
        name = f"{each.metric.shown} ({each.metric.name})"
        yield printable(f"  {_number(each.value):>{widest}}  {sparkline(each.points)}  {name}")
    if any(each.value is None for each in read.series):
        yield "  A question mark stands where Azure Monitor has no value: nothing was counted yet."
    if read.quota is not None:
        used, most = read.quota.messages, read.quota.most_messages
        yield f"  Quota of this UTC day: {used:,} of {most:,} messages ({read.quota.share:.1%})."
    if read.lacking:
        yield f"  This {service} has no metric {', '.join(read.lacking)}."
    yield from _advice(read)


def _advice(read: MetricsRead) -> Iterator[str]:
    known = Known(hub=read.hub.partition(".")[0])
    for finding in read.findings:
        yield ""
        yield printable(f"× {finding.entry.title} [{finding.entry.code}]: {finding.message}.")
        for cause in finding.entry.causes[:3]:
            yield f"  · {cause.why}"
            yield from (printable(f"    → {known.filled(step)}") for step in cause.mitigation)


def sparkline(points: Sequence[Point]) -> str:
    """Values as bars of eight heights, from 0 to the highest; a blank where no value is known."""
    if not points:
        return _UNKNOWN * WIDTH
    width = min(WIDTH, len(points))
    parts = [points[at * len(points) // width : (at + 1) * len(points) // width] for at in range(width)]
    values = [max((each.value for each in some if each.value is not None), default=None) for some in parts]
    most = max((value for value in values if value is not None), default=0.0) or 1.0
    bars = (_UNKNOWN if value is None else _BARS[round(max(value, 0) / most * (len(_BARS) - 1))] for value in values)
    return "".join(bars).rjust(WIDTH)


def data(read: MetricsRead) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    quota = read.quota
    return {
        "version": VERSION,
        "answer": answer(read),
        "hub": read.hub,
        "since": written(read.since),
        "until": written(read.until),
        "newest": written(read.newest) if read.newest is not None else None,
        "metrics": [_series(each) for each in read.series],
        "lacking": list(read.lacking),
        "quota": {"messages": quota.messages, "most": quota.most_messages} if quota is not None else None,
        "findings": [
            {"code": each.entry.code, "title": each.entry.title, "severity": each.severity.value,
             "message": each.message, "evidence": dict(each.evidence)}
            for each in read.findings
        ],
    }  # fmt: skip


def _series(each: Series) -> dict[str, Any]:
    return {
        "name": each.metric.name,
        "portalName": each.metric.shown,
        "aggregation": each.metric.aggregation,
        "value": each.value,
        "newest": written(each.newest.moment) if each.newest is not None else None,
        "values": [{"time": written(point.moment), "value": point.value} for point in each.points],
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: the answer first."""
    rows = [
        {"Metric": each["name"], "Value": each["value"], "Portal": each["portalName"]} for each in result["metrics"]
    ]
    return [{"Metric": result["answer"], "Value": None, "Portal": None}, *rows]


def _number(value: float | None) -> str:
    """A count without digits behind the point; a question mark where it is not known."""
    return "?" if value is None else f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
