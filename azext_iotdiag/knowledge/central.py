"""What IoT Central says of a device and of a caller: provisioning statuses, and answers of its interface."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_STATUS = "https://learn.microsoft.com/azure/iot-central/core/howto-manage-devices-individually"
_TROUBLE = "https://learn.microsoft.com/azure/iot-central/core/troubleshooting"
_QUOTAS = "https://learn.microsoft.com/azure/iot-central/core/concepts-quotas-limits"
_REST = "https://learn.microsoft.com/azure/iot-central/core/howto-authorize-rest-api"

PROVISIONED = Entry(
    code="central-provisioned",
    title="The device has been provisioned, and may connect",
    meaning="The device came through provisioning at least once and is enabled. Nothing is wrong that this status "
    "could show; whether it is connected now, it does not tell.",
    causes=(
        Cause(
            "No data comes for another reason: the device is offline, sends nothing, or sends what its template does "
            "not describe.",
            (
                "Open the device's Raw data view, and see whether anything arrives.",
                "Where nothing does, read the device's own log for codes, and look them up here.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows provisioned true and enabled "
            "true.",
        ),
    ),
    aliases=("Provisioned", "central:provisioned"),
    links=(_STATUS, _TROUBLE),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(
        Place.TOOL,
        Place.CENTRAL,
    ),
)

REGISTERED = Entry(
    code="central-registered",
    title="The device is expected and has never connected",
    meaning="IoT Central has an entry for the device, made by hand or by import. The device has not come through "
    "provisioning yet. When it does, its status becomes Provisioned.",
    causes=(
        Cause(
            "The device was never switched on with these settings, or cannot reach the provisioning service.",
            (
                "Give it id scope, device id and key as the application shows them under Connect.",
                "Look in its log for codes of DPS, DNS or TLS.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows provisioned false and enabled "
            "true.",
        ),
        Cause(
            "The device registers under another id, so that two entries exist.",
            ("Delete one of them, and let registration id and device id be the same.",),
            confirm="The application's list holds a similar id that is Provisioned or waits for approval.",
        ),
    ),
    aliases=("Registered", "central:registered"),
    links=(_STATUS,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(
        Place.TOOL,
        Place.CENTRAL,
    ),
)

BLOCKED = Entry(
    code="central-blocked",
    title="An operator has blocked the device",
    meaning="A blocked device cannot use the application until an operator unblocks it. When it tries, the "
    "provisioning service answers 400209, or its hub answers 401 with DEVICE_BLOCKED.",
    causes=(
        Cause(
            "A user with the right to do so chose Block.",
            (
                "Ask why it was done, and unblock the device: `az iot diag device unblock --app-id APP --device-id "
                "DEVICE`. Then restart the device.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows enabled false. With "
            "provisioned false, too, it may as well wait for approval.",
        ),
    ),
    aliases=("Blocked", "central:blocked", "DEVICE_BLOCKED"),
    links=(_STATUS, _TROUBLE),
    fixers=(Fixer.OPERATOR,),
    places=(Place.TOOL, Place.CENTRAL, Place.SDK),
)

WAITING_FOR_APPROVAL = Entry(
    code="central-waiting-for-approval",
    title="The device waits for approval",
    meaning="The device came by itself, through an enrollment group that does not approve on its own. It cannot "
    "connect, and gets 400209, until an operator lets it in.",
    causes=(
        Cause(
            "The group's automatic approval is off.",
            (
                "Approve the device: `az iot diag device approve --app-id APP --device-id DEVICE`. Then let it try "
                "again.",
                "Or switch automatic approval on in the enrollment group.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows provisioned false and enabled "
            "false; a blocked device may show the same.",
        ),
    ),
    aliases=("Waiting for approval", "Unapproved", "central:unapproved"),
    links=(_STATUS, "https://learn.microsoft.com/azure/iot-central/core/concepts-device-authentication"),
    retry=Retry.LATER,
    fixers=(Fixer.OPERATOR,),
    places=(Place.CENTRAL,),
)

UNASSOCIATED = Entry(
    code="central-unassociated",
    title="The device has no template",
    meaning="The device can connect, but without a template IoT Central does not know what its values mean. The values "
    "stand in the raw data as unmodelled, and in no chart. This says nothing about its provisioning.",
    causes=(
        Cause(
            "The device announces no model id, and no user chose a template for it.",
            (
                "Choose Migrate on the Devices page and assign the template.",
                "Or let the device send its model id when it registers.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows no template.",
        ),
        Cause(
            "The model id that it announces belongs to no published template.",
            ("Publish the template of that id, or correct the id in the firmware.",),
            confirm="Compare the announced id with `az iot central device-template list -n APP` (needs the "
            "azure-iot extension).",
        ),
    ),
    aliases=("Unassociated", "central:unassigned", "central:unassociated"),
    links=(_STATUS,),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
    places=(Place.CENTRAL, Place.TOOL),
)

TEMPLATE_ASSIGNED = Entry(
    code="central-template-assigned",
    title="The device has a template",
    meaning="IoT Central can read the values that the device sends and the template describes.",
    causes=(
        Cause(
            "If values are missing nevertheless, they have other names or types than the template gives them.",
            ("Compare one raw message with the template, name by name; capital letters matter.",),
            confirm="The Raw data view shows the values as unmodelled.",
        ),
    ),
    aliases=("central:assigned",),
    links=(_STATUS,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(
        Place.TOOL,
        Place.CENTRAL,
    ),
)

MOVED_TO_ANOTHER_HUB = Entry(
    code="central-moved",
    title="The device belongs to another hub of the application now",
    meaning="Behind an application stand several hubs. When a device is moved, for scale or after a failure, the old "
    "one answers 401 with DEVICE_DISABLED.",
    causes=(
        Cause(
            "The device kept the hub's name and connects to it again and again.",
            ("Register again through the provisioning service on 401, 403 or 404, and use the hub that it names.",),
            confirm="After a restart with a fresh registration the device connects.",
        ),
    ),
    aliases=("central:DEVICE_DISABLED",),
    links=(_TROUBLE,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.CENTRAL),
)

CENTRAL_BAD_REQUEST = Entry(
    code="central-400",
    title="IoT Central finds the request or template invalid",
    meaning="IoT Central checks each request before it stores the data. The message of the answer names the part.",
    causes=(
        Cause(
            "The device template or its model breaks a rule, such as a missing property or a wrong type.",
            ("Check the model here: `az iot diag template lint --model MODEL.json`.",),
            confirm="The message names a property such as capabilityModel or @type.",
        ),
        Cause(
            "The body of the request lacks a field, or the version of the API is another.",
            ("Compare the body with the documentation of the API version in the address.",),
            confirm="The code of the answer is InvalidBody.",
        ),
    ),
    aliases=("central:400",),
    links=(_REST,),
    fixers=(Fixer.CALLER,),
    places=(Place.HTTP, Place.CENTRAL),
)

CENTRAL_UNAUTHORIZED = Entry(
    code="central-401",
    title="IoT Central does not know the caller",
    meaning="The token is missing, has expired, or was issued by another tenant than the application's.",
    causes=(
        Cause(
            "The API token has expired (it lives about a year) or was deleted, or is cut.",
            ("Create a new API token under Permissions, and store it whole, from SharedAccessSignature on.",),
            confirm="se= in the token is the second since 1970 at which it ends.",
            only_if="central-asked-with-token",
        ),
        Cause(
            "The Entra login is for another resource or tenant.",
            ("Log in to the application's tenant: `az login --tenant TENANT`.",),
            confirm="`az account get-access-token --resource https://apps.azureiotcentral.com` succeeds there.",
            only_if="central-asked-with-login",
        ),
    ),
    aliases=("central:401",),
    links=(_REST,),
    fixers=(Fixer.CALLER,),
    places=(Place.HTTP, Place.CENTRAL, Place.TOOL),
)

CENTRAL_FORBIDDEN = Entry(
    code="central-403",
    title="The caller has no part in the IoT Central application",
    meaning="Rights inside an application come from its own roles. Being owner of the resource in Azure gives none.",
    causes=(
        Cause(
            "The user or service principal has no role in the application.",
            ("Let an administrator of the application add it under Permissions, with a role.",),
            confirm="The error's code begins with 403.043.004.",
            only_if="central-asked-with-login",
        ),
        Cause(
            "The role does not allow this operation, or the token is bound to another organization.",
            ("Use a token with a role that does, made at the top of the organizations.",),
            confirm="Other operations succeed with the same token.",
        ),
        Cause(
            "Public access to the application is restricted to certain addresses.",
            ("Add the address to the application's networking rules, which devices and callers have apart.",),
            confirm="The same call succeeds from an address that is allowed.",
        ),
    ),
    aliases=("central:403", "403.043.004"),
    links=(_REST,),
    fixers=(Fixer.OPERATOR, Fixer.OWNER),
    places=(Place.HTTP, Place.CENTRAL, Place.TOOL),
)

CENTRAL_NOT_FOUND = Entry(
    code="central-404",
    title="IoT Central has no such application, device or template",
    meaning="The address of the application exists, or the whole request would fail. The item in the address does not "
    "exist.",
    causes=(
        Cause(
            "The id is misspelt; ids of devices are case-sensitive.",
            ("Take the id from the list, not the display name.",),
            confirm="`az iot diag device list --app-id APP` shows the ids.",
        ),
        Cause(
            "A device that uses group enrollment is asked for its own attestation.",
            ("Look at the enrollment group in its place.",),
            confirm="The path ends with /attestation.",
            only_if="central-device-is-known",
        ),
    ),
    aliases=("central:404",),
    links=(_REST,),
    fixers=(Fixer.CALLER,),
    places=(Place.HTTP, Place.CENTRAL, Place.TOOL),
)

CENTRAL_THROTTLED = Entry(
    code="central-429",
    title="IoT Central gets too many requests",
    meaning="An application takes twenty requests a second over its interface, and one query a second.",
    causes=(
        Cause(
            "A script asks for each device by itself.",
            ("Fetch a hundred devices with each page, and pause longer after each 429.",),
            confirm="Count the requests in a second.",
        ),
    ),
    aliases=("central:429",),
    links=(_QUOTAS,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.CALLER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.CENTRAL, Place.TOOL),
)

CENTRAL_SERVER_ERROR = Entry(
    code="central-500",
    title="IoT Central ran into a fault of its own",
    meaning="The request was good; a part of the application's service failed.",
    causes=(
        Cause(
            "A passing fault of the service.",
            ("Repeat it with growing pauses; keep requestId and time for support.",),
            confirm="The application's web page fails at the same time.",
        ),
    ),
    aliases=("central:500", "central:502", "central:503"),
    links=(_TROUBLE,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.TOOL, Place.HTTP, Place.CENTRAL),
)

CENTRAL_WITHOUT_DEVICES = Entry(
    code="central-without-devices",
    title="IoT Central shows no device",
    meaning="The application answered, and its list of devices is empty for this caller.",
    causes=(
        Cause(
            "The application has no device yet.",
            ("Make one in the application, or let one register through its enrollment group.",),
            confirm="The application's page of devices is empty for its administrator, too.",
        ),
        Cause(
            "The caller's role is of an organization that has no devices.",
            ("Ask for a role of an organization above the devices.",),
            confirm="Another user sees devices in the application.",
        ),
    ),
    links=(_REST,),
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR,),
    places=(Place.TOOL,),
)
