"""Where a device stands, as far as no service has a word of its own for it."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CENTRAL = "https://learn.microsoft.com/azure/iot-central/core/howto-manage-devices-individually"
_DPS = "https://learn.microsoft.com/azure/iot-dps/concepts-service"
_PNP = "https://learn.microsoft.com/azure/iot/concepts-developer-guide-device"

REGISTRATION_MISSING = Entry(
    code="registration-missing",
    title="The device has never registered",
    meaning="The provisioning service has no record of a registration of this id. The device has not asked for a hub, "
    "was refused before a record was made, or its record was deleted.",
    causes=(
        Cause(
            "The device was not started since it was enrolled, or cannot reach the provisioning service.",
            ("Start the device, and look in its log for what the provisioning service answers.",),
            confirm="The device's log shows no attempt, or an attempt that fails with a code of DNS, TLS or 401.",
        ),
        Cause(
            "It asks with another id scope or registration id, or proves itself wrongly, and is refused with 401.",
            ("Compare id scope and registration id on the device with those of the provisioning service.",),
            confirm="The metric AttestationAttempts counts failures at the time of its attempts.",
        ),
        Cause(
            "It connects to a hub directly, with a string of its own, and needs no registration.",
            ("Look at the device in that hub.",),
            confirm="Its settings hold a connection string.",
        ),
    ),
    links=(_DPS,),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL, Place.DPS),
)

BLOCKED_OR_WAITING = Entry(
    code="central-blocked-or-waiting",
    undecidable=True,
    title="The device is blocked or waits for approval",
    meaning="IoT Central's REST interface shows both in the same way: neither provisioned nor enabled. The "
    "application's page of devices tells them apart.",
    causes=(
        Cause(
            "The device came by itself through a group without automatic approval, and waits for an operator to "
            "approve it.",
            ("Approve it on the application's page of devices, then restart the device.",),
            confirm="The page of devices says Waiting for approval.",
        ),
        Cause(
            "An operator has blocked it before it ever connected.",
            ("Unblock it if that was not meant.",),
            confirm="The page of devices says Blocked.",
        ),
    ),
    links=(_CENTRAL,),
    retry=Retry.LATER,
    fixers=(Fixer.OPERATOR,),
    places=(Place.TOOL, Place.CENTRAL),
)

TWIN_WITHOUT_MODEL = Entry(
    code="twin-without-model",
    title="The device's twin names no model",
    meaning="A plug and play device names its model when it connects, and the hub keeps the name in the twin. Without "
    "the name, the meaning of the device's values is not known. For devices that are not plug and play, this is as it "
    "should be.",
    causes=(
        Cause(
            "The firmware does not pass its model id to the SDK.",
            ("Pass the model id, such as dtmi:com:example:Pump;1, when the client is made.",),
            confirm="The twin's modelId is empty after the device has connected.",
            only_if="device-was-seen",
        ),
        Cause(
            "The device has not connected yet.",
            ("Look again once it has.",),
            confirm="The twin's lastActivityTime is 0001-01-01.",
            only_if="device-was-never-seen",
        ),
    ),
    links=(_PNP,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL,),
)

TWIN_WITH_MODEL = Entry(
    code="twin-with-model",
    title="The device names its model",
    meaning="The hub has the id of the model that the device named when it connected.",
    causes=(
        Cause(
            "If values are missing nevertheless, they have other names or types than the model gives them.",
            ("Compare one message with the model, name by name.",),
            confirm="A message holds a name that the model lacks.",
        ),
    ),
    links=(_PNP,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL,),
)

DPS_CALLER_REFUSED = Entry(
    code="dps-caller-refused",
    title="This credential is not allowed to read enrollments",
    meaning="Enrollments and registrations are shown to policies with the rights EnrollmentRead and "
    "RegistrationStatusRead. The service answered 401, which it does for any of the following.",
    causes=(
        Cause(
            "The policy of the string lacks one of these rights.",
            ("Use the policy provisioningserviceowner, or one with EnrollmentRead and RegistrationStatusRead.",),
            confirm='`az iot dps policy list --dps-name DPS --query "[].{name:keyName, rights:rights}"` shows the '
            "policy's rights.",
            only_if="dps-asked-with-key",
        ),
        Cause(
            "The key was renewed after the string was copied.",
            (
                "Name the service with `--dps-name DPS` in place of its string: the present key is then read "
                "through az's login.",
            ),
            confirm="A string that was read just now works.",
            only_if="dps-asked-with-given-key",
        ),
        Cause(
            "Your az login has no role at the provisioning service that allows it to see enrollments.",
            (
                "Give it the role Device Provisioning Service Data Reader, and wait some minutes: "
                '`az role assignment create --role "Device Provisioning Service Data Reader" --assignee OBJECT_ID '
                "--scope DPS_ID`.",
            ),
            confirm="`az role assignment list --assignee OBJECT_ID --scope DPS_ID --include-inherited` shows no such "
            "role.",
            only_if="dps-asked-with-login",
        ),
        Cause(
            "An IP rule for the target serviceApi, or switched-off public access, keeps this machine out.",
            ("Add this machine's address to the rules of the service.",),
            confirm='`az iot dps show -n DPS --query "properties.[publicNetworkAccess, ipFilterRules]"` shows rules.',
            proven_by="dps-asked-from-outside",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-dps/how-to-control-access",),
    fixers=(Fixer.CALLER, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP),
)
