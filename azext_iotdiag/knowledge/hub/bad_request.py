"""Codes 400xxx of an IoT hub: the form of a request, its arguments, bulk operations, the state of the hub."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_REST = "https://learn.microsoft.com/rest/api/iothub/service"
_CALLERS = (Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER)

_AREA = Area(links=(_CODES,), places=(Place.HTTP,))

GENERIC_BAD_REQUEST = _AREA.entry(
    code="hub-400000",
    title="The hub cannot understand the request",
    meaning="The request arrived and was allowed, but its form is wrong in a way for which there is no narrower code.",
    causes=(
        Cause(
            "A part of the request is malformed: path, query, header or body.",
            (
                "Read the message text of the answer, which often names the part.",
                "Send the same request through an SDK, and compare the two requests on the wire.",
            ),
            confirm="Compare the request with the operation's page in the REST reference.",
        ),
    ),
    aliases=("400000", "GenericBadRequest", "hub:400"),
    links=(_CODES, _REST),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK),
)

INVALID_PROTOCOL_VERSION = _AREA.entry(
    code="hub-400001",
    title="The hub does not know this api-version",
    meaning="Every request names the version of the interface that it speaks. New versions reach clouds and regions "
    "one after the other, and old ones are retired.",
    causes=(
        Cause(
            "The version is misspelt, or newer than what the hub's cloud or region has.",
            ("Use a stable version that the region has, such as 2021-04-12, or an SDK that names one.",),
            confirm="Read api-version= in the request, or in the MQTT user name.",
        ),
    ),
    aliases=("400001", "InvalidProtocolVersion"),
    links=(_CODES, _REST),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK),
)

DEVICE_INVALID_RESULT_COUNT = _AREA.entry(
    code="hub-400002",
    title="A reserved code about a count of results",
    meaning="The documentation lists this number, and the authors of the SDKs have never seen a hub send it.",
    causes=(
        Cause(
            "Not known, since the code is reserved.",
            ("Treat it as a malformed request, and check a page size or limit that the request sets.",),
            confirm="The message text beside the code is the only evidence there is.",
        ),
    ),
    aliases=("400002", "DeviceInvalidResultCount"),
    retry=Retry.NEVER,
    fixers=_CALLERS,
)

INVALID_OPERATION = _AREA.entry(
    code="hub-400003",
    title="The operation cannot be done to this target",
    meaning="The request is well formed, but its target does not have this operation.",
    causes=(
        Cause(
            "A cloud-to-device message over AMQP does not say whom it is for.",
            ("Set the property `to` of the message to /devices/ID/messages/devicebound.",),
            confirm="Print the properties of the message before it is sent.",
        ),
        Cause(
            "The operation exists for devices and is asked of a module, or the other way round.",
            ("Address the operation to the kind of identity that its reference page names.",),
            confirm="Look whether the path holds /modules/, and whether it should.",
        ),
    ),
    aliases=("400003", "InvalidOperation", "amqp:not-allowed", "amqp:not-implemented"),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.AMQP),
)

ARGUMENT_INVALID = _AREA.entry(
    code="hub-400004",
    title="A value in the request is not allowed",
    meaning="The hub read the request and checked each value against the rules for it. One broke its rule.",
    causes=(
        Cause(
            "An id holds a character that ids do not have, or is longer than 128 characters.",
            ("Use letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ ' only.",),
            confirm="Print the id between brackets: a blank or a line break at its end is hard to see.",
        ),
        Cause(
            "A key in a twin holds a dot, a blank, a dollar sign or a control character.",
            ("Rename the key; use nested objects where a dot was meant to make a path.",),
            confirm="Search the twin patch for such keys at every depth.",
        ),
    ),
    aliases=("400004", "ArgumentInvalid", "com.microsoft:argument-error", "ArgumentError"),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK, Place.AMQP),
)

ARGUMENT_NULL = _AREA.entry(
    code="hub-400005",
    title="A field that must be there is missing",
    meaning="The operation has required fields, and the hub found one absent or null.",
    causes=(
        Cause(
            "The body lacks the field, or spells it with other capital letters.",
            ("Add the field that the message names; names of fields are case-sensitive.",),
            confirm="Compare the body with the example on the operation's reference page.",
        ),
    ),
    aliases=("400005", "ArgumentNull"),
    links=(_CODES, _REST),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

IOT_HUB_FORMAT_ERROR = _AREA.entry(
    code="hub-400006",
    title="The body is not JSON",
    meaning="The hub parses the body of this request itself, unlike the body of telemetry. It could not parse it.",
    causes=(
        Cause(
            "The text is cut, uses single quotes or trailing commas, or begins with a byte order mark.",
            ("Write it with a JSON library, as UTF-8 without a byte order mark.",),
            confirm="`python -m json.tool FILE` names line and column of the fault.",
        ),
        Cause(
            "A shell took away the quotes on the way to az.",
            ("Put the JSON into a file and give @FILE, or quote it as your shell needs it.",),
            confirm="`--debug` of the command shows the body as it was sent.",
        ),
    ),
    aliases=("400006", "IotHubFormatError"),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK),
)

DEVICE_STORAGE_ENTITY_SERIALIZATION_ERROR = _AREA.entry(
    code="hub-400007",
    title="The service could not store or read its record of the device",
    meaning="A reserved code of the inside of the service; SDK authors have not seen it sent.",
    causes=(
        Cause(
            "Not known, since it is about the service's own storage.",
            ("Send the request in its simplest form, and add one field after the other until it fails.",),
            confirm="A request with nothing but the required fields succeeds.",
        ),
    ),
    aliases=("400007", "DeviceStorageEntitySerializationError"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.MICROSOFT),
)

INVALID_SCHEMA_VERSION = _AREA.entry(
    code="hub-400010",
    title="The schema version in the body is unknown",
    meaning="Some documents name the version of their own form, and the hub does not have this one.",
    causes=(
        Cause(
            "The document was written for another version.",
            ("Write the version that the operation's reference names for the api-version in use.",),
            confirm="Search the body for a field schemaVersion.",
        ),
    ),
    aliases=("400010", "InvalidSchemaVersion"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DEVICE_DEFINED_MULTIPLE_TIMES = _AREA.entry(
    code="hub-400011",
    title="A bulk request names the same device twice",
    meaning="The hub carries out all rows of a bulk request at once, in no order. So each id may occur only once in "
    "it.",
    causes=(
        Cause(
            "The list that the request was made from holds a duplicate.",
            ("Remove duplicates before sending; ids are case-sensitive, so compare them as they are.",),
            confirm="Sort the ids of the request and look for neighbours that are equal.",
        ),
    ),
    aliases=("400011", "DeviceDefinedMultipleTimes"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DESERIALIZATION_ERROR = _AREA.entry(
    code="hub-400012",
    title="The body is JSON but does not have the expected shape",
    meaning="The hub reads the body into a type with named fields. One field had a value of another kind.",
    causes=(
        Cause(
            "A field holds a text where a number, an object or a list is expected, or the body is a list.",
            ("Give each field the type that the reference shows.",),
            confirm="Check the types of the fields one by one, beginning with the nested ones.",
        ),
    ),
    aliases=("400012", "DeserializationError"),
    links=(_CODES, _REST),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

BULK_REGISTRY_OPERATION_FAILURE = _AREA.entry(
    code="hub-400013",
    title="Some rows of a bulk registry request failed",
    meaning="The request as a whole was accepted; the answer lists what became of each row.",
    causes=(
        Cause(
            "Single rows break a rule: the device exists already, or does not exist, or an ETag is old.",
            ("Read the list of errors in the answer, mend those rows, and send only them again.",),
            confirm="The answer holds a field errors with a device id and a code of its own in each item.",
        ),
    ),
    aliases=("400013", "BulkRegistryOperationFailure"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

REQUEST_CANCELED = _AREA.entry(
    code="hub-400021",
    title="The request was cancelled before it was done",
    meaning="The caller or the service ended the request while the hub worked on it. It is not known whether the "
    "request took effect.",
    causes=(
        Cause(
            "The caller's own deadline or cancellation token ended it.",
            (
                "Give the call more time. Then read the state back before you repeat an operation that must not happen "
                "twice.",
            ),
            confirm="The client's log shows a cancellation or timeout at the same moment.",
        ),
    ),
    aliases=("400021", "RequestCanceled"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

ETAG_DOES_NOT_MATCH = _AREA.entry(
    code="hub-400023",
    title="The version in the request is out of date",
    meaning="The request carried the version that the caller had read. The hub has a newer one, and does not overwrite "
    "what the caller has not seen.",
    causes=(
        Cause(
            "Another program or person edited the same thing at the same time.",
            ("Read it again, put your change on top, and send it with the new ETag.",),
            confirm="The ETag of a fresh read differs from the ETag in the request.",
        ),
    ),
    aliases=("400023", "EtagDoesNotMatch"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

REQUEST_TIMED_OUT = _AREA.entry(
    code="hub-400024",
    title="The hub did not complete the request in time",
    meaning="The request was good, but its work took longer than the service allows.",
    causes=(
        Cause(
            "The service was slow for a moment.",
            ("Send it again after some seconds, with growing pauses.",),
            confirm="The same request succeeds a little later.",
        ),
        Cause(
            "The request asks for much at once, such as a query over a large fleet.",
            ("Ask for smaller pages or narrower conditions.",),
            confirm="A smaller request of the same kind succeeds each time.",
        ),
    ),
    aliases=("400024", "RequestTimedOut"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.MICROSOFT),
    places=(Place.HTTP, Place.SDK),
)

UNSUPPORTED_OPERATION_ON_REPLICA = _AREA.entry(
    code="hub-400025",
    title="A write reached a copy of the hub that only reads",
    meaning="A hub has a second copy in the paired region, which only reads. Around a failover a write can reach that "
    "copy.",
    causes=(
        Cause(
            "A failover is under way or has just been.",
            ("Repeat the write in a minute; let DNS caches expire, and do not pin the hub's address.",),
            confirm="`az iot hub show -n HUB --query properties.locations` shows which region is primary.",
        ),
    ),
    aliases=("400025", "UnsupportedOperationOnReplica"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-ha-dr"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.SERVICE_DEVELOPER),
)

NULL_MESSAGE = _AREA.entry(
    code="hub-400026",
    title="There is no message in the request",
    meaning="The operation sends a message, and none was given.",
    causes=(
        Cause(
            "The program passed nothing where the SDK wants a message, often after a failed serialisation.",
            ("Check the object before sending it, and give an empty message a body of at least {}.",),
            confirm="Log the body's length just before it is sent.",
        ),
    ),
    aliases=("400026", "NullMessage"),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.SDK, Place.HTTP),
)

INVALID_POLICY_KEY = _AREA.entry(
    code="hub-400035",
    title="The key of a shared access policy has the wrong form",
    meaning="Keys of policies are base64. The text that was given cannot be one.",
    causes=(
        Cause(
            "The key was cut when it was copied, or typed by hand.",
            (
                "Let the hub make one: `az iot hub policy renew-key --hub-name HUB -n POLICY --rk primary "
                "--output none`.",
            ),
            confirm="`base64 -d` refuses the key.",
        ),
    ),
    aliases=("400035", "InvalidPolicyKey"),
    retry=Retry.NEVER,
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.ARM),
)

BULK_REGENERATE_DEVICE_KEY_OPERATION_FAILURE = _AREA.entry(
    code="hub-400036",
    title="Some keys of a bulk renewal could not be made anew",
    meaning="Up to a hundred devices get new keys in one request; each succeeds or fails for itself.",
    causes=(
        Cause(
            "Some of the devices do not exist or do not use keys.",
            ("Read the result of each device, and renew only those that failed once their fault is mended.",),
            confirm="The failed ones show another authentication.type than sas, or are not found.",
        ),
    ),
    aliases=("400036", "BulkRegenerateDeviceKeyOperationFailure"),
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
)

CANNOT_REGISTER_MODULE_TO_MODULE = _AREA.entry(
    code="hub-400301",
    title="A module cannot have modules",
    meaning="Modules stand below a device, one level deep. The request puts one below another module.",
    causes=(
        Cause(
            "The path or the connection string names a module where a device belongs.",
            ("Create the module below the device itself.",),
            confirm="Look for a ModuleId in the connection string that the program creates modules with.",
        ),
    ),
    aliases=("400301", "CannotRegisterModuleToModule"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

TENANT_HUB_ROUTING_NOT_ENABLED = _AREA.entry(
    code="hub-400302",
    title="The hub's part in a shared pool has no routing",
    meaning="Elastic pools are internal to the service; the answer is about how one of them is set up.",
    causes=(
        Cause(
            "The operation needs routing that this hub does not have.",
            ("Check that the request is meant for this hub, then quote its tracking id to support.",),
            confirm="The same request works on a hub created the ordinary way.",
        ),
    ),
    aliases=("400302", "TenantHubRoutingNotEnabled"),
    retry=Retry.NEVER,
    fixers=(Fixer.MICROSOFT,),
)
