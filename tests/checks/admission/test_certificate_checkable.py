"""The check `certificate-checkable`."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks import verdict as verdicts
from azext_iotdiag.checks.admission.certificate_checkable import certificate_checkable
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.finding import Certainty
from tests.checks.judging import finding, known, verdict
from tests.checks.test_doctor import HOUR, NOW, ago, device, stream

AUTHORITY = Authority("root", "CN=root", True, int((NOW + 3600) * 1000))
ENDED = Authority("root", "CN=root", True, int((NOW - 3600) * 1000))
UNVERIFIED = Authority("root", "CN=root", False)


def by_authority(*held: Authority) -> tuple[str, list[tuple[str, str]]]:
    identity = device(HOUR, authentication="certificateAuthority")
    return verdict(certificate_checkable, identity=identity, now=NOW, authorities=held)


def test_one_authority_that_can_be_used_is_enough() -> None:
    assert by_authority(UNVERIFIED, AUTHORITY) == ("pass", [])
    assert by_authority(Authority("root", verified=True)) == ("pass", [])


@pytest.mark.parametrize("held", [(), (ENDED,), (UNVERIFIED,), (ENDED, UNVERIFIED)])
def test_no_authority_that_can_be_used(held: tuple[Authority, ...]) -> None:
    assert by_authority(*held) == ("fail", [("authority-not-usable", "fail")])


@pytest.mark.parametrize(
    ("thumbprints", "found"), [(("AB12", ""), "pass"), ((), "fail"), (("0" * 40, "0" * 40), "fail")]
)
def test_the_thumbprint_of_a_certificate_that_signs_itself(thumbprints: tuple[str, ...], found: str) -> None:
    identity = device(HOUR, authentication="selfSigned", thumbprints=thumbprints)
    assert verdict(certificate_checkable, identity=identity, now=NOW)[0] == found


def test_other_devices_need_neither() -> None:
    assert verdict(certificate_checkable, identity=device(HOUR), now=NOW, authorities=()) == ("pass", [])
    unknown = device(HOUR, authentication="certificateAuthority")
    assert verdict(certificate_checkable, identity=unknown, now=NOW) == ("pass", []), "nobody could look"


def judged(**values: Any) -> verdicts.Verdict:
    return verdicts.judge(catalogue.ALL, known(now=NOW, **values), lambda: 0.0).verdict


def test_what_is_held_is_counted_and_never_sure() -> None:
    identity = device(HOUR, authentication="certificateAuthority")
    found = finding(certificate_checkable, identity=identity, now=NOW, authorities=(ENDED, UNVERIFIED))
    assert "2 certificates of authorities, 1 not verified and 1 ended" in found.message
    assert judged(identity=identity, authorities=(), newest_messages=stream(None)).certainty is not Certainty.SURE


def test_a_device_that_came_through_lately_is_well() -> None:
    well = device(60, authentication="certificateAuthority", reported=ago(60))
    assert judged(identity=well, authorities=(), newest_messages=stream(30)).link is None
