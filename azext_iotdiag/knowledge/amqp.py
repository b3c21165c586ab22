"""Codes of AMQP as IoT Hub and Event Hubs use it: connections, tokens, links."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_READ_AGAIN = (
    "Name the hub with `--hub-name HUB` in place of `--login`: the present key is then read through az's login."
)
_BUILT_IN = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin"

_AREA = Area(links=(_BUILT_IN,), places=(Place.TOOL, Place.AMQP))

TOKEN_REFUSED = _AREA.entry(
    code="token-refused",
    title="The service refuses the credential",
    causes=(
        Cause(
            "The key is not, or no longer, the key of this policy.",
            (_READ_AGAIN,),
            confirm="A string read just now works.",
            only_if="reading-key-was-given",
        ),
        Cause(
            "The policy does not have the right ServiceConnect, which reading messages needs.",
            (
                "Use the policy `service` or `iothubowner`.",
                "List policies and rights with `az iot hub policy list --hub-name HUB --query "
                '"[].{name:keyName, rights:rights}"`.',
            ),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "policy without ServiceConnect.",
            only_if="reading-key-was-given",
        ),
        Cause(
            "The hub accepts no shared access keys (disableLocalAuth). The built-in endpoint accepts nothing else.",
            (
                "Look with `az iot hub show -n HUB --query properties.disableLocalAuth`.",
                "Route the messages to an Event Hubs namespace of your own, and read them there.",
            ),
            confirm="The setting is true.",
            only_if="reading-key-was-given",
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out; the service answers as to a wrong key.",
            (
                "Look with `az iot hub show -n HUB --query "
                '"properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
            confirm="The same string works from an address that is allowed.",
        ),
        Cause(
            "The clock of this machine is wrong, so that the token has expired before it arrives.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
            confirm="`date -u` is off by more than five minutes.",
            check="clock-in-sync",
        ),
    ),
    aliases=(
        "amqp:401",
        "amqp:403",
        "amqp:unauthorized-access",
        "cbs:401",
        "cbs:403",
        "sasl:1",
    ),
    meaning="Over AMQP the client sends the token to the node $cbs, which answers with a status. The service refused "
    "the token before any message was read.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OPERATOR, Fixer.OWNER),
    undecidable=True,
)

CONNECTION_DROPPED = _AREA.entry(
    code="connection-dropped",
    title="The connection broke off",
    causes=(
        Cause(
            "A firewall, proxy or router on the way ends connections that are old or quiet.",
            ("If it happens at regular intervals, ask the network's administrator about the idle limit.",),
            confirm="The times between two breaks are equal.",
        ),
        Cause(
            "The service moved the connection to another machine, as it does now and then.",
            ("Nothing: reading goes on where it ended.",),
            confirm="It is rare, and reading goes on within seconds.",
        ),
    ),
    aliases=(
        "Connection reset by peer",
        "An existing connection was forcibly closed by the remote host",
        "WSAECONNRESET",
        "WinError 10054",
        "EPIPE",
        "Broken pipe",
        "socket hang up",
        "amqp:connection:forced",
        "amqp:link:detach-forced",
        "ECONNRESET",
    ),
    links=("https://learn.microsoft.com/azure/architecture/best-practices/transient-faults",),
    meaning="A connection that was in use ended without a reason, or with a reason that names no fault.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
    places=(Place.TOOL, Place.AMQP, Place.SDK),
)

ENTITY_MISSING = _AREA.entry(
    code="entity-missing",
    title="There is no such entity or consumer group",
    causes=(
        Cause(
            "The consumer group does not exist in this hub.",
            ("List them with `az iot hub consumer-group list --hub-name HUB`; `$Default` always exists.",),
            confirm="The list does not show the group.",
            only_if="consumer-group-was-named",
        ),
        Cause(
            "EntityPath in the connection string names another entity.",
            ("Name the hub with `--hub-name HUB` in place of `--login`: its Event Hub is then found by itself.",),
            confirm="The EntityPath of a fresh string is another one.",
            only_if="event-hub-was-named",
        ),
        Cause(
            "The hub was deleted, or its endpoint moved after a failover.",
            ("Run the command again: it asks the hub anew for its endpoint.",),
            confirm="`az iot hub show -n HUB --query properties.eventHubEndpoints` names another endpoint, or no hub.",
        ),
    ),
    aliases=(
        "amqp:404",
        "com.microsoft:entity-not-found",
        "amqp:not-found",
    ),
    meaning="The address of a link names an Event Hub, a consumer group and a partition. The service has no such "
    "thing.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
)

TOO_MANY_READERS = _AREA.entry(
    code="too-many-readers",
    title="The partition already has five readers in the consumer group",
    causes=(
        Cause(
            "A partition has at most five readers in a consumer group.",
            (
                "Create a consumer group for this: `az iot hub consumer-group create --hub-name HUB -n diag`, "
                "then `--consumer-group diag`.",
            ),
            confirm="The service's text counts the receivers; other programs read with the same group.",
        ),
    ),
    aliases=("amqp:resource-limit-exceeded",),
    meaning="The service keeps five readers without an epoch for each partition and consumer group, and turns away "
    "the sixth.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
)

LIMIT_REACHED = _AREA.entry(
    code="service-limit-reached",
    title="The service reached a limit of its own",
    causes=(
        Cause(
            "One connection or session has as many links as the service allows.",
            ("Run the command again. It opens a new connection.",),
            confirm="The service's text names handles or sessions.",
        ),
        Cause(
            "One connection has put as many tokens as the service allows.",
            ("Run the command again. A new connection starts to count from zero.",),
            confirm="The service's text names tokens.",
        ),
        Cause(
            "The namespace has as many connections as its tier allows.",
            (
                "Close other readers of this hub.",
                "Compare the number of connections with the quota of the tier.",
            ),
            confirm="The service's text names connections.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas",),
    meaning="Event Hubs limits handles, tokens and connections. The limit of five readers has the code "
    "too-many-readers.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)

READER_DISPLACED = _AREA.entry(
    code="reader-displaced",
    title="Another reader has exclusive access to this partition",
    causes=(
        Cause(
            "A program with an epoch (Azure Functions, Stream Analytics, an event processor) reads in the same "
            "consumer group.",
            (
                "Create a consumer group for this: `az iot hub consumer-group create --hub-name HUB -n diag`, "
                "then `--consumer-group diag`.",
            ),
            confirm="A function, job or processor of yours reads with this consumer group.",
        ),
    ),
    aliases=("ReceiverDisconnectedException", "amqp:link:stolen", "com.microsoft:receiver-disconnected"),
    meaning="A reader with an epoch has a partition for itself: the service detaches those with a lower epoch or none.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
)

SERVICE_BUSY = _AREA.entry(
    code="service-busy",
    title="The service asks to slow down",
    causes=(
        Cause(
            "The Event Hubs throughput of the hub is used up.",
            ("Wait: reading goes on by itself.",),
            confirm="`az iot hub show -n HUB --query properties.eventHubEndpoints` shows few partitions for many "
            "readers.",
        ),
    ),
    aliases=(
        "ServerBusyError",
        "amqp:429",
        "amqp:503",
        "com.microsoft:server-busy",
    ),
    links=("https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas",),
    meaning="Event Hubs serves so many bytes and events a second; a client beyond that is asked to wait.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.OWNER,),
)

REQUEST_UNANSWERED = _AREA.entry(
    code="request-unanswered",
    title="The service speaks AMQP and leaves a request unanswered",
    causes=(
        Cause(
            "The service is overloaded or failing over.",
            ("Try again in a few minutes, and look at Azure Service Health for the region.",),
            confirm="It is the same from every network.",
        ),
        Cause(
            "A gateway on the way lets the connection through, and holds back some of its messages.",
            (
                "Go another way: `--transport amqp_ws`, or `--transport amqp` where a proxy is used.",
                "Try from another network, such as Cloud Shell.",
            ),
            confirm="From another network the same request is answered.",
        ),
    ),
    aliases=("com.microsoft:timeout",),
    meaning="The connection works, but one of several requests got no answer in time. The evidence names the request.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
)

PARTITION_STALLED = _AREA.entry(
    code="partition-stalled",
    title="A partition has messages and does not deliver them",
    causes=(
        Cause(
            "The service moved the partition to another machine, and this link was left behind.",
            ("Nothing where reading went on. Otherwise run the command again: it makes new connections.",),
            confirm="A new link brings what was missing.",
        ),
        Cause(
            "A gateway on the way holds back what the service sends.",
            (
                "Go another way: `--transport amqp_ws`, or `--transport amqp` where a proxy is used.",
                "Try from another network, such as Cloud Shell.",
            ),
            confirm="From another network the same partition brings its messages.",
        ),
    ),
    meaning="The service says that the partition holds newer messages than came over the link, which is open and has "
    "credit.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.MICROSOFT, Fixer.NETWORK),
)

NOT_AN_EVENT_HUB = _AREA.entry(
    code="not-an-event-hub",
    title="The server that answers is not an Event Hub",
    causes=(
        Cause(
            "The connection string names a host that is no IoT Hub or Event Hubs namespace, or a gateway in "
            "between answers for it.",
            ("Compare the host in the evidence with the one in the portal.",),
            confirm="`az iot hub show -n HUB --query properties.eventHubEndpoints.events.endpoint` names another host.",
        ),
        Cause(
            "The service says something that this tool does not understand.",
            ("Read with `--reader sdk`, which goes through Microsoft's azure-eventhub.",),
            confirm="The evidence shows the answer, and the host is the right one.",
            only_if="reader-is-own",
        ),
    ),
    meaning="TLS worked and the name was right, but the server did not answer with AMQP as Event Hubs speaks it.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
)

LINK_REFUSED = _AREA.entry(
    code="link-refused",
    title="The service closed the link or the session",
    causes=(
        Cause(
            "The condition in the evidence is the service's own word for it.",
            ("Try again; if it stays, quote the condition and the description to support.",),
            confirm="The evidence holds the condition and the description as the service sent them.",
        ),
    ),
    aliases=("amqp:internal-error",),
    links=("https://learn.microsoft.com/azure/event-hubs/event-hubs-messaging-exceptions",),
    meaning="The service ended a link with a condition for which this tool has no entry of its own.",
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

LINK_REDIRECTED = _AREA.entry(
    code="amqp-link-redirect",
    title="The service sends the reader to another host",
    meaning="A hub does not serve its events itself: it answers the link with the host of its Event Hub. A client "
    "has to follow there.",
    causes=(
        Cause(
            "The client reads events at the hub's own host name and does not follow.",
            ("Use the Event Hub-compatible string, or a client that follows redirects, as this tool does.",),
            confirm="The condition carries hostname, network-host and address.",
        ),
    ),
    aliases=("amqp:link:redirect",),
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.AMQP,),
)

FRAMING_ERROR = _AREA.entry(
    code="amqp-framing-error",
    title="One side sent bytes that are not AMQP",
    meaning="AMQP cuts its bytes into frames with a length each. Here length and content did not fit together, so the "
    "connection was ended.",
    causes=(
        Cause(
            "A proxy or gateway in between changes or adds bytes.",
            ("Go past it, or over WebSocket on port 443.",),
            confirm="From another network the same client works.",
        ),
        Cause(
            "The client speaks another protocol, or plain AMQP where TLS is wanted.",
            ("Use port 5671 with TLS, or an SDK.",),
            confirm="The first bytes that the client sends are not those of a TLS handshake.",
        ),
    ),
    aliases=("amqp:connection:framing-error", "amqp:decode-error"),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support",),
    fixers=(Fixer.NETWORK, Fixer.SERVICE_DEVELOPER),
    places=(Place.AMQP,),
)

IDLE_TIMEOUT = _AREA.entry(
    code="amqp-idle-timeout",
    title="One side of a connection was silent for too long",
    meaning="Both ends agree on how long silence may last; empty frames keep it from being reached. This one was.",
    causes=(
        Cause(
            "The program was busy or suspended, and the client could not send its empty frames.",
            ("Leave the client's own thread or loop free, and do long work elsewhere.",),
            confirm="The program's log has a gap as long as the limit.",
        ),
        Cause(
            "The network broke, and neither side noticed until the limit.",
            ("Let the client connect again; nothing has to be changed if it is rare.",),
            confirm="It comes with outages of the line.",
        ),
    ),
    aliases=("amqp:connection:idle-timeout", "Idle timeout"),
    links=("https://learn.microsoft.com/azure/event-hubs/event-hubs-amqp-troubleshoot",),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.AMQP,),
)

TRANSFER_LIMIT_EXCEEDED = _AREA.entry(
    code="amqp-transfer-limit",
    title="More was sent than the receiver had asked for",
    meaning="In AMQP a receiver gives credit, and a sender may send no more than that.",
    causes=(
        Cause(
            "The sender's library does not count credit.",
            ("Use an AMQP library that waits for credit, and report the fault to the makers of this one.",),
            confirm="The frame log shows more transfers than link-credit since the last flow.",
        ),
    ),
    aliases=("amqp:link:transfer-limit-exceeded", "amqp:session:window-violation"),
    links=("https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide",),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
    places=(Place.AMQP,),
)

RESOURCE_DELETED = _AREA.entry(
    code="amqp-resource-deleted",
    title="The target of the link was deleted",
    meaning="The link was open, and then the entity behind it, such as a consumer group or an Event Hub, was removed.",
    causes=(
        Cause(
            "A person or a program deleted the consumer group or entity while it was read.",
            ("Create it again, or read with another consumer group.",),
            confirm="`az iot hub consumer-group list --hub-name HUB` does not show it any more.",
        ),
    ),
    aliases=("amqp:resource-deleted",),
    fixers=(Fixer.OWNER,),
    places=(Place.AMQP,),
)

RESOURCE_LOCKED = _AREA.entry(
    code="amqp-resource-locked",
    title="Another peer has exclusive access to the link's target",
    meaning="Another connection holds an exclusive lock, so this connection cannot be served.",
    causes=(
        Cause(
            "An earlier connection of the same program has not been given up by the service yet.",
            ("Wait a minute before connecting again, and close links before ending the program.",),
            confirm="The fault ends by itself some minutes after the other connection ended.",
        ),
    ),
    aliases=("amqp:resource-locked",),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.AMQP,),
)

PROTOCOL_VIOLATED = _AREA.entry(
    code="amqp-protocol-violated",
    title="One side broke a rule of AMQP",
    meaning="Frames came in an order, with a handle, a field or a size that the standard does not allow at that point.",
    causes=(
        Cause(
            "A fault in an AMQP library, mostly around reconnecting.",
            ("Update the SDK or library; if it stays, give its makers a log with frames.",),
            confirm="The frame log shows a transfer or attach after the detach or end of the same handle.",
        ),
    ),
    aliases=(
        "amqp:illegal-state",
        "amqp:invalid-field",
        "amqp:frame-size-too-small",
        "amqp:session:errant-link",
        "amqp:session:handle-in-use",
        "amqp:session:unattached-handle",
    ),
    links=("https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide",),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.AMQP,),
)
