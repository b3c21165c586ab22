"""Ids are case-sensitive and easily mistyped: does one send that is nearly the one that was asked for?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.knowledge.stream import DEVICE_ID_DIFFERS
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.stream import StreamRequest

MOST = 3  # ids that are named
FARTHEST = 2  # letters that may differ
CASE_DIFFERS = "only its case differs"

_WILD = re.compile("[*?]")


@check("The requested id is exactly the sender's id", after=(filters_let_through,), at_most=Certainty.LIKELY)
def device_id_exact(request: StreamRequest, hidden_messages: HiddenMessages) -> Iterator[Finding]:
    if request.shown or not request.device:
        return
    alike = {device: how for device in hidden_messages.devices if (how := difference(request.device, device))}
    if alike:
        named = "; ".join(f"{device!r}: {how}" for device, how in list(alike.items())[:MOST])
        more = f" and {len(alike) - MOST} more" if len(alike) > MOST else ""
        yield fail(
            DEVICE_ID_DIFFERS,
            f"you asked for {request.device!r}, and messages came from {named}{more}",
            asked=request.device,
            seen=", ".join(list(alike)[:MOST]),
        )


def difference(asked: str, seen: str) -> str:
    """In what an id differs from the one that was asked for, where that may well be a slip; otherwise nothing.

    Devices are often numbered, so one whose number is another is another device.
    """
    if _WILD.search(asked):
        pattern = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in asked.casefold())
        return CASE_DIFFERS if re.fullmatch(pattern, seen.casefold(), re.DOTALL) else ""
    if asked.casefold() == seen.casefold():
        return CASE_DIFFERS
    if _letters(asked) == _letters(seen):
        return "only punctuation differs"
    if _digits(asked) != _digits(seen) or min(len(asked), len(seen)) <= 2 * FARTHEST:
        return ""
    distance = _distance(asked.casefold(), seen.casefold())
    return f"{distance} character{'s differ' if distance > 1 else ' differs'}" if distance <= FARTHEST else ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _digits(text: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]{1,128}", text)]


def _distance(one: str, other: str) -> int:
    """How many characters must be put in, left out or replaced to make one of the other; FARTHEST + 1 for more."""
    if abs(len(one) - len(other)) > FARTHEST:
        return FARTHEST + 1
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, 1):
        above, row[0] = row[0], number
        for column, against in enumerate(other, 1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (char != against))
        if min(row) > FARTHEST:
            return FARTHEST + 1
    return row[-1]
