"""Codes 404xxx and 405xxx of an IoT hub: no such device, module, job or feature; not this way."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
_REST = "https://learn.microsoft.com/rest/api/iothub/service"

_AREA = Area(places=(Place.HTTP,))

GENERIC_NOT_FOUND = _AREA.entry(
    code="hub-404000",
    title="The hub has no resource at this address",
    meaning="The path of the request names something that does not exist, or is no path of the hub's at all.",
    causes=(
        Cause(
            "A part of the path is misspelt or not percent-encoded.",
            ("Build the path with the SDK, or encode each id before it goes into the path.",),
            confirm="Ids that hold # or % must show as %23 or %25 in the request.",
        ),
    ),
    aliases=("404000", "GenericNotFound", "hub:404"),
    links=(_CODES, _REST),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DEVICE_NOT_FOUND = _AREA.entry(
    code="hub-404001",
    title="The hub does not know the device",
    meaning="The registry has no identity of exactly this id. Ids are case-sensitive, and each hub has a registry of "
    "its own.",
    causes=(
        Cause(
            "The id is misspelt, or in other capital letters.",
            ("Copy the id from the registry into the device's settings.",),
            confirm='`az iot hub query -n HUB -q "select deviceId from devices"` (needs the azure-iot extension) '
            "lists the ids as they are.",
        ),
        Cause(
            "Provisioning assigned the device to another hub.",
            ("Ask that hub, or let the device register again and connect to its assigned hub.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` shows the assigned hub.",
        ),
        Cause(
            "The device was deleted.",
            ("Create it again; it gets new keys, which it must be given.",),
            confirm="The hub's DeviceIdentityOperations log shows a delete for the id.",
        ),
    ),
    aliases=("404001", "DeviceNotFound", "DeviceNotFoundException", "DeviceNotFoundError"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry"),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK, Place.LOG, Place.TOOL),
)

JOB_NOT_FOUND = _AREA.entry(
    code="hub-404002",
    title="There is no job of this id",
    meaning="Jobs are kept for some time after they end, then forgotten.",
    causes=(
        Cause(
            "The job ended long ago, or its id is wrong.",
            ("Read the result of a job while it is there, and keep what you need of it.",),
            confirm="`az iot hub job list -n HUB` (needs the azure-iot extension) does not show the id.",
        ),
    ),
    aliases=("404002", "JobNotFound"),
    links=(_CODES,),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

QUOTA_METRIC_NOT_FOUND = _AREA.entry(
    code="hub-404004",
    title="There is no quota of this name",
    meaning="The hub reports a few quotas under fixed names.",
    causes=(
        Cause(
            "The name is of another service or misspelt.",
            ("Ask for TotalMessages or TotalDeviceCount.",),
            confirm="`az iot hub show-quota-metrics -n HUB` shows all names.",
        ),
    ),
    aliases=("404004", "QuotaMetricNotFound"),
    links=(_CODES,),
    fixers=(Fixer.CALLER,),
    places=(Place.ARM,),
)

CERTIFICATE_NOT_FOUND = _AREA.entry(
    code="hub-404008",
    title="The hub has no certificate of this name",
    meaning="Authorities that a hub trusts are kept under names that their uploader chose.",
    causes=(
        Cause(
            "The name is misspelt, or the certificate was uploaded to the provisioning service and not to the hub.",
            ("Upload it to the hub, or use the name under which it is there.",),
            confirm="`az iot hub certificate list --hub-name HUB` shows the names.",
        ),
    ),
    aliases=("404008", "CertificateNotFound"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509"),
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.ARM),
)

ELASTIC_POOL_TENANT_HUB_NOT_FOUND = _AREA.entry(
    code="hub-404009",
    title="The hub's record in a shared pool is missing",
    meaning="A matter of the inside of the service, not of the request.",
    causes=(
        Cause(
            "Something is wrong inside the service.",
            ("Report tracking id, time and name of the hub to Azure support.",),
            confirm="Requests to other hubs of the region succeed.",
        ),
    ),
    aliases=("404009", "ElasticPoolTenantHubNotFound"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT,),
)

MODULE_NOT_FOUND = _AREA.entry(
    code="hub-404010",
    title="The device has no module of this name",
    meaning="Modules are identities below a device. Edge modules get theirs when a deployment names them.",
    causes=(
        Cause(
            "The module was never created, or no deployment reached the device yet.",
            ("Create it, or correct the deployment's target so that it reaches the device.",),
            confirm="`az iot hub module-identity list -n HUB -d DEVICE --query [].moduleId` (needs the azure-iot "
            "extension) shows which there are.",
        ),
    ),
    aliases=("404010", "ModuleNotFound"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-module-twins"),
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP, Place.SDK, Place.TOOL),
)

AZURE_TABLE_STORE_NOT_FOUND = _AREA.entry(
    code="hub-404011",
    title="A table inside the service is missing",
    meaning="The service keeps its records in storage of its own, and did not find a part of it.",
    causes=(
        Cause(
            "A passing or lasting fault inside the service.",
            ("Try again in a quarter of an hour, then open a support request.",),
            confirm="The hub's Resource Health shows an event.",
        ),
    ),
    aliases=("404011", "AzureTableStoreNotFound"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT,),
)

IOT_HUB_FAILING_OVER = _AREA.entry(
    code="hub-404012",
    title="The hub is moving to its paired region",
    meaning="In a failover the hub's name moves to the other region. Until then, all its devices and callers are "
    "turned away.",
    causes=(
        Cause(
            "A failover was started, by its owner or by Microsoft.",
            (
                "Wait; devices that resolve the name anew find the hub by themselves.",
                "Restart clients that have pinned the old address or cache DNS for ever.",
            ),
            confirm='`az iot hub show -n HUB --query "properties.[state, locations]"` shows state and roles.',
        ),
    ),
    aliases=("404012", "IotHubFailingOver"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-ha-dr"),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT, Fixer.OWNER),
    places=(Place.HTTP, Place.SDK),
)

FEATURE_NOT_SUPPORTED = _AREA.entry(
    code="hub-404013",
    title="This hub does not have the feature",
    meaning="Features depend on tier, region and generation of a hub.",
    causes=(
        Cause(
            "The feature is a preview that the region lacks, or needs another tier.",
            ("Look up in which regions and tiers the feature exists, and use a hub of that kind.",),
            confirm='`az iot hub show -n HUB --query "[location, sku.name]"` shows region and tier.',
        ),
    ),
    aliases=("404013", "FeatureNotSupported"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-scaling"),
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.SDK),
)

QUERY_STORE_CLUSTER_NOT_FOUND = _AREA.entry(
    code="hub-404101",
    title="The store behind queries did not answer",
    meaning="Queries run on a copy of the registry that is kept for them; this copy could not be reached.",
    causes=(
        Cause(
            "A passing fault of the query store.",
            ("Run the query again in a minute. If it is urgent, read the devices one by one.",),
            confirm="Reading a single device succeeds at the same time.",
        ),
    ),
    aliases=("404101", "QueryStoreClusterNotFound"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

DEVICE_NOT_ONLINE = _AREA.entry(
    code="hub-404103",
    title="The device cannot be called at the moment",
    meaning="A direct method needs a device that is connected over MQTT or AMQP and has subscribed to methods. The hub "
    "gives one answer for both. One table of the documentation prints the number as 404102. A device that leaves "
    "during the call gets the same number, with the words Device unavailable.",
    undecidable=True,
    causes=(
        Cause(
            "The device is not connected.",
            (
                "Let the hub wait for it: `az iot diag method ping --login @hub.txt --device-id DEVICE "
                "--connect-timeout 60`. In a program that is connectTimeoutInSeconds.",
                "Look in the Connections log for why it dropped.",
            ),
            only_if="device-may-be-offline",
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says that it is not connected. "
            "The state may lag by minutes.",
        ),
        Cause(
            "The device is connected, and its program has no method handler.",
            ("Register a handler right after connecting, and again after each reconnect where the SDK does not.",),
            confirm="Telemetry of the device arrives while calls fail.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "The device signs in over MQTT with a user name that lacks the api-version. The hub then takes its "
            "telemetry, and ignores its subscription to methods.",
            ("Sign in with the user name `HOST/DEVICE/?api-version=2021-04-12`.",),
            confirm="The row of its connect in the Connections log has no sdkVersion, and the program has its own MQTT "
            "client.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "The device uses AMQP, and its links for methods have ended while others live on.",
            ("Update the device SDK, which attaches them again, or restart the client.",),
            confirm="The Connections log names AMQP as the protocol, and calls worked after the device's last connect.",
            only_if="device-may-be-connected",
        ),
        Cause(
            "The device uses HTTPS, over which it cannot be called.",
            ("Let it connect over MQTT or AMQP, or send it a cloud-to-device message.",),
            only_if="device-may-use-https",
            confirm="The Connections log shows no connect of the device although telemetry arrives.",
        ),
    ),
    aliases=("404103", "404102", "DeviceNotOnline", "DeviceNotOnlineException"),
    links=(_CODES, _METHODS),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.HTTP, Place.LOG, Place.TOOL),
)

GENERIC_METHOD_NOT_ALLOWED = _AREA.entry(
    code="hub-405000",
    title="The address does not support this HTTP method",
    meaning="Each path of the hub takes some of GET, PUT, POST, PATCH and DELETE.",
    causes=(
        Cause(
            "The verb is wrong, or a part of the path is missing so that it means another resource.",
            ("Take verb and path together from one line of the reference.",),
            confirm="Print both as they are sent.",
        ),
    ),
    aliases=("405000", "GenericMethodNotAllowed", "hub:405"),
    links=(_CODES, _REST),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

OPERATION_NOT_ALLOWED_IN_CURRENT_STATE = _AREA.entry(
    code="hub-405102",
    title="The operation is not possible in the present state",
    meaning="The operation is possible in principle, but its target is being created, moved or deleted.",
    causes=(
        Cause(
            "Another operation on the hub or job has not ended.",
            ("Wait until the state is final, then do it again.",),
            confirm="`az iot hub show -n HUB --query properties.provisioningState` is not Succeeded yet.",
        ),
    ),
    aliases=("405102", "OperationNotAllowedInCurrentState"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER, Fixer.SERVICE_DEVELOPER),
)
