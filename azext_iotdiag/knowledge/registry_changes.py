"""Codes about changes to a hub's registry of devices."""

from azext_iotdiag.knowledge import registry
from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

REGISTRY_READ_ONLY = Entry(
    code="registry-read-only",
    title="The hub does not let this credential make or delete devices",
    causes=(
        Cause(
            "The policy lacks the right RegistryWrite; of those that each hub comes with, `iothubowner` and "
            "`registryReadWrite` have it.",
            ("Get the string with `az iot hub connection-string show -n HUB --policy-name iothubowner`.",),
            confirm="`az iot hub policy list --hub-name HUB` shows the policy without RegistryWrite.",
        ),
        *registry.REGISTRY_REFUSED.causes[1:3],
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas",),
    meaning="To make and to delete a device takes more than to look at it. The hub answered 401 or 403.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP),
)
