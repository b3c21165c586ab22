"""Codes of an IoT hub about connections: taken over, closed, refused for a while."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_DISCONNECTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-troubleshoot-connectivity"

_AREA = Area(links=(_CODES,))

CONNECTION_FORCEFULLY_CLOSED_ON_NEW_CONNECTION = _AREA.entry(
    code="hub-400027",
    title="A newer connection of the same device replaced this one",
    meaning="A hub keeps one connection for each identity. When a second one authenticates, the first is closed, and "
    "methods and twin requests that were under way on it fail with this code.",
    causes=(
        Cause(
            "Two programs use one identity: a cloned image, a forgotten simulator, a test tool.",
            (
                "Give each of them an identity of its own.",
                "Renew the device's key, and give the new key to the right device: the program that can no longer "
                "connect is the other one.",
            ),
            confirm="The Connections log shows connects of one device with two addresses, SDK versions or protocols.",
        ),
        Cause(
            "The program opens a new connection before it has closed the old one.",
            ("Keep one client object, close it before opening another, and leave reconnecting to the SDK.",),
            confirm="All connects come from one address, close together, after each loss of the network.",
        ),
    ),
    aliases=("400027", "ConnectionForcefullyClosedOnNewConnection"),
    links=(_CODES, _DISCONNECTS),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.LOG, Place.SDK),
)

CONNECTION_FORCEFULLY_CLOSED_ON_FAULT_INJECTION = _AREA.entry(
    code="hub-400029",
    title="The service closed the connection for an upgrade",
    meaning="In spite of its name this is no test: the platform moves connections away from machines that it is about "
    "to upgrade.",
    causes=(
        Cause(
            "The service was upgraded at this moment.",
            ("Let the device connect again at once, as the SDKs do.",),
            confirm="Many devices show it within minutes, and all of them connect again.",
        ),
    ),
    aliases=("400029", "ConnectionForcefullyClosedOnFaultInjection"),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.LOG, Place.SDK),
)

CONNECTION_REJECTED_ON_FAULT_INJECTION = _AREA.entry(
    code="hub-400030",
    title="The service takes no new connections during an upgrade",
    meaning="During an upgrade the service refuses new connections for a short time. It refuses a device again that "
    "comes back at once.",
    causes=(
        Cause(
            "The service is being upgraded at this moment.",
            ("Wait some seconds before the next attempt, longer each time, with a random part.",),
            confirm="It comes together with 400029, for many devices, and passes.",
        ),
    ),
    aliases=("400030", "ConnectionRejectedOnFaultInjection"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.LOG, Place.SDK),
)

DEVICE_CONNECTION_CLOSED_REMOTELY = _AREA.entry(
    code="hub-404104",
    title="The connection ended at the device's side, reason unknown",
    meaning="The hub saw a reset, or nothing for one and a half keep-alive intervals, in place of an orderly close. "
    "The hub cannot see what happened on the device or in the network.",
    causes=(
        Cause(
            "A token was renewed over MQTT, which takes a new connection. This is harmless: it repeats evenly, at the "
            "life of the token, and a connect follows within a minute.",
            ("Leave it out of alerts: alert only when no connect follows.", "Update the SDK, which may renew earlier."),
            confirm="In the Connections log the gaps between two of these are even, often 60 to 70 minutes.",
        ),
        Cause(
            "The network, a NAT or a firewall with a short idle limit dropped the connection.",
            (
                "Set the keep-alive below the idle limit of the network devices in between. A longer keep-alive only "
                "hides the loss.",
                "Look at signal and uplink of the site.",
            ),
            confirm="The gaps are uneven, or many devices of one site drop at once without any 5xx codes.",
        ),
        Cause(
            "The program crashed, was stopped, or the device lost power.",
            ("Read the device's own log and boot counter for that minute, and close the client on shutdown.",),
            confirm="The time until it is back is that of a restart.",
        ),
        Cause(
            "The service dropped many connections at once.",
            ("Look at Resource Health of the hub; devices come back by themselves.",),
            confirm="500001 or 500008 stand beside it in the log, for many devices.",
        ),
    ),
    aliases=("404104", "DeviceConnectionClosedRemotely"),
    links=(_CODES, _DISCONNECTS),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.LOG, Place.TOOL),
)

LINK_CREATION_CONFLICT = _AREA.entry(
    code="hub-409002",
    title="A second connection came while the first still looked alive",
    meaning="The device lost its connection and was back before the hub noticed the loss. The hub drops the older one "
    "and writes this. It is mostly a trace of another fault just before.",
    causes=(
        Cause(
            "The device came back after a loss that the hub had not seen yet.",
            ("Look for what broke the connection just before, such as 404104, and mend that.",),
            confirm="One such row follows each loss, from one address.",
        ),
        Cause(
            "Two programs with one identity push each other out, again and again.",
            ("Stop one of them, or register a second device for it.",),
            confirm="The rows alternate steadily between two addresses or SDK versions.",
        ),
        Cause(
            "The program opens a link or connection twice.",
            ("Open anew only after the SDK has reported the old one as lost.",),
            confirm="It happens at start-up, with no loss before it.",
        ),
    ),
    aliases=("409002", "LinkCreationConflict"),
    links=(_CODES, _DISCONNECTS),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.LOG, Place.AMQP, Place.SDK),
)

CALLBACK_SUBSCRIPTION_CONFLICT = _AREA.entry(
    code="hub-409003",
    title="The new subscription contradicts an existing subscription",
    meaning="The device asked twice for the same kind of message in ways that cannot both hold.",
    causes=(
        Cause(
            "The program subscribes from two places.",
            ("Subscribe once after connecting, and share what comes within the program.",),
            confirm="Search the program for two calls that register the same handler.",
        ),
    ),
    aliases=("409003", "CallbackSubscriptionConflict"),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK,),
)

INVALID_DEVICE_SCOPE = _AREA.entry(
    code="hub-400028",
    title="The device scope names no valid parent",
    meaning="Behind an Edge gateway a device carries its parent's scope. The hub checks that the parent exists and "
    "that the text is exactly the parent's.",
    causes=(
        Cause(
            "The scope was typed or copied from another hub, or the parent was deleted and created anew.",
            ("Copy the field deviceScope of the parent, exactly, or set the parent with the CLI or the portal.",),
            confirm="Compare with `az iot hub device-identity show -n HUB -d PARENT --query deviceScope` (needs the "
            "azure-iot extension).",
        ),
    ),
    aliases=("400028", "InvalidDeviceScope"),
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP, Place.SDK),
)

AMQP_ADDRESS_NOT_FOUND = _AREA.entry(
    code="hub-404006",
    title="No AMQP link has this address",
    meaning="Over AMQP the address of a link names its purpose, such as /devices/ID/messages/events. The hub has no "
    "such address.",
    causes=(
        Cause(
            "The address is misspelt, or belongs to another service.",
            ("Write the link's address as the hub's AMQP page lists it.",),
            confirm="Turn on the client's AMQP frame log and read source or target of the attach.",
        ),
    ),
    aliases=("404006", "AmqpAddressNotFound"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support"),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.AMQP,),
)

CONNECTION_FLAPS = Area(links=(_DISCONNECTS,), places=(Place.TOOL,), fixers=(Fixer.DEVICE_DEVELOPER,)).entry(
    code="connection-flaps",
    title="The device leaves and comes back again and again",
    meaning="The hub showed the device as connected at some looks and not at others. Messages from the time in between "
    "are lost, unless the device keeps them. A hub shows the state late, so the device may leave more often than was "
    "seen.",
    causes=(
        Cause(
            "Two programs use one identity. Each connect ends the connection of the other.",
            ("Give each of them an identity of its own.",),
            confirm="The Connections log has 400027 or 409002 for the device, or connects from two addresses.",
        ),
        Cause(
            "The device restarts, or its program ends at an error.",
            ("Read the device's own log of the times at which it left.",),
            confirm="The device's log begins anew each time.",
        ),
        Cause(
            "The network of the device drops the connection.",
            ("Shorten the keep-alive of the device, and look at its reception.",),
            confirm="The device's log shows that the connection was lost, without a word of the hub.",
        ),
        Cause(
            "The tokens of the device live for seconds only, so that the hub ends each session.",
            ("Give tokens a life of an hour.",),
            confirm="The Connections log has 401003 for the device, again and again.",
        ),
    ),
    undecidable=True,
)
