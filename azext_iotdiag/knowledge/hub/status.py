"""States of a device that are no fault: connected, assigned to another hub. The others are in `registry`."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place

_STATE = "https://learn.microsoft.com/azure/iot-hub/monitor-device-connection-state"

CONNECTED = Entry(
    code="device-connected",
    title="The hub shows the device as connected",
    meaning="The device has a session over MQTT or AMQP. The state is up to five minutes late, and Microsoft gives it "
    "for development, not for monitoring.",
    causes=(
        Cause(
            "If no data comes, the device is silent, or a route sends its messages to another endpoint.",
            ("Watch what arrives: `az iot diag monitor events --login @hub.txt --device-id DEVICE`.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows that the hub heard of it "
            "lately.",
        ),
        Cause(
            "The device has gone, and the hub has not noticed yet.",
            ("Wait one and a half keep-alive intervals, and look again.",),
            confirm="Some minutes later the state is Disconnected.",
        ),
    ),
    aliases=("Connected", "hub:connected"),
    links=(_STATE,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.HTTP),
)

ASSIGNED_TO_ANOTHER_HUB = Entry(
    code="device-assigned-elsewhere",
    title="Provisioning has assigned the device to another hub",
    meaning="The provisioning service chooses among its hubs, by an even spread, by distance, or by a function. Data "
    "of the device goes to the hub that was chosen.",
    causes=(
        Cause(
            "The allocation chose another hub than expected, or moved the device.",
            (
                "Look for the data in the assigned hub.",
                "To move the device to this hub, set the enrollment's allocation to static with this hub. Then let the "
                "device register again.",
            ),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` names the assigned hub.",
        ),
    ),
    aliases=("Assigned to another hub",),
    links=("https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision",),
    fixers=(Fixer.OPERATOR,),
    places=(Place.TOOL, Place.DPS),
)
