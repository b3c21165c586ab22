"""Codes about a credential that may look at a hub's devices, and not do more: change them, or read their twins."""

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

TWIN_REFUSED = Entry(
    code="twin-refused",
    title="The hub does not let this credential look at the device's twin",
    causes=(
        Cause(
            "The policy lacks the right ServiceConnect, which twins need, and which `registryRead` does not have.",
            (
                "Use the policy `service`, the least that has it: "
                "`az iot hub connection-string show -n HUB --policy-name service`.",
            ),
            confirm="`az iot hub policy list --hub-name HUB` shows the policy without ServiceConnect.",
        ),
        registry.REGISTRY_REFUSED.causes[1],
        Cause(
            "An IP rule or switched-off public access keeps this machine out of the hub's own API.",
            (
                "Ask from an address that the hub lets in: "
                "`az iot hub show -n HUB --query properties.networkRuleSets.ipRules` lists them.",
            ),
            confirm="The same command succeeds from such an address.",
        ),
        registry.REGISTRY_REFUSED.causes[3],
    ),
    links=registry.REGISTRY_REFUSED.links,
    meaning="Properties are read from the twin, which takes other rights than to look at identities. The hub answered "
    "401 or 403 to the look-up.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP),
)
