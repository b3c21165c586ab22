"""An application's devices, one or all: a hundred with each request, at half of the pace that it allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients.central import PAGE, Central
from azext_iotdiag.clients.deadlines import USUAL, Deadlines
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.model.central import CentralDevice, CentralFleet, CentralProof
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.fleet import MOST_EXAMPLES
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes.registry import part

PATIENCE_SECONDS = 10.0


def measure(target: Target, device: str, deadlines: Deadlines = USUAL) -> CentralDevice:
    """The device as the application shows it."""
    central = Central(target, patience=PATIENCE_SECONDS, deadlines=deadlines)
    try:
        return replace(read(target.app, central.device(device)), proof=_proof(central, device))
    except StepFailed as failed:
        failure = failed.failure
        known = False if failure.kind is Kind.MISSING else None
        return CentralDevice(target.app, device, known, failure=None if known is False else failure)
    finally:
        central.close()


def _proof(central: Central, device: str) -> CentralProof:
    """How the device proves who it is; the keys in the answers go nowhere."""
    try:
        told = central.credentials(device)
    except StepFailed as failed:
        return CentralProof(failure=failed.failure)
    kind = next((name for name in ("symmetricKey", "x509", "tpm") if name in told), "")
    individual: bool | None = None
    try:
        own = central.attestation(device)
        individual = True
        kind = str(own.get("type") or kind)
        told = {**told, **own}
    except StepFailed as failed:
        individual = False if failed.failure.kind is Kind.MISSING else None
    certificates = part(part(told, "x509"), "clientCertificates")
    primary, secondary = (
        str(part(part(certificates, name), "info").get("sha1Thumbprint") or "") for name in ("primary", "secondary")
    )
    return CentralProof(kind, individual, str(told.get("idScope") or ""), (primary, secondary))


def devices(target: Target, said: Callable[[str, float], None]) -> Iterator[CentralDevice]:
    """All devices of the application. May raise StepFailed; `said` hears of pauses."""
    central = Central(target, said)
    try:
        yield from (read(target.app, row) for row in central.devices())
    finally:
        central.close()


def count(target: Target, said: Callable[[str, float], None]) -> CentralFleet:
    """Counts of all devices. What was counted before the application stopped answering is told, with the failure."""
    states: Counter[tuple[bool, bool]] = Counter()
    templates: Counter[str] = Counter()
    examples: dict[tuple[bool, bool], list[str]] = {}
    without: list[str] = []
    failure = None
    try:
        for each in devices(target, said):
            state = (each.provisioned, each.enabled)
            states[state] += 1
            templates[each.template] += 1
            if state != (True, True) and len(examples.setdefault(state, [])) < MOST_EXAMPLES:
                examples[state].append(each.device)
            if not each.template and len(without) < MOST_EXAMPLES:
                without.append(each.device)
    except StepFailed as failed:
        failure = failed.failure
    total = sum(states.values())
    few = {state: tuple(names) for state, names in examples.items()}
    return CentralFleet(target.app, total, states, templates, few, tuple(without), max(-(-total // PAGE), 1), failure)


def read(app: str, told: Mapping[str, Any]) -> CentralDevice:
    """A device as the application's REST interface writes it."""
    return CentralDevice(
        app,
        str(told.get("id") or ""),
        True,
        told.get("provisioned") is True,
        told.get("enabled") is True,
        str(told.get("template") or ""),
        str(told.get("displayName") or ""),
        told.get("simulated") is True,
    )
