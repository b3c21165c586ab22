"""The check `certificate-fits-device`."""

import pytest

from azext_iotdiag.checks.admission.certificate_fits_device import certificate_fits_device
from azext_iotdiag.model.finding import When
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


@pytest.mark.parametrize(("begins", "ends", "message", "when"), [
    (-YEAR, -90, "d.pem ended at 2027-01-15T07:58:30Z, 1 min ago", When.NOW),
    (-YEAR, 0, "d.pem ended at 2027-01-15T08:00:00Z, 1 s ago", When.NOW),
    (60, YEAR, "d.pem begins at 2027-01-15T08:01:00Z", When.NOW),
    (-YEAR, 86_400, "d.pem ends at 2027-01-16T08:00:00Z, in 1 day", When.COMING),
    (-YEAR, 30 * 86_400 - 1, "d.pem ends at 2027-02-14T07:59:59Z, in 29 days", When.COMING),
    (0, 30 * 86_400, "", None),
])  # fmt: skip
def test_when_a_certificate_holds(begins: float, ends: float, message: str, when: When | None) -> None:
    """It is said 30 days before the end."""
    found = list(certificate_fits_device.run(certificate(begins, ends), NOW, SELF_SIGNED))
    assert [(each.message, each.weight.when) for each in found] == ([(message, when)] if message else [])


def test_what_differs_is_shown() -> None:
    (thumbprint,) = certificate_fits_device.run(certificate(), NOW, OTHER)
    assert thumbprint.evidence == {"sha1": "A1" * 20, "sha256": "B2" * 32, "registered": "CC"}
    (name,) = certificate_fits_device.run(certificate(name="D"), NOW, OF_AUTHORITY)
    assert name.evidence == {"commonName": "D", "device": "d"} and "'D', and the device is 'd'" in name.message


@pytest.mark.parametrize("thumbprints", [("a1" * 20, ""), ("", "A1" * 20), ("B2" * 32, ""), ("CC", "b2" * 32)])
def test_either_thumbprint_of_either_kind_fits(thumbprints: tuple[str, str]) -> None:
    keys = KeyComparison("h", "d", authentication="selfSigned", thumbprints=thumbprints)
    assert not list(certificate_fits_device.run(certificate(), NOW, keys))
