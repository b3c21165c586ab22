"""Codes about what this access may not look at. They say nothing of the device."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_ROLES = "https://learn.microsoft.com/azure/role-based-access-control/overview"
_THROTTLES = "https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling"
_BUILT_IN = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin"

_AREA = Area(links=(_ROLES,), fixers=(Fixer.CALLER, Fixer.OWNER), places=(Place.ARM, Place.TOOL))

NOT_SIGNED_IN = _AREA.entry(
    code="not-signed-in",
    title="The login of az gives no token",
    meaning="Azure CLI has no login that is good for this service, or the login has expired.",
    causes=(
        Cause(
            "You are not logged in, or the login has expired.",
            ("Log in: `az login`. In a pipeline, run the command in a task that logs in.",),
            confirm="`az account get-access-token --output none` fails.",
        ),
    ),
)

MANAGER_REFUSES = _AREA.entry(
    code="manager-refuses",
    title="The resource manager does not show this to you",
    meaning="Settings, quota, routes and the health of endpoints are read through the resource manager, with the "
    "rights of az's login.",
    causes=(
        Cause(
            "Your login has no role there that allows to read the hub.",
            ("Ask an administrator for the role Reader at the hub: `az role assignment create --role Reader "
             "--assignee OBJECT_ID --scope HUB_ID`.",),
            confirm="`az iot hub show -n HUB` fails with AuthorizationFailed.",
        ),
        Cause(
            "A deny assignment or a policy of the organisation forbids it.",
            ("Show the message to an administrator.",),
            confirm="The message names a deny assignment or a policy.",
        ),
    ),
)  # fmt: skip

MANAGER_BUSY = _AREA.entry(
    code="manager-busy",
    title="The resource manager is busy",
    meaning="The resource manager limits the requests of a subscription, for all callers together.",
    causes=(
        Cause(
            "All callers of the subscription together made more requests than it allows.",
            ("Wait some minutes, and run the command again.",),
            confirm="The answer has the status 429.",
        ),
        Cause(
            "The resource manager has a fault.",
            ("Look at https://azure.status.microsoft.",),
            confirm="The answer has a status of 500 or more.",
        ),
    ),
    links=(_THROTTLES,),
    retry=Retry.BACK_OFF,
)

MESSAGES_NOT_READABLE = _AREA.entry(
    code="messages-not-readable",
    title="This access cannot read messages",
    meaning="The built-in endpoint takes the key of a shared access policy and no Entra token. The key is read with "
    "az's login, which takes the action listkeys. The role Reader does not hold that action.",
    causes=(
        Cause(
            "Your login may not list the keys of the hub.",
            (
                "Ask for a service connection string of the hub, and give it with `--login @hub.txt`.",
                "Or ask for a role with the action Microsoft.Devices/iotHubs/listkeys/action at the hub.",
            ),
            confirm="The message names the action Microsoft.Devices/iotHubs/listkeys/action.",
            only_if="hub-keys-on",
        ),
        Cause(
            "A read-only lock on the hub or its group forbids every POST, and listing keys is one.",
            ("Ask an administrator; the lock shows in `az lock list --resource-group GROUP`.",),
            confirm="The message names a lock.",
            only_if="hub-keys-on",
        ),
        Cause(
            "The shared access policies of the hub are switched off, so that no key opens it.",
            ("Route the messages to an Event Hub, and read them there.",),
            confirm="`az iot hub show -n HUB --query properties.disableLocalAuth` shows true.",
            only_if="hub-keys-off",
            proven_by="hub-keys-off",
        ),
    ),
    links=(_BUILT_IN, _ROLES),
    undecidable=True,
)
