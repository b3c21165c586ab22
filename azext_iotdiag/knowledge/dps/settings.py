"""Codes about settings of a provisioning service that keep devices from getting a hub."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_LINKED = "https://learn.microsoft.com/azure/iot-dps/concepts-service#linked-iot-hubs"
_NETWORK = "https://learn.microsoft.com/azure/iot-dps/public-network-access"
_ADDRESSES = "https://learn.microsoft.com/azure/iot-dps/iot-dps-ip-filtering"

_AREA = Area(fixers=(Fixer.OWNER,), places=(Place.ARM, Place.TOOL))

DPS_NOT_ACTIVE = _AREA.entry(
    code="dps-not-active",
    title="The provisioning service is not active",
    meaning="The resource manager shows the service in another state than Active. Until that ends, no device "
    "registers.",
    causes=(
        Cause(
            "The service is being made, changed, moved or deleted, or its subscription is disabled.",
            ("Look at the state again in some minutes: `az iot dps show --name DPS --query properties.state`.",),
            confirm="The activity log of the service shows the operation.",
        ),
    ),
    links=("https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource/get",),
    retry=Retry.LATER,
)

DPS_AUTHORITY_NOT_USABLE = _AREA.entry(
    code="dps-authority-not-usable",
    title="An authority's certificate is not verified, or has ended",
    meaning="Devices of an enrollment with certificates prove themselves by an authority. The provisioning service "
    "uses an authority's certificate only when its owner has verified it, and until it ends.",
    causes=(
        Cause(
            "The certificate was uploaded, and the proof of possession was left out.",
            ("Verify it: `az iot dps certificate generate-verification-code`, then `az iot dps certificate verify`.",),
            confirm="`az iot dps certificate list --dps-name DPS` shows isVerified false.",
        ),
        Cause(
            "The certificate has ended.",
            ("Upload its successor, and verify it.",),
            confirm="`az iot dps certificate list --dps-name DPS` shows an expiry in the past.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-dps/how-to-verify-certificates",),
    retry=Retry.NEVER,
)

DPS_PUBLIC_ACCESS_OFF = _AREA.entry(
    code="dps-public-access-off",
    title="Public network access of the provisioning service is off",
    meaning="Only devices that come through a private endpoint can register. To all others the service answers as to a "
    "wrong key.",
    causes=(
        Cause(
            "The setting keeps the device's network out.",
            (
                "Connect the device's network to a private endpoint of the service.",
                "Or let the device's address in, with address rules.",
            ),
            confirm="The device registers when its network is let in.",
        ),
    ),
    links=(_NETWORK,),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

DPS_ADDRESSES_RESTRICTED = _AREA.entry(
    code="dps-addresses-restricted",
    title="The provisioning service lets in some addresses only",
    meaning="Rules decide by the public address of a device whether it may register.",
    causes=(
        Cause(
            "No rule lets in the device's public address.",
            (
                "Compare the rules with the device's public address: `az iot dps show --name DPS --query "
                "properties.ipFilterRules`.",
            ),
            confirm="The device's public address lies in none of the ranges.",
        ),
    ),
    links=(_ADDRESSES,),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

NO_HUB_LINKED = _AREA.entry(
    code="no-hub-linked",
    title="The provisioning service shows no hub to assign devices to",
    meaning="A device that registers needs a hub. The service picks one of its linked hubs that take part in the "
    "allocation.",
    causes=(
        Cause(
            "No hub was linked, or each linked hub was taken out of the allocation.",
            ("Link a hub: `az iot dps linked-hub create --dps-name DPS --hub-name HUB`.",),
            confirm="`az iot dps linked-hub list --dps-name DPS` shows no hub that takes part.",
        ),
        Cause(
            "A namespace of the Device Registry links the hubs. They do not show here.",
            ("Look at the namespace that the service belongs to.",),
            confirm="The service belongs to a namespace of the Device Registry.",
        ),
    ),
    links=(_LINKED,),
)

HUB_NOT_LINKED = _AREA.entry(
    code="hub-not-linked",
    title="The provisioning service assigns no devices to this hub",
    meaning="The hub is not among the linked hubs that take part in the allocation. A device that registers gets "
    "another hub.",
    causes=(
        Cause(
            "The device belongs to another hub of this service.",
            ("Look where the device was assigned: `az iot diag device show --dps-name DPS --registration-id DEVICE`.",),
            confirm="The registration names another hub.",
        ),
        Cause(
            "The device belongs to another provisioning service, or to none.",
            ("Look in the device's settings for the id scope, or for a connection string.",),
            confirm="The id scope on the device is another one.",
        ),
    ),
    links=(_LINKED,),
)
