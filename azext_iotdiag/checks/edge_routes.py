"""Which routes of an edge hub lead to the hub, and which of them name a module that is not there."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from azext_iotdiag.model.edge import EdgeRoute, EdgeRuntime

# https://learn.microsoft.com/azure/iot-edge/module-composition#declare-routes
_UPSTREAM = re.compile(r"\bINTO\s+\$upstream\s*$", re.IGNORECASE)
_MODULE = re.compile(r"\bFROM\s+/messages/modules/([^/\s]+)", re.IGNORECASE)


class FromNowhere(NamedTuple):
    """A route to the hub, the module that it names, and the deployed module of a similar name, empty for none."""

    route: EdgeRoute
    module: str
    near: str


def upstream(found: EdgeRuntime) -> tuple[EdgeRoute, ...]:
    """The routes that lead to the hub."""
    return tuple(each for each in found.routes if _UPSTREAM.search(each.text))


def from_nowhere(found: EdgeRuntime) -> tuple[FromNowhere, ...]:
    """Those of them that take the messages of a module that is not deployed. Without a known deployment, none."""
    if not found.deployed:
        return ()
    named = ((route, match[1]) for route in upstream(found) if (match := _MODULE.search(route.text)))
    return tuple(
        FromNowhere(route, name, _near(name, found.deployed))
        for route, name in named
        if name not in found.deployed and name != "*"
    )


def _near(name: str, deployed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name.casefold(), [each.casefold() for each in deployed], n=1)
    return next((each for each in deployed if near and each.casefold() == near[0]), "")
