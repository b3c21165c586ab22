"""States of a device in a hub: connected or not, never seen, unknown, assigned elsewhere."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_STATE = "https://learn.microsoft.com/azure/iot-hub/monitor-device-connection-state"
_REGISTRY = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry"
_SHOW = "az iot hub device-identity show -n HUB -d DEVICE"

CONNECTED = Entry(
    code="device-connected",
    title="The hub takes the device for connected",
    meaning="The device has a session over MQTT or AMQP. The state is up to five minutes late, and Microsoft gives it "
    "for development, not for monitoring.",
    causes=(
        Cause(
            "Where no data comes all the same, the device is silent, or a route leads its messages elsewhere.",
            ("Watch what arrives: `az iot diag monitor events --login @hub.txt --device-id DEVICE`.",),
            confirm=f"`{_SHOW} --query lastActivityTime` is recent.",
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
    places=(Place.HTTP,),
)

DISCONNECTED = Entry(
    code="device-disconnected",
    title="The hub takes the device for disconnected",
    meaning="There is no session over MQTT or AMQP. A device that sends over HTTPS looks like this always, and the "
    "state may lag by minutes.",
    causes=(
        Cause(
            "The device is off, offline or refused.",
            ("Look for its last rows in the Connections log, and read the device's own log.",),
            confirm=f'`{_SHOW} --query "[lastActivityTime, connectionStateUpdatedTime]"` tells since when.',
        ),
        Cause(
            "The device uses HTTPS, or stands behind a gateway that connects in its place.",
            ("Judge it by the messages that arrive, not by this state.",),
            confirm="Its messages arrive while the state is Disconnected.",
        ),
    ),
    aliases=("Disconnected", "hub:disconnected"),
    links=(_STATE,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.HTTP,),
)

NEVER_CONNECTED = Entry(
    code="device-never-connected",
    title="The device has never connected to this hub",
    meaning="The hub shows 0001-01-01 as the time of the last activity of a device that never came.",
    causes=(
        Cause(
            "The device was not started yet, or connects to another hub.",
            ("Compare the host name on the device with this hub's, and give it this device's credential.",),
            confirm=f"`{_SHOW} --query lastActivityTime` says 0001-01-01T00:00:00Z.",
        ),
        Cause(
            "It tries and is refused or blocked on the way.",
            ("Read the device's log for a refusal, a timeout or a certificate, and look that up here.",),
            confirm="The Connections log shows errors for it, or nothing at all if it never gets through.",
        ),
    ),
    aliases=("Never connected", "0001-01-01T00:00:00Z"),
    links=(_STATE,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.HTTP,),
)

UNKNOWN_TO_THIS_HUB = Entry(
    code="device-unknown",
    title="This hub does not know the device",
    meaning="The registry of the hub holds no identity of this id. The device may be known to another hub.",
    causes=(
        Cause(
            "The id is spelt in another way; capital letters count.",
            ("Look for similar ids in the hub and use the one that is there.",),
            confirm='`az iot hub query -n HUB -q "select deviceId from devices"` lists the ids.',
        ),
        Cause(
            "It was registered in another hub, by hand or by provisioning.",
            ("Look there, or register it here.",),
            confirm="The host name in the device's connection string is another hub's.",
        ),
    ),
    aliases=("Unknown to this hub",),
    links=(_REGISTRY,),
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP,),
)

ASSIGNED_TO_ANOTHER_HUB = Entry(
    code="device-assigned-elsewhere",
    title="Provisioning has assigned the device to another hub",
    meaning="The provisioning service chooses among its hubs, by an even spread, by distance, or by a function. Data "
    "of "
    "the device goes to the hub that was chosen.",
    causes=(
        Cause(
            "The allocation chose another hub than expected, or moved the device.",
            (
                "Look for the data in the assigned hub.",
                "To have it here, set the enrollment's allocation to static with this hub, and let it register again.",
            ),
            confirm="`az iot dps enrollment registration show --dps-name DPS --eid ENROLLMENT` names assignedHub.",
        ),
    ),
    aliases=("Assigned to another hub",),
    links=("https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision",),
    fixers=(Fixer.OPERATOR,),
    places=(Place.DPS,),
)
