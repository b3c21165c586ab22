"""A hub's settings: what sets them, and whom they keep out."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.settings import HubSettings

PEER = "127.0.0.1:5000"


def rules(**settings):
    made = HubSettings()
    made.update(settings)
    return made


def test_nobody_is_kept_out_at_first():
    assert HubSettings().shut_to(PEER) == HubSettings().shut_to(PEER, built_in=True) == ""
    assert HubSettings().local_auth


REJECT = {"filterName": "no", "action": "Reject", "ipMask": "127.0.0.0/8"}
ACCEPT = {"filterName": "yes", "action": "Accept", "ipMask": "127.0.0.1"}


@pytest.mark.parametrize(("settings", "hub", "built_in"), [
    ({"publicNetworkAccess": "Disabled"}, True, True),
    ({"ipFilterRules": [REJECT]}, True, False),
    ({"ipFilterRules": [ACCEPT, REJECT]}, False, False),
    ({"ipFilterRules": [REJECT, ACCEPT]}, True, False),
    ({"ipFilterRules": [{**REJECT, "ipMask": "10.0.0.0/8"}]}, False, False),
    ({"ipFilterRules": [{**REJECT, "ipMask": "nonsense"}]}, False, False),
    ({"networkRuleSets": {"defaultAction": "Deny", "ipRules": []}}, True, False),
    ({"networkRuleSets": {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True}}, True, True),
    ({"networkRuleSets": {"defaultAction": "Deny", "ipRules": [{"ipMask": "127.0.0.1"}]}}, False, False),
    ({"networkRuleSets": {"defaultAction": "Allow", "ipRules": []}}, False, False),
])  # fmt: skip
def test_whom_the_rules_keep_out(settings, hub, built_in):
    made = rules(**settings)
    assert (bool(made.shut_to(PEER)), bool(made.shut_to(PEER, built_in=True))) == (hub, built_in)


def test_null_goes_back_to_the_default_and_changes_are_counted():
    made = rules(ipFilterRules=[REJECT], networkRuleSets={"defaultAction": "Deny"}, unknown=1)
    before = made.etag
    made.update({"ipFilterRules": None, "networkRuleSets": None})
    assert made.properties == HubSettings().properties and made.etag != before
