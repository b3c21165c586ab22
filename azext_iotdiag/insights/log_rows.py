"""Rows of `AzureDiagnostics` as Azure hands them out: as columns of Log Analytics, or as records of an archive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from operator import itemgetter
from typing import Any, NamedTuple

from azext_iotdiag.model.resource_log import Shape

MOST_KNOWN = 20_000  # rows that are kept without their time, so that what a device repeats is read once

# What a column holds, by its name in small letters. An export of the portal adds the time zone to the name.
# https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference
# https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
_COLUMNS = {
    "timegenerated": "time", "timegenerated [utc]": "time", "time": "time", "eventtimestamp": "time",
    "category": "category", "operationname": "operation", "resulttype": "code", "resultdescription": "name",
    "properties_s": "properties", "properties": "properties", "properties_d": "properties",
    "location_s": "region", "location": "region", "resource": "hub", "resourceid": "resource",
    "_resourceid": "resource",
    "deviceid": "deviceId", "device": "deviceId", "deviceid_s": "deviceId", "protocol": "protocol",
    "protocol_s": "protocol", "maskedipaddress": "maskedIpAddress", "maskedipaddress_s": "maskedIpAddress",
    "sdkversion": "sdkVersion", "sdkversion_s": "sdkVersion", "authtype": "authType", "authtype_s": "authType",
    "tlsversion": "tlsVersion", "tlsversion_s": "tlsVersion",
    "resultsignature": "signature", "calleripaddress": "caller",  # of provisioning services
}  # fmt: skip
_LOCAL = "timegenerated [local time]"
NEEDED = ("TimeGenerated", "OperationName", "ResultType")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_HTTP_STATUS = re.compile(r"[45]\d\d")
# The categories of a provisioning service. https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference
PROVISIONING = ("DeviceOperations", "ServiceOperations")
_CODE = re.compile(r"[45]\d{5}")
# The portal writes times of an export as Americans do: 11/30/2026, 10:00:00.123 AM.
# Dots stand for a day before a month, in every country that writes them.
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,](\d+))?", re.ASCII)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?(?: ([AP])M)?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:?00)?")


class NotARow(ValueError):
    """A record that is no row of a resource log; the text says why."""


class Parsed(NamedTuple):
    """What a row says: whose it is, when, and the rest."""

    hub: str
    device: str
    moment: int
    shape: Shape


class _Properties(NamedTuple):
    """What the properties of a row say, as far as it is used."""

    device: str
    protocol: str
    address: str
    sdk: str
    login: str
    tls: str
    rule: str
    status: str
    registration: str


_NO_PROPERTIES = _Properties(*[""] * 9)


class _Form(NamedTuple):
    """The columns of a table: that of the time, and all others that are used, each with our name."""

    time: str
    names: tuple[str, ...]
    others: Callable[[Mapping[str, Any]], tuple[Any, ...]]


class RowReader:
    """Reads rows. What many rows have in common is read once."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, ...], _Form] = {}
        self._days: dict[str, int] = {}
        self._known: dict[tuple[Any, ...], tuple[str, str, Shape]] = {}
        self._shapes: dict[Shape, Shape] = {}

    def read(self, record: Mapping[str, Any]) -> Parsed:
        """The row that a record holds. Raises NotARow."""
        form = self._forms.get(columns := tuple(record)) or self._form(columns)
        moment = self._moment(record[form.time])
        others = form.others(record)
        try:
            hub, device, shape = self._known.get(others) or self._kept(form, others)
        except TypeError:  # properties that are an object and not its text
            hub, device, shape = self._read(form, others)
        return Parsed(hub, device, moment, shape)

    def _kept(self, form: _Form, others: tuple[Any, ...]) -> tuple[str, str, Shape]:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        found = self._known[others] = self._read(form, others)
        return found

    def _read(self, form: _Form, others: tuple[Any, ...]) -> tuple[str, str, Shape]:
        """All of a row that is not its time."""
        text = dict(zip(form.names, others))
        said = _said(text)
        provisions = text.get("category") in PROVISIONING
        code = _status(text) if provisions else _code(text["code"])
        if provisions:
            said = said._replace(device=said.registration, address=_text(text.get("caller")))
        shape = Shape(
            _text(text.get("category")),
            _text(text["operation"]),
            code,
            _text(text.get("name")) if code else "",
            said.protocol,
            said.address,
            said.sdk,
            said.login,
            said.tls,
            _text(text.get("region")),
            said.rule,
        )
        return _hub(text), said.device, self._shapes.setdefault(shape, shape)

    def _form(self, columns: tuple[str, ...]) -> _Form:
        """What the columns hold. A column that stands twice counts where it stands first."""
        names: dict[str, str] = {}
        for theirs in columns:
            plain = theirs.strip().lower()
            if ours := _COLUMNS.get(plain, ""):
                names.setdefault(ours, theirs)
            elif plain == _LOCAL:
                raise NotARow("its times are local: export it with the time zone UTC")
        missing = [name for name, ours in zip(NEEDED, ("time", "operation", "code")) if ours not in names]
        if missing:
            known = ", ".join(columns[:8]) or "none"
            raise NotARow(f"it has no column {' and no column '.join(missing)}; its columns: {known}")
        time = names.pop("time")
        form = _Form(time, tuple(names), itemgetter(*names.values()))  # of two columns at least, so it gives a tuple
        if len(self._forms) < MOST_KNOWN:
            self._forms[columns] = form
        return form

    def _moment(self, given: Any) -> int:
        """A time in milliseconds since 1970. Raises NotARow."""
        text = given if isinstance(given, str) else str(given)
        day = self._days.get(text[:10])
        if day is not None and text[10:11] == "T" and text[-1] == "Z":
            try:
                hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
                fraction = int(text[20:23].rstrip("Z").ljust(3, "0")) if text[19] == "." else 0
            except ValueError:
                hour = 24  # it is read with care below, where it is refused
            if 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and text[19] in ".Z":
                return day + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction
        moment = _read_time(text)
        if len(self._days) < MOST_KNOWN and _ISO.fullmatch(text):
            self._days[text[:10]] = moment // 86_400_000 * 86_400_000
        return moment


def _said(text: Mapping[str, Any]) -> _Properties:
    given = text.get("properties")
    if isinstance(given, str) and given:
        known = _properties(given)
    elif isinstance(given, Mapping):
        known = _of_properties(given)
    else:
        known = _NO_PROPERTIES
    if not known.device and "deviceId" in text:  # a query of one's own has made columns of the properties
        known = _of_properties(text)
    return known


def _status(text: Mapping[str, Any]) -> str:
    """The status of a failure at a provisioning service, whose rows have no code of six digits; else its outcome."""
    outcome = _text(text["code"]).strip()
    if outcome.lower() in ("", "success"):
        return ""
    found = _HTTP_STATUS.fullmatch(_text(text.get("signature")).strip())
    return found[0] if found else outcome


def _hub(text: Mapping[str, Any]) -> str:
    """The hub's name in small letters: Log Analytics writes it in capitals, an archive as it is."""
    if hub := text.get("hub"):
        return str(hub).lower()
    return str(text.get("resource") or "").rstrip("/").rpartition("/")[2].lower()


def _text(value: Any) -> str:
    return value if type(value) is str else "" if value is None else str(value)


def _code(given: Any) -> str:
    """The code of an error; empty for a success, whatever stands there for it."""
    text = given.strip() if type(given) is str else str(given)
    if not text:
        return ""
    found = _CODE.match(text)
    return found[0] if found else ""


def _properties(given: str) -> _Properties:
    try:
        value = json.loads(given)
    except (ValueError, RecursionError):
        return _NO_PROPERTIES
    return _of_properties(value) if isinstance(value, dict) else _NO_PROPERTIES


def _of_properties(value: Mapping[str, Any]) -> _Properties:
    login = value.get("authType") or value.get("authenticationType")
    rule = ""
    if isinstance(login, str) and login.lstrip().startswith("{"):
        try:
            login = json.loads(login)
        except (ValueError, RecursionError):
            login = ""
    if isinstance(login, Mapping):
        rule = _text(login.get("acceptingIpFilterRule"))
        login = login.get("type")
    return _Properties(
        _text(value.get("deviceId")),
        _text(value.get("protocol")),
        _text(value.get("maskedIpAddress")),
        _text(value.get("sdkVersion")),
        _text(login),
        _text(value.get("tlsVersion")),
        rule,
        _text(value.get("statusCode")),
        _text(value.get("id")),
    )


def _read_time(text: str) -> int:
    """A time as ISO 8601 in UTC, as the portal exports it, or as a spreadsheet with dotted dates saves it.

    Raises NotARow.
    """
    iso, american = _ISO.fullmatch(text.strip()), _AMERICAN.fullmatch(text.strip())
    dotted = _DOTTED.fullmatch(text.strip())
    try:
        if iso:
            year, month, day, hour, minute, second = (int(iso[part]) for part in range(1, 7))
            fraction = iso[7]
        elif american:
            month, day, year, hour, minute, second = (int(american[part]) for part in range(1, 7))
            fraction = american[7]
            if american[8]:
                hour = hour % 12 + (12 if american[8] == "P" else 0)
        elif dotted:
            day, month, year, hour, minute, second = (int(dotted[part] or 0) for part in range(1, 7))
            fraction = dotted[7]
        else:
            raise NotARow(f"its time cannot be read: {text[:40]!r}")
        when = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError as wrong:
        raise wrong if isinstance(wrong, NotARow) else NotARow(f"its time cannot be read: {text[:40]!r}") from None
    return (when - _EPOCH) // timedelta(milliseconds=1) + int((fraction or "0")[:3].ljust(3, "0"))
