"""What the parts of an application's API share: a call and who makes it, pages, and the form of its errors."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from azext_iotdiag.lab.central.application import Central
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import odata
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request


class Refusal(Exception):
    """The request is answered with an error. `reason` is for the audit log alone."""

    def __init__(self, status: int, code: str, message: str, reason: str = ""):
        super().__init__(message)
        self.status = status
        self.code = code
        self.reason = reason or message


class Call(NamedTuple):
    """A request of a caller who has a part in the application."""

    request: Request
    central: Central
    lab: Lab
    role: str

    def object(self) -> dict[str, Any]:
        """The body as an object. Raises Refusal."""
        try:
            data = self.request.data()
        except BadBody as bad:
            raise Refusal(400, "BadRequest", str(bad)) from bad
        if not isinstance(data, dict):
            raise Refusal(400, "BadRequest", "The body must be an object.")
        return data


def chosen(call: Call, rows: list[dict[str, Any]], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Those rows that `$filter` asks for, in the order of `$orderby`, which previews alone know. Raises Refusal.

    `fields` are those that may be named in them.
    """
    query = call.request.query
    if not query.get("api-version", "").endswith("-preview"):
        return rows
    if text := query.get("$filter"):
        try:
            wanted = odata.parse(text)
        except odata.BadFilter as wrong:
            raise Refusal(
                400, "BadRequest", f"The filter cannot be read: {wrong}. The lab knows comparisons."
            ) from None
        for each in odata.comparisons(wanted):
            if each.field not in fields or each.operator not in ("eq", "ne"):
                raise Refusal(400, "BadRequest", f"The lab does not filter by '{each.field} {each.operator}'.")
        rows = [row for row in rows if odata.holds(wanted, lambda each, row=row: _fits(row, each))]
    if text := query.get("$orderby"):
        name, _, direction = text.strip().partition(" ")
        if name not in fields or direction.strip().lower() not in ("", "asc", "desc"):
            raise Refusal(400, "BadRequest", f"The lab does not order by {text!r:.80}.")
        down = direction.strip().lower() == "desc"
        rows = sorted(rows, key=lambda row: str(row.get(name, "")).lower(), reverse=down)
    return rows


def _fits(row: dict[str, Any], asked: odata.Comparison) -> bool:
    own = row.get(asked.field)
    text = str(own).lower() if isinstance(own, bool) else own
    return (text == asked.value) == (asked.operator == "eq")


def page(call: Call, rows: list[dict[str, Any]]) -> Answer:
    """A page of a list, with where the next one is: 25 rows, or as many as are asked for, 100 at most."""
    query = call.request.query
    top, skip = query.get("$top", query.get("maxpagesize", "25")), query.get("$skiptoken", "0")
    if not re.fullmatch("[0-9]{1,9}", top) or not 1 <= int(top) <= 100:
        raise Refusal(400, "BadRequest", "The size of a page must be from 1 to 100.")
    if not re.fullmatch("[0-9]{1,9}", skip):
        raise Refusal(400, "BadRequest", "The token of the page is not valid.")
    begin, size = int(skip), int(top)
    body: dict[str, Any] = {"value": rows[begin : begin + size]}
    if begin + size < len(rows):
        name = "$top" if "$top" in query else "maxpagesize"
        kept = {each: query[each] for each in ("$filter", "$orderby") if each in query}
        more = f"&{urlencode(kept, quote_via=quote, safe='$')}" if kept else ""
        body["nextLink"] = (
            f"https://{call.central.host}{call.request.path}?api-version={query['api-version']}"
            f"&{name}={size}&$skiptoken={begin + size}{more}"
        )
    return Answer(200, body)


def as_answer(refused: Refusal, lab: Lab, who: str = "") -> Answer:
    """An error as the application shows it."""
    now = datetime.fromtimestamp(lab.clock(), timezone.utc)
    error = {
        "code": refused.code,
        "message": str(refused),
        "requestId": uuid.uuid4().hex[:12],
        "time": f"{now:%a, %d %b %Y %H:%M:%S} GMT",
    }
    headers = {"x-ms-error-code": refused.code}
    return Answer(refused.status, {"error": error}, headers, who, refused.reason)
