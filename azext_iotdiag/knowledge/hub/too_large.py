"""Codes 413xxx and 415xxx of an IoT hub: more than it takes, or of a kind that it does not take."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_QUOTAS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"

_AREA = Area(links=(_CODES, _QUOTAS), places=(Place.HTTP,))

GENERIC_REQUEST_ENTITY_TOO_LARGE = _AREA.entry(
    code="hub-413000",
    title="The body of the request is too large",
    meaning="Each operation has a limit to its body, and no narrower code says which was passed.",
    causes=(
        Cause(
            "The body carries more than the operation is made for.",
            ("Split it into several requests, or upload large data as a file.",),
            confirm="Compare the length in bytes with the limit on the quotas page.",
        ),
    ),
    aliases=("413000", "GenericRequestEntityTooLarge", "hub:413"),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK),
)

MESSAGE_TOO_LARGE = _AREA.entry(
    code="hub-413001",
    title="A message is too large",
    meaning="A device may send 256 KB with all properties, a back end 64 KB to a device. Over MQTT there is no such "
    "answer: the hub just closes the connection.",
    causes=(
        Cause(
            "The program puts too many readings, or an image, into one message.",
            ("Send smaller batches or compressed ones, and files by file upload.",),
            confirm="Log the size of the body just before sending.",
        ),
        Cause(
            "Enrichments of a route bring a message over the limit of its endpoint.",
            ("Remove enrichments that copy large values of the twin.",),
            confirm="The row in the log is of the category Routes.",
        ),
    ),
    aliases=(
        "413001",
        "MessageTooLarge",
        "MessageTooLargeException",
        "MessageTooLargeError",
        "amqp:link:message-size-exceeded",
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.SDK, Place.HTTP, Place.AMQP, Place.LOG),
)

TOO_MANY_DEVICES = _AREA.entry(
    code="hub-413002",
    title="Too many devices for the request or the hub",
    meaning="A bulk request holds at most a hundred devices, and a hub a million identities.",
    causes=(
        Cause(
            "The batch has more than a hundred devices.",
            ("Send batches of a hundred, or use an import job for very many.",),
            confirm="Count the items of the request.",
        ),
        Cause(
            "The hub is full, or is of the free tier with its 500 devices.",
            ("Delete identities that are not used, or add a hub.",),
            confirm="`az iot hub show-stats -n HUB` shows the number of devices.",
        ),
    ),
    aliases=("413002", "TooManyDevices"),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.HTTP, Place.TOOL),
)

TOO_MANY_MODULES_ON_DEVICE = _AREA.entry(
    code="hub-413003",
    title="The device has reached its limit of modules",
    meaning="The number of module identities below one device is limited.",
    causes=(
        Cause(
            "Modules of earlier deployments or tests were never removed.",
            (
                "Delete them: `az iot hub module-identity delete -n HUB -d DEVICE -m MODULE` (needs the "
                "azure-iot extension).",
            ),
            confirm='`az iot hub module-identity list -n HUB -d DEVICE --query "length(@)"` (needs the azure-iot '
            "extension) counts them.",
        ),
    ),
    aliases=("413003", "TooManyModulesOnDevice"),
    fixers=(Fixer.OPERATOR,),
)

GENERIC_UNSUPPORTED_MEDIA_TYPE = _AREA.entry(
    code="hub-415000",
    title="The hub does not take a body of this type",
    meaning="The service interface reads JSON, and goes by the header that says so.",
    causes=(
        Cause(
            "The header Content-Type is missing or names another type.",
            ("Send Content-Type: application/json; charset=utf-8.",),
            confirm="Look at the request's headers with curl -v or a proxy.",
        ),
    ),
    aliases=("415000", "GenericUnsupportedMediaType", "hub:415"),
    links=(_CODES,),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INCOMPATIBLE_DATA_TYPE = _AREA.entry(
    code="hub-415101",
    title="A value has a type that does not fit",
    meaning="The hub compared a value with the type that it knows for it.",
    causes=(
        Cause(
            "A number is sent as a text, or a value's type changed between two firmware versions.",
            ("Send the value in the type under which it was first used, or under a new name.",),
            confirm="Compare the value's type in an old and a new twin or message.",
        ),
    ),
    aliases=("415101", "IncompatibleDataType"),
    links=(_CODES,),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
)
