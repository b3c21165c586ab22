"""Without a template IoT Central does not know what a device's values mean, whatever its connection."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.central import TEMPLATE_ASSIGNED, UNASSOCIATED
from azext_iotdiag.model.finding import fail, note


@check("The device has a template")
def template_assigned(central):
    if not central.known:
        return
    if central.template:
        yield note(TEMPLATE_ASSIGNED, f"{central.device!r} has {central.template}", template=central.template)
    else:
        yield fail(UNASSOCIATED, f"{central.app} shows {central.device!r} without a template", device=central.device)
