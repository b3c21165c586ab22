"""Codes 403xxx and 429xxx of an IoT hub about one device: switched off, or asked for too much."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
_REGISTRY = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry"

DEVICE_DISABLED = Entry(
    code="hub-403012",
    title="The device is switched off in the registry",
    meaning="Each identity is enabled or disabled. A disabled one cannot connect, whatever its key.",
    causes=(
        Cause(
            "An operator disabled it, and may have said why in statusReason.",
            (
                "Ask whoever disabled it, then enable it: `az iot hub device-identity update -n HUB -d DEVICE --set "
                "status=enabled`.",
            ),
            confirm='`az iot hub device-identity show -n HUB -d DEVICE --query "[status, statusReason, '
            'statusUpdatedTime]"` says disabled.',
        ),
        Cause(
            "Provisioning moved the device to another hub and switched it off here.",
            ("Let the device run through provisioning again; do not enable it here.",),
            confirm="`az iot dps enrollment registration show --dps-name DPS --eid ENROLLMENT` names another hub.",
        ),
    ),
    aliases=("403012", "DeviceDisabled", "Device_Disabled", "IOTHUB_CLIENT_CONNECTION_DEVICE_DISABLED"),
    links=(_CODES, _REGISTRY),
    fixers=(Fixer.OPERATOR,),
    places=(Place.SDK, Place.LOG),
)

DEVICE_MAXIMUM_INFLIGHT_METHOD_EXCEEDED = Entry(
    code="hub-403800",
    title="Too many method calls to one device are open",
    meaning="Each direct method waits for its answer; only so many may wait at once.",
    causes=(
        Cause(
            "The back end calls faster than the device answers.",
            ("Call one after the other, and begin the next when the last has answered or timed out.",),
            confirm="Compare the device's time to answer with the interval of the calls.",
        ),
    ),
    aliases=("403800", "DeviceMaximumInflightMethodExceeded"),
    links=(_CODES, _METHODS),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP, Place.LOG),
)

DEVICE_THROTTLING_LIMIT_EXCEEDED = Entry(
    code="hub-429005",
    title="One device does more than it alone may",
    meaning="Besides the hub's limits there are some for each device. The others are not slowed down.",
    causes=(
        Cause(
            "The device sends, reads its twin or reports in a tight loop.",
            ("Find the loop, and put a pause into it or react to changes in place of asking.",),
            confirm="Metrics by device, or the Connections and TwinOps logs, show one device above all others.",
        ),
    ),
    aliases=("429005", "DeviceThrottlingLimitExceeded"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.LOG),
)
