"""How a device of an IoT Central application signs in, as far as the application tells the caller."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.model.central import CentralDevice, CentralProof
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.probes import central_proof as probe
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.render import device as render
from azext_iotdiag.render.commands import Known

CERTIFICATES = {"x509": {"clientCertificates": {"primary": {"info": {"sha1Thumbprint": "AB12"}}, "secondary": None}}}


def failure(kind: Kind, said: str = "") -> Failure:
    return Failure(kind, "a step", "app.azureiotcentral.com", 443, description=said)


class Central:
    """An application that answers so."""

    def __init__(self, credentials: Any, attestation: Any):
        self.said = {"credentials": credentials, "attestation": attestation}

    def _tell(self, what: str) -> Any:
        said = self.said[what]
        if isinstance(said, Failure):
            raise StepFailed(said)
        return said

    def credentials(self, _device: str) -> Any:
        return self._tell("credentials")

    def attestation(self, _device: str) -> Any:
        return self._tell("attestation")

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("credentials", "attestation", "proof", "words"), [
    ({"idScope": "0ne1", "symmetricKey": {"primaryKey": "k"}}, failure(Kind.MISSING),
     CentralProof("symmetricKey", False, "0ne1"), "with a key, by an enrollment group, ID scope 0ne1"),
    ({"idScope": "0ne1", "symmetricKey": {"primaryKey": "k"}}, {"type": "symmetricKey", "symmetricKey": {}},
     CentralProof("symmetricKey", True, "0ne1"), "with a key, by an enrollment of its own"),
    ({"idScope": "0ne1", **CERTIFICATES}, {"type": "x509", **CERTIFICATES},
     CentralProof("x509", True, "0ne1", ("AB12", "")), "a certificate, by an enrollment of its own, ID scope 0ne1, AB"),
    ({"idScope": "0ne1", "tpm": {"endorsementKey": "k"}}, failure(Kind.UNAUTHORIZED),
     CentralProof("tpm", None, "0ne1"), "with a TPM, ID scope 0ne1"),
    (failure(Kind.UNAUTHORIZED, "no role"), {}, failure(Kind.UNAUTHORIZED, "no role"),
     "is not shown: no role"),
], ids=["group", "own", "certificate", "attestation refused", "refused"])  # fmt: skip
def test_how_a_device_signs_in(
    credentials: Any, attestation: Any, proof: CentralProof | Failure, words: str, monkeypatch
) -> None:
    monkeypatch.setattr(context_module, "Central", lambda *_, **__: Central(credentials, attestation))
    context = Context(Typed(device="d"), central=Target(app="app"))
    try:
        found, failed = probe.measure(context, context.clock() + 15, {}), None
    except StepFailed as caught:
        found, failed = None, caught.failure
    assert (found or failed) == proof
    shown = CentralDevice("app", "d", True, True, True, "dtmi:x;1")
    facts = {"now": fact(0.0), "central_device": fact(shown), "central_proof": fact(found, failed)}
    text = "\n".join(render.lines("d", Diagnosis((), Verdict(State.HEALTHY, 0)), facts, Known()))
    assert words in text and "primaryKey" not in text


def fact(value: Any, failed: Failure | None = None) -> Fact[Any]:
    return Fact(value, datetime(2026, 11, 30, tzinfo=timezone.utc), "IoT Central", failure=failed)
