"""What an IoT hub writes into its Routes log: operations, not numbers."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_ROUTES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-message-routing"
_REFERENCE = "https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference"

UNDEFINED_ROUTE_EVALUATION = Entry(
    code="route-undefined",
    title="A route's condition asks for a property that the message does not have",
    meaning="A condition on a property that is absent is neither true nor false, so the message does not match. It is "
    "logged at most once a minute, so rows do not count messages.",
    causes=(
        Cause(
            "Some devices, or an older firmware, do not set the property.",
            ("Let the device set it, or write the condition so that absence is meant.",),
            confirm="The log row names route and property; compare with a message of the device.",
        ),
    ),
    aliases=("UndefinedRouteEvaluation",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.LOG,),
)

ROUTE_EVALUATION_ERROR = Entry(
    code="route-evaluation-error",
    title="A route's condition cannot be evaluated on a message",
    meaning="The condition looks into the body, and the message is not marked as JSON or holds something else.",
    causes=(
        Cause(
            "Content type or encoding is missing or wrong.",
            ("Send application/json with utf-8, utf-16 or utf-32 as the message's system properties.",),
            confirm="The row's description names the fault; 400103 is the code for it.",
        ),
        Cause(
            "The query on $body is not valid for what the body holds.",
            ("Test the route in the portal with a copy of a real message.",),
            confirm="The test of that route with that message fails, too.",
        ),
    ),
    aliases=("RouteEvaluationError",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.LOG,),
)

DROPPED_MESSAGE = Entry(
    code="route-dropped",
    title="The hub dropped a message",
    meaning="Nothing took the message: no route matched and the fallback is off, or its endpoint stayed dead for all "
    "retries. It is lost.",
    causes=(
        Cause(
            "No route matched and the fallback route is off.",
            ("Switch the fallback on, or add a route with the condition `true`.",),
            confirm="`az iot hub message-route fallback show --hub-name HUB` says that it is disabled.",
        ),
        Cause(
            "The endpoint did not accept anything for a long time.",
            ("Mend the endpoint; EndpointUnhealthy rows before this one name the reason.",),
            confirm="`az iot hub message-endpoint list --hub-name HUB` names it; look at its own metrics.",
        ),
    ),
    aliases=("DroppedMessage",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.OWNER,),
    places=(Place.LOG,),
)

ORPHANED_MESSAGE = Entry(
    code="route-orphaned",
    title="No route matched a message",
    meaning="With at least one route of its own, a hub sends what matches none of them to the built-in endpoint only "
    "while the fallback is on. Logged at most once a minute.",
    causes=(
        Cause(
            "The conditions leave out messages that should go somewhere.",
            ("Compare each condition with one of the messages, and widen the one that was meant to take it.",),
            confirm="`az iot hub message-route test --hub-name HUB --source-type DeviceMessages` shows what matches.",
        ),
    ),
    aliases=("OrphanedMessage",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.OWNER,),
    places=(Place.LOG,),
)

INVALID_MESSAGE = Entry(
    code="route-invalid-message",
    title="An endpoint cannot take this message",
    meaning="The message breaks a rule of where it is to go, most often its size once enrichments are added.",
    causes=(
        Cause(
            "Body, properties and enrichments are together larger than the endpoint takes.",
            ("Send less in one message, or remove enrichments that copy large parts of the twin.",),
            confirm="Compare the message's size with 256 KB and with the limit of the endpoint's tier.",
        ),
    ),
    aliases=("InvalidMessage",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.LOG,),
)

ENDPOINT_UNHEALTHY = Entry(
    code="route-endpoint-unhealthy",
    title="An endpoint does not accept messages at the moment",
    meaning="The hub keeps trying. The row's result code says why: 403004 there means that the destination is full.",
    causes=(
        Cause(
            "The destination refuses, is full or throttles.",
            ("Look the row's result code up here, and mend what it says at the destination.",),
            confirm="The Routes log holds ResultType and endpointName beside the operation.",
        ),
    ),
    aliases=("EndpointUnhealthy",),
    links=(_ROUTES, _REFERENCE),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.OWNER,),
    places=(Place.LOG,),
)

ENDPOINT_DEAD = Entry(
    code="route-endpoint-dead",
    title="An endpoint has accepted nothing for more than an hour",
    meaning="The hub gives up trying it with each message. What was meant for it is lost or goes to the fallback.",
    causes=(
        Cause(
            "What made the endpoint unhealthy was not mended within the hour.",
            (
                "Mend it at the destination: key or role, firewall, or the entity itself.",
                "Watch for EndpointHealthy in the log, which says that delivery goes on.",
            ),
            confirm="EndpointUnhealthy rows of the same endpoint stand in the hour before.",
        ),
    ),
    aliases=("EndpointDead",),
    links=(_ROUTES, _REFERENCE),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER,),
    places=(Place.LOG,),
)
