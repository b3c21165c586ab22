"""Microsoft.Insights below a resource: its metrics, which ones it has, and its diagnostic settings.

https://learn.microsoft.com/rest/api/monitor/metrics/list, .../metric-definitions/list
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote

from azext_iotdiag.lab.central import application
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.monitor import definitions, diagnostics
from azext_iotdiag.lab.monitor.application_metrics import SummedMetric
from azext_iotdiag.lab.monitor.definitions import AGGREGATIONS, Definition
from azext_iotdiag.lab.monitor.metrics import MINUTE, Metrics
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import CENTRAL_TYPE, DPS_TYPE, HUB_TYPE, Resource

# Azure/azure-rest-api-specs, specification/monitor/resource-manager
METRICS_VERSIONS = ("2018-01-01", "2019-07-01", "2021-05-01", "2023-10-01", "2024-02-01")
_GRAINS = {"PT1M": 1, "PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60, "PT6H": 360, "PT12H": 720, "P1D": 1440}
_MOST_MINUTES = 31 * 1440  # of a request
_USUAL = timedelta(hours=1)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?(?:Z|\+00:00)?", re.IGNORECASE)
_OF_TYPE: dict[str, Sequence[Definition]] = {
    HUB_TYPE: definitions.HUB,
    DPS_TYPE: definitions.DPS,
    CENTRAL_TYPE: definitions.APP,
}


def of_resource(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """What Azure Monitor has of a resource. Raises Refusal."""
    head = rest[0].lower() if rest else ""
    if head in ("diagnosticsettings", "diagnosticsettingscategories"):
        return diagnostics.of_resource(call, resource, path, rest)
    if head not in ("metrics", "metricdefinitions") or len(rest) > 1:
        raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")
    if call.method != "GET":
        raise not_allowed(call)
    if call.version not in METRICS_VERSIONS:
        raise Refusal(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{call.version}' is invalid. The supported versions are '{','.join(METRICS_VERSIONS)}'.",
        )
    call.demand(f"Microsoft.Insights/{rest[0]}/read", path)
    known = _OF_TYPE.get(resource.type)
    if known is None:
        raise Refusal(501, "NotPlayed", f"The lab does not play the metrics of {resource.type}.")
    if head == "metricdefinitions":
        return values([_definition(each, path, resource.type) for each in known])
    return _metrics(call, resource, path, known)


def _definition(each: Definition, path: str, type_: str) -> dict[str, Any]:
    return {
        "id": f"{path}/providers/microsoft.insights/metricdefinitions/{each.name}",
        "resourceId": path,
        "namespace": type_,
        "name": {"value": each.name, "localizedValue": each.shown},
        "isDimensionRequired": False,
        "unit": each.unit,
        "primaryAggregationType": each.aggregation,
        "supportedAggregationTypes": ["None", *AGGREGATIONS],
        "metricAvailabilities": [{"timeGrain": grain, "retention": "P93D"} for grain in _grains(each)],
    }


def _metrics(call: Call, resource: Resource, path: str, known: Sequence[Definition]) -> Answer:
    query = call.request.query
    start, end = _timespan(query.get("timespan", ""), call.lab.clock())
    grain = query.get("interval", "PT1M").upper()
    if grain not in _GRAINS:
        raise _bad(f"Detected invalid time grain input: {grain}. Supported: {','.join(_GRAINS)}")
    if (end - start) // MINUTE > _MOST_MINUTES:
        raise _bad("The time range is longer than 31 days.")
    wanted = _named(query.get("metricnames", ""), known, resource.type)
    for each in wanted:
        if grain not in _grains(each):
            raise _bad(f"Detected invalid time grain input: {grain}. Supported: {','.join(_grains(each))}")
    metrics = _measured(call, resource)
    rows = [_row(each, path, metrics, (start, end, _GRAINS[grain] * MINUTE), query) for each in wanted]
    body = {
        "cost": 0,
        "timespan": f"{_iso(start)}/{_iso(end)}",
        "interval": grain,
        "namespace": resource.type,
        "resourceregion": resource.location,
        "value": rows,
    }
    return Answer(200, body)


def _named(asked: str, known: Sequence[Definition], type_: str) -> list[Definition]:
    by_name = {each.name.lower(): each for each in known}
    names = [name.strip() for name in asked.split(",") if name.strip()] or [known[0].name]
    for name in names:
        if name.lower() not in by_name:
            valid = ",".join(each.name for each in known)
            raise _bad(
                f"Failed to find metric configuration for provider: {type_.partition('/')[0]}, resource Type: "
                f"{type_.partition('/')[2]}, metric: {name}, Valid metrics: {valid}"
            )
    return [by_name[name.lower()] for name in names]


def _row(
    each: Definition, path: str, metrics: Metrics | SummedMetric, span: tuple[int, int, int], query: dict[str, str]
) -> dict[str, Any]:
    """A metric with a value for each interval; a metric that never had a value has no time series."""
    asked = query.get("aggregation", "") or each.aggregation
    names = [name.strip().lower() for name in asked.split(",")]
    if wrong := [name for name in names if name not in {known.lower() for known in AGGREGATIONS}]:
        raise _bad(f"Detected invalid aggregation input: {wrong[0]}.")
    start, end, step = span
    data = []
    for at in range(start, end, step):
        bucket = metrics.bucket(each.name, at, min(at + step, end))._asdict()
        data.append({"timeStamp": _iso(at), **{name: bucket[name] for name in names if bucket[name] is not None}})
    return {
        "id": f"{path}/providers/Microsoft.Insights/metrics/{each.name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": each.name, "localizedValue": each.shown},
        "displayDescription": each.shown,
        "unit": each.unit,
        "timeseries": [{"metadatavalues": [], "data": data}] if metrics.is_known(each.name) else [],
        "errorCode": "Success",
    }


def _grains(each: Definition) -> list[str]:
    """The intervals that a metric has."""
    return [name for name, minutes in _GRAINS.items() if minutes >= each.least]


def _measured(call: Call, resource: Resource) -> Metrics | SummedMetric:
    """The metrics of a resource."""
    if resource.type == CENTRAL_TYPE:
        central = next(each for each in call.lab.apps if each.app is resource.what)
        return application.measured(central, call.lab.clock())
    if resource.type == DPS_TYPE:
        metrics: Metrics = resource.what.metrics
        return metrics
    return _of_hub(call.lab.at(resource.what.host))


def _of_hub(runtime: Runtime) -> Metrics:
    """The metrics of a hub, with what it does not tell by itself when it changes."""
    runtime.metrics.note(definitions.DEVICES, runtime.clock(), runtime.hub.devices.count())
    return runtime.metrics


def _timespan(text: str, now: float) -> tuple[int, int]:
    """The first minute, and the end of the last, of a time span: the last hour where none is asked for."""
    if not text:
        return int((now - _USUAL.total_seconds()) // MINUTE) * MINUTE, (int(now // MINUTE) + 1) * MINUTE
    first, _, last = unquote(text).partition("/")  # az 2.91 encodes it twice, and the service takes that
    start, end = _moment(first), _moment(last)
    if end <= start:
        raise _bad("The end of the time range is not later than its start.")
    # What has not happened yet has no value: the minute under way is the last.
    end = min(end, (now // MINUTE + 1) * MINUTE)
    return int(start // MINUTE) * MINUTE, max(int(-(-end // MINUTE)) * MINUTE, int(start // MINUTE) * MINUTE)


def _moment(text: str) -> float:
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise _bad(f"Detected invalid time input: {text}.")
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3] or '00'}+00:00").timestamp()
    except ValueError:
        raise _bad(f"Detected invalid time input: {text}.") from None


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bad(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)
