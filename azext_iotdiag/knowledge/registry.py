"""Codes about a hub's REST API: who may read and change its devices, and what it says of one."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_QUERIES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language"
_RIGHTS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_STATES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry#device-heartbeat"
_SHOW = "Look with `az iot diag device show --login @hub.txt --device-id DEVICE`."
_ELSEWHERE = "Compare the host name in the device's connection string, or the hub that DPS assigned, with this hub's."
_LOG = "Turn on the hub's diagnostic logs of connections: they hold the reason of each refusal."

_KEY_IS_OLD = Cause(
    "The key is not, or no longer, the key of this policy.",
    ("Name the hub with `--hub-name HUB` in place of `--login`: the present key is then read through az's login.",),
    confirm="A string read just now works.",
    only_if="asked-with-given-key",
)
_KEPT_OUT = Cause(
    "An IP rule or switched-off public access keeps this machine out of the hub's own API. Messages may still be "
    "readable, because the built-in endpoint has rules of its own.",
    ('Look with `az iot hub show -n HUB --query "properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',),
    confirm="The look-up succeeds from an address that is allowed.",
    only_if="hub-restricts-addresses",
    proven_by="asked-from-outside",
)
_ADDRESS_KEPT_OUT = Cause(
    "The hub's network rules keep the device's address out.",
    (
        "Compare them with the device's public address: `az iot hub show -n HUB --query \"properties."
        '[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
        "A device behind a private endpoint must resolve the hub's name to the private address.",
    ),
    confirm="The same device connects from an address that the rules let in.",
    only_if="hub-restricts-addresses",
)
_KEY_IS_OLD_TO_WRITE = Cause(
    "The key is not, or no longer, the key of this policy.",
    ("Give `--hub-name HUB` in place of `--login`. A key that is good now is then read with az's login.",),
    confirm="A string read just now works.",
    only_if="asked-with-given-key",
)
_KEPT_FROM_WRITING = Cause(
    "An IP rule or switched-off public access keeps this machine out of the hub's own API.",
    ("Look at the rules: `az iot hub show -n HUB --query properties.networkRuleSets`.",),
    confirm="The same command succeeds from an address that is allowed.",
    proven_by="asked-from-outside",
)
_LOGIN_WITHOUT_ROLE = Cause(
    "Your az login has no role at the hub that allows it to see devices. Owner and Contributor do not.",
    (
        "Give it the role IoT Hub Data Reader, and wait some minutes: `az role assignment create "
        '--role "IoT Hub Data Reader" --assignee OBJECT_ID --scope HUB_ID`.',
        "Or leave out `--auth-type login`: a key is then used if the login may list keys.",
    ),
    confirm="`az role assignment list --assignee OBJECT_ID --scope HUB_ID --include-inherited` shows no such role.",
    only_if="asked-with-login",
)

_AREA = Area(places=(Place.TOOL, Place.HTTP))

REGISTRY_REFUSED = _AREA.entry(
    code="registry-refused",
    title="This credential is not allowed to read the hub's devices",
    causes=(
        Cause(
            "The policy lacks the right RegistryRead, which queries need; the policy `service` has only "
            "ServiceConnect.",
            (
                "Use the policy `iothubowner`, or make one with both rights: `az iot hub policy create "
                "--hub-name HUB -n diag --permissions RegistryRead ServiceConnect --output none`.",
                "Where no messages are read, the policy `registryRead` is enough.",
            ),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "policy without RegistryRead.",
            only_if="asked-with-key",
        ),
        _KEY_IS_OLD,
        _LOGIN_WITHOUT_ROLE,
        _KEPT_OUT,
    ),
    links=(_RIGHTS,),
    meaning="Looking at devices needs other rights than reading messages. The hub answered 401 or 403 to the look-up.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)

QUERY_REFUSED = _AREA.entry(
    code="query-refused",
    title="The hub does not understand the query",
    causes=(
        Cause(
            "The query has a mistake.",
            (
                "A query reads like `SELECT * FROM devices WHERE tags.site = 'north'`.",
                "Names of tags and properties are case-sensitive; those with special characters stand in [[ ]].",
                "Try it with `az iot hub query -n HUB -q QUERY` (needs the azure-iot extension).",
            ),
            confirm="The hub's own message in the evidence names the place.",
        ),
    ),
    links=(_QUERIES,),
    meaning="The hub parses a query before it runs it. It answered 400 with the place that it did not understand.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER,),
)

QUERY_WITHOUT_IDS = _AREA.entry(
    code="query-without-ids",
    title="The query does not say which devices it means",
    causes=(
        Cause(
            "It selects neither everything nor deviceId, so that its rows belong to no device.",
            ("Write `SELECT *` or `SELECT deviceId`.",),
            confirm="The part behind SELECT holds neither a star nor deviceId.",
        ),
    ),
    links=(_QUERIES,),
    meaning="To show the messages of the devices that a query picks, their ids must be among what it selects.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)

QUERY_PICKS_NOBODY = _AREA.entry(
    code="query-picks-nobody",
    title="No device fits the query",
    causes=(
        Cause(
            "No device has what the query asks for.",
            (
                "Names of tags and properties are case-sensitive: look at a twin with `az iot hub device-twin "
                "show -n HUB -d DEVICE` (needs the azure-iot extension).",
            ),
            confirm="With one condition less the query finds devices.",
        ),
        Cause(
            "A twin changed a moment ago, and queries do not see it yet; that may take minutes.",
            ("Ask again later.",),
            confirm="A twin that was read just now has what the query asks for.",
        ),
    ),
    links=(_QUERIES,),
    meaning="The hub ran the query, and its result is empty. So no message can come from a device of the query.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
    places=(Place.TOOL,),
)

HUB_THROTTLES = _AREA.entry(
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
            confirm="The hub's metrics or logs show look-ups of others in the same minute.",
        ),
    ),
    aliases=("IotHubThrottled",),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling",),
    meaning="The hub limits look-ups and queries by tier and units, and answered 429 even after waiting as it asked.",
    retry=Retry.BACK_OFF,
    fixers=(Fixer.OWNER, Fixer.CALLER),
)

NOT_A_HUB = _AREA.entry(
    code="not-a-hub",
    title="The server that answers is not an IoT hub",
    causes=(
        Cause(
            "A proxy or gateway answers in the hub's place.",
            ("Read the answer, and ask the network's administrator.",),
            confirm="The answer is HTML, or names a product of the network in its headers.",
        ),
    ),
    links=("https://learn.microsoft.com/rest/api/iothub/service",),
    meaning="The answer is no JSON as a hub writes it, or has a status that no hub gives.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.CALLER),
)

DEVICE_UNKNOWN = _AREA.entry(
    code="device-unknown",
    title="This hub knows no device of this id",
    causes=(
        Cause(
            "The device is one of another hub, and sends there.",
            (_ELSEWHERE,),
            confirm="The host name in its connection string is another hub's.",
        ),
        Cause(
            "The id is mistyped; case counts.",
            ("List the ids with `az iot diag device list --login @hub.txt`.",),
            confirm="The list shows an id that differs in a letter or in capitals.",
            proven_by="id-differs-in-case",
        ),
        Cause(
            "The device was deleted, or never registered.",
            ("Register it: `az iot diag device create --login @hub.txt --device-id DEVICE`, or through DPS.",),
            confirm="The hub's log of DeviceIdentityOperations has a delete, or no create, for it.",
            only_if="id-differs-otherwise",
        ),
    ),
    aliases=("Unknown to this hub",),
    links=(_STATES,),
    meaning="Each hub has a registry of its own, and this one answered that no device has exactly this id.",
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR,),
)

DEVICE_DISABLED = _AREA.entry(
    code="device-disabled",
    title="The device is disabled at the hub",
    causes=(
        Cause(
            "A person or a script disabled it; the reason may stand beside its status.",
            (
                "Enable it: `az iot hub device-identity update -n HUB -d DEVICE --set status=enabled --output "
                "none` (needs the azure-iot extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says why, where a reason was "
            "written down.",
        ),
    ),
    aliases=("hub:disabled",),
    links=(_STATES,),
    meaning="A disabled identity stays in the registry with its keys and twin, but cannot log in.",
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR,),
)

DEVICE_NEVER_SEEN = _AREA.entry(
    code="device-never-seen",
    title="The hub has never seen this device connected",
    causes=(
        Cause(
            "It is not switched on, or does not reach the hub: network, name, clock, trust store, version of TLS.",
            ("Look at the device's own log.",),
            confirm="The device's log shows no connection, or a connection that breaks off.",
        ),
        Cause(
            "The hub refuses the device: it holds another key, or its clock is wrong, so that its token has expired.",
            (_LOG,),
            confirm="The Connections log has errors for the device.",
            only_if="hub-has-keys",
        ),
        Cause(
            "The hub refuses the device: its certificate has expired or is another one, or it signs in with a key.",
            (_LOG,),
            confirm="The Connections log has errors for the device.",
            only_if="hub-wants-certificate",
        ),
        _ADDRESS_KEPT_OUT,
        Cause("It connects to another hub.", (_ELSEWHERE,), confirm="Its connection string names another hub."),
        Cause(
            "The device sends over HTTPS alone, and the hub keeps no record of that here.",
            ("Nothing: a device that sends over HTTPS alone is well, though the hub shows it so.",),
            confirm="Its messages arrive although the hub has never seen it.",
        ),
    ),
    links=(_STATES,),
    aliases=("Never connected", "0001-01-01T00:00:00Z"),
    meaning="The hub keeps the time of a device's last activity. For a device without any activity it shows "
    "0001-01-01.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

ASSIGNED_NEVER_SEEN = _AREA.entry(
    code="assigned-and-never-seen",
    title="The device was assigned to this hub, and never came",
    meaning="The device reached the provisioning service over the internet and proved itself there. So it was on, its "
    "clock was right, and the service assigned it to this hub. The hub has never heard of it.",
    causes=(
        Cause(
            "The network of the device lets provisioning through, and not the ports of the hub (8883 or 5671).",
            ("Test the hub's ports from the device's network: `az iot diag network test --script sh`.",),
            confirm="The device's log shows the registration, and then a connection to the hub that fails.",
        ),
        Cause(
            "The device does not use its assignment: it keeps the host name of another hub.",
            ("Let the device register again, and connect to the host that it is assigned.",),
            confirm="The device's log names another hub.",
        ),
        Cause(
            "The hub refuses the device: its key or certificate at the hub differs from the enrollment's.",
            (_LOG,),
            confirm="The Connections log has errors for the device.",
        ),
        Cause(
            "The device was switched off after it registered.",
            ("Look at the device.",),
            confirm="The device's log ends after the registration.",
        ),
    ),
    links=(_STATES,),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

ID_UNFIT_FOR_MQTT = _AREA.entry(
    code="id-unfit-for-mqtt",
    title="The id holds a character that MQTT topics do not allow",
    meaning="A hub takes ids with # and +. In MQTT these are wildcards, which no topic to publish to may hold. The "
    "topics of a device hold its id, so that a device with such an id cannot send over MQTT.",
    causes=(
        Cause(
            "The device uses MQTT.",
            (
                "Make an identity whose id holds only letters, digits, hyphens, dots and underscores: "
                "`az iot diag device create --login @hub.txt --device-id DEVICE`.",
                "Or let the device use AMQP or HTTPS.",
            ),
            confirm="The device's log shows a connection that ends at the first message or subscription.",
        ),
        Cause(
            "The device uses AMQP or HTTPS, and was not on yet.",
            ("Look at the device's own log.",),
            confirm="The device's log names AMQP or HTTPS.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry",),
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

IDENTITY_MADE_AGAIN = _AREA.entry(
    code="identity-made-again",
    title="The identity was made again after the device's last message",
    causes=(
        Cause(
            "The device still uses the key of its earlier identity. A new identity has new keys, unless they were set.",
            (
                "Give the device the present key: `az iot diag key test --login @hub.txt --connection-string "
                "@device.txt` compares its string.",
                "Let a device with provisioning register again.",
            ),
            confirm="The device's log shows 401, or the Connections log has errors for the device.",
        ),
        Cause(
            "The device was off since then.",
            ("Start the device.",),
            confirm="The device's log shows no attempt to connect.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry",),
    meaning="The hub gives each identity a generation id. A device that is deleted and made again under the same id "
    "has a new generation id. The last message is of an earlier generation. The hub has never heard of the present "
    "one.",
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

DEVICE_DISCONNECTED = _AREA.entry(
    code="device-disconnected",
    title="The device is not connected to the hub",
    causes=(
        Cause(
            "The device sent what it had to send, and left. Many devices connect only to send.",
            ("Watch for longer than its interval of sending, or read back with `--since`.",),
            confirm="It is connected when you look again after its interval.",
        ),
        Cause(
            "It is switched off or has lost its network.",
            ("Look at the device, and at its network.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` tells since when.",
        ),
        Cause(
            "It cannot come back: a wrong key or certificate, an expired token.",
            (_LOG,),
            confirm="The Connections log has errors after its last disconnect.",
        ),
        _ADDRESS_KEPT_OUT,
        Cause(
            "The hub shows an old state: that may be five minutes late.",
            ("Look again in five minutes.",),
            confirm="Then the state is another one.",
        ),
    ),
    links=(_STATES,),
    aliases=("Disconnected", "hub:disconnected"),
    meaning="The hub has no session of the device over MQTT or AMQP at this time; its knowledge may be five minutes "
    "old.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

DEVICE_IN_SEVERAL_PLACES = _AREA.entry(
    code="device-in-several-places",
    title="Several services know a device of this id",
    causes=(
        Cause(
            "The id was used twice, for example on a hub for tests and on another one.",
            ("Name the hub that the device is meant to use: `az iot diag check --hub-name HUB --device-id DEVICE`.",),
            confirm="The host name in the device's connection string, or the hub that DPS assigned, names one of them.",
        ),
        Cause(
            "The device was moved, and its old identity was left.",
            ("Compare the last activity on each: `az iot diag device show --hub-name HUB --device-id DEVICE`.",),
            confirm="Only one of them heard of the device lately.",
        ),
    ),
    links=(_STATES,),
    meaning="Ids are unique on one hub only. The device alone knows to which of the places it connects.",
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
    undecidable=True,
)

DEVICE_NOWHERE = _AREA.entry(
    code="device-nowhere",
    title="No service that your login sees knows the device",
    causes=(
        Cause(
            "The id is written differently. Ids are case-sensitive.",
            ("List the ids of a hub: `az iot diag device list --hub-name HUB`.",),
            confirm="The list holds an id that differs in case or punctuation.",
        ),
        Cause(
            "The device belongs to a subscription or a tenant that your login does not see.",
            ("List what your login sees: `az account list --output table`.",
             "Log in to the other tenant: `az login --tenant TENANT`."),
            confirm="The owner of the device names another subscription.",
        ),
        Cause(
            "The identity was deleted, or the device was never enrolled.",
            ("Make the identity again, or enroll the device.",
             "Who deleted it stands in the hub's log DeviceIdentityOperations, where that is on."),
            confirm="No list of any hub holds the id.",
        ),
        Cause(
            "The hub was made in the last minutes, and the list of services does not hold it yet.",
            ("Name the hub: `az iot diag check --hub-name HUB --device-id DEVICE`.",),
            confirm="The command with the name of the hub finds the device.",
        ),
    ),
    links=(_STATES,),
    meaning="Every hub and every application that your login sees answered that it does not know this id.",
    fixers=(Fixer.CALLER, Fixer.OPERATOR),
)  # fmt: skip

SEARCH_INCOMPLETE = _AREA.entry(
    code="device-search-incomplete",
    title="The search for the device could not ask every service",
    causes=(
        Cause(
            "Your login has no data role on some hubs. A role such as Owner or Reader does not show devices.",
            ("Ask an administrator for the role IoT Hub Data Reader: `az role assignment create --role \"IoT Hub Data "
             "Reader\" --assignee OBJECT_ID --scope SUBSCRIPTION_ID`.",
             "Or look with keys, if you may list them: `az iot diag check --device-id DEVICE --auth-type key`."),
            confirm="The lines of the services that were not asked say that they refuse.",
        ),
        Cause(
            "A firewall, a private endpoint or an address rule keeps this machine out.",
            ("Run the command from a network that reaches the services.",),
            confirm="The lines say that a service is silent, or cannot be reached.",
        ),
        Cause(
            "Your login sees no hub, provisioning service or application at all.",
            ("List what your login sees: `az account list --output table`.",),
            confirm="The number of services is 0.",
        ),
    ),
    links=(_RIGHTS,),
    meaning="None of the services that answered knows the device. The others may.",
    fixers=(Fixer.CALLER, Fixer.OWNER),
)  # fmt: skip

GROUP_QUIET = _AREA.entry(
    code="group-quiet",
    title="Devices of the group are not connected",
    causes=(
        Cause(
            "The reason is something that the devices share: a site and its network, a gateway, a model, a way to sign "
            "in.",
            ("Look at one of them: `az iot diag check --login @hub.txt --device-id DEVICE`.",
             "Compare it with a device that has the same value and is connected."),
            confirm="The shares that are shown differ from the rest of the fleet by more than chance.",
        ),
        Cause(
            "A change before their common last sign keeps them out: address rules, a certificate, a policy, a "
            "configuration of devices.",
            ("List what changed: `az iot diag changes show --hub-name HUB`.",),
            confirm="A change lies shortly before the last sign of most of them.",
        ),
        Cause(
            "They lost power or their network at the same time.",
            ("Ask at the site, or the provider of the network.",),
            confirm="They share a place, or the provider reports a fault at that time.",
        ),
        Cause(
            "They send more seldom than the time that was asked for, and leave in between.",
            ("Ask for a longer time with --quiet-since.",),
            confirm="The times of their earlier messages show their interval.",
        ),
    ),
    links=(_STATES, _QUERIES),
    meaning="The hub has no session of these devices, and heard nothing of them. A device that speaks only HTTPS is "
    "never shown as connected.",
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK, Fixer.OWNER),
)  # fmt: skip

DEVICE_CONNECTED_AND_SILENT = _AREA.entry(
    code="device-connected-and-silent",
    title="The device is connected, and its messages do not come",
    causes=(
        Cause(
            "It sends seldom, or only when something changes.",
            ("Watch for longer, or read back with `--since`.",),
            confirm="The times of its earlier messages show its interval.",
        ),
        Cause(
            "It uses its connection for other things: properties, methods, messages from the cloud.",
            (
                "Look at when it last reported properties: `az iot diag device show --login @hub.txt "
                "--device-id DEVICE`.",
            ),
            confirm="Its twin changes while no message comes.",
            proven_by="device-reported-meanwhile",
        ),
        Cause(
            "A route takes its messages elsewhere.",
            (
                "See which of the routes fits them: `az iot hub message-route list --hub-name HUB` (needs the "
                "azure-iot extension).",
            ),
            confirm="A condition of a route fits its messages.",
        ),
        Cause(
            "The hub shows an old state: that may be five minutes late.",
            (_SHOW,),
            confirm="Some minutes later the state is Disconnected.",
        ),
    ),
    links=(_STATES,),
    meaning="The hub has a session of the device, and no message of it came in this time.",
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

REGISTRY_READ_ONLY = _AREA.entry(
    code="registry-read-only",
    title="This credential is not allowed to make or delete devices",
    causes=(
        Cause(
            "The policy lacks the right RegistryWrite; of those that each hub comes with, `iothubowner` and "
            "`registryReadWrite` have it.",
            ("Name the hub with `--hub-name HUB`: a policy with that right is then found through az's login.",),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "policy without RegistryWrite.",
            only_if="asked-with-key",
        ),
        _KEY_IS_OLD,
        Cause(
            "Your az login has no role at the hub that allows it to change devices.",
            (
                "Give it the role IoT Hub Registry Contributor, and wait some minutes: `az role assignment create "
                '--role "IoT Hub Registry Contributor" --assignee OBJECT_ID --scope HUB_ID`.',
            ),
            confirm="`az role assignment list --assignee OBJECT_ID --scope HUB_ID --include-inherited` shows no such "
            "role.",
            only_if="asked-with-login",
        ),
        _KEPT_OUT,
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas",),
    meaning="To make and to delete a device takes more than to look at it. The hub answered 401 or 403.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)

TWIN_REFUSED = _AREA.entry(
    code="twin-refused",
    title="This credential is not allowed to read the device's twin",
    causes=(
        Cause(
            "The policy lacks the right ServiceConnect. Twins and methods need it, and `registryRead` lacks it.",
            (
                "Use the policy `service`, which has the fewest rights that suffice. `--hub-name HUB` finds it with "
                "az's login.",
            ),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "policy without ServiceConnect.",
            only_if="asked-with-key",
        ),
        _KEY_IS_OLD,
        _LOGIN_WITHOUT_ROLE,
        Cause(
            "An IP rule or switched-off public access keeps this machine out of the hub's own API.",
            (
                "Ask from an address that the hub lets in: "
                "`az iot hub show -n HUB --query properties.networkRuleSets.ipRules` lists them.",
            ),
            confirm="The same command succeeds from such an address.",
        ),
    ),
    links=REGISTRY_REFUSED.links,
    meaning="Properties are read from the twin, which takes other rights than to look at identities. The hub answered "
    "401 or 403 to the look-up.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)


_LOGIN_WITHOUT_WRITING_ROLE = Cause(
    "Your az login has no role at the hub that allows this. Owner and Contributor do not.",
    (
        "Give it the role IoT Hub Data Contributor, and wait some minutes: `az role assignment create "
        '--role "IoT Hub Data Contributor" --assignee OBJECT_ID --scope HUB_ID`.',
        "Or leave out `--auth-type login`: a key is then used if the login may list keys.",
    ),
    confirm="`az role assignment list --assignee OBJECT_ID --scope HUB_ID --include-inherited` shows no such role.",
    only_if="asked-with-login",
)

METHOD_REFUSED = _AREA.entry(
    code="method-refused",
    title="This credential is not allowed to call methods",
    causes=(TWIN_REFUSED.causes[0], _KEY_IS_OLD_TO_WRITE, _LOGIN_WITHOUT_WRITING_ROLE, _KEPT_FROM_WRITING),
    links=REGISTRY_REFUSED.links,
    meaning="To call a direct method takes the right ServiceConnect, or the data action "
    "Microsoft.Devices/IotHubs/directMethods/invoke/action. The hub answered 401 or 403 to the call.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)

TWIN_READ_ONLY = _AREA.entry(
    code="twin-read-only",
    title="This credential is not allowed to change twins",
    causes=(TWIN_REFUSED.causes[0], _KEY_IS_OLD_TO_WRITE, _LOGIN_WITHOUT_WRITING_ROLE, _KEPT_FROM_WRITING),
    links=REGISTRY_REFUSED.links,
    meaning="To change a twin takes the right ServiceConnect, or the data action "
    "Microsoft.Devices/IotHubs/twins/write. The hub answered 401 or 403 to the change.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
)
