"""Codes about what goes from the cloud to a device: direct methods and desired properties."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
_TWINS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins"
_WRITABLE = "https://learn.microsoft.com/azure/iot/concepts-convention#writable-properties"
_CONFIGURATIONS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-automatic-device-management"
_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"

_AREA = Area(places=(Place.TOOL,))

METHOD_STATUS_ERROR = _AREA.entry(
    code="method-status-error",
    title="The device answered the method with an error status",
    meaning="The call reached the device, which answered with a status of its own. A status of 400 or more means an "
    "error by convention. The hub passes it on and does not judge it.",
    causes=(
        Cause(
            "The device has no method of this name. Device SDKs answer 501 for that, and samples answer 404.",
            ("Compare the name with the one in the device's program. Case counts.",),
            confirm="The status is 501 or 404.",
            only_if="method-may-be-missing",
        ),
        Cause(
            "The method ran and failed, or refused the payload.",
            ("Read the payload of the answer, and the device's own log.",),
            confirm="The device's log shows the call.",
        ),
    ),
    links=(_METHODS,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

METHOD_ANSWER_MALFORMED = _AREA.entry(
    code="method-answer-malformed",
    title="The device's answer to the method is not JSON",
    meaning="The call reached the device, and the device answered. The hub puts the device's payload into its own JSON "
    "and does not read it. So the SDK of the caller fails with an error of its JSON reader.",
    causes=(
        Cause(
            "The device sends the zero that ends a text in C as a part of its answer.",
            ("Give the length of the answer without the zero: `strlen(answer)`, not `sizeof`.",),
            confirm="The payload ends with a byte of zero, written as \\u0000.",
        ),
        Cause(
            "The device sends a text that is not JSON, such as a word without quotation marks.",
            ("Send JSON. A text stands in double quotation marks. Without a result send `null` or `{}`.",),
            confirm="A JSON reader refuses the payload that the finding shows.",
        ),
    ),
    links=(_METHODS, "https://github.com/Azure/azure-iot-sdk-c/issues/1641"),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

HUB_ANSWER_UNKNOWN = _AREA.entry(
    code="hub-answer-unknown",
    title="The hub gave an answer that this tool does not know",
    meaning="The status or the code of the answer is none that is documented for this request, or the two do not fit "
    "each other. The finding holds the hub's own words.",
    causes=(
        Cause(
            "A gateway or proxy between this machine and the hub answered in its place.",
            ("Run the command from another network.",),
            confirm="The answer has no tracking id of the hub.",
        ),
        Cause(
            "The hub has a code that is newer than this tool.",
            ("Look the code up in the list of the hub's errors, and update this extension.",),
            confirm="The list in the documentation has the code.",
        ),
    ),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
)

DESIRED_UNANSWERED = _AREA.entry(
    code="desired-unanswered",
    title="The device reported nothing of the desired property",
    meaning="The hub took the change, and its version rose. A hub does not tell whether a device got a change, and a "
    "device need not answer one.",
    undecidable=True,
    causes=(
        Cause(
            "The device is not connected. It sees the change at its next connect, if it then reads its twin.",
            ("Look at the device's connection with `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            confirm="The state of its connection is Disconnected. The state may be five minutes late.",
            only_if="device-may-be-offline",
        ),
        Cause(
            "The device's program reads its twin at the start and does not subscribe to changes.",
            ("Subscribe to desired properties right after connecting, and again after each reconnect.",),
            confirm="After a restart of the device it reports the value.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "No code of the device handles this property, or it reports nothing in answer.",
            (
                "Name a property that the device answers: "
                "`az iot diag twin test --login @hub.txt --device-id DEVICE --property NAME=VALUE`.",
            ),
            confirm="The device's program has no line that names the property.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "The device signs in over MQTT with a user name that lacks the api-version. The hub then ignores its "
            "subscription to the twin.",
            ("Sign in with the user name `HOST/DEVICE/?api-version=2021-04-12`.",),
            confirm="The device's own reports are answered with 400.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "The device uses HTTPS, over which it gets no changes of its twin.",
            ("Let it connect over MQTT or AMQP.",),
            confirm="The Connections log shows no connect of the device although telemetry arrives.",
            only_if="device-may-use-https",
        ),
        Cause(
            "The device takes longer for its answer.",
            ("Wait longer with `--timeout`.",),
            confirm="The reported property changes later.",
            only_if="device-may-be-connected",
        ),
    ),
    links=(_TWINS, _WRITABLE),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DESIRED_BEHIND = _AREA.entry(
    code="desired-behind",
    title="The device has not taken up a desired property",
    meaning="A desired property was set after the device reported it last, or in a later version than the device "
    "acknowledged. A hub pushes a change to a device that is connected and subscribed. It pushes nothing afterwards.",
    causes=(
        Cause(
            "The property was set while the device was away, and the device did not read its twin when it came back.",
            ("Let the device read its twin after each connect, and then subscribe to changes.",),
            confirm="The property was set before the device connected.",
            only_if="desired-may-be-set-away",
            proven_by="desired-was-set-away",
        ),
        Cause(
            "The device reads its twin at the start and does not subscribe to changes.",
            ("Subscribe to desired properties right after connecting, and again after each reconnect.",),
            confirm="`az iot diag twin test --login @hub.txt --device-id DEVICE` gets no answer, and a restart of the "
            "device brings one.",
        ),
        Cause(
            "No code of the device handles this property any more, or its handler failed.",
            ("Read the device's own log of the time at which the property was set.",),
            confirm="The device answers other desired properties.",
        ),
        Cause(
            "The device signs in over MQTT with a user name that lacks the api-version. The hub then ignores its "
            "subscription to the twin.",
            ("Sign in with the user name `HOST/DEVICE/?api-version=2021-04-12`.",),
            confirm="The device's own reports are answered with 400.",
        ),
    ),
    links=(_TWINS, _WRITABLE),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    undecidable=True,
)

CLOUD_MESSAGES_WAIT = _AREA.entry(
    code="cloud-messages-wait",
    title="Cloud-to-device messages wait for the device",
    meaning="A hub keeps messages for a device until the device completes them, or their time ends. Fifty can wait.",
    causes=(
        Cause(
            "The device is away, or asks for its messages seldom.",
            ("Wait until it connects over MQTT or AMQP, or asks over HTTPS.",),
            confirm="The count falls when the device comes.",
        ),
        Cause(
            "The device takes messages and does not complete them.",
            ("Complete each message when it is taken over.",),
            confirm="The count stays as it is although the device is connected.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d",),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DESIRED_REFUSED = _AREA.entry(
    code="desired-refused",
    title="The device refuses the desired value",
    meaning="The device acknowledged the change with a status of its own that stands for an error: ac in the reported "
    "property.",
    causes=(
        Cause(
            "The value does not fit what the device takes.",
            ("Set a value that the device's model allows.",),
            confirm="The description in the acknowledgement (ad) says what is wrong.",
        ),
        Cause(
            "The device could not apply the value.",
            ("Read the device's own log of that time.",),
            confirm="The same value is acknowledged with 200 at another time.",
        ),
    ),
    links=(_WRITABLE,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

DESIRED_DIFFERENT = _AREA.entry(
    code="desired-different",
    title="The device reported another value than the desired one",
    meaning="The device got a change and reported the property afterwards, with another value.",
    causes=(
        Cause(
            "The device limits or rounds the value, or reports what it measures.",
            ("Set a value that the device takes as it is.",),
            confirm="The value that was reported is close to the desired one, or does not depend on it.",
        ),
        Cause(
            "The device reported the property for a reason of its own, and did not get the change.",
            ("Run the test again.",),
            confirm="The property also changes while no back end sets it.",
        ),
    ),
    links=(_WRITABLE,),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DESIRED_NOT_RESTORED = _AREA.entry(
    code="desired-not-restored",
    title="The desired property could not be restored",
    meaning="The test set a desired property and could not write its old value. A note on this machine holds the old "
    "value.",
    causes=(
        Cause(
            "The hub did not answer the request, or refused it.",
            (
                "Run `az iot diag twin test --login @hub.txt --device-id DEVICE` again: each command of this tool that "
                "opens the hub first restores what is left.",
            ),
            confirm="The finding holds what the hub said.",
        ),
    ),
    links=(_TWINS,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER,),
)

DESIRED_OVERTAKEN = _AREA.entry(
    code="desired-overtaken",
    title="Another program changed the desired property meanwhile",
    meaning="Between the change and its restoring the property got a later version. The later value stays.",
    causes=(
        Cause(
            "A back end or an automatic configuration writes the same property.",
            ("Test a property that nothing else writes.",),
            confirm="The back end or the configuration sets the later value.",
        ),
    ),
    links=(_TWINS, _CONFIGURATIONS),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.SERVICE_DEVELOPER),
)

_C2D = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d"

CLOUD_MESSAGE_EXPIRED = _AREA.entry(
    code="cloud-message-expired",
    title="The message expired before the device completed it",
    meaning="A message waits for its device until its time ends: one hour, unless the hub or the sender says "
    "otherwise. The hub then removes the message and reports Expired.",
    causes=(
        Cause(
            "The device was not there, or did not ask for messages.",
            ("Look at the device: `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            confirm="The device's log shows no connection while the message waited.",
        ),
        Cause(
            "The life of the message is too short.",
            ("Give it more time with `--expire-after`.",),
            confirm="The device completes a message that lives longer.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

CLOUD_MESSAGE_REJECTED = _AREA.entry(
    code="cloud-message-rejected",
    title="The device rejected the message",
    meaning="The device took the message and said that it does not want it. The hub removes the message and reports "
    "Rejected. A device can reject over AMQP and HTTPS, and not over MQTT.",
    causes=(
        Cause(
            "The program of the device does not know the message, or finds its content wrong.",
            ("Compare the body and the properties with what the program expects.",),
            confirm="The device's log says why it rejected the message.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

CLOUD_MESSAGE_GIVEN_BACK = _AREA.entry(
    code="cloud-message-given-back",
    title="The device abandoned the message too often",
    meaning="Each time the device abandoned the message or lost its lock, the hub delivered it again. After ten "
    "deliveries, unless the hub is set otherwise, the hub gives up. The hub removes the message and reports "
    "DeliveryCountExceeded.",
    causes=(
        Cause(
            "The program of the device abandons the message, or fails while it works on the message.",
            ("Complete the message first, then work on it. Reject what the device can never use.",),
            confirm="The device's log shows the same message several times.",
        ),
        Cause(
            "The connection broke each time before the device completed the message.",
            ("Look for lost connections: `az iot diag check --login @hub.txt --device-id DEVICE`.",),
            confirm="The device's log shows a new connection before each delivery.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

CLOUD_MESSAGE_PURGED = _AREA.entry(
    code="cloud-message-purged",
    title="The queue of the device was purged",
    meaning="A program removed all messages that waited for the device. The hub reports Purged of each.",
    causes=(
        Cause(
            "A person or a program purged the queue.",
            ("Ask who operates the hub, and send the message again.",),
            confirm="The hub's log C2DCommands shows the purge.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.LATER,
    fixers=(Fixer.OPERATOR,),
)

FEEDBACK_MISSING = _AREA.entry(
    code="feedback-missing",
    title="No feedback of the message came in time",
    meaning="The hub has the message. It reports when the device completes or rejects the message, or when its time "
    "ends. Until then nothing is decided.",
    causes=(
        Cause(
            "The device has not taken the message yet.",
            (
                "Wait for longer with `--timeout`. `az iot diag device show --login @hub.txt --device-id DEVICE` shows "
                "how many messages wait.",
            ),
            confirm="The number of waiting messages is not zero.",
        ),
        Cause(
            "Another program read the feedback. A hub gives each record to one reader.",
            ("Stop the other reader, or look for the record in its log.",),
            confirm="The number of waiting messages is zero.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.DEVICE_DEVELOPER),
)

FEEDBACK_OF_OTHERS = _AREA.entry(
    code="feedback-of-others",
    title="Feedback of other senders is in the way",
    meaning="A hub has one queue of feedback for all senders, and hands it out in batches. This tool takes no record "
    "of another sender. It gave the batch back, and borrows no second one: a hub drops a record after ten deliveries.",
    causes=(
        Cause(
            "Another program sends messages with feedback, and reads the feedback seldom or never.",
            (
                "Let that program read its feedback, then send again.",
                "Without feedback: `az iot diag device show --login @hub.txt --device-id DEVICE` shows how many "
                "messages wait.",
            ),
            confirm="The records name devices to which you did not send.",
        ),
    ),
    links=(_C2D,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.SERVICE_DEVELOPER),
)
