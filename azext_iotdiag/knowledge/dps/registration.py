"""What a registration at the Device Provisioning Service comes to: its states, and why it failed."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_TROUBLE = "https://learn.microsoft.com/azure/iot-dps/how-to-troubleshoot-dps"
_CONCEPTS = "https://learn.microsoft.com/azure/iot-dps/concepts-service"
_REPROVISION = "https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision"
_CUSTOM = "https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation"

_AREA = Area(fixers=(Fixer.OPERATOR,))

CUSTOM_ALLOCATION_FAILED = _AREA.entry(
    code="dps-400207",
    title="The custom allocation function did not choose a hub",
    meaning="The enrollment lets a webhook of the customer choose the hub. The webhook gave the provisioning service "
    "no answer, a slow answer, or a refusal. The message repeats the status of a refusal.",
    causes=(
        Cause(
            "The function wants a key, and the enrollment's webhook address holds none, or an old one.",
            ("Put the function's present key into webhookUrl: `?code=KEY`.",),
            confirm="The message ends with: status code: 401.",
            only_if="webhook-may-want-key",
        ),
        Cause(
            "The function fails or is too slow.",
            ("Open the function's own log at the time of the registration, and mend what failed.",),
            confirm="Call the webhook by hand with the request of the documentation.",
        ),
        Cause(
            "The enrollment's webhook address or api-version is wrong.",
            ("Correct webhookUrl and apiVersion in the enrollment.",),
            confirm="`az iot dps enrollment-group show --dps-name DPS --eid GROUP --query "
            "customAllocationDefinition` (needs the azure-iot extension).",
        ),
        Cause(
            "The function is locked into a virtual network, where the provisioning service cannot reach it.",
            ("Make the function reachable from outside, protected by its key.",),
            confirm="The function's log shows no call at all.",
        ),
    ),
    aliases=("400207", "custom_allocation_failed"),
    links=(_TROUBLE, _CUSTOM),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.DPS,),
)

ALLOCATION_REJECTED = _AREA.entry(
    code="dps-400209",
    title="The device was not assigned to a hub",
    meaning="The service that chooses the hub turned the device away. IoT Central's provisioning service answers this "
    "to a device that is blocked or waits for approval.",
    causes=(
        Cause(
            "In IoT Central: the device waits for approval.",
            ("Approve it on the application's Devices page, then let it register again.",),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows provisioned false and enabled "
            "false.",
        ),
        Cause(
            "In IoT Central: an operator has blocked the device.",
            ("Unblock it on the Devices page if that was not meant.",),
            confirm="The Devices page says Blocked; over the interface the two look alike.",
        ),
        Cause(
            "Elsewhere: the webhook of a custom allocation answered that it is not authorized.",
            ("Put the function's present key into the webhook's address.",),
            confirm="The message reads: Custom allocation failed with status code: 401.",
        ),
    ),
    aliases=("400209", "allocation_rejected", "Custom allocation failed with status code"),
    links=("https://learn.microsoft.com/azure/iot-central/core/troubleshooting", _CUSTOM),
    retry=Retry.LATER,
    places=(Place.DPS, Place.CENTRAL),
)

ENROLLMENT_NOT_FOUND = _AREA.entry(
    code="dps-404201",
    title="There is no enrollment or registration of this id",
    meaning="The provisioning service looked for an individual enrollment or registration and found none.",
    causes=(
        Cause(
            "The enrollment was not made, or the id is spelt in another way.",
            ("Make it, or correct the registration id on the device; it is compared without regard to case.",),
            confirm="`az iot diag device list --dps-name DPS` lists the ids.",
        ),
    ),
    aliases=("404201", "enrollment_or_registration_not_found"),
    links=(_TROUBLE,),
    places=(Place.TOOL, Place.DPS, Place.HTTP),
)

UNDOCUMENTED_NOT_FOUND = _AREA.entry(
    code="dps-404202",
    title="An item that the request names does not exist",
    meaning="The first three digits say not found. Microsoft's documentation does not describe this number, so it is "
    "not certain which item was not found.",
    causes=(
        Cause(
            "Perhaps there is no registration of this id, since the device has not registered yet or it was deleted.",
            ("Let the device register, then ask again.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` finds no registration.",
        ),
    ),
    aliases=("404202",),
    links=(_TROUBLE,),
    places=(Place.DPS, Place.HTTP),
)

ENROLLMENT_GROUP_NOT_FOUND = _AREA.entry(
    code="dps-404204",
    title="There is no enrollment group of this id",
    meaning="Groups have ids of their own, beside those of individual enrollments.",
    causes=(
        Cause(
            "The group was deleted, or its id is that of an individual enrollment.",
            ("Use an id of the list of groups.",),
            confirm="`az iot dps enrollment-group list --dps-name DPS --query [].enrollmentGroupId` (needs the "
            "azure-iot extension) lists them.",
        ),
    ),
    aliases=("404204", "enrollment_group_not_found"),
    links=(_TROUBLE,),
    places=(Place.HTTP,),
)

LINKED_HUB_UNKNOWN = _AREA.entry(
    code="dps-linked-hub-unknown",
    title="The provisioning service does not find the linked hub",
    meaning="To create the device, the provisioning service connects to the linked hub. No hub answered under that "
    "name.",
    causes=(
        Cause(
            "The hub was deleted, or deleted and made again, after it was linked.",
            ("Remove the link and make it again: `az iot dps linked-hub create --dps-name DPS --hub-name HUB`.",),
            confirm="`az iot dps linked-hub list --dps-name DPS` names a hub that `az iot hub list` does not show.",
        ),
        Cause(
            "A template made the link with a string that is not the hub's own.",
            ("Remove the link and make it again: `az iot dps linked-hub create --dps-name DPS --hub-name HUB`.",),
            confirm="A link that was made by hand works.",
        ),
        Cause(
            "The hub fails over to its other region.",
            ("Wait for the end of the failover. Then let the device register again.",),
            confirm="`az iot hub show -n HUB --query properties.state` says FailingOver.",
        ),
    ),
    links=(_TROUBLE, "https://github.com/hashicorp/terraform-provider-azurerm/issues/10224"),
    fixers=(Fixer.OWNER, Fixer.OPERATOR),
    places=(Place.TOOL, Place.DPS),
)

CERTIFICATE_REFUSED = _AREA.entry(
    code="dps-certificate-refused",
    title="The provisioning service refuses the certificate",
    meaning="The device came and showed a certificate. No enrollment accepts it: neither by its thumbprint, nor by an "
    "authority that the provisioning service holds and that its owner has verified.",
    causes=(
        Cause(
            "The authority's certificate is not verified in the provisioning service, or has ended.",
            ("Verify it: `az iot dps certificate list --dps-name DPS` shows isVerified and the expiry.",),
            confirm="The list shows isVerified false, or an expiry in the past.",
            only_if="dps-authority-unusable",
            proven_by="dps-authority-unusable",
        ),
        Cause(
            "The device shows its own certificate alone, without those of the intermediate authorities.",
            ("Let the device send the whole chain in the TLS handshake.",),
            confirm="The file of the device holds one certificate, and its issuer is no root.",
        ),
        Cause(
            "The enrollment names another authority than the issuer of the certificate.",
            ("Compare the issuer with the enrollment: `openssl x509 -in CERT -noout -issuer`.",),
            confirm="The issuer is not the subject of the enrollment's certificate.",
        ),
        Cause(
            "The certificate has ended, or its common name is not the registration id.",
            ("Issue a new one: `openssl x509 -in CERT -noout -subject -dates` shows both.",),
            confirm="The subject or the dates do not fit.",
        ),
    ),
    aliases=("CA certificate not found", "Signing certificate info did not match chain elements"),
    links=(_TROUBLE, "https://learn.microsoft.com/azure/iot-dps/concepts-x509-attestation"),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL, Place.DPS, Place.SDK, Place.HTTP),
)

REGISTRATION_UNAUTHORIZED = _AREA.entry(
    code="dps-registration-unauthorized",
    title="The registration was refused as unauthorized",
    meaning="The registration failed with 401002. The provisioning service uses this code where it refuses the "
    "device's proof, and also where the linked hub refuses the provisioning service. The message does not tell which.",
    causes=(
        Cause(
            "The provisioning service does not accept the device's certificate or key.",
            ("Compare them with the enrollment: `az iot diag device show --dps-name DPS --registration-id ID`.",),
            confirm="Another device of the same enrollment group registers.",
        ),
        Cause(
            "The linked hub refuses the provisioning service, because the key in the stored string is old.",
            ("Remove the link and make it again: `az iot dps linked-hub create --dps-name DPS --hub-name HUB`.",),
            confirm="No device of any enrollment registers at this hub.",
        ),
    ),
    links=(_TROUBLE,),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
    places=(Place.TOOL, Place.DPS),
)

LINKED_HUB_REFUSES = _AREA.entry(
    code="dps-linked-hub-refuses",
    title="The linked hub turns the provisioning service away",
    meaning="To create the device, the provisioning service logs in to the hub with a connection string that was "
    "stored when the two were linked. The hub's refusal is copied into the registration's error message.",
    causes=(
        Cause(
            "The key in the stored string was renewed at the hub.",
            ("Remove the link and make it again, with a policy that may read and write the registry.",),
            confirm="`az iot dps linked-hub list --dps-name DPS` names the hub; its keys changed since.",
        ),
        Cause(
            "The hub takes no shared access policies (disableLocalAuth), without which no link works.",
            ("Switch shared access policies on at the hub, since a link knows no other way.",),
            confirm="`az iot hub show -n HUB --query properties.disableLocalAuth` says true.",
        ),
        Cause(
            "The device registers with a certificate, and its authority was made with wrong extensions.",
            ("Make the certificates of the authority and of the device again, and remove the old uploads.",),
            confirm="Devices that register with a key are assigned to the same hub.",
        ),
    ),
    aliases=("dps:IotHubUnauthorizedAccess",),
    links=(_TROUBLE, "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad"),
    fixers=(Fixer.OWNER, Fixer.OPERATOR),
    places=(
        Place.TOOL,
        Place.DPS,
    ),
)

UNASSIGNED = _AREA.entry(
    code="dps-unassigned",
    title="The registration has no hub yet",
    meaning="The provisioning service knows the device and has not begun to choose a hub for it.",
    causes=(
        Cause(
            "The device has not come to register, or only just now.",
            ("Start the device, and let it register.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID -o json` shows when it was "
            "updated; is that before the device's last start?",
        ),
    ),
    aliases=("dps:unassigned",),
    links=(_CONCEPTS,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(
        Place.TOOL,
        Place.DPS,
    ),
)

ASSIGNING = _AREA.entry(
    code="dps-assigning",
    title="The registration is under way",
    meaning="The provisioning service is choosing a hub and creating the device there. The device asks until it is "
    "done.",
    causes=(
        Cause(
            "It takes some seconds, longer with a custom allocation or a slow hub.",
            ("Let the device go on asking, every three seconds or as Retry-After says.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` changes within a minute.",
        ),
    ),
    aliases=("dps:assigning",),
    links=(_CONCEPTS,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, Place.DPS, Place.MQTT, Place.HTTP),
)

ASSIGNED = _AREA.entry(
    code="dps-assigned",
    title="The registration is complete: the device has a hub",
    meaning="The answer names the hub and the device's id there. From now on the device talks to that hub alone.",
    causes=(
        Cause(
            "All is well with provisioning; if data is missing, the reason lies behind it.",
            ("Look at the device in the hub that the registration names, and not in another one.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` names the hub.",
        ),
    ),
    aliases=("dps:assigned",),
    links=(_CONCEPTS, _REPROVISION),
    places=(Place.TOOL, Place.DPS, Place.MQTT, Place.HTTP),
)

FAILED = _AREA.entry(
    code="dps-failed",
    title="The registration failed",
    meaning="The provisioning service gave up. The registration holds a code and a message that say why.",
    causes=(
        Cause(
            "The registration's errorCode says the cause.",
            ("Look that code up here, and the hub's own error where the message quotes one.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` shows errorCode and errorMessage.",
        ),
        Cause(
            "No linked hub takes part in the allocation.",
            ("Link a hub, or let one take part: set applyAllocationPolicy of a linked hub to true.",),
            confirm="`az iot dps linked-hub list --dps-name DPS` is empty, or shows false for all.",
        ),
    ),
    aliases=("dps:failed",),
    links=(_TROUBLE,),
    places=(Place.TOOL, Place.DPS, Place.MQTT, Place.HTTP),
)

DISABLED = _AREA.entry(
    code="dps-disabled",
    title="The enrollment is switched off",
    meaning="A disabled enrollment or group lets no device register. A device that is registered already keeps its hub "
    "until it is disabled at the hub as well.",
    causes=(
        Cause(
            "An operator disabled the enrollment or the group.",
            ("Enable it if that was not meant, then let the device register again.",),
            confirm="`az iot diag device show --dps-name DPS --enrollment-id ENROLLMENT` says that it is disabled.",
        ),
    ),
    aliases=("dps:disabled",),
    links=("https://learn.microsoft.com/azure/iot-dps/how-to-revoke-device-access-portal",),
    places=(
        Place.TOOL,
        Place.DPS,
    ),
)
