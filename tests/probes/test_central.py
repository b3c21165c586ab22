"""How a device of an IoT Central application signs in, as far as the application tells the caller."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.model.central import CentralDevice, CentralProof
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.probes import central as probe
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


@pytest.mark.parametrize(("credentials", "attestation", "proof", "words"), [
    ({"idScope": "0ne1", "symmetricKey": {"primaryKey": "k"}}, failure(Kind.MISSING),
     CentralProof("symmetricKey", False, "0ne1"), "with a key, by an enrollment group, ID scope 0ne1"),
    ({"idScope": "0ne1", "symmetricKey": {"primaryKey": "k"}}, {"type": "symmetricKey", "symmetricKey": {}},
     CentralProof("symmetricKey", True, "0ne1"), "with a key, by an enrollment of its own"),
    ({"idScope": "0ne1", **CERTIFICATES}, {"type": "x509", **CERTIFICATES},
     CentralProof("x509", True, "0ne1", ("AB12", "")), "a certificate, by an enrollment of its own, ID scope 0ne1, AB"),
    ({"idScope": "0ne1", "tpm": {"endorsementKey": "k"}}, failure(Kind.UNAUTHORIZED),
     CentralProof("tpm", None, "0ne1"), "with a TPM, ID scope 0ne1"),
    (failure(Kind.UNAUTHORIZED, "no role"), {}, CentralProof(failure=failure(Kind.UNAUTHORIZED, "no role")),
     "is not shown: no role"),
], ids=["group", "own", "certificate", "attestation refused", "refused"])  # fmt: skip
def test_how_a_device_signs_in(credentials: Any, attestation: Any, proof: CentralProof, words: str) -> None:
    found = probe._proof(Central(credentials, attestation), "d")  # type: ignore[arg-type]
    assert found == proof
    shown = CentralDevice("app", "d", True, True, True, "dtmi:x;1", proof=found)
    text = "\n".join(render.lines("d", [], None, None, shown, Known(), 0.0))
    assert words in text and "primaryKey" not in text
