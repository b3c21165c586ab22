"""Azure Resource Graph: the hubs, provisioning services and applications of many subscriptions by one question.

https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.arm import CENTRAL_TYPE, DPS_TYPE, HUB_TYPE, Arm
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.clients.http import HttpAnswer

PATH, VERSION = "/providers/Microsoft.ResourceGraph/resources", "2021-03-01"
PAGE = 1000  # rows; the service gives no more
MOST_SUBSCRIPTIONS = 1000  # of one question
MOST_PAGES = 1000
LONGEST_PAUSE = 30.0  # seconds
TYPES = (HUB_TYPE, DPS_TYPE, CENTRAL_TYPE)
_STEP = "the list of services from Resource Graph"
_LASTS = re.compile(r"(\d{1,3}):(\d\d):(\d\d)(?:\.\d+)?")


class FoundService(NamedTuple):
    """A service: the type and the id of its resource, its host name, where it is, and its properties."""

    type: str
    id: str
    name: str
    group: str
    subscription: str
    host: str
    location: str
    properties: Mapping[str, Any] = MappingProxyType({})


def services(
    arm: Arm,
    subscriptions: Sequence[str],
    types: Sequence[str] = TYPES,
    sleep: Callable[[float], None] | None = None,
) -> Iterator[FoundService]:
    """All services of these types in these subscriptions, page by page. Raises ArmError and StepFailed.

    Where the service says that no question is left in this window, the next page waits until a new window begins.
    """
    sleep = sleep or usual().clock.sleep
    for first in range(0, len(subscriptions), MOST_SUBSCRIPTIONS):
        yield from _pages(arm, subscriptions[first : first + MOST_SUBSCRIPTIONS], _query(types), sleep)


def _pages(
    arm: Arm, subscriptions: Sequence[str], query: str, sleep: Callable[[float], None]
) -> Iterator[FoundService]:
    token, seen, reader = "", set[str](), arm.reader(_STEP)
    while True:
        options = {"resultFormat": "objectArray", "$top": PAGE, **({"$skipToken": token} if token else {})}
        body = {"subscriptions": list(subscriptions), "query": query, "options": options}
        answer = arm.post(PATH, VERSION, _STEP, body)
        told = reader.object(answer)
        yield from (_found(row) for row in reader.rows(told.get("data")))
        following = told.get("$skipToken")
        if not following:
            return
        if not isinstance(following, str) or following in seen or len(seen) >= MOST_PAGES:
            raise reader.wrong("the answers do not end: a page names an earlier page as the next")
        seen.add(following)
        token = following
        if pause := pause_of(answer):
            sleep(pause)


def pause_of(answer: HttpAnswer) -> float:
    """How many seconds to wait before the next question; 0 where the window allows another one."""
    if answer.headers.get("x-ms-user-quota-remaining", "") != "0":
        return 0.0
    lasts = _LASTS.fullmatch(answer.headers.get("x-ms-user-quota-resets-after", ""))
    if lasts is None:
        return 5.0  # the documented length of a window
    return min(int(lasts[1]) * 3600.0 + int(lasts[2]) * 60 + int(lasts[3]), LONGEST_PAUSE)


def _query(types: Sequence[str]) -> str:
    among = ", ".join(f"'{each.lower()}'" for each in types)
    return (
        f"resources | where type in~ ({among}) "
        "| project id, name, type, location, resourceGroup, subscriptionId, properties | order by id asc"
    )


def _found(row: Mapping[str, Any]) -> FoundService:
    inner = part(row, "properties")
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    hosts = (inner.get(name) for name in ("hostName", "serviceOperationsHostName"))
    host = next((each for each in hosts if isinstance(each, str)), "")
    subdomain = inner.get("subdomain")
    if not host and isinstance(subdomain, str) and subdomain:
        host = f"{subdomain}.azureiotcentral.com"
    return FoundService(
        texts.get("type", ""),
        texts.get("id", ""),
        texts.get("name", ""),
        texts.get("resourceGroup", ""),
        texts.get("subscriptionId", ""),
        host.lower(),
        texts.get("location", ""),
        inner,
    )
