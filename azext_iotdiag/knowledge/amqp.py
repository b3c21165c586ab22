"""Codes of AMQP as IoT Hub and Event Hubs use it: connections, tokens, links."""

from azext_iotdiag.model.finding import Cause, Entry

_READ_AGAIN = "Read the string again with `az iot hub connection-string show -n HUB --policy-name service`."
_BUILT_IN = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin"

TOKEN_REFUSED = Entry(
    code="token-refused",
    title="The service refuses the credential",
    causes=(
        Cause("The key is not, or no longer, the key of this policy.", (_READ_AGAIN,)),
        Cause(
            "The policy does not have the right ServiceConnect, which reading messages needs.",
            (
                "Use the policy `service` or `iothubowner`.",
                "List policies and rights with `az iot hub policy list --hub-name HUB`.",
            ),
        ),
        Cause(
            "The hub accepts no shared access keys (disableLocalAuth). The built-in endpoint accepts nothing else.",
            (
                "Look with `az iot hub show -n HUB --query properties.disableLocalAuth`.",
                "Route the messages to an Event Hubs namespace of your own, and read them there.",
            ),
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out; the service answers as to a wrong key.",
            (
                "Look with `az iot hub show -n HUB --query "
                '"properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
        ),
        Cause(
            "The clock of this machine is wrong, so that the token has expired before it arrives.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
        ),
    ),
    aliases=(
        "amqp:unauthorized-access",
        "cbs:401",
        "cbs:403",
        "sasl:1",
        "401002",
        "401003",
        "IoTHubUnauthorized",
        "IotHubUnauthorizedAccess",
    ),
    links=(_BUILT_IN,),
)

CONNECTION_DROPPED = Entry(
    code="connection-dropped",
    title="The connection broke off",
    causes=(
        Cause(
            "A firewall, proxy or router on the way ends connections that are old or quiet.",
            ("If it happens at regular intervals, ask whoever runs it about its idle limit.",),
        ),
        Cause(
            "The service moved the connection to another machine, as it does now and then.",
            ("Nothing: reading goes on where it ended.",),
        ),
    ),
    aliases=("amqp:connection:forced", "amqp:link:detach-forced", "ECONNRESET"),
)

ENTITY_MISSING = Entry(
    code="entity-missing",
    title="There is no such entity or consumer group",
    causes=(
        Cause(
            "The consumer group does not exist in this hub.",
            ("List them with `az iot hub consumer-group list --hub-name HUB`; `$Default` always exists.",),
        ),
        Cause(
            "EntityPath in the connection string names another entity.",
            ("Read the string again with `az iot hub connection-string show -n HUB --default-eventhub`.",),
        ),
    ),
    aliases=("amqp:not-found",),
    links=(_BUILT_IN,),
)

TOO_MANY_READERS = Entry(
    code="too-many-readers",
    title="Five others already read this partition in this consumer group",
    causes=(
        Cause(
            "A partition has at most five readers in a consumer group.",
            (
                "Create a consumer group for this: `az iot hub consumer-group create --hub-name HUB -n diag`, "
                "then `--consumer-group diag`.",
            ),
        ),
    ),
    aliases=("amqp:resource-limit-exceeded",),
    links=(_BUILT_IN,),
)

READER_DISPLACED = Entry(
    code="reader-displaced",
    title="Another reader claims this partition for itself alone",
    causes=(
        Cause(
            "A program with an epoch (Azure Functions, Stream Analytics, an event processor) reads in the same "
            "consumer group.",
            (
                "Create a consumer group for this: `az iot hub consumer-group create --hub-name HUB -n diag`, "
                "then `--consumer-group diag`.",
            ),
        ),
    ),
    aliases=("amqp:link:stolen", "com.microsoft:receiver-disconnected"),
)

SERVICE_BUSY = Entry(
    code="service-busy",
    title="The service asks to slow down",
    causes=(Cause("The Event Hubs throughput of the hub is used up.", ("Wait: reading goes on by itself.",)),),
    aliases=("com.microsoft:server-busy",),
)

REQUEST_UNANSWERED = Entry(
    code="request-unanswered",
    title="The service speaks AMQP and leaves a request unanswered",
    causes=(
        Cause(
            "The service is overloaded or failing over.",
            ("Try again in a few minutes, and look at Azure Service Health for the region.",),
        ),
        Cause(
            "A gateway on the way lets the connection through and holds back part of what is said on it.",
            (
                "Go another way: `--transport amqp_ws`, or `--transport amqp` where a proxy is used.",
                "Try from another network, such as Cloud Shell.",
            ),
        ),
    ),
    aliases=("com.microsoft:timeout",),
)

PARTITION_STALLED = Entry(
    code="partition-stalled",
    title="A partition is open and does not bring the messages that it holds",
    causes=(
        Cause(
            "The service moved the partition to another machine, and this link was left behind.",
            ("Nothing where reading went on. Otherwise run the command again: it makes new connections.",),
        ),
        Cause(
            "A gateway on the way holds back what the service sends.",
            (
                "Go another way: `--transport amqp_ws`, or `--transport amqp` where a proxy is used.",
                "Try from another network, such as Cloud Shell.",
            ),
        ),
    ),
)

NOT_AN_EVENT_HUB = Entry(
    code="not-an-event-hub",
    title="What answers is no Event Hub",
    causes=(
        Cause(
            "The connection string names a host that is no IoT Hub or Event Hubs namespace, or a gateway in "
            "between answers for it.",
            ("Compare the host in the evidence with the one in the portal.",),
        ),
        Cause(
            "The service says something that this tool does not understand.",
            ("Read with `--reader sdk`, which goes through Microsoft's azure-eventhub.",),
        ),
    ),
)

LINK_REFUSED = Entry(
    code="link-refused",
    title="The service closed the link or the session for a reason of its own",
    causes=(
        Cause(
            "The condition in the evidence is the service's own word for it.",
            ("Try again; if it stays, quote the condition and the description to support.",),
        ),
    ),
    aliases=("amqp:internal-error",),
)
