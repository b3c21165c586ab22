"""Where a device stands, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from azext_iotdiag.model.central import CentralDevice, CentralProof
from azext_iotdiag.model.check import CheckResult, Status
from azext_iotdiag.model.dps import Enrollment, Registration
from azext_iotdiag.model.facts import Fact, Facts
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.timestamps import time_and_age, written
from azext_iotdiag.model.verdict import Diagnosis
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_TEMPLATE = ("model-known", "template-assigned")  # the checks on the second axis


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


def data(device: str, found: Diagnosis, facts: Facts, known: Known) -> dict[str, Any]:
    """Everything that was found out, and a command to go on with, in which what is `known` stands."""
    axes = {
        axis: {"status": each.entry.code, "title": each.entry.title, "message": each.message}
        for axis, each in statuses(found.results).items()
    }
    identity, central = _value(facts, "identity"), _value(facts, "central_device")
    return {
        **results.diagnosis(found, known, _healthy(found)),
        "device": device,
        "connection": axes.get("connection"),
        "template": axes.get("template"),
        "hub": _of_hub(identity) if identity and identity.known else None,
        "provisioning": _of_dps(facts) if "provisioning" in facts else None,
        "central": _of_central(central, facts.get("central_proof")) if central and central.known else None,
        "next": known.next_command(found.verdict.next_command) or None,
    }


def lines(device: str, found: Diagnosis, facts: Facts, known: Known) -> Iterator[str]:
    """The same for a person."""
    yield from text.answer(found, _healthy(found))
    yield ""
    yield printable(f"Device      {device}")
    for axis, each in statuses(found.results).items():
        yield f"{axis.title():<12}{each.entry.title} [{each.entry.code}]"
    identity, central = _value(facts, "identity"), _value(facts, "central_device")
    if identity is not None and identity.known:
        now: Any = facts["now"].value
        yield from _hub_lines(identity, int(now * 1000))
    if central is not None and central.known:
        yield printable(f"Central     {central.app}: {central.name or device}, {central.template or 'no template'}")
        if "central_proof" in facts:
            yield printable(f"            {_proof_line(facts['central_proof'])}")
        yield "- Not known: whether it is connected, and what the application's provisioning service answered it."
    yield from _dps_lines(_value(facts, "registration"), _value(facts, "enrollment"))
    if follows := list(text.rest(found, known)):
        yield ""
        yield from follows


def _healthy(found: Diagnosis) -> str:
    """The answer where nothing is wrong: the status."""
    status = statuses(found.results).get("connection")
    return f"√ {status.entry.title} [{status.entry.code}]" if status is not None else results.HEALTHY


def _value(facts: Facts, name: str) -> Any:
    return facts[name].value if name in facts else None


def _dps_lines(registration: Registration | None, enrollment: Enrollment | None) -> Iterator[str]:
    if registration is not None:
        yield printable(f"Registered  {registration.status}, hub {registration.hub or 'none'}")
    if enrollment is not None:
        kind = "group" if enrollment.group else "individual"
        yield printable(f"Enrollment  {enrollment.id}: {kind}, {enrollment.attestation}")
        if enrollment.attestation == "tpm":
            yield "- Not known: what the TPM holds; only the device can read that."


def _hub_lines(identity: Identity, now: int) -> Iterator[str]:
    last, reason = identity.last_activity, f" ({identity.status_reason})" if identity.status_reason else ""
    yield printable(f"Hub         {identity.hub}: {identity.status}{reason}, {identity.authentication}")
    yield f"Last heard  {'never' if last is None else time_and_age(last, now)}"
    if identity.reported is not None:
        yield f"Reported    {time_and_age(identity.reported, now)}"
    if identity.thumbprints:
        yield f"Thumbprints {', '.join(identity.thumbprints)}"
    if identity.model:
        yield printable(f"Model       {identity.model}")


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


def _of_proof(fact: Fact[CentralProof]) -> dict[str, Any]:
    proof = fact.value or CentralProof()
    primary, secondary = proof.thumbprints
    return {
        "type": proof.kind or None,
        "enrollment": None if proof.individual is None else "individual" if proof.individual else "group",
        "idScope": proof.id_scope or None,
        "primaryThumbprint": primary or None,
        "secondaryThumbprint": secondary or None,
        "notKnown": (fact.failure.description or fact.failure.kind.value) if fact.failure is not None else None,
    }


def _proof_line(fact: Fact[CentralProof]) -> str:
    proof = fact.value or CentralProof()
    if fact.failure is not None:
        return f"how the device signs in is not shown: {fact.failure.description or fact.failure.kind.value}"
    by = {True: ", by an enrollment of its own", False: ", by an enrollment group", None: ""}[proof.individual]
    prints = "".join(f", {each}" for each in proof.thumbprints if each)
    how = f"signs in with {_PROOFS[proof.kind]}" if proof.kind in _PROOFS else "how it signs in is not known"
    return f"{how}{by}, ID scope {proof.id_scope or 'not known'}{prints}"


_PROOFS = {"symmetricKey": "a key", "x509": "a certificate", "tpm": "a TPM"}


def _of_central(central: CentralDevice, proof: Fact[CentralProof] | None) -> dict[str, Any]:
    return {
        "app": central.app,
        "displayName": central.name or None,
        "provisioned": central.provisioned,
        "enabled": central.enabled,
        "template": central.template or None,
        "simulated": central.simulated,
        "authentication": _of_proof(proof) if proof is not None else None,
    }


def _of_dps(facts: Facts) -> dict[str, Any]:
    registration, enrollment = _value(facts, "registration"), _value(facts, "enrollment")
    asked: Any = facts["provisioning"].value
    return {
        "host": asked.host,
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
