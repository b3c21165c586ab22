"""The last known error of a custom endpoint, as the hub's endpoint health shows it."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_ROUTES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-message-routing"

_AREA = Area(links=(_ROUTES,), fixers=(Fixer.OWNER,), places=(Place.ARM,))

MAX_MESSAGE_SIZE_EXCEEDED = _AREA.entry(
    code="endpoint-message-too-large",
    title="A routed message is larger than the endpoint takes",
    meaning="A message grows on its way by system properties and enrichments, and Service Bus takes 256 KB in all.",
    causes=(
        Cause(
            "Body, properties and enrichments together pass the limit.",
            ("Trim properties and enrichments, or let the device send smaller messages.",),
            confirm="The Routes log has InvalidMessage rows for the endpoint.",
        ),
    ),
    aliases=("MaxMessageSizeExceeded",),
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
    places=(Place.ARM, Place.LOG),
)

DUPLICATE_DETECTION_NOT_SUPPORTED = _AREA.entry(
    code="endpoint-detects-duplicates",
    title="The queue or topic detects duplicates: routing cannot use it",
    meaning="Whether a Service Bus entity detects duplicates is settled when it is made, and cannot be changed later.",
    causes=(
        Cause(
            "The entity was made with duplicate detection.",
            ("Make another queue or topic without it, and lead the endpoint there.",),
            confirm="`az servicebus queue show -g GROUP --namespace-name NAMESPACE -n QUEUE "
            "--query requiresDuplicateDetection` says true.",
        ),
    ),
    aliases=("PartitioningAndDuplicateDetectionNotSupported",),
)

SESSIONFUL_ENTITY_NOT_SUPPORTED = _AREA.entry(
    code="endpoint-wants-sessions",
    title="The queue or topic needs sessions: routing cannot use it",
    meaning="An entity with sessions takes only messages that carry a session id, and routed ones carry none.",
    causes=(
        Cause(
            "The entity was made with sessions.",
            ("Make one without sessions for the endpoint, and forward from there where sessions are needed.",),
            confirm="`az servicebus queue show -g GROUP --namespace-name NAMESPACE -n QUEUE --query requiresSession` "
            "says true.",
        ),
    ),
    aliases=("SessionfulEntityNotSupported",),
)

NO_MATCHING_SUBSCRIPTIONS = _AREA.entry(
    code="endpoint-without-subscription",
    title="No subscription of the topic takes the message",
    meaning="A topic hands each message to the subscriptions whose rules it fits. It fitted none.",
    causes=(
        Cause(
            "The topic has no subscription, or all of them filter the message out.",
            ("Add a subscription whose rule lets the messages through.",),
            confirm="`az servicebus topic subscription list -g GROUP --namespace-name NAMESPACE --topic-name TOPIC` "
            "shows which there are.",
        ),
    ),
    aliases=("NoMatchingSubscriptionsForMessage",),
)

ENDPOINT_EXTERNALLY_DISABLED = _AREA.entry(
    code="endpoint-disabled",
    title="The entity behind the endpoint is switched off",
    meaning="Queues, topics and event hubs have a status of their own, and take messages only while it is Active.",
    causes=(
        Cause(
            "The entity was disabled, or only its sending.",
            ("Set its status to Active again.",),
            confirm="`az servicebus queue show -g GROUP --namespace-name NAMESPACE -n QUEUE --query status` is not "
            "Active.",
        ),
    ),
    aliases=("EndpointExternallyDisabled",),
)
