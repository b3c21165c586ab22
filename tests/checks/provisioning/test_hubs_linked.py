"""A hub for those that register."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.provisioning.hubs_linked import hubs_linked
from azext_iotdiag.model.dps_settings import DpsSettings, LinkedHub
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import finding, verdict

HERE, OUT, OTHER = LinkedHub("h"), LinkedHub("h", takes_part=False), LinkedHub("other")


@pytest.mark.parametrize(
    ("hubs", "status", "codes"),
    [
        ((HERE,), "pass", []),
        ((OTHER, HERE), "pass", []),
        ((), "warn", [("no-hub-linked", "warn")]),
        ((OUT,), "warn", [("no-hub-linked", "warn")]),
        ((OTHER,), "warn", [("hub-not-linked", "warn")]),
        ((OTHER, OUT), "warn", [("hub-not-linked", "warn")]),
    ],
)
def test_verdict(hubs, status, codes) -> None:
    facts = {"dps_settings": DpsSettings("d", hubs=hubs), "identity": Identity("H", "device"), "now": 0.0}
    assert verdict(hubs_linked, **facts) == (status, codes)


def test_without_a_hub_only_the_list_is_judged() -> None:
    assert verdict(hubs_linked, dps_settings=DpsSettings("d", hubs=(OTHER,)), now=0.0) == ("pass", [])


def test_an_empty_list_is_not_sure_because_a_namespace_may_link_hubs() -> None:
    found = finding(hubs_linked, dps_settings=DpsSettings("d"), now=0.0)
    assert (found.message, found.weight.certainty) == ("d shows no linked hub", Certainty.LIKELY)
    found = finding(hubs_linked, dps_settings=DpsSettings("d", hubs=(OUT,)), now=0.0)
    assert found.message == "d shows no linked hub that takes part in the allocation"


def test_the_hubs_are_named() -> None:
    facts = {"dps_settings": DpsSettings("d", hubs=(OTHER,)), "identity": Identity("h", "device"), "now": 0.0}
    assert finding(hubs_linked, **facts).message == "h is not among the hubs that d assigns devices to: other"
