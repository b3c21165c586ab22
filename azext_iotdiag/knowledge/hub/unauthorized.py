"""Codes 401xxx of an IoT hub: it does not know, or does not accept, who is asking."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_NETWORK = "https://learn.microsoft.com/azure/iot-hub/iot-hub-public-network-access"

_AREA = Area(links=(_CODES,))

GENERIC_UNAUTHORIZED = _AREA.entry(
    code="hub-401000",
    title="The hub rejects the credential and gives no narrower reason",
    meaning="Every request to a hub carries a token, a certificate or an Entra login. The hub did not accept the "
    "credential of this request, and does not say why.",
    causes=(
        Cause(
            "The request carries no credential, or one in the wrong place.",
            ("Send the token in the header `Authorization`, as the password over MQTT, or through `$cbs` over AMQP.",),
            confirm="Look at the request as it leaves the client: is there an Authorization header?",
        ),
        Cause(
            "The token is for another resource than the request.",
            ("Make the token for the host name, or for a path that the request's own begins with.",),
            confirm="Decode the part `sr=` of the token and compare it with the address of the request.",
        ),
    ),
    aliases=("401000", "GenericUnauthorized", "hub:401"),
    links=(_CODES, _SAS),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.HTTP, Place.SDK, Place.LOG),
)

IOT_HUB_NOT_FOUND = _AREA.entry(
    code="hub-401001",
    title="The gateway knows no hub of this name",
    meaning="All hubs of a region share gateways. The host name in the request picks the hub, and here it picks none.",
    causes=(
        Cause(
            "The host name is misspelt, of another cloud, or the hub was deleted.",
            ("Take the host name from `az iot hub show -n HUB --query properties.hostName`.",),
            confirm="`az iot hub list --query [].properties.hostName` does not show the name.",
        ),
        Cause(
            "The hub is being created or moved, and the gateways do not know it yet.",
            ("Try once more in a minute.",),
            confirm="`az iot hub show -n HUB --query properties.state` says something else than Active.",
        ),
    ),
    aliases=("401001", "IotHubNotFound", "com.microsoft:iot-hub-not-found-error"),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.SDK, Place.HTTP, Place.AMQP),
)

IOT_HUB_UNAUTHORIZED_ACCESS = _AREA.entry(
    code="hub-401002",
    title="The hub refuses the request and does not say why",
    meaning="The answer is the same for a wrong key, an expired token, a missing right, a blocked address, and a hub "
    "that takes no keys. Callers get this number where the resource log says 401003.",
    causes=(
        Cause(
            "An IP rule, or public access that is switched off, keeps the caller's address out. The port is open and "
            "TLS works nevertheless.",
            (
                "Allow the address in the hub's networking settings, or come in through the private endpoint.",
                "Remember that the rules apply to devices, to back ends, to the portal and to az.",
            ),
            confirm='`az iot hub show -n HUB --query "properties.[publicNetworkAccess, ipFilterRules, '
            'networkRuleSets]"` shows a rule that fits.',
        ),
        Cause(
            "The hub accepts no shared access signatures: disableLocalAuth, disableDeviceSAS or disableModuleSAS is "
            "on.",
            (
                "Let back ends log in with Entra, and give devices certificates.",
                "Or switch signatures on again in the hub's settings, where policy allows it.",
            ),
            confirm='`az iot hub show -n HUB --query "properties.[disableLocalAuth, disableDeviceSAS, '
            'disableModuleSAS]"` shows true.',
        ),
        Cause(
            "The token has expired, or was signed with a key that has been renewed since.",
            (
                "Make a new token with the present key, valid for an hour, and let the program renew it in time.",
                "Compare the hour of the first refusal with the time of the last key renewal.",
            ),
            confirm="Compare the part `se=` of the token, seconds since 1970, with `date +%s`.",
        ),
        Cause(
            "The policy lacks the right that the operation needs, such as ServiceConnect for methods and RegistryRead "
            "for identities.",
            ("Use a policy that has it, or add the right to this one.",),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "rights of each policy.",
        ),
        Cause(
            "The device or module is registered in another hub.",
            ("Connect to the hub to which provisioning has assigned the device.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says that this hub does not know "
            "it.",
        ),
    ),
    aliases=("401002", "IotHubUnauthorizedAccess", "UnauthorizedException", "AmqpUnauthorizedAccessException"),
    links=(_CODES, _NETWORK, _SAS),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR, Fixer.OWNER),
    places=(Place.HTTP, Place.SDK, Place.LOG),
)

IOT_HUB_UNAUTHORIZED = _AREA.entry(
    code="hub-401003",
    title="The hub refused a connection, or a token expired",
    meaning="The resource log writes this for a real refusal, and also when a token expires on MQTT. A token cannot be "
    "renewed within an MQTT connection. So the hub ends the connection, and the device connects again with a new "
    "token.",
    causes=(
        Cause(
            "A token reached its end as planned. This is harmless. It repeats at the interval of the token's life, "
            "often about an hour, and the device is back in less than a minute.",
            (
                "Leave it, and keep it out of alerts.",
                "To see it less often, raise the token's life in the SDK, or use AMQP, which renews without a break.",
            ),
            confirm="In the Connections log a deviceConnect of the same device follows within a minute.",
        ),
        Cause(
            "The device's clock is off by more than five minutes, so that its tokens are expired when they arrive. "
            "Typical for devices that ran for months.",
            ("Synchronise the device's clock with NTP.", "Restart it if it has no other way to set its clock."),
            confirm="Only some long-running devices fail, with good keys. Compare the clock of one of them.",
        ),
        Cause(
            "The key or the certificate differs from what the hub holds: it was renewed, it has expired, or its "
            "thumbprint is another.",
            (
                "Give the device the present key or certificate.",
                "For certificates compare both thumbprints, and look at the expiry of the authority, too.",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows kind and thumbprints.",
        ),
        Cause(
            "The hub does not know the device.",
            ("Register it, or run provisioning again.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` finds nothing; ids are "
            "case-sensitive.",
        ),
        Cause(
            "An Entra principal has no data role at the hub. The message then begins with the word Principal.",
            ("Let the owner assign IoT Hub Data Reader or Data Contributor at the hub's scope.",),
            confirm="`az role assignment list --assignee PRINCIPAL --scope HUB_ID --include-inherited` shows no such "
            "role.",
        ),
    ),
    aliases=("401003", "IoTHubUnauthorized"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-troubleshoot-connectivity", _SAS),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR, Fixer.OWNER),
    places=(Place.LOG, Place.SDK, Place.HTTP),
)

ELASTIC_POOL_NOT_FOUND = _AREA.entry(
    code="hub-401004",
    title="A reference inside the service is broken",
    meaning="Elastic pools are part of how the service is built. A caller neither names one nor can mend it.",
    causes=(
        Cause(
            "Something is wrong inside the service.",
            ("Open a support request with the tracking id and the time of the answer.",),
            confirm="The same request fails for other devices of the hub, too.",
        ),
    ),
    aliases=("401004", "ElasticPoolNotFound"),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.HTTP,),
)

SYSTEM_MODULE_MODIFY_UNAUTHORIZED_ACCESS = _AREA.entry(
    code="hub-401100",
    title="A system module of IoT Edge cannot be edited",
    meaning="The modules $edgeAgent and $edgeHub of an Edge device belong to the hub. Their identities are created "
    "and changed by it alone.",
    causes=(
        Cause(
            "The request changes the identity of $edgeAgent or $edgeHub.",
            ("Leave these identities alone; change what they run through a deployment manifest.",),
            confirm="`az iot hub module-identity list -n HUB -d DEVICE --query [].moduleId` (needs the azure-iot "
            "extension) shows which modules are system modules.",
        ),
    ),
    aliases=("401100", "SystemModuleModifyUnauthorizedAccess"),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)
