"""Codes about a hub's REST API and what it says of a device."""

from azext_iotdiag.model.finding import Cause, Entry

_QUERIES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language"
_RIGHTS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_STATES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry#device-heartbeat"
_SHOW = "Look with `az iot hub device-identity show -n HUB -d DEVICE`."
_ELSEWHERE = "Compare the host name in the device's connection string, or the hub that DPS assigned, with this hub's."
_LOG = "Turn on the hub's diagnostic logs of connections: they hold the reason of each refusal."

REGISTRY_REFUSED = Entry(
    code="registry-refused",
    title="The hub does not let this credential look at its devices",
    causes=(
        Cause(
            "The policy lacks the right RegistryRead, which queries need; the policy `service` has only "
            "ServiceConnect.",
            (
                "Use the policy `iothubowner`, or make one with both rights: "
                "`az iot hub policy create --hub-name HUB -n diag --permissions RegistryRead ServiceConnect`.",
            ),
        ),
        Cause(
            "The key is not, or no longer, the key of this policy.",
            ("Read the string again with `az iot hub connection-string show -n HUB --policy-name iothubowner`.",),
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out of the hub's own API; messages may still "
            "be readable, because the built-in endpoint has rules of its own.",
            (
                "Look with `az iot hub show -n HUB --query "
                '"properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
        ),
    ),
    links=(_RIGHTS,),
)

QUERY_REFUSED = Entry(
    code="query-refused",
    title="The hub does not understand the query",
    causes=(
        Cause(
            "The query has a mistake.",
            (
                "A query reads like `SELECT * FROM devices WHERE tags.site = 'north'`.",
                "Names of tags and properties are case-sensitive; those with special characters stand in [[ ]].",
                "Try it with `az iot hub query -n HUB -q QUERY`.",
            ),
        ),
    ),
    links=(_QUERIES,),
)

QUERY_WITHOUT_IDS = Entry(
    code="query-without-ids",
    title="The query does not say which devices it means",
    causes=(
        Cause(
            "It selects neither everything nor deviceId, so that its rows belong to no device.",
            ("Write `SELECT *` or `SELECT deviceId`.",),
        ),
    ),
    links=(_QUERIES,),
)

QUERY_PICKS_NOBODY = Entry(
    code="query-picks-nobody",
    title="No device fits the query",
    causes=(
        Cause(
            "No device has what the query asks for.",
            (
                "Names of tags and properties are case-sensitive: look at a twin with "
                "`az iot hub device-twin show -n HUB -d DEVICE`.",
            ),
        ),
        Cause(
            "A twin changed a moment ago, and queries do not see it yet; that may take minutes.",
            ("Ask again later.",),
        ),
    ),
    links=(_QUERIES,),
)

HUB_THROTTLES = Entry(
    code="hub-throttles",
    title="The hub answers too many requests with 429",
    causes=(
        Cause(
            "Together all callers ask more than the hub's units allow: on S1 and S2, 20 queries and 100 look-ups of "
            "devices a minute and unit.",
            (
                "Ask again in a minute.",
                "Find who else asks: dashboards, deployments and scripts share the limit.",
            ),
        ),
    ),
    aliases=("429001", "ThrottlingException", "IotHubThrottled"),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling",),
)

NOT_A_HUB = Entry(
    code="not-a-hub",
    title="What answers is not the REST API of an IoT hub",
    causes=(
        Cause(
            "A proxy or gateway answers in the hub's place.",
            ("Look at what it said, and ask whoever runs the network.",),
        ),
    ),
)

DEVICE_UNKNOWN = Entry(
    code="device-unknown",
    title="This hub knows no device of this id",
    causes=(
        Cause("The device is one of another hub, and sends there.", (_ELSEWHERE,)),
        Cause(
            "The id is mistyped; case counts.",
            ("List the ids with `az iot hub device-identity list -n HUB --query [].deviceId`.",),
        ),
        Cause(
            "The device was deleted, or never registered.",
            ("Register it: `az iot hub device-identity create -n HUB -d DEVICE`, or through DPS.",),
        ),
    ),
    aliases=("404001", "DeviceNotFound"),
)

DEVICE_DISABLED = Entry(
    code="device-disabled",
    title="The device is disabled at the hub, which refuses its connections",
    causes=(
        Cause(
            "Somebody disabled it, by hand or through a script; the reason may stand beside its status.",
            ("Enable it: `az iot hub device-identity update -n HUB -d DEVICE --set status=enabled`.",),
        ),
    ),
    aliases=("403012", "DeviceDisabled"),
)

DEVICE_NEVER_SEEN = Entry(
    code="device-never-seen",
    title="The hub has never seen this device connected",
    causes=(
        Cause(
            "It is not switched on, or does not reach the hub: network, name, clock.",
            ("Look at the device's own log.",),
        ),
        Cause("It is refused: a wrong key or certificate, an expired token.", (_LOG,)),
        Cause("It connects to another hub.", (_ELSEWHERE,)),
        Cause(
            "It sends over HTTPS alone, of which the hub keeps no record here.",
            ("Nothing: in this case this finding means nothing.",),
        ),
    ),
    links=(_STATES,),
)

DEVICE_DISCONNECTED = Entry(
    code="device-disconnected",
    title="The device is not connected to the hub",
    causes=(
        Cause("It is switched off or has lost its network.", ("Look at the device, and at its network.",)),
        Cause("It cannot come back: a wrong key or certificate, an expired token.", (_LOG,)),
        Cause(
            "It connects only when it has something to send, or the hub shows an old state: that may be five minutes "
            "late.",
            ("Watch for longer than its interval of sending.",),
        ),
    ),
    links=(_STATES,),
)

DEVICE_CONNECTED_AND_SILENT = Entry(
    code="device-connected-and-silent",
    title="The device is connected, and its messages do not come",
    causes=(
        Cause("It sends seldom, or only when something changes.", ("Watch for longer, or read back with `--since`.",)),
        Cause(
            "It uses its connection for other things: properties, methods, messages from the cloud.",
            ("Look at when its twin changed last: `az iot hub device-twin show -n HUB -d DEVICE`.",),
        ),
        Cause(
            "A route takes its messages elsewhere.",
            ("Look with `az iot hub message-route list --hub-name HUB`.",),
        ),
        Cause("The hub shows an old state: that may be five minutes late.", (_SHOW,)),
    ),
    links=(_STATES,),
)

PROPERTIES_UNCHANGED = Entry(
    code="properties-unchanged",
    title="The properties of the device did not change, or less often than was asked for",
    causes=(
        Cause(
            "The device reports nothing in this time: it is off, not connected, or has nothing new to report.",
            (
                "Look whether it is connected: `az iot hub device-identity show -n HUB -d DEVICE`.",
                "Set a desired property; a device that runs answers with a reported one.",
            ),
        ),
        Cause(
            "The device sends the value as telemetry, and not as a reported property.",
            ("Look at its messages with `az iot diag monitor events --device-id DEVICE`.",),
        ),
    ),
)
