"""The check `template-assigned`."""

from azext_iotdiag.checks.payload.template_assigned import template_assigned
from azext_iotdiag.model.central import CentralDevice


def test_both() -> None:
    [found] = template_assigned.run(CentralDevice("app", "d", True, template="dtmi:x;1"))
    assert found.entry.code == "central-template-assigned"
    [found] = template_assigned.run(CentralDevice("app", "d", True))
    assert found.entry.code == "central-unassociated"
    assert not list(template_assigned.run(CentralDevice("app", "d", False)))
