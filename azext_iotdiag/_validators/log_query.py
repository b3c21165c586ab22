"""What may be wrong with the arguments of `logs query`."""

from __future__ import annotations

import difflib
import time

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import logs, managed_hub, no_log, timestamps
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.query import DPS, HUB
from azext_iotdiag.insights.queries.values import BadValue
from azext_iotdiag.model.log_query import QueryAsked

_EXAMPLE = "az iot diag logs query --hub-name HUB --saved connection-errors"


def query(cmd, namespace) -> None:
    """Judge the arguments of `logs query`, and find the hub unless the saved queries are listed."""
    no_log.refuse_app(namespace)
    asked = _asked(namespace)
    if asked is None:
        hand_over(namespace, None, None)
        return
    _judge_service(namespace)
    hand_over(namespace, managed_hub.opened(cmd, namespace, _EXAMPLE), asked)


def _asked(namespace) -> QueryAsked | None:
    """What is asked; None where the saved queries are listed."""
    if namespace.list:
        return None
    if bool(namespace.saved) is bool(namespace.kql):
        if namespace.saved:
            raise MutuallyExclusiveArgumentError(
                "--saved and --kql both name a query.", recommendation="Leave out one of the two."
            )
        raise RequiredArgumentMissingError(
            "No query is named: --saved or --kql is missing.",
            recommendation="List the saved queries with: az iot diag logs query --list",
        )
    begin = timestamps.beginning(namespace.since, time.time(), logs.LONGEST_DAYS)
    if namespace.kql:
        if namespace.parameters:
            raise MutuallyExclusiveArgumentError(
                "--parameters are those of a saved query.", recommendation="Write values into the text of --kql."
            )
        return QueryAsked(kql=namespace.kql, since=begin)
    return QueryAsked(namespace.saved, _values(namespace), since=begin)


def _judge_service(namespace) -> None:
    """Refuse a saved query that finds nothing in the log of the service that is named."""
    about = DPS if namespace.dps_name else HUB
    found = QUERIES.get(namespace.saved or "")
    if found is not None and found.about not in ("", about):
        fits = ", ".join(sorted(name for name, each in QUERIES.items() if each.about in ("", about)))
        raise InvalidArgumentValueError(
            f"--saved: {namespace.saved} reads the log of {found.about}, and {about} is named.",
            recommendation=f"Saved queries for {about}: {fits}",
        )


def _values(namespace) -> dict[str, str | int]:
    """The values of the parameters of a saved query."""
    found = QUERIES.get(namespace.saved)
    if found is None:
        near = difflib.get_close_matches(namespace.saved, QUERIES, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise InvalidArgumentValueError(
            f"--saved: there is no saved query {namespace.saved!r}.",
            recommendation=f"{hint}Saved queries: {', '.join(sorted(QUERIES))}",
        )
    given = dict(_pair(text) for text in namespace.parameters or ())
    if namespace.device_id:
        given["device"] = namespace.device_id
    try:
        return found.read(given)
    except BadValue as wrong:
        raise InvalidArgumentValueError(
            f"--parameters: {wrong}.", recommendation="Write them as NAME=VALUE, such as device=pump-7."
        ) from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name == "resource":
        raise InvalidArgumentValueError(
            f"--parameters: {text[:60]!r} is not NAME=VALUE.", recommendation="Write it as device=pump-7."
        )
    return name, value
