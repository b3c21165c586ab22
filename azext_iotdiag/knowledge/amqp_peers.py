"""Codes of AMQP between any two peers: frames, silence, credit, redirects."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_BUILT_IN = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin"

LINK_REDIRECTED = Entry(
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
    links=(_BUILT_IN,),
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.AMQP,),
)

FRAMING_ERROR = Entry(
    code="amqp-framing-error",
    title="One side sent bytes that are no AMQP",
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

IDLE_TIMEOUT = Entry(
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
            "The network broke and nobody noticed until the limit.",
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

TRANSFER_LIMIT_EXCEEDED = Entry(
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

RESOURCE_DELETED = Entry(
    code="amqp-resource-deleted",
    title="What the link is for was deleted",
    meaning="The link was open, and then the entity behind it, such as a consumer group or an Event Hub, was removed.",
    causes=(
        Cause(
            "Somebody deleted the consumer group or entity while it was read.",
            ("Create it again, or read with another consumer group.",),
            confirm="`az iot hub consumer-group list --hub-name HUB` does not show it any more.",
        ),
    ),
    aliases=("amqp:resource-deleted",),
    links=(_BUILT_IN,),
    fixers=(Fixer.OWNER,),
    places=(Place.AMQP,),
)

RESOURCE_LOCKED = Entry(
    code="amqp-resource-locked",
    title="Another peer has what the link asks for to itself",
    meaning="An exclusive lock is held by another connection, so that this one cannot be served.",
    causes=(
        Cause(
            "An earlier connection of the same program has not been given up by the service yet.",
            ("Wait a minute before connecting again, and close links before ending the program.",),
            confirm="It passes by itself some minutes after the other connection ended.",
        ),
    ),
    aliases=("amqp:resource-locked",),
    links=(_BUILT_IN,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.AMQP,),
)

PROTOCOL_VIOLATED = Entry(
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
