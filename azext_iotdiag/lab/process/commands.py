"""What a lab's control port understands, with what came over the wire made sure of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.audit import audit_feed
from azext_iotdiag.lab.audit.log import LIMIT
from azext_iotdiag.lab.process.control import Command
from azext_iotdiag.lab.process.errors import LabRefused
from azext_iotdiag.lab.process.running import Running


def of(running: Running) -> dict[str, Command]:
    """The commands of a running lab, by name. Each raises Refused for arguments that are no good."""

    def status(arguments: Mapping[str, Any]) -> dict[str, Any]:
        audit = arguments.get("audit", 0)
        if isinstance(audit, bool) or not isinstance(audit, int) or not 0 <= audit <= LIMIT:
            raise LabRefused(f"there are no {audit!r} audit records", f"Give a number from 0 to {LIMIT}.")
        return running.status(audit, routine=bool(arguments.get("routine")))

    def news(arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            since = audit_feed.read(arguments.get("since"))
        except ValueError as wrong:
            raise LabRefused(str(wrong)) from None
        return audit_feed.news(running.lab.runtime, since, routine=bool(arguments.get("routine")))

    def break_(arguments: Mapping[str, Any]) -> dict[str, Any]:
        parameters = arguments.get("parameters") or {}
        if not isinstance(parameters, dict):
            raise LabRefused("the parameters are no object")
        return running.break_(str(arguments.get("fault", "")), parameters)

    def mend(arguments: Mapping[str, Any]) -> dict[str, Any]:
        fault = arguments.get("fault")
        return running.mend(None if fault is None else str(fault))

    def credential(arguments: Mapping[str, Any]) -> dict[str, Any]:
        from azext_iotdiag.lab.tenant import app_credentials

        lab, wanted = running.lab, (str(arguments.get("identity", "")), str(arguments.get("role", "")))
        found = app_credentials.credential(lab.tenant, *wanted, lab.clock())
        if found is None:
            raise LabRefused("the tenant has no such identity")
        return found

    def stop(_arguments: Mapping[str, Any]) -> dict[str, Any]:
        running.stop()
        return {"stopping": True}

    return {"status": status, "news": news, "break": break_, "mend": mend, "credential": credential, "stop": stop}
