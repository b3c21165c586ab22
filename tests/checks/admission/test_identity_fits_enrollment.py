"""The proof that an enrollment names, and the proof that the hub takes."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.identity_fits_enrollment import identity_fits_enrollment
from azext_iotdiag.model.dps import Enrollment, Registration
from azext_iotdiag.model.verdict import State
from tests.checks.facts import HUB, NOW, identity
from tests.checks.judging import verdict
from tests.checks.test_doctor import HOST, ago, device, hub, judged, stream

HERE = Registration("pump", "assigned", hub=HUB, device="pump")
A, B, C = "A" * 40, "B" * 40, "C" * 64


@pytest.mark.parametrize(
    ("enrolled", "taken", "codes"),
    [
        ({"attestation": "symmetricKey"}, {"authentication": "sas"}, []),
        ({"attestation": "tpm"}, {"authentication": "sas"}, []),
        ({"attestation": "x509"}, {"authentication": "certificateAuthority"}, []),
        ({"attestation": "x509"}, {"authentication": "sas"}, ["proof-differs"]),
        ({"attestation": "symmetricKey"}, {"authentication": "selfSigned"}, ["proof-differs"]),
        ({"attestation": "new"}, {"authentication": "selfSigned"}, []),
        ({"attestation": "x509", "thumbprints": (A, C)}, {"authentication": "selfSigned", "thumbprints": (B, B)},
         ["thumbprint-differs"]),
        ({"attestation": "x509", "thumbprints": (A, C)},
         {"authentication": "selfSigned", "thumbprints": (C.lower(), "0" * 40)}, []),
        ({"attestation": "x509", "thumbprints": (A,), "group": True},
         {"authentication": "selfSigned", "thumbprints": (B, B)}, []),
    ],
)  # fmt: skip
def test_verdict(enrolled, taken, codes) -> None:
    facts = {"enrollment": Enrollment("pump", **enrolled), "identity": identity(**taken), "registration": HERE}
    assert [code for code, _ in verdict(identity_fits_enrollment, now=NOW, **facts)[1]] == codes


def test_a_device_of_another_hub_is_not_compared() -> None:
    elsewhere = Registration("pump", "assigned", hub="other.azure-devices.net", device="pump")
    facts = {"enrollment": Enrollment("pump", attestation="x509"), "identity": identity(authentication="sas")}
    assert verdict(identity_fits_enrollment, now=NOW, registration=elsewhere, **facts) == ("pass", [])


def test_a_device_that_sends_is_well() -> None:
    facts = {
        "enrollment": Enrollment("pump", attestation="x509"), "hub_settings": hub(),
        "registration": Registration("pump", "assigned", hub=HOST, device="pump", updated=ago(9000)),
    }  # fmt: skip
    assert judged(identity=device(), newest_messages=stream(20), **facts).state is State.HEALTHY
    silent = judged(identity=device(9000), newest_messages=stream(None), **facts)
    assert [each.finding.entry.code for each in silent.reasons] == ["proof-differs"]
