"""Codes of MQTT as IoT Hub uses it: sign-in, acknowledgements, twin requests, the end of a connection."""

from __future__ import annotations

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"

_AREA = Area(links=(_MQTT,))

DEVICE_REFUSED = _AREA.entry(
    code="device-refused",
    title="The hub refuses the device and does not say why",
    causes=(
        Cause(
            "The key is not the device's (any more).",
            ("Compare it with the registry: `az iot diag key test --connection-string @device.txt --login @hub.txt`.",),
            confirm="`az iot diag key test --connection-string @device.txt --login @hub.txt` says that the key is "
            "neither of the device's.",
            only_if="key-was-given",
        ),
        Cause(
            "The hub does not know the device; ids are case sensitive.",
            ("Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            check="device-known",
            confirm="The command finds no such device.",
        ),
        Cause(
            "The device is disabled.",
            ("Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            check="device-enabled",
            confirm="The status is disabled.",
        ),
        Cause(
            "The token has expired, or the clock of the machine that made it is wrong.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
            confirm="The device's time differs by more than five minutes.",
        ),
        Cause(
            "The device or the hub takes no shared access keys: it expects a certificate, or disableDeviceSAS is set.",
            (
                "Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",
                "Look with `az iot hub show -n HUB --query properties.disableDeviceSAS`.",
            ),
            confirm="The type is selfSigned or certificateAuthority, or the setting is true.",
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out.",
            (
                "Look with "
                '`az iot hub show -n HUB --query "properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
            confirm="Another device with a good key is refused from this address, too.",
        ),
    ),
    aliases=(
        "Connection Refused: not authorised",
        "Connection Refused: not authorized",
        "Connection Refused: bad user name or password",
        "Connection refused: Bad username or password",
        "Bad user name or password",
        "Not authorized to connect",
        "MqttUnauthorizedException",
        "MqttBadUsernameOrPasswordException",
        "RefusedNotAuthorized",
        "RefusedBadUsernameOrPassword",
        "mqtt:5",
        "mqtt:4",
    ),
    meaning="MQTT answers a log-in with a number. 4 stands for user name or password, 5 for not authorized. A hub does "
    "not say the reason.",
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR, Fixer.OWNER),
    places=(Place.TOOL, Place.MQTT, Place.SDK),
    undecidable=True,
)

PORT_8883_BLOCKED = _AREA.entry(
    code="port-8883-blocked",
    title="MQTT on port 8883 does not get through",
    causes=(
        Cause(
            "A firewall or proxy on the way blocks TCP 8883, or holds back what follows.",
            (
                "Ask the firewall's administrator to allow outgoing TCP 8883 to the host named here.",
                "Try from another network. If it works there, the network in between is the cause.",
            ),
            confirm="Port 443 of the same host answers: `curl -I https://HUB.azure-devices.net`.",
        ),
        Cause(
            "The address is not the hub's: a hosts file or a mapping points elsewhere.",
            ("Unset AZURE_IOTDIAG_CONNECT_TO if it still names a lab that has ended.",),
            confirm="`nslookup HUB.azure-devices.net` gives an address of your own network.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols",),
    meaning="MQTT over TLS goes to TCP port 8883, which many networks block.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK,),
    places=(Place.TOOL,),
)

CONNECTION_CLOSED = _AREA.entry(
    code="mqtt-connection-closed",
    title="The hub closes the connection without a reason",
    causes=(
        Cause(
            "The same device connected again, from here or elsewhere: a hub keeps one session for each device.",
            ("Stop the other one, or use an identity of its own for the simulated device.",),
            confirm="The hub's Connections log has 400027 or 409002 for the device.",
            only_if="identity-may-be-shared",
        ),
        Cause(
            "A message is larger than 256 KB with its properties.",
            ("Send less.",),
            confirm="The connection ends just after a large message was sent.",
            only_if="sent-too-large",
            proven_by="sent-too-large",
        ),
        Cause(
            "The daily quota of the hub is used up, or it throttles.",
            ("Look at the hub's metrics in the portal.",),
            confirm="`az iot hub show-quota-metrics -n HUB` shows TotalMessages at its maximum.",
        ),
    ),
    aliases=("mqtt:7", "Unexpected disconnect", "The connection was lost"),
    meaning="MQTT 3.1.1 has no message with which a server could say why it ends a connection. Where AMQP would name "
    "a condition, a hub just closes.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.TOOL, Place.MQTT, Place.SDK),
)

VERSION_REFUSED = _AREA.entry(
    code="mqtt-version-refused",
    title="The hub does not speak this version of MQTT",
    meaning="A hub speaks MQTT 3.1.1. A log-in that announces 3.1 or 5 is answered with the number 1.",
    causes=(
        Cause(
            "The client library is set to MQTT 5 or 3.1.",
            ("Set the library to version 3.1.1, which is protocol level 4.",),
            confirm="Look for the protocol level in the client's settings or its CONNECT packet.",
        ),
    ),
    aliases=(
        "mqtt:1",
        "Connection Refused: unacceptable protocol version",
        "MqttRejectedProtocolVersionException",
        "RefusedUnacceptableProtocolVersion",
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT, Place.SDK),
)

CLIENT_ID_REFUSED = _AREA.entry(
    code="mqtt-client-id-refused",
    title="The hub does not accept the client id",
    meaning="The client id is the device's id, or DEVICE/MODULE for a module. Another one is answered with the number "
    "2.",
    causes=(
        Cause(
            "The library makes up a client id, or a prefix was added.",
            ("Set the client id to the device's id, exactly and with the same capital letters.",),
            confirm="Compare client id and user name: the second part of the user name is the same id.",
        ),
    ),
    aliases=(
        "mqtt:2",
        "Connection Refused: identifier rejected",
        "MqttIdentifierRejectedException",
        "RefusedIdentifierRejected",
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT, Place.SDK),
)

SERVER_UNAVAILABLE = _AREA.entry(
    code="mqtt-server-unavailable",
    title="The hub cannot take the log-in at the moment",
    meaning="The number 3 says that credential and form were not the matter: the service cannot serve right now.",
    causes=(
        Cause(
            "The service throttles new connections, fails over, or has a fault.",
            ("Connect again after a random pause that grows to a minute or more.",),
            confirm="Other devices of the hub get it as well; the hub's log has 429xxx or 5xx codes.",
        ),
    ),
    aliases=(
        "mqtt:3",
        "Connection Refused: broker unavailable",
        "Connection refused: Server unavailable",
        "MqttServerUnavailableException",
        "RefusedServerUnavailable",
    ),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.DEVICE_DEVELOPER),
    places=(Place.TOOL, Place.MQTT, Place.SDK),
)

ACCEPTED = _AREA.entry(
    code="mqtt-accepted",
    title="The hub has accepted the log-in",
    meaning="The number 0 answers a log-in that succeeded. What goes wrong after it has another reason.",
    causes=(
        Cause(
            "All is well with connection and credential.",
            ("Look further on in the log: at subscriptions, topics, and how the connection ends.",),
            confirm="The hub's Connections log has a deviceConnect for the device.",
        ),
    ),
    aliases=("mqtt:0",),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.MQTT, Place.SDK),
)

NO_PING_RESPONSE = _AREA.entry(
    code="mqtt-no-ping-response",
    title="The hub did not answer the device's ping",
    meaning="A quiet client pings within the keep-alive time. Without an answer it takes the connection for dead.",
    causes=(
        Cause(
            "The network was lost, or a NAT or firewall forgot the connection.",
            ("Shorten the keep-alive to below the idle limit of the network devices in between, often four minutes.",),
            confirm="It happens after quiet times, and not while the device sends.",
        ),
        Cause(
            "The program blocks the thread that serves the connection.",
            ("Call the client's loop often enough, and work on messages elsewhere.",),
            confirm="The device's log shows a long pause before it.",
        ),
    ),
    aliases=("IOTHUB_CLIENT_CONNECTION_NO_PING_RESPONSE",),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.MQTT, Place.SDK),
)

TWIN_REQUEST_REFUSED = _AREA.entry(
    code="mqtt-twin-400",
    title="The hub cannot take a twin request of the device",
    meaning="Over MQTT the hub answers a twin request on a topic that holds the status. 400 says that the reported "
    "properties break a rule.",
    causes=(
        Cause(
            "The patch is no JSON object, is larger than 32 KB, nests too deep, or has a key with a dot or a dollar.",
            ("Report a flat object with short keys, and arrays only of plain values.",),
            confirm="Report a single number first; if that works, add the rest piece by piece.",
        ),
    ),
    aliases=("mqtt:400",),
    links=(_MQTT, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT),
)

TWIN_REQUEST_THROTTLED = _AREA.entry(
    code="mqtt-twin-429",
    title="The hub gets too many twin requests",
    meaning="Reading and reporting of twins is limited for each hub, by its tier and units.",
    causes=(
        Cause(
            "Devices report every reading as a property, or read the whole twin again and again.",
            ("Send readings as telemetry; subscribe to desired changes in place of reading the twin.",),
            confirm="Count the device's twin requests in a minute.",
        ),
    ),
    aliases=("mqtt:429",),
    links=(_MQTT, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.MQTT),
)

TWIN_REQUEST_FAILED = _AREA.entry(
    code="mqtt-twin-500",
    title="The hub failed to answer a twin request",
    meaning="A status from 500 on in the answer's topic is a fault of the service, not of the request.",
    causes=(
        Cause(
            "A passing fault of the service.",
            ("Ask for the twin again after some seconds, with growing pauses.",),
            confirm="The same request succeeds later.",
        ),
    ),
    aliases=("mqtt:500", "mqtt:503"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.TOOL, Place.MQTT),
)

_LIMITS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"

CONNACK_MISSING = _AREA.entry(
    code="connack-missing",
    title="The hub takes the device's CONNECT and never answers it",
    meaning="TCP and TLS stand, the device has said who it is, and the CONNACK that must follow does not come.",
    causes=(
        Cause(
            "A gateway or an inspecting firewall on the way lets TLS through, and holds back the data in it.",
            ("Try MQTT over WebSocket, on port 443.", "Try from another network."),
            confirm="From another network the same device is answered.",
        ),
        Cause(
            "The hub is overloaded or failing over.",
            ("Let the device wait before it connects again, longer each time.",),
            confirm="Other devices of the hub wait as well.",
        ),
    ),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
    places=(Place.TOOL, Place.MQTT),
)

PUBACK_MISSING = _AREA.entry(
    code="puback-missing",
    title="The hub does not acknowledge what the device sends",
    meaning="A message of quality 1 counts as sent once its PUBACK has come; until then the device must keep it and "
    "send it again.",
    causes=(
        Cause(
            "The hub holds messages back because more is sent than its tier allows.",
            ("Send fewer messages a second, or add units to the hub.",),
            confirm="The metric d2c.telemetry.ingress.sendThrottle is above zero.",
        ),
        Cause(
            "The connection is dead, and neither side has noticed yet.",
            ("Set a keep-alive of a minute or so: it is what notices.",),
            confirm="PINGREQ remains unanswered, too.",
        ),
    ),
    links=(_LIMITS,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER, Fixer.NETWORK),
    places=(Place.TOOL, Place.MQTT),
)

NOT_MQTT = _AREA.entry(
    code="not-mqtt",
    title="The server that answers the device does not speak MQTT",
    meaning="The server's certificate is right, but its answer is no packet of MQTT 3.1.1, or breaks the rules of "
    "MQTT.",
    causes=(
        Cause(
            "A proxy, a gateway or a broker of another kind answers in the hub's place.",
            (
                "Compare the host name with that of the hub.",
                "Ask the network's administrator which devices stand in between.",
            ),
            confirm="From another network the same device is answered.",
        ),
        Cause(
            "The connection damages what it carries.",
            ("Try MQTT over WebSocket, on port 443.", "Try from another network."),
            confirm="The error comes at another place each time.",
        ),
    ),
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.CALLER),
    places=(Place.TOOL, Place.MQTT),
)
