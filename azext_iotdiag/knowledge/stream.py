"""Codes about what comes out of a stream, and what does not."""

from azext_iotdiag.model.finding import Cause, Entry

NOTHING_CAME = Entry(
    code="nothing-came",
    title="Every partition was open, and no message came",
    causes=(
        Cause(
            "No device sent anything in this time.", ("Let the device send, or read back in time with `--since 1h`.",)
        ),
        Cause(
            "The devices send to another hub.",
            ("Compare the host name in the device's connection string with this hub's.",),
        ),
        Cause(
            "A route takes the messages elsewhere: once a hub has a custom route, what it matches no longer "
            "comes to the built-in endpoint.",
            ("Look with `az iot hub message-route list --hub-name HUB`.",),
        ),
        Cause("The filter hides what came.", ("Run again without `--device-id`; device ids are case-sensitive.",)),
    ),
)

FEWER_THAN_ASKED = Entry(
    code="fewer-than-asked",
    title="Fewer messages came than were asked for",
    causes=(
        Cause(
            "The devices send more seldom than the time allowed.",
            ("Raise `--timeout` or `--duration`, or lower `--max-messages`.",),
        ),
    ),
)

ENDED_TOO_EARLY = Entry(
    code="ended-too-early",
    title="The time was up before every partition was open",
    causes=(
        Cause(
            "Connecting takes longer than the time allowed.",
            ("Raise `--duration` or `--timeout`: connecting may take some seconds.",),
        ),
    ),
)

HEARTBEAT_MISSED = Entry(
    code="heartbeat-missed",
    title="Devices sent nothing for longer than they should",
    causes=(
        Cause(
            "The device is off, hangs, or has lost its connection.",
            (
                "See whether it is there at all: its power, its network, its own log.",
                "See which of the devices share a site, a network or a firmware: what they share is suspected first.",
            ),
        ),
        Cause(
            "The device is connected and sends more seldom than `--expect-every` says.",
            (
                "Allow it a little more than its period: what it sends every 5 minutes is sometimes 5 minutes and a "
                "second late.",
            ),
        ),
        Cause(
            "The device sends, but not what the filters let through, or a route takes its messages elsewhere.",
            (
                "Run again without `--module-id`, `--component` and `--interface`.",
                "Look with `az iot hub message-route list --hub-name HUB`.",
            ),
        ),
    ),
)
