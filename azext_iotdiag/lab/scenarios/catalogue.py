"""All scenarios. To add one, write its file and list it here."""

from __future__ import annotations

from azext_iotdiag.lab.scenarios import geo_replicated, healthy_site, troubled_site
from azext_iotdiag.lab.scenarios.scenario import Scenario

SCENARIOS: dict[str, Scenario] = {
    module.SCENARIO.name: module.SCENARIO for module in (healthy_site, troubled_site, geo_replicated)
}
