"""The check `certificate-fits-device`."""

import pytest

from azext_iotdiag.checks.admission.certificate_fits_device import certificate_fits_device
from azext_iotdiag.model.keys import DeviceCertificate, KeyComparison

NOW, YEAR = 1_800_000_000.0, 365 * 86_400


def certificate(begins: float = -YEAR, ends: float = YEAR, name: str = "d") -> DeviceCertificate:
    return DeviceCertificate("d.pem", name, "CN=x", "A1" * 20, "B2" * 32, NOW + begins, NOW + ends)


SELF_SIGNED = KeyComparison("h", "d", authentication="selfSigned", thumbprints=("", "b2" * 32))
OTHER = KeyComparison("h", "d", authentication="selfSigned", thumbprints=("CC", ""))
OF_AUTHORITY = KeyComparison("h", "d", authentication="certificateAuthority")


@pytest.mark.parametrize(
    ("shown", "keys", "code"),
    [
        (certificate(ends=-1), SELF_SIGNED, "device-certificate-expired"),
        (certificate(begins=60), SELF_SIGNED, "device-certificate-not-yet-valid"),
        (certificate(ends=86_400), SELF_SIGNED, "device-certificate-ends-soon"),
        (certificate(), KeyComparison("h", "d", authentication="sas"), "proof-differs"),
        (
            certificate(),
            OTHER,
            "thumbprint-differs",
        ),
        (certificate(name="D"), OF_AUTHORITY, "common-name-differs"),
    ],
)
def test_what_does_not_fit(shown: DeviceCertificate, keys: KeyComparison, code: str) -> None:
    assert [found.entry.code for found in certificate_fits_device.run(shown, NOW, keys)] == [code]


@pytest.mark.parametrize("keys", [SELF_SIGNED, OF_AUTHORITY])
def test_what_fits(keys: KeyComparison) -> None:
    assert not list(certificate_fits_device.run(certificate(), NOW, keys))
