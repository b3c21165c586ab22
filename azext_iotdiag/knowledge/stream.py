"""Codes about what comes out of a stream, and what does not."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_ROUTE = Cause(
    "A route takes the messages to another endpoint. Once a hub has a custom route, messages that it matches no longer "
    "come to the built-in endpoint.",
    ("Look with `az iot hub message-route list --hub-name HUB` (needs the azure-iot extension).",),
    confirm="The list shows a route whose condition fits the messages.",
    only_if="hub-took-messages",
    proven_by="built-in-got-none",
)
_OTHER_HUB = Cause(
    "The devices send to another hub.",
    ("Compare the host name in the device's connection string with this hub's.",),
    confirm="The two host names differ.",
)
_NO_DEVICE_SENDS = Cause(
    "No device sent anything in this time.",
    ("Let the device send, or read back in time with `--since 1h`.",),
    confirm="`az iot diag monitor events --login @hub.txt --since 1d` shows when it last sent.",
    proven_by="hub-was-sent-nothing",
)

_AREA = Area(
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin",),
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)

NOTHING_CAME = _AREA.entry(
    code="nothing-came",
    title="Every partition was open, and no message came",
    causes=(_NO_DEVICE_SENDS, _OTHER_HUB, _ROUTE),
    meaning="The reader was connected to every partition for the whole time, so it would have seen a message had one "
    "come.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

STREAM_EMPTY = _AREA.entry(
    code="stream-empty",
    title="This stream has never held a message",
    causes=(
        Cause(
            "No device has sent anything to this hub yet.",
            ("Let a device send; `az iot diag device list --login @hub.txt` shows which there are.",),
            confirm="The hub was made a short time ago, or its metric of telemetry messages is 0 throughout.",
        ),
        _OTHER_HUB,
        _ROUTE,
    ),
    meaning="The service keeps the number of each partition's last message, and here no partition has ever had one.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

NOTHING_SINCE = _AREA.entry(
    code="nothing-since",
    title="No message is newer than `--since`",
    causes=(
        Cause(
            "No device has sent anything since then. All messages are older.",
            ("Read from further back: a hub keeps messages for one to seven days.",),
            confirm="The newest message in the evidence is as old as the devices' silence.",
        ),
        Cause(
            "Since then a route takes the messages elsewhere.",
            ("Look with `az iot hub message-route list --hub-name HUB` (needs the azure-iot extension).",),
            confirm="A route was added at about the time of the newest message.",
        ),
    ),
    meaning="The newest message of every partition is older than the time from which reading was to begin.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

NO_DEVICE_NAMED = _AREA.entry(
    code="no-device-named",
    title="The messages name no device: a device filter hides all",
    causes=(
        Cause(
            "This Event Hub is not an IoT hub's own endpoint. A route or a program that sends there need not say which "
            "device a message is from.",
            (
                "Run again without `--device-id`; `--properties all` shows what is known of each message.",
                "Read the hub's own endpoint: `az iot diag monitor events --hub-name HUB`.",
            ),
            confirm="The connection string names a namespace of your own.",
        ),
    ),
    meaning="IoT Hub writes the id of the device into every message at its own endpoint. The messages read here lack "
    "it.",
    retry=Retry.NEVER,
)

DEVICE_SILENT = _AREA.entry(
    code="device-silent",
    title="Other devices send, and this device does not",
    causes=(
        Cause(
            "It has not sent anything in this time.",
            ("Wait longer, or read from further back with `--since`.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows that the hub last heard of "
            "it before that time.",
        ),
        Cause(
            "This hub does not know it: it sends to another hub, or its id is mistyped.",
            (
                "Compare the host name in the device's connection string with this hub's.",
                "Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",
            ),
            check="device-known",
        ),
        Cause(
            "It is disabled.",
            ("Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            check="device-enabled",
        ),
        Cause(
            "A route takes its messages to another endpoint, and not the messages of the others.",
            ("Look with `az iot hub message-route list --hub-name HUB` (needs the azure-iot extension).",),
            confirm="A condition of a route fits this device and not the others.",
        ),
    ),
    meaning="Messages of other devices came on the same partitions in the same time, so reading itself works.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

DEVICE_ID_DIFFERS = _AREA.entry(
    code="device-id-differs",
    title="A device with a similar id sends",
    causes=(
        Cause(
            "The id is mistyped; case counts, and * and ? are the only wildcards.",
            ("Run again with the id that was seen.",),
            confirm="The evidence shows both ids side by side.",
        ),
    ),
    meaning="Ids are compared letter by letter, with case. The id of a device that sends is almost the id that was "
    "asked for.",
    retry=Retry.NEVER,
    links=(),
)

HIDDEN_BY_FILTER = _AREA.entry(
    code="hidden-by-filter",
    title="Messages came, and the filters hid all of them",
    causes=(
        Cause(
            "The filters ask for what these messages do not have.",
            ("Leave out the filter that hid most messages, and look at what they hold.",),
            confirm="Without the filters messages are shown.",
        ),
    ),
    meaning="Filters hide messages after they came. Each filter says how many messages it hid.",
    retry=Retry.NEVER,
    links=(),
)

FEWER_THAN_ASKED = _AREA.entry(
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
    links=(),
)

ENDED_TOO_EARLY = _AREA.entry(
    code="ended-too-early",
    title="The time was up before every partition was open",
    causes=(
        Cause(
            "Connecting takes longer than the time allowed.",
            ("Raise `--duration` or `--timeout`: connecting may take some seconds.",),
            confirm="With a longer time every partition opens.",
        ),
    ),
    meaning="Reading ended while connections were still being made. So nothing is known of the partitions that were "
    "not open yet.",
    retry=Retry.LATER,
    links=(),
)

SHARE_SILENT = _AREA.entry(
    code="share-silent",
    title="Nothing came in this share of the partitions",
    causes=(
        Cause(
            "The messages lie in partitions of another share.",
            (
                "Look at what the copies with the other shares found.",
                "Or read all partitions: leave out `--share`.",
            ),
            confirm="Another copy, or one without `--share`, shows the messages.",
        ),
    ),
    meaning="All messages of a device go to one partition. A copy with `--share` reads some of the partitions, so its "
    "silence says nothing about a device, nor about the stream.",
    retry=Retry.LATER,
    links=(),
)

HEARTBEAT_MISSED = _AREA.entry(
    code="heartbeat-missed",
    title="Devices sent nothing for longer than they should",
    causes=(
        Cause(
            "The device is off, hangs, or has lost its connection.",
            (
                "Look at the device itself: its power, its network, its own log.",
                "See which of the devices share a site, a network or a firmware. Suspect first what they share.",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says that it is not connected.",
        ),
        Cause(
            "The device is connected and sends more seldom than `--expect-every` says.",
            (
                "Allow a little more than its period. A message that is due every 5 minutes is sometimes 5 minutes and "
                "a second late.",
            ),
            confirm="The device comes back within a little more than the interval.",
        ),
        Cause(
            "The device sends, but not what the filters let through.",
            ("Run again without `--module-id`, `--component` and `--interface`.",),
            confirm="Without filters its messages are shown.",
            only_if="filters-hid-messages",
        ),
        Cause(
            "A route takes its messages elsewhere.",
            ("Look with `az iot hub message-route list --hub-name HUB` (needs the azure-iot extension).",),
            confirm="A condition of a route fits the device's messages.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/monitor-device-connection-state",),
    meaning="A device that should send at intervals sent nothing for longer, by the hub's clock. Other devices, or the "
    "progress of the partition, show that the reader missed nothing.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

DEVICE_QUIET = _AREA.entry(
    code="device-quiet",
    title="The newest messages are not of the device",
    meaning="The hub's newest messages were read, and none is of the device. A silence is no fault by itself: a device "
    "may send once a day. Its rhythm is not known here.",
    causes=(
        Cause(
            "The device sends more seldom than the time that was looked at.",
            (
                "Say how often the device sends: `az iot diag monitor events --login @hub.txt --device-id DEVICE "
                "--expect-every 1d`.",
            ),
            confirm="An older message of it is there: `az iot diag monitor events --login @hub.txt --device-id DEVICE "
            "--since 7d`.",
        ),
        Cause(
            "The device has stopped to send, or its messages go elsewhere.",
            ("Look at the links before this one.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows when the hub last heard of "
            "the device.",
        ),
    ),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

RHYTHM_BROKEN = _AREA.entry(
    code="rhythm-broken",
    title="The device has sent at shorter intervals than now",
    meaning="The device sent at least five messages in the time that was looked at. The silence since the last one is "
    "more than three times as long as any silence before.",
    causes=(
        Cause(
            "The device has lost its connection, its power, or its clock.",
            ("Look at the device, and at its log since the last message.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows it as not connected.",
        ),
        Cause(
            "The device sends by events, and none has happened.",
            ("Let the device send a message by hand.",),
            confirm="A message that is sent by hand arrives.",
        ),
    ),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

CONSUMER_GROUP_MISSING = _AREA.entry(
    code="consumer-group-missing",
    title="The hub has no such consumer group",
    meaning="A reader names a consumer group of the built-in endpoint. Without it the reader cannot attach, while the "
    "messages wait at the endpoint.",
    causes=(
        Cause(
            "The hub failed over to its other region, and its consumer groups did not move with it.",
            (
                "Make it again: `az iot hub consumer-group create --hub-name HUB --name GROUP`.",
                "Give the reader the new address of the built-in endpoint, too, and restart it.",
            ),
            confirm="`az iot hub show -n HUB --query properties.locations` names another primary region than before.",
        ),
        Cause(
            "The consumer group was deleted, or never made.",
            ("Make it: `az iot hub consumer-group create --hub-name HUB --name GROUP`.",),
            confirm="The activity log of the hub has a delete of a consumer group, or no create.",
        ),
        Cause(
            "The reader's settings name a group of another hub, or misspell it.",
            ("Compare the name in the reader's settings with the names that the finding lists.",),
            confirm="The finding lists a name that is nearly the same.",
        ),
    ),
    fixers=(Fixer.OWNER, Fixer.SERVICE_DEVELOPER),
)

NO_SIGN_CAME = _AREA.entry(
    code="no-sign-came",
    title="The device was waited for, and did not come",
    meaning="You asked to wait for the device. In that time no message of it was enqueued, and the hub heard nothing "
    "of it. The state that a hub shows may be five minutes late.",
    causes=(
        Cause(
            "The device is off, or does not reach the hub.",
            ("Look at the device's own log, and give it to `az iot diag check --device-log FILE`.",),
            confirm="The device's log shows what it tries.",
        ),
        Cause(
            "The device sends less often.",
            ("Wait for longer than the time between two of its messages.",),
            confirm="The device's program says how often it sends.",
        ),
    ),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)
