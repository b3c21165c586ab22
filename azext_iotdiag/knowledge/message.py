"""Codes about a message as a whole: whether its body can be read, and what its properties say of it."""

from azext_iotdiag.model.finding import Cause, Entry

_DEVELOPER = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct"
_ROUTING = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax"
_RFC8259 = "https://www.rfc-editor.org/rfc/rfc8259"

INVALID_JSON = Entry(
    code="invalid-json",
    title="The body is not JSON",
    causes=(
        Cause(
            "The firmware puts the text together by hand, and a comma, quote or bracket is wrong.",
            ("Look at the byte that the message names.", "Let a library write the JSON."),
        ),
        Cause(
            "The buffer was too small, and the text is cut off.",
            ("Compare the length of the body with the size of the firmware's buffer.",),
        ),
    ),
    links=(_RFC8259,),
)

UNCERTAIN_JSON = Entry(
    code="uncertain-json",
    title="The body is JSON that programs read in different ways",
    causes=(
        Cause(
            "A key comes twice, and most programs take the last one; or the text begins with a byte order mark, which "
            "some refuse.",
            ("Send each key once, and UTF-8 without a byte order mark.",),
        ),
    ),
    links=(_RFC8259,),
)

BAD_ENCODING = Entry(
    code="bad-encoding",
    title="The body is text, but not in UTF-8",
    causes=(
        Cause(
            "The firmware writes Latin-1 or UTF-16, often seen with ° or with letters that have accents.",
            ("Encode the text as UTF-8.",),
        ),
    ),
    links=(_RFC8259, _DEVELOPER),
)

NOT_TEXT = Entry(
    code="not-text",
    title="The body is no text: it is compressed or binary",
    causes=(
        Cause(
            "The device compresses what it sends, or sends CBOR, Protocol Buffers or a format of its own.",
            (
                "Send JSON, which IoT Central and routing on the body need.",
                "Or decode it on the way: with a data transformation, a function, or an IoT Edge module.",
            ),
        ),
    ),
    links=(_DEVELOPER,),
)

NOT_AN_OBJECT = Entry(
    code="not-an-object",
    title="The body is JSON, but not an object with fields",
    causes=(
        Cause(
            "The device sends a bare value, a list of readings, or a JSON text wrapped into a string once more.",
            ("Send one object a message, such as {\"temperature\": 21.5}.",),
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
)  # fmt: skip

CONTENT_TYPE = Entry(
    code="content-type",
    title="The message does not say that its body is JSON",
    causes=(
        Cause(
            "The firmware does not set the content type, or sets another.",
            (
                "Set the system property contentType (MQTT: `$.ct`) to application/json.",
                "Without it routing cannot look into the body, and storage holds it as base64.",
            ),
        ),
    ),
    links=(_DEVELOPER, _ROUTING),
)

CONTENT_ENCODING = Entry(
    code="content-encoding",
    title="The message does not say that its body is UTF-8",
    causes=(
        Cause(
            "The firmware does not set the content encoding, or sets another.",
            (
                "Set the system property contentEncoding (MQTT: `$.ce`) to utf-8.",
                "Without it routing cannot look into the body.",
            ),
        ),
    ),
    links=(_DEVELOPER, _ROUTING),
)

BAD_CREATION_TIME = Entry(
    code="bad-creation-time",
    title="The time of creation is not one that the hub takes",
    causes=(
        Cause(
            "The property iothub-creation-time-utc is not ISO 8601 in UTC, or has a numeric offset.",
            ("Write it with Z, such as 2026-11-20T10:00:00Z.",),
        ),
    ),
    links=(_DEVELOPER,),
)

UNREADABLE_RECORD = Entry(
    code="unreadable-record",
    title="A record of a file cannot be read",
    causes=(
        Cause("The file was cut off while it was written or copied.", ("Copy it again, and compare the sizes.",)),
        Cause(
            "The file holds something else than messages.",
            ("Give JSON lines, a JSON document, or an Avro file of Event Hubs capture or IoT Hub routing.",),
        ),
    ),
)

SCHEMA_VIOLATION = Entry(
    code="schema-violation",
    title="The body does not fit the JSON Schema",
    causes=(
        Cause(
            "The firmware and the schema disagree.",
            ("Change what the device sends at the path that is named, or the schema.",),
        ),
    ),
    links=("https://json-schema.org/understanding-json-schema/reference",),
)
