"""What an owner switches off in a hub, as `monitor events` meets it: nothing but a refused token is to be seen."""

from __future__ import annotations

import pytest

RULES = {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True, "ipRules": []}


@pytest.mark.parametrize("settings", [{"disableLocalAuth": True}, {"networkRuleSets": RULES}])
def test_a_reader_is_refused(flow, settings):
    flow.lab.call(flow.lab.state.hub.settings.update, settings)
    run = flow.monitor("--timeout", "5")
    assert run.code == 4 and "[token-refused]" in run.err
    reasons = [record.reason for record in flow.lab.call(flow.lab.state.audit.recent, 20)]
    assert any(word in reason for reason in reasons for word in ("disableLocalAuth", "the default is to deny"))
