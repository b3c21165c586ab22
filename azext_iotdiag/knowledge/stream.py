"""Codes about what comes out of a stream, and what does not."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

NOTHING_CAME = Entry(
    code="nothing-came",
    title="Every partition was open, and no message came",
    causes=(
        Cause(
            "No device sent anything in this time.",
            ("Let the device send, or read back in time with `--since 1h`.",),
            confirm="`az iot diag monitor events --login @hub.txt --since 1d` shows when it last sent.",
        ),
        Cause(
            "The devices send to another hub.",
            ("Compare the host name in the device's connection string with this hub's.",),
            confirm="The two host names differ.",
        ),
        Cause(
            "A route takes the messages elsewhere: once a hub has a custom route, what it matches no longer "
            "comes to the built-in endpoint.",
            ("Look with `az iot hub message-route list --hub-name HUB`.",),
            confirm="The list shows a route whose condition fits the messages.",
        ),
        Cause(
            "The filter hides what came.",
            ("Run again without `--device-id`; device ids are case-sensitive.",),
            confirm="Without the filter messages come.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin",),
    meaning="The reader was connected to every partition for the whole time, so it would have seen a message had one "
    "come.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL,),
)

FEWER_THAN_ASKED = Entry(
    code="fewer-than-asked",
    title="Fewer messages came than were asked for",
    causes=(
        Cause(
            "The devices send more seldom than the time allowed.",
            ("Raise `--timeout` or `--duration`, or lower `--max-messages`.",),
            confirm="The times of the messages that came show how often they are sent.",
        ),
    ),
    meaning="Messages came, but not as many as `--max-messages` before the time was up.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)

ENDED_TOO_EARLY = Entry(
    code="ended-too-early",
    title="The time was up before every partition was open",
    causes=(
        Cause(
            "Connecting takes longer than the time allowed.",
            ("Raise `--duration` or `--timeout`: connecting may take some seconds.",),
            confirm="With a longer time every partition opens.",
        ),
    ),
    meaning="Reading ended while connections were still being made, so that nothing can be said of the partitions "
    "that were not open yet.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)
