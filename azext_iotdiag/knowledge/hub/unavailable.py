"""Codes 502xxx, 503xxx and 504xxx of an IoT hub: a part of the service is away, or did not answer in time."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_RETRIES = "https://learn.microsoft.com/azure/architecture/best-practices/transient-faults"
_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"

_AREA = Area(links=(_CODES,), fixers=(Fixer.MICROSOFT,))

GENERIC_BAD_GATEWAY = _AREA.entry(
    code="hub-502000",
    title="The gateway got no usable answer from behind it",
    meaning="Gateways stand in front of hubs. This one reached its hub's machine and did not understand the answer.",
    causes=(
        Cause(
            "A machine behind the gateway was just being replaced.",
            ("Repeat the request once after a second; that mostly is enough.",),
            confirm="It is rare and passes.",
        ),
        Cause(
            "A proxy of your own network answers so, and not Azure.",
            ("Ask the proxy's administrator for its log of that minute.",),
            confirm="The body is HTML, or a header Via names the proxy.",
        ),
    ),
    aliases=("502000", "GenericBadGateway", "hub:502"),
    links=(_CODES, _RETRIES),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.NETWORK),
    places=(Place.HTTP,),
)

GENERIC_SERVICE_UNAVAILABLE = _AREA.entry(
    code="hub-503000",
    title="The service is unavailable for a moment",
    meaning="The request could not be served at this time; nothing is wrong with it.",
    causes=(
        Cause(
            "A short outage.",
            ("Honour the header Retry-After where there is one, else wait some seconds.",),
            confirm="Azure status or the hub's Resource Health shows an event if it lasts.",
        ),
    ),
    aliases=("503000", "GenericServiceUnavailable", "hub:503"),
    links=(_CODES, _RETRIES),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP, Place.SDK),
)

SERVICE_UNAVAILABLE = _AREA.entry(
    code="hub-503001",
    title="The hub cannot serve at the moment",
    meaning="The hub, or the part of it that the request needs, is down for a while.",
    causes=(
        Cause(
            "An outage of the hub's machines or region.",
            (
                "Keep data on the device until it can be sent, and try again with growing pauses.",
                "Look at Resource Health of the hub, and at Azure status for its region.",
            ),
            confirm="Other hubs of the same region show it, too.",
        ),
    ),
    aliases=("503001", "ServiceUnavailable", "ServiceUnavailableError"),
    links=(_CODES, _RETRIES),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP, Place.SDK, Place.LOG),
)

PARTITION_NOT_FOUND = _AREA.entry(
    code="hub-503003",
    title="A partition inside the hub is just being moved",
    meaning="A hub spreads its devices over internal partitions. The documentation has dropped this code.",
    causes=(
        Cause(
            "The service balances its load.",
            ("Let the client repeat it; the partition is back within seconds.",),
            confirm="It hits some devices of the hub for a short time.",
        ),
    ),
    aliases=("503003", "PartitionNotFound"),
    retry=Retry.BACK_OFF,
    places=(Place.SDK, Place.HTTP),
)

IOT_HUB_ACTIVATION_FAILED = _AREA.entry(
    code="hub-503004",
    title="The hub was never created completely",
    meaning="Creating a hub has several steps, and one of them failed. The incomplete hub cannot serve.",
    causes=(
        Cause(
            "The creation failed, for a limit of the subscription or a fault of the service.",
            ("Delete the hub and create it again; choose another region if it fails there.",),
            confirm="`az iot hub show -n HUB --query properties.state` says ActivationFailed.",
        ),
    ),
    aliases=("503004", "IotHubActivationFailed"),
    fixers=(Fixer.OWNER, Fixer.MICROSOFT),
    places=(Place.HTTP, Place.ARM),
)

SERVER_BUSY = _AREA.entry(
    code="hub-503005",
    title="The service is overloaded",
    meaning="The machines of the service are overloaded, not your hub over its limits.",
    causes=(
        Cause(
            "Load of the service, or of a fleet that came back all at once.",
            ("Wait longer after each refusal, and differently on each device.",),
            confirm="The hub's own rates are below its limits.",
        ),
    ),
    aliases=("503005", "ServerBusy", "ServerBusyException"),
    links=(_CODES, _RETRIES),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK),
)

IOT_HUB_RESTORING = _AREA.entry(
    code="hub-503006",
    title="The hub is being restored",
    meaning="The hub's data is being brought back, and it does not serve until that is done.",
    causes=(
        Cause(
            "A restore by the service.",
            ("Wait for the state Active; nothing on the device needs to change.",),
            confirm="`az iot hub show -n HUB --query properties.state` is not Active.",
        ),
    ),
    aliases=("503006", "IotHubRestoring"),
    retry=Retry.LATER,
    places=(Place.HTTP, Place.SDK),
)

RECEIVE_LINK_OPENS_THROTTLED = _AREA.entry(
    code="hub-503008",
    title="Receiving links are opened too often",
    meaning="Opening an AMQP link to receive with costs the service more than keeping one open.",
    causes=(
        Cause(
            "The program opens a link for each message or request.",
            ("Open it once and keep it; pause before opening it anew after a loss.",),
            confirm="Count attaches per minute in the AMQP frame log.",
        ),
    ),
    aliases=("503008", "ReceiveLinkOpensThrottled"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.AMQP, Place.LOG),
)

CONNECTION_UNAVAILABLE = _AREA.entry(
    code="hub-503101",
    title="The part of the hub that keeps connections is not ready",
    meaning="The record of the device's connection could not be reached inside the service.",
    causes=(
        Cause(
            "A passing fault of that part.",
            ("Let the device connect again after a short wait.",),
            confirm="The device's next connection succeeds.",
        ),
    ),
    aliases=("503101", "ConnectionUnavailable"),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP, Place.SDK),
)

DEVICE_UNAVAILABLE = _AREA.entry(
    code="hub-503102",
    title="The part of the hub that holds the device is not ready",
    meaning="Devices are spread over the machines of a hub; the one for this device is starting or moving.",
    causes=(
        Cause(
            "A passing fault of that machine.",
            ("Repeat the request for this device in a few seconds. Other devices are not affected.",),
            confirm="Other devices of the hub answer at the same time.",
        ),
    ),
    aliases=("503102", "DeviceUnavailable"),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP, Place.SDK),
)

HOSTING_SERVICE_NOT_AVAILABLE = _AREA.entry(
    code="hub-503301",
    title="The platform that the hub runs on is not ready",
    meaning="A service below IoT Hub did not answer.",
    causes=(
        Cause(
            "A fault of the platform.",
            ("Try again in a minute, then look at Azure status for the region.",),
            confirm="Other services of the region show trouble, too.",
        ),
    ),
    aliases=("503301", "HostingServiceNotAvailable"),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP, Place.SDK),
)

GENERIC_GATEWAY_TIMEOUT = _AREA.entry(
    code="hub-504000",
    title="The gateway got no answer from the service behind it",
    meaning="A gateway passed the request on and got no answer in time. It is not known whether the request was "
    "carried out.",
    causes=(
        Cause(
            "The service was slow.",
            ("Read back whether the request took effect, then repeat it if it did not.",),
            confirm="The answer took about as long as the gateway's limit, each time.",
        ),
    ),
    aliases=("504000", "GenericGatewayTimeout", "hub:504"),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP,),
)

GATEWAY_TIMEOUT = _AREA.entry(
    code="hub-504101",
    title="The device was called and did not answer in time",
    meaning="The method reached the device's connection, and no answer came within the response timeout. The device "
    "may have carried out the method nevertheless.",
    causes=(
        Cause(
            "The handler takes longer than the response timeout, or hangs.",
            (
                "Let the handler answer at once and report the result later as a property.",
                "Or raise the response timeout, up to 300 seconds, and the HTTP client's above that.",
            ),
            confirm="Log in the handler when it begins and ends.",
        ),
        Cause(
            "The connection is broken, and neither side has noticed yet.",
            ("Shorten the keep-alive, so that hub and device notice sooner.",),
            confirm="A 404104 for the device follows in the Connections log.",
        ),
        Cause(
            "An old SDK for .NET (before 1.19) has lost its method link over AMQP.",
            ("Update the SDK.",),
            confirm="sdkVersion in the Connections log of the device shows the version.",
        ),
    ),
    aliases=("504101", "GatewayTimeout"),
    links=(_CODES, _METHODS),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.LOG, Place.TOOL),
)
