"""Codes and log operations of an IoT hub about routes and the endpoints that they lead to."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_ROUTES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-message-routing"
_SYNTAX = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax"

_AREA = Area(fixers=(Fixer.OWNER,), places=(Place.LOG,))

INVALID_ENDPOINT_AUTHENTICATION_TYPE = _AREA.entry(
    code="hub-400031",
    title="An endpoint cannot be reached in this way",
    meaning="The hub logs in to an endpoint with a stored key or with its identity; the setting names neither.",
    causes=(
        Cause(
            "authenticationType holds another word.",
            ("Write keyBased with a connection string, or identityBased with an address.",),
            confirm="`az iot hub message-endpoint list --hub-name HUB` (needs the azure-iot extension) lists the "
            "endpoints with authenticationType.",
        ),
    ),
    aliases=("400031", "InvalidEndpointAuthenticationType"),
    links=(_CODES,),
    places=(Place.ARM,),
)

MANAGED_IDENTITY_NOT_ENABLED = _AREA.entry(
    code="hub-400032",
    title="An endpoint needs an identity that the hub does not have",
    meaning="An endpoint or the upload storage is set to log in with the hub's managed identity, and none is on.",
    causes=(
        Cause(
            "The identity was never switched on, or was removed.",
            (
                "Switch it on: `az iot hub identity assign -n HUB --system-assigned`.",
                "Then assign it the data sender role of the endpoint, or Storage Blob Data Contributor.",
            ),
            confirm="`az iot hub identity show -n HUB` says None.",
        ),
    ),
    aliases=("400032", "ManagedIdentityNotEnabled"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-managed-identity"),
    places=(Place.ARM, Place.LOG),
)

INVALID_ROUTE_TEST_INPUT = _AREA.entry(
    code="hub-400100",
    title="The message of a route test is malformed",
    meaning="A test runs a route's condition on a message that the caller makes up, and this one cannot be read.",
    causes=(
        Cause(
            "The body or a property of the test message is not valid JSON text.",
            ("Give the body as one text, and the properties as objects whose values are texts.",),
            confirm="The test succeeds with an empty body and no properties.",
        ),
    ),
    aliases=("400100", "InvalidRouteTestInput"),
    links=(_CODES,),
    fixers=(Fixer.CALLER,),
    places=(Place.ARM,),
)

INVALID_SOURCE_ON_ROUTE = _AREA.entry(
    code="hub-400101",
    title="A route starts from a source that does not exist",
    meaning="A route takes one kind of event, and there is a fixed list of kinds.",
    causes=(
        Cause(
            "The name is misspelt or of another api-version.",
            (
                "Use DeviceMessages, TwinChangeEvents, DeviceLifecycleEvents, DeviceJobLifecycleEvents, "
                "DigitalTwinChangeEvents, DeviceConnectionStateEvents or MqttBrokerMessages.",
            ),
            confirm="`az iot hub message-route list --hub-name HUB` (needs the azure-iot extension) shows sources "
            "that work.",
        ),
    ),
    aliases=("400101", "InvalidSourceOnRoute"),
    links=(_CODES, _SYNTAX),
    places=(Place.ARM,),
)

ROUTING_NOT_ENABLED = _AREA.entry(
    code="hub-400102",
    title="The hub has no routing",
    meaning="The operation is about routes, and the hub has no configuration of them.",
    causes=(
        Cause(
            "No route was ever added.",
            ("Add a route first, or leave the operation out: without routes all goes to the built-in endpoint.",),
            confirm="`az iot hub message-route list --hub-name HUB` (needs the azure-iot extension) shows an empty "
            "list.",
        ),
    ),
    aliases=("400102", "RoutingNotEnabled"),
    links=(_CODES,),
    places=(Place.ARM,),
)

INVALID_CONTENT_ENCODING_OR_TYPE = _AREA.entry(
    code="hub-400103",
    title="A route looks into a body that is not marked as JSON",
    meaning="A condition with $body is evaluated only for messages that declare JSON and its encoding. Other messages "
    "do not match, even if they hold JSON.",
    causes=(
        Cause(
            "The device sets no contentType and contentEncoding.",
            (
                "Set contentType to application/json and contentEncoding to utf-8 on the message, as system "
                "properties.",
                "Or route by an application property, which needs neither.",
            ),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows both properties of what arrives.",
        ),
    ),
    aliases=("400103", "InvalidContentEncodingOrType"),
    links=(_CODES, _SYNTAX),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.LOG, Place.ARM, Place.TOOL),
)

ROUTING_ENDPOINT_RESPONSE_FORBIDDEN = _AREA.entry(
    code="hub-403008",
    title="A custom endpoint refuses the hub",
    meaning="The hub delivers with a stored key or its identity, and the endpoint's service answered 403.",
    causes=(
        Cause(
            "The key was renewed or the role was taken away.",
            ("Save the endpoint anew, or assign Event Hubs Data Sender or Service Bus Data Sender to the hub.",),
            confirm="`az iot hub message-endpoint list --hub-name HUB` (needs the azure-iot extension) lists the "
            "endpoints; try the stored policy with another program.",
        ),
        Cause(
            "The firewall of the namespace keeps the hub out.",
            ("Allow trusted Microsoft services there and use the hub's identity.",),
            confirm="`az eventhubs namespace network-rule-set show -g GROUP --namespace-name NAMESPACE` shows Deny.",
        ),
    ),
    aliases=("403008", "RoutingEndpointResponseForbidden"),
    links=(_CODES, _ROUTES),
    retry=Retry.AUTOMATIC,
)

ROUTING_ENDPOINT_RESPONSE_NOT_FOUND = _AREA.entry(
    code="hub-404007",
    title="The target of a custom endpoint no longer exists",
    meaning="The hub tried to deliver, and the event hub, queue, topic or container was not there.",
    causes=(
        Cause(
            "The entity was deleted or renamed.",
            ("Create it again under the same name, or remove route and endpoint.",),
            confirm="`az eventhubs eventhub list -g GROUP --namespace-name NAMESPACE` does not show it.",
        ),
    ),
    aliases=("404007", "RoutingEndpointResponseNotFound"),
    links=(_CODES, _ROUTES),
    retry=Retry.AUTOMATIC,
)

SYSTEM_PROPERTY_NOT_FOUND = _AREA.entry(
    code="hub-404005",
    title="A condition names a system property that does not exist",
    meaning="System properties are written with a dollar sign and have fixed names.",
    causes=(
        Cause(
            "The name is misspelt, or is an application property, which has no dollar sign.",
            ("Write $connectionDeviceId, $contentType and so on as the syntax page lists them.",),
            confirm="`az iot hub message-route list --hub-name HUB --query [].condition` (needs the azure-iot "
            "extension) shows the conditions.",
        ),
    ),
    aliases=("404005", "SystemPropertyNotFound"),
    links=(_CODES, _SYNTAX),
    places=(Place.HTTP, Place.LOG),
)

_REFERENCE = "https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference"

UNDEFINED_ROUTE_EVALUATION = _AREA.entry(
    code="route-undefined",
    title="A route asks for a property that the message lacks",
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
)

ROUTE_EVALUATION_ERROR = _AREA.entry(
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
            "The query on $body is not valid for the content of the body.",
            ("Test the route in the portal with a copy of a real message.",),
            confirm="The test of that route with that message fails, too.",
        ),
    ),
    aliases=("RouteEvaluationError",),
    links=(_ROUTES, _REFERENCE),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
)

DROPPED_MESSAGE = _AREA.entry(
    code="route-dropped",
    title="The hub dropped a message",
    meaning="Nothing took the message: no route matched and the fallback is off, or its endpoint stayed dead for all "
    "retries. It is lost.",
    causes=(
        Cause(
            "No route matched and the fallback route is off.",
            ("Switch the fallback on, or add a route with the condition `true`.",),
            confirm="`az iot hub message-route fallback show --hub-name HUB` (needs the azure-iot extension) says "
            "that it is disabled.",
        ),
        Cause(
            "The endpoint did not accept anything for a long time.",
            ("Mend the endpoint; EndpointUnhealthy rows before this one name the reason.",),
            confirm="`az iot hub message-endpoint list --hub-name HUB` (needs the azure-iot extension) names it; "
            "look at its own metrics.",
        ),
    ),
    aliases=("DroppedMessage",),
    links=(_ROUTES, _REFERENCE),
    places=(Place.LOG, Place.TOOL),
)

ORPHANED_MESSAGE = _AREA.entry(
    code="route-orphaned",
    title="No route matched a message",
    meaning="Once a hub has a route, a message that matches no route goes to the built-in endpoint only while the "
    "fallback is on. Logged at most once a minute.",
    causes=(
        Cause(
            "The conditions leave out messages that should go somewhere.",
            ("Compare each condition with one of the messages, and widen the condition that should match it.",),
            confirm="`az iot hub message-route test --hub-name HUB --source-type DeviceMessages` (needs the "
            "azure-iot extension) shows what matches.",
        ),
    ),
    aliases=("OrphanedMessage",),
    links=(_ROUTES, _REFERENCE),
    places=(Place.LOG, Place.TOOL),
)

INVALID_MESSAGE = _AREA.entry(
    code="route-invalid-message",
    title="An endpoint cannot take this message",
    meaning="The message breaks a rule of its destination, most often the size limit after enrichments were added.",
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
    places=(Place.LOG, Place.TOOL),
)

ENDPOINT_UNHEALTHY = _AREA.entry(
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
    places=(Place.LOG, Place.ARM, Place.TOOL),
    retry=Retry.AUTOMATIC,
)

ENDPOINT_DEAD = _AREA.entry(
    code="route-endpoint-dead",
    title="An endpoint has accepted nothing for more than an hour",
    meaning="The hub stops trying the endpoint for each message. Messages for it are lost or go to the fallback.",
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
    places=(Place.LOG, Place.ARM, Place.TOOL),
    retry=Retry.LATER,
)
