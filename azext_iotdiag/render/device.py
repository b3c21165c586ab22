"""Where a device stands, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from azext_iotdiag.model.central import CentralDevice, CentralProof
from azext_iotdiag.model.check import CheckResult, Status
from azext_iotdiag.model.dps import DpsFacts
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.moments import told, written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_TEMPLATE = ("model-known", "template-assigned")  # the checks on the second axis
# What to do next where nothing is wrong that could be seen here.
_NEXT = {
    "device-connected": "az iot diag monitor events --login @hub.txt --device-id DEVICE",
    "device-disconnected": "az iot diag key test --login @hub.txt --device-id DEVICE",
    "device-never-seen": "az iot diag key test --login @hub.txt --device-id DEVICE",
    "dps-assigned": "az iot diag device show --login @hub.txt --device-id DEVICE",
}


def statuses(judged: Sequence[CheckResult]) -> dict[str, Finding]:
    """The finding that is the status on each axis: the first that is wrong, or else the last that was seen."""
    found: dict[str, Finding] = {}
    for axis in ("connection", "template"):
        seen = [
            each
            for result in judged
            if (result.check.name in _TEMPLATE) is (axis == "template") and result.status is not Status.ERROR
            for each in result.findings
        ]
        wrong = [each for each in seen if each.severity is Severity.FAIL]
        if seen:
            found[axis] = wrong[0] if wrong else seen[-1]
    return found


def data(
    device: str,
    judged: Sequence[CheckResult],
    identity: Identity | None,
    dps: DpsFacts | None,
    central: CentralDevice | None,
    known: Known,
) -> dict[str, Any]:
    """Everything that was found out, and a command to go on with, in which what is `known` stands."""
    axes = {
        axis: {"status": each.entry.code, "title": each.entry.title, "message": each.message}
        for axis, each in statuses(judged).items()
    }
    return {
        "version": results.VERSION,
        "device": device,
        "connection": axes.get("connection"),
        "template": axes.get("template"),
        "hub": _of_hub(identity) if identity and identity.known else None,
        "provisioning": _of_dps(dps) if dps else None,
        "central": _of_central(central) if central and central.known else None,
        "next": _next(judged, known),
        "checks": results.data(judged),
    }


def lines(
    device: str,
    judged: Sequence[CheckResult],
    identity: Identity | None,
    dps: DpsFacts | None,
    central: CentralDevice | None,
    known: Known,
    now: float,
) -> Iterator[str]:
    """The same for a person. `now` is in seconds since 1970."""
    found = statuses(judged)
    yield printable(f"Device      {device}")
    for axis, each in found.items():
        yield f"{axis.title():<12}{each.entry.title} [{each.entry.code}]"
    if identity is not None and identity.known:
        yield from _hub_lines(identity, int(now * 1000))
    if central is not None and central.known:
        yield printable(f"Central     {central.app}: {central.name or device}, {central.template or 'no template'}")
        if central.proof is not None:
            yield printable(f"            {_proof_line(central.proof)}")
        yield "- Not known: whether it is connected, and what the application's provisioning service answered it."
    if dps is not None and dps.registration is not None:
        yield printable(f"Registered  {dps.registration.status}, hub {dps.registration.hub or 'none'}")
    if dps is not None and dps.enrollment is not None:
        kind = "group" if dps.enrollment.group else "individual"
        yield printable(f"Enrollment  {dps.enrollment.id}: {kind}, {dps.enrollment.attestation}")
    if dps is not None and dps.enrollment is not None and dps.enrollment.attestation == "tpm":
        yield "- Not known: what the TPM holds; nobody can look there but the device."
    for result in judged:
        for each in result.findings:
            if each.severity is not Severity.NOTE:
                yield ""
                yield from text.finding(each, text.MARKS[result.status], known=known, always=True)
    if following := _next(judged, known):
        yield ""
        yield f"Next: {following}"


def _hub_lines(identity: Identity, now: int) -> Iterator[str]:
    last, reason = identity.last_activity, f" ({identity.status_reason})" if identity.status_reason else ""
    yield printable(f"Hub         {identity.hub}: {identity.status}{reason}, {identity.authentication}")
    yield f"Last heard  {'never' if last is None else told(last, now)}"
    if identity.reported is not None:
        yield f"Reported    {told(identity.reported, now)}"
    if identity.thumbprints:
        yield f"Thumbprints {', '.join(identity.thumbprints)}"
    if identity.model:
        yield printable(f"Model       {identity.model}")


def _next(judged: Sequence[CheckResult], known: Known) -> str | None:
    found = statuses(judged).get("connection")
    command = _NEXT.get(found.entry.code) if found else None
    return known.command(command) if command else None


def _of_hub(identity: Identity) -> dict[str, Any]:
    return {
        "host": identity.hub,
        "status": identity.status,
        "statusReason": identity.status_reason or None,
        "connected": identity.connected,
        "lastActivity": _time(identity.last_activity),
        "lastReported": _time(identity.reported),
        "authentication": identity.authentication,
        "thumbprints": list(identity.thumbprints),
        "model": identity.model or None,
        "edge": identity.edge,
        "behindGateway": identity.parents,
        "waitingMessages": identity.queued,
    }


def _of_proof(proof: CentralProof) -> dict[str, Any]:
    primary, secondary = proof.thumbprints
    return {
        "type": proof.kind or None,
        "enrollment": None if proof.individual is None else "individual" if proof.individual else "group",
        "idScope": proof.id_scope or None,
        "primaryThumbprint": primary or None,
        "secondaryThumbprint": secondary or None,
        "notKnown": (proof.failure.description or proof.failure.kind.value) if proof.failure is not None else None,
    }


def _proof_line(proof: CentralProof) -> str:
    if proof.failure is not None:
        return f"how the device signs in is not shown: {proof.failure.description or proof.failure.kind.value}"
    by = {True: ", by an enrollment of its own", False: ", by an enrollment group", None: ""}[proof.individual]
    prints = "".join(f", {each}" for each in proof.thumbprints if each)
    return f"signs in with {_PROOFS.get(proof.kind, 'what is not known')}{by}, ID scope {proof.id_scope or '?'}{prints}"


_PROOFS = {"symmetricKey": "a key", "x509": "a certificate", "tpm": "a TPM"}


def _of_central(central: CentralDevice) -> dict[str, Any]:
    return {
        "app": central.app,
        "displayName": central.name or None,
        "provisioned": central.provisioned,
        "enabled": central.enabled,
        "template": central.template or None,
        "simulated": central.simulated,
        "authentication": _of_proof(central.proof) if central.proof is not None else None,
    }


def _of_dps(dps: DpsFacts) -> dict[str, Any]:
    registration, enrollment = dps.registration, dps.enrollment
    return {
        "host": dps.host,
        "registration": registration
        and {
            "id": registration.id,
            "status": registration.status,
            "substatus": registration.substatus,
            "hub": registration.hub,
            "device": registration.device,
            "errorCode": registration.error_code or None,
            "errorMessage": registration.error_message or None,
            "updated": _time(registration.updated),
        },
        "enrollment": enrollment
        and {
            "id": enrollment.id,
            "group": enrollment.group,
            "enabled": enrollment.enabled,
            "attestation": enrollment.attestation,
            "allocation": enrollment.allocation,
        },
    }


def _time(moment: int | None) -> str | None:
    return None if moment is None else written(moment)
