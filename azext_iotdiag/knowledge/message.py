"""Codes about a message as a whole: whether its body can be read, and what its properties say of it."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_AREA = Area(fixers=(Fixer.DEVICE_DEVELOPER,), places=(Place.TOOL,))

INVALID_JSON = _AREA.entry(
    code="invalid-json",
    title="The body cannot be read as JSON",
    causes=(
        Cause(
            "The firmware puts the text together by hand, and a comma, quote or bracket is wrong.",
            (
                "Look at the byte that the message names.",
                "Let a library write the JSON.",
            ),
            confirm="The byte that the message names holds the wrong character.",
        ),
        Cause(
            "The buffer was too small, and the text is cut off.",
            ("Compare the length of the body with the size of the firmware's buffer.",),
            confirm="All faulty bodies have the same length.",
        ),
        Cause(
            "The length that the firmware gives counts the zero at the end of a C string, or the whole buffer.",
            ("Send as many bytes as strlen counts.",),
            confirm="The message says that bytes follow the document, which is whole.",
        ),
        Cause(
            "The firmware prints numbers with printf: nan and inf, or a decimal comma of its locale.",
            (
                "Leave a field out when it has no number.",
                'Set the locale to "C" before the firmware prints.',
            ),
            confirm="The message shows the number as it was printed.",
        ),
    ),
    links=("https://www.rfc-editor.org/rfc/rfc8259",),
    meaning=(
        "IoT Central and routing on the body parse the body as JSON. A body that cannot be parsed is kept, if at all, "
        "as bytes that no chart or rule shows."
    ),
)

UNCERTAIN_JSON = _AREA.entry(
    code="uncertain-json",
    title="The body is JSON that programs read in different ways",
    causes=(
        Cause(
            (
                "A key comes twice, and most programs take the last one; or the text begins with a byte order "
                "mark, which some refuse."
            ),
            ("Send each key once, and UTF-8 without a byte order mark.",),
            confirm="The message names the key, or the byte order mark, and its byte.",
        ),
    ),
    links=("https://www.rfc-editor.org/rfc/rfc8259",),
    meaning=(
        "The standard does not say how to read it. So one program shows the value, and the next program shows another "
        "value, or none."
    ),
)

BAD_ENCODING = _AREA.entry(
    code="bad-encoding",
    title="The body is text, but not in UTF-8",
    causes=(
        Cause(
            "The firmware writes Latin-1 or UTF-16, often seen with ° or with letters that have accents.",
            ("Encode the text as UTF-8.",),
            confirm="The byte that the message names belongs to a sign that is no ASCII, such as °.",
        ),
    ),
    links=(
        "https://www.rfc-editor.org/rfc/rfc8259",
        "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct",
    ),
    meaning="JSON is UTF-8 and nothing else; a byte of another encoding makes the whole body unreadable.",
)

NOT_TEXT = _AREA.entry(
    code="not-text",
    title="The body is no text: it is compressed or binary",
    causes=(
        Cause(
            "The device compresses what it sends, or sends CBOR, Protocol Buffers or a format of its own.",
            (
                "Send JSON, which IoT Central and routing on the body need.",
                "Or decode it on the way: with a data transformation, a function, or an IoT Edge module.",
            ),
            confirm="The message names the format by the first bytes of the body.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct",),
    meaning="The hub takes any bytes. A service that looks into the body, such as IoT Central, needs text.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

NOT_AN_OBJECT = _AREA.entry(
    code="not-an-object",
    title="The body is JSON, but not an object with fields",
    causes=(
        Cause(
            "The device sends a bare value, a list of readings, or a JSON text wrapped into a string once more.",
            ('Send one object a message, such as {"temperature": 21.5}.',),
            confirm="`az iot diag monitor events --login @hub.txt` shows the body as it was sent.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning="Telemetry is a set of names with values. A body that is not an object has no names.",
)

CONTENT_TYPE = _AREA.entry(
    code="content-type",
    title="The message does not say that its body is JSON",
    causes=(
        Cause(
            "The firmware does not set the content type, or sets another.",
            (
                "Set the system property contentType (MQTT: `$.ct`) to application/json.",
                "Without it routing cannot look into the body, and storage holds it as base64.",
            ),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows no contentType, or another.",
        ),
    ),
    links=(
        "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct",
        "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax",
    ),
    meaning=(
        "The hub does not look into a body to find out its format. The hub believes the message, and does not use the "
        "body if the message says nothing of it."
    ),
)

CONTENT_ENCODING = _AREA.entry(
    code="content-encoding",
    title="The message does not say that its body is UTF-8",
    causes=(
        Cause(
            "The firmware does not set the content encoding, or sets another.",
            (
                "Set the system property contentEncoding (MQTT: `$.ce`) to utf-8.",
                "Without it routing cannot look into the body.",
            ),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows no contentEncoding, or another.",
        ),
    ),
    links=(
        "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct",
        "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax",
    ),
    meaning="Routing reads the body only where the message says in which encoding, beside what type it is.",
)

BAD_CREATION_TIME = _AREA.entry(
    code="bad-creation-time",
    title="The hub ignores the message's time of creation",
    causes=(
        Cause(
            "The property iothub-creation-time-utc is not ISO 8601 in UTC, or has a numeric offset.",
            ("Write it with Z, such as 2026-11-20T10:00:00Z.",),
            confirm="The evidence shows the time as it was sent.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct",),
    meaning="The hub takes the time that the device says only in one form, and ignores any other.",
)

UNREADABLE_RECORD = _AREA.entry(
    code="unreadable-record",
    title="A record of a file cannot be read",
    causes=(
        Cause(
            "The file was cut off while it was written or copied.",
            ("Copy it again, and compare the sizes.",),
            confirm="The size of the original is another.",
        ),
        Cause(
            "The file holds something else than messages.",
            ("Give JSON lines, a JSON document, or an Avro file of Event Hubs capture or IoT Hub routing.",),
            confirm="The beginning of the file, seen in an editor, shows what it holds.",
        ),
    ),
    meaning=("The file's content at this place does not match its beginning. The records before it were judged."),
    fixers=(Fixer.CALLER,),
)

MALFORMED_MESSAGE = _AREA.entry(
    code="malformed-message",
    title="A part of the message breaks a rule of AMQP",
    causes=(
        Cause(
            "The sender's own AMQP code writes a section in another way than AMQP 1.0 says.",
            (
                "Compare the section that the message names with part 3 of the AMQP 1.0 specification.",
                "Use one of Microsoft's libraries for the service, which write all sections.",
            ),
            confirm="All messages of this sender have the same problem.",
        ),
        Cause(
            "A JavaScript program sends null as the body with @azure/event-hubs, which writes a data section of null.",
            ("Send an empty object, or an empty buffer, in place of null.",),
            confirm="The message says: a data section holds null, not binary.",
        ),
        Cause(
            "A text in a property was not encoded as UTF-8.",
            ("Encode the texts of properties as UTF-8.",),
            confirm="The message names the property and says that it is not UTF-8.",
        ),
    ),
    links=(
        "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html",
        "https://learn.microsoft.com/azure/event-hubs/event-hubs-amqp-troubleshoot",
    ),
    meaning=(
        "The service delivers a message as it was sent. A program that reads it may fail at this part, and then reads "
        "no later message either. This tool shows all that can be read of the message."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

AMQP_BODY = _AREA.entry(
    code="amqp-body",
    title="The body is a value of AMQP, not bytes",
    causes=(
        Cause(
            "The sender writes the body as an amqp-value or an amqp-sequence section, not as data.",
            ("Encode the body as JSON in UTF-8, and send these bytes in a data section.",),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows a bodyType.",
        ),
    ),
    links=(
        "https://learn.microsoft.com/azure/event-hubs/event-hubs-amqp-troubleshoot",
        "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-messaging-v1.0-os.html",
    ),
    meaning=(
        "The service delivers such a body as it was sent. Programs that expect bytes, such as an Azure function, "
        "cannot read it. This tool judges it as the JSON of what it holds."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

SCHEMA_VIOLATION = _AREA.entry(
    code="schema-violation",
    title="The body does not fit the JSON Schema",
    causes=(
        Cause(
            "The firmware and the schema disagree.",
            ("Change what the device sends at the path that is named, or the schema.",),
            confirm="The schema says something else at that path.",
        ),
    ),
    links=("https://json-schema.org/understanding-json-schema/reference",),
    meaning="The schema was given with `--schema`; the message is that of the library jsonschema.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

SCHEMA_UNUSABLE = _AREA.entry(
    code="schema-unusable",
    title="The JSON Schema has a part that cannot be used",
    causes=(
        Cause(
            "A keyword of the schema has a value that its draft does not allow, and only this body led there.",
            (
                "Mend the keyword at the place that is named.",
                "Name the draft in $schema, so that the whole schema is checked before the first message.",
            ),
            confirm="The message stays when the same body is judged again.",
        ),
        Cause(
            "A $ref leads to a part that is not in the file.",
            ("Copy that part into the schema: no other file and no address is read.",),
            confirm="The message names the address of the part.",
        ),
    ),
    links=("https://json-schema.org/understanding-json-schema/structuring",),
    meaning="Some parts of a schema are looked at only when a body needs them. The body is neither right nor wrong.",
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

SCHEMA_UNDECIDED = _AREA.entry(
    code="schema-undecided",
    title="The JSON Schema takes too long for this body",
    causes=(
        Cause(
            "A pattern of the schema has a repetition within a repetition, such as (a+)+, and the text fits it almost.",
            (
                "Write the pattern so that each character can be matched in one way: (a+)+ as a+.",
                "Begin it with ^ and end it with $.",
                "Limit the length of the text with maxLength, and repetitions with {1,20}.",
            ),
            confirm="The message is judged at once when the pattern is taken out of the schema.",
        ),
        Cause(
            "The sender wants to keep those busy who judge its messages.",
            ("Look at what the device sends, and block it in the hub where it is not yours.",),
            confirm="The text repeats one character or word thousands of times.",
        ),
    ),
    links=("https://json-schema.org/understanding-json-schema/reference/regular_expressions",),
    meaning="Some regular expressions take too long for some texts. So each body has a limit of computing time, and "
    "what is not judged within it is neither right nor wrong.",
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OPERATOR),
)
