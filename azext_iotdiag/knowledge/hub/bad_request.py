"""Codes 400xxx of an IoT hub about requests as such: their form, their arguments, bulk operations."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_REST = "https://learn.microsoft.com/rest/api/iothub/service"
_CALLERS = (Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER)

GENERIC_BAD_REQUEST = Entry(
    code="hub-400000",
    title="The hub cannot make sense of the request",
    meaning="The request arrived and was allowed, but its form is wrong in a way for which there is no narrower code.",
    causes=(
        Cause(
            "A part of the request is malformed: path, query, header or body.",
            (
                "Read the message text of the answer, which often names the part.",
                "Send the same request through an SDK and compare what the two put on the wire.",
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

INVALID_PROTOCOL_VERSION = Entry(
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

DEVICE_INVALID_RESULT_COUNT = Entry(
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
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP,),
)

INVALID_OPERATION = Entry(
    code="hub-400003",
    title="The operation cannot be done to this target",
    meaning="The request is well formed, but what it asks is not defined for what it is addressed to.",
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
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.AMQP),
)

ARGUMENT_INVALID = Entry(
    code="hub-400004",
    title="A value in the request is not allowed",
    meaning="The hub read the request and checked each value against the rules for it. One broke its rule.",
    causes=(
        Cause(
            "An id holds a character that ids do not have, or is longer than 128 characters.",
            ("Use letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ ' only.",),
            confirm="Print the id between brackets: a blank or a line break at its end is easily missed.",
        ),
        Cause(
            "A key in a twin holds a dot, a blank, a dollar sign or a control character.",
            ("Rename the key; use nested objects where a dot was meant to make a path.",),
            confirm="Search the twin patch for such keys at every depth.",
        ),
    ),
    aliases=("400004", "ArgumentInvalid", "com.microsoft:argument-error", "ArgumentError"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK, Place.AMQP),
)

ARGUMENT_NULL = Entry(
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
    places=(Place.HTTP,),
)

IOT_HUB_FORMAT_ERROR = Entry(
    code="hub-400006",
    title="The body is not JSON",
    meaning="The hub parses the body of this request itself, unlike that of telemetry, and could not.",
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
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=_CALLERS,
    places=(Place.HTTP, Place.SDK),
)

DEVICE_STORAGE_ENTITY_SERIALIZATION_ERROR = Entry(
    code="hub-400007",
    title="The service could not write or read its own record of the device",
    meaning="A reserved code of the inside of the service; SDK authors have not seen it sent.",
    causes=(
        Cause(
            "Not known, since it is about the service's own storage.",
            ("Send the request in its simplest form, and add one field after the other to find the one that matters.",),
            confirm="A request with nothing but the required fields succeeds.",
        ),
    ),
    aliases=("400007", "DeviceStorageEntitySerializationError"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.MICROSOFT),
    places=(Place.HTTP,),
)

INVALID_SCHEMA_VERSION = Entry(
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
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

DEVICE_DEFINED_MULTIPLE_TIMES = Entry(
    code="hub-400011",
    title="A bulk request names the same device twice",
    meaning="All rows of a bulk request are done at once, in no order, so that each id may occur only once in it.",
    causes=(
        Cause(
            "The list that the request was made from holds a duplicate.",
            ("Remove duplicates before sending; ids are case-sensitive, so compare them as they are.",),
            confirm="Sort the ids of the request and look for neighbours that are equal.",
        ),
    ),
    aliases=("400011", "DeviceDefinedMultipleTimes"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

DESERIALIZATION_ERROR = Entry(
    code="hub-400012",
    title="The body is JSON but does not have the expected shape",
    meaning="The hub reads the body into a type with named fields. A value of another kind stood where one belongs.",
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
    places=(Place.HTTP,),
)

BULK_REGISTRY_OPERATION_FAILURE = Entry(
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
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)
