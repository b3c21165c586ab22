"""Codes about settings of a hub that keep data from arriving, as the resource manager shows them."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_NETWORK = "https://learn.microsoft.com/azure/iot-hub/iot-hub-public-network-access"
_ADDRESSES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-ip-filtering"
_QUOTAS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"
_ROUTES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-message-routing"
_SYNTAX = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax"
_TRIAL = "https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/test-all-routes"
_HEALTH = "https://learn.microsoft.com/azure/service-health/resource-health-overview"
_RESOURCE = "https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/get"

_AREA = Area(fixers=(Fixer.OWNER,), places=(Place.ARM, Place.TOOL))

HUB_NOT_ACTIVE = _AREA.entry(
    code="hub-not-active",
    title="The hub is not active",
    meaning="The resource manager shows the hub in another state than Active. Until that ends, the hub refuses "
    "devices, often with the answer that there is no such hub.",
    causes=(
        Cause(
            "The hub fails over to its other region, by hand or because of an outage. This takes minutes to hours.",
            (
                "Wait until the state is Active again: `az iot hub show -n HUB --query properties.state`.",
                "Then look at the readers: the built-in endpoint has another host and name afterwards.",
            ),
            confirm="The state is FailingOver.",
            only_if="hub-fails-over",
            proven_by="hub-fails-over",
        ),
        Cause(
            "The hub is suspended, for example because its subscription is disabled.",
            ("Look at the state of the subscription: `az account show --query state`.",),
            confirm="The state is Suspended, and the subscription is not enabled.",
            only_if="hub-is-suspended",
        ),
        Cause(
            "The hub is being made, changed or deleted.",
            ("Wait some minutes, and run the check again.",),
            confirm="The activity log of the hub shows the operation.",
            only_if="hub-is-in-another-state",
        ),
    ),
    links=(_RESOURCE,),
    retry=Retry.LATER,
)

PLATFORM_PROBLEM = _AREA.entry(
    code="platform-problem",
    title="Azure reports a problem of its platform with the hub",
    meaning="Resource Health shows the hub as unavailable or degraded. Devices then lose their connection, or are "
    "refused, without any fault of their own.",
    causes=(
        Cause(
            "A part of Azure is disturbed, or is being maintained.",
            (
                "Wait, and let devices retry with growing pauses. There is nothing to repair at the devices.",
                "Follow https://azure.status.microsoft, and open a support request if it is not listed there.",
            ),
            confirm="`az iot diag health show --hub-name HUB` shows the state, its history and the service issues.",
        ),
    ),
    links=(_HEALTH,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

OTHER_PROFILE = _AREA.entry(
    code="hub-of-another-kind",
    title="The hub is not a classic IoT hub",
    meaning="The hub has a connection profile. A hub with another profile than a classic one speaks other protocols "
    "with its devices, such as MQTT 5 alone. What this tool knows of classic hubs may not hold there.",
    causes=(
        Cause(
            "The hub was made with a connection profile of its own.",
            ("Use a device SDK that names this profile among those that it supports.",),
            confirm="`az iot hub show -n HUB --query properties.connectionProfile` shows the profile.",
        ),
    ),
    links=(_RESOURCE,),
)

PUBLIC_ACCESS_OFF = _AREA.entry(
    code="public-access-off",
    title="Public network access of the hub is off",
    meaning="Only connections through a private endpoint reach the hub then. To all others the hub answers as to a "
    "wrong key.",
    causes=(
        Cause(
            "The setting keeps the device's network out.",
            (
                "Connect the device's network to a private endpoint of the hub, with the private DNS zone.",
                "Or let the device's address in: `az iot hub update -n HUB --set "
                "properties.publicNetworkAccess=Enabled`, with address rules.",
            ),
            confirm="The device connects when its network is let in.",
        ),
    ),
    links=(_NETWORK,),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

ADDRESSES_RESTRICTED = _AREA.entry(
    code="addresses-restricted",
    title="The hub lets in some addresses only",
    meaning="The hub's rules decide by the public address of a device. If no rule allows the address, the hub gives "
    "the same answer as for a wrong key.",
    causes=(
        Cause(
            "No rule covers the device's public address.",
            (
                "Compare the rules with the device's public address: `az iot hub show -n HUB --query "
                '"properties.[networkRuleSets, ipFilterRules]"`.',
            ),
            confirm="The device's public address lies in none of the ranges.",
        ),
    ),
    links=(_ADDRESSES,),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

IN_PERIMETER = _AREA.entry(
    code="hub-in-perimeter",
    title="A network security perimeter encloses the hub",
    meaning="A perimeter lets in what its rules name and what lies inside it. Public network access and the address "
    "rules of the hub do not count then.",
    causes=(
        Cause(
            "No rule of the perimeter lets the device's network in.",
            (
                "In the portal, open the profile of the perimeter, and add an inbound access rule for the device's "
                "network.",
                "Or set the access mode of the association to Learning, and look at the logs of the perimeter.",
            ),
            confirm="The device connects while the access mode is Learning.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/private-link/network-security-perimeter-concepts",),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

TLS_BELOW_MINIMUM = _AREA.entry(
    code="device-tls-too-old",
    title="The device speaks an older TLS than the hub takes",
    meaning="The log has the TLS version of each connection. A hub refuses a handshake below its minimum version, and "
    "logs nothing of it. All hubs refuse TLS 1.0 and 1.1 since 2025-08-31.",
    causes=(
        Cause(
            "The TLS library or the operating system of the device is too old.",
            ("Update the library or the firmware, so that the device offers TLS 1.2.",),
            confirm="`openssl s_client -connect HOST:8883 -tls1_2` on the device fails.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support",),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DEVICE_KEYS_OFF = _AREA.entry(
    code="device-keys-off",
    title="The hub accepts no keys of devices",
    meaning="The property disableDeviceSAS is set. A device with a key is refused; a device with a certificate is let "
    "in.",
    causes=(
        Cause(
            "The setting was made for the whole hub, and this device still has a key.",
            (
                "Give the device a certificate, and set its authentication to X.509.",
                "Or allow keys again: `az iot hub update -n HUB --set properties.disableDeviceSAS=false`.",
            ),
            confirm="`az iot hub show -n HUB --query properties.disableDeviceSAS` shows true.",
        ),
    ),
    links=(_RESOURCE,),
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
)

QUOTA_ENDS_SOON = _AREA.entry(
    code="quota-ends-soon",
    title="The hub's messages of today are nearly used up",
    meaning="At 100 % the hub takes no more messages until midnight UTC.",
    causes=(
        Cause(
            "The devices send more than the hub's tier and units are made for.",
            (
                "Add a unit: `az iot hub update -n HUB --set sku.capacity=2`.",
                "Or let the devices send less often, or several readings in one message.",
            ),
            confirm="`az iot hub show-quota-metrics -n HUB` shows TotalMessages near its maximum.",
        ),
    ),
    links=(_QUOTAS,),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
)

FALLBACK_OFF = _AREA.entry(
    code="fallback-off",
    title="The hub drops messages that no route matches",
    meaning="The fallback route brings messages that no other route matches to the built-in endpoint. Here it is off "
    "or absent, so the hub drops such messages without an error for the device.",
    causes=(
        Cause(
            "The hub was made without a fallback route. Terraform and templates of the resource manager leave it out "
            "by default; the portal does not.",
            (
                "Turn it on: `az iot hub update -n HUB --set properties.routing.fallbackRoute.isEnabled=true`.",
                "Or add a route to the endpoint `events`.",
            ),
            confirm="`az iot hub show -n HUB --query properties.routing` shows routes and fallback.",
        ),
        Cause(
            "The fallback route was turned off because a custom route should take all messages.",
            ("Read the messages at the endpoint of that route.",),
            confirm="The routes lead to the endpoint that the messages are wanted at.",
        ),
    ),
    links=(_ROUTES,),
)

ROUTED_ELSEWHERE = _AREA.entry(
    code="routed-elsewhere",
    title="A route takes messages to another endpoint",
    meaning="A message that a custom route matches goes to the endpoint of that route. It reaches the built-in "
    "endpoint only if a further route goes there.",
    causes=(
        Cause(
            "The route is meant, and the messages are read at the wrong place.",
            ("Read the messages at the endpoint of the route.",),
            confirm="The endpoint of the route holds the messages.",
        ),
        Cause(
            "The route was added for a copy of the messages, and the route to the built-in endpoint was forgotten.",
            ("Add a route of the source DeviceMessages to the endpoint `events`, with the same condition.",),
            confirm="The messages come to the built-in endpoint when there is such a route.",
        ),
    ),
    links=(_ROUTES,),
)

CONDITION_WITHOUT_VALUE = _AREA.entry(
    code="condition-without-value",
    title="The condition of a route has no value",
    meaning="A condition is neither true nor false if the message lacks the part that it names. The route then does "
    "not take the message.",
    causes=(
        Cause(
            "The condition looks into the body, and the message does not say that its body is JSON. Conditions read a "
            "body only with the content type application/json and the content encoding utf-8, utf-16 or utf-32.",
            (
                "Let the device set both on each message: contentType `application/json`, contentEncoding `utf-8`.",
                "Try it first: `az iot diag route trace --hub-name HUB --body @body.json --system-properties "
                """'{"contentType": "application/json", "contentEncoding": "utf-8"}'`.""",
            ),
            confirm="The message shows no content type, or another one.",
        ),
        Cause(
            "A property or a part of the body has another name, another case, or a value of another kind.",
            ("Compare the names in the condition with a message: `az iot diag monitor events --hub-name HUB "
             "--device-id DEVICE --properties all`.",),
            confirm="The message lacks the part that the condition names.",
        ),
        Cause(
            "The condition has an error of syntax.",
            ("Correct the condition: `az iot hub route update`.",),
            confirm="The message shows the error that Azure names.",
        ),
    ),
    links=(_SYNTAX,),
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
)  # fmt: skip

NO_MESSAGE_TO_TRACE = _AREA.entry(
    code="no-message-to-trace",
    title="There is no message to test the routes with",
    meaning="The command takes the newest message of the device from the built-in endpoint. A message that a route "
    "takes elsewhere does not come there.",
    causes=(
        Cause(
            "A route takes the messages of the device to another endpoint.",
            ("Give a message as the device sends it: `az iot diag route trace --hub-name HUB --device-id DEVICE --body "
             "@body.json`.",
             "Or give a message that was recorded at the other endpoint, with `--file`."),
            confirm="The routes of the hub lead to other endpoints.",
        ),
        Cause(
            "The device sent nothing in the last day.",
            ("Find out whether the device sends: `az iot diag check --hub-name HUB --device-id DEVICE`.",),
            confirm="The last activity of the device is older than a day.",
        ),
    ),
    links=(_ROUTES,),
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)  # fmt: skip

ROUTES_NOT_TRIED = _AREA.entry(
    code="routes-not-tried",
    title="This access is not allowed to test routes",
    meaning="Azure tries the conditions of routes with a POST request. The role Reader does not hold that action, and "
    "a read-only lock forbids every POST. Routes without a condition, and those that are off, are judged without it.",
    causes=(
        Cause(
            "Your login has no role that holds Microsoft.Devices/IotHubs/routing/routes/$testall/action.",
            ("Ask an administrator for the role Contributor at the hub, or for a role of your own with the actions "
             "`Microsoft.Devices/IotHubs/routing/routes/$testall/action` and "
             "`Microsoft.Devices/IotHubs/routing/routes/$testnew/action`.",),
            confirm="The message names the action.",
        ),
        Cause(
            "A read-only lock on the hub or its group forbids the request.",
            ("Ask an administrator; the lock shows in `az lock list --resource-group GROUP`.",),
            confirm="The message names a lock.",
        ),
    ),
    links=(_TRIAL,),
    fixers=(Fixer.CALLER, Fixer.OWNER),
    places=(Place.ARM, Place.TOOL),
)  # fmt: skip

ROUTE_NOT_TRIED = _AREA.entry(
    code="route-not-tried",
    title="A route that decides was not tested",
    meaning="One route decides whether the message reaches the endpoint, and nothing is known of that route.",
    causes=(
        Cause(
            "The condition looks into the twin, and the twin of the device could not be read.",
            ("Name the device with `--device-id`, and use a login with the role IoT Hub Data Reader.",),
            confirm="The message says so.",
        ),
        Cause(
            "The hub has many routes, and the time was over.",
            ("Run the command again.",),
            confirm="The message says so.",
        ),
    ),
    links=(_TRIAL,),
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)
