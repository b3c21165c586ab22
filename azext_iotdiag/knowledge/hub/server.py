"""Codes 500xxx of an IoT hub: something failed inside the service."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_HEALTH = "https://learn.microsoft.com/azure/iot-hub/iot-hub-azure-service-health-integration"
_RETRIES = "https://learn.microsoft.com/azure/architecture/best-practices/transient-faults"
_IDENTITY = "https://learn.microsoft.com/azure/iot-hub/iot-hub-managed-identity"

_AREA = Area(fixers=(Fixer.MICROSOFT,))

GENERIC_SERVER_ERROR = _AREA.entry(
    code="hub-500000",
    title="The service failed to deliver along a route",
    meaning="The Routes log writes this for faults of the service that it does not tell apart.",
    causes=(
        Cause(
            "A passing fault between the hub and the endpoint.",
            ("Leave it to the hub, which delivers again, and act only when EndpointUnhealthy follows.",),
            confirm="Later rows of the same endpoint are good.",
        ),
    ),
    aliases=("500000", "GenericServerError"),
    links=(_CODES, _RETRIES),
    retry=Retry.AUTOMATIC,
    places=(Place.LOG,),
)

SERVER_ERROR = _AREA.entry(
    code="hub-500001",
    title="The hub ran into a fault of its own",
    meaning="A machine of the service failed. Others take over, so the next attempt mostly works.",
    causes=(
        Cause(
            "A passing fault of a machine that serves the hub.",
            (
                "Try again after a pause that grows, with a random part; the SDKs do so by default.",
                "When many devices show it for more than some minutes, look at Resource Health and Azure status.",
                "As the last resort fail over to the paired region, which may lose the latest messages.",
            ),
            confirm="Many devices show it at the same time, and no change of yours explains it.",
        ),
    ),
    aliases=(
        "500001",
        "ServerError",
        "ServerErrorException",
        "InternalServerError",
        "hub:500",
    ),
    links=(_CODES, _RETRIES, _HEALTH),
    retry=Retry.BACK_OFF,
    places=(Place.SDK, Place.HTTP, Place.LOG),
)

JOB_CANCELLED = _AREA.entry(
    code="hub-500002",
    title="A reserved code about a job that was cancelled",
    meaning="It stands in lists of the SDKs, whose authors have not seen a hub send it.",
    causes=(
        Cause(
            "Not known, since the code is not in use.",
            ("Read the job's own status, which says what became of it.",),
            confirm="`az iot hub job list -n HUB` (needs the azure-iot extension) shows jobs with their status.",
        ),
    ),
    aliases=("500002", "JobCancelled"),
    links=(_CODES,),
    places=(Place.HTTP,),
)

GENERIC_TIMEOUT = _AREA.entry(
    code="hub-500008",
    title="The hub did not finish a connection in time",
    meaning="The device reached the hub, but the service could not complete the log-in before its own deadline.",
    causes=(
        Cause(
            "A passing fault or overload of the service.",
            ("Let the device try again; after minutes of it, look at the hub's Resource Health.",),
            confirm="It hits many devices at once, often beside 500001.",
        ),
        Cause(
            "A whole fleet connects at the same moment, such as after an outage.",
            ("Give each device a random delay before it connects.",),
            confirm="The connects in the log come in one burst, above the tier's limit of new connections.",
        ),
    ),
    aliases=("500008", "GenericTimeout"),
    links=(_CODES, _RETRIES),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.DEVICE_DEVELOPER),
    places=(Place.LOG, Place.SDK),
)

INVALID_THROTTLE_PARAMETER = _AREA.entry(
    code="hub-500009",
    title="The service's own throttling failed",
    meaning="What decides how fast requests may come got a value that it does not take. The SDK lists call it unused.",
    causes=(
        Cause(
            "A fault inside the service.",
            ("Send the request again; it is not the request that is wrong.",),
            confirm="The same request succeeds at the next attempt.",
        ),
    ),
    aliases=("500009", "InvalidThrottleParameter"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    places=(Place.HTTP,),
)

UNABLE_TO_FETCH_CREDENTIALS = _AREA.entry(
    code="hub-500401",
    title="The hub could not get a token for its managed identity",
    meaning="To log in at an endpoint with its identity the hub fetches a token from Entra. That failed.",
    causes=(
        Cause(
            "The identity was switched off and on, or deleted, and the endpoint still refers to the old one.",
            ("Save the endpoint anew with the present identity, and assign its role again.",),
            confirm="`az iot hub identity show -n HUB` shows another principal than the role assignment.",
        ),
        Cause(
            "A passing fault between the service and Entra.",
            ("Wait some minutes; delivery goes on by itself.",),
            confirm="Nothing changed at the identity, and it passes.",
        ),
    ),
    aliases=("500401", "UnableToFetchCredentials"),
    links=(_CODES, _IDENTITY),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.OWNER, Fixer.MICROSOFT),
    places=(Place.ARM, Place.LOG),
)

UNABLE_TO_FETCH_TENANT_INFO = _AREA.entry(
    code="hub-500402",
    title="The hub could not find out the tenant of its identity",
    meaning="A managed identity belongs to the tenant of the subscription, which the hub looks up.",
    causes=(
        Cause(
            "The subscription was moved to another tenant, and the identity stayed behind.",
            ("Switch the identity off and on again in the new tenant, then assign its roles anew.",),
            confirm="`az account show --query tenantId` differs from the tenant of the identity.",
        ),
    ),
    aliases=("500402", "UnableToFetchTenantInfo"),
    links=(_CODES, _IDENTITY),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER,),
    places=(Place.ARM, Place.LOG),
)

UNABLE_TO_SHARE_IDENTITY = _AREA.entry(
    code="hub-500403",
    title="The hub's identity could not be passed on inside the service",
    meaning="The parts of a hub share its managed identity; handing it over failed.",
    causes=(
        Cause(
            "A fault inside the service after the identity was changed.",
            ("Remove the identity, add it again, and open a support request if that does not help.",),
            confirm="It began with a change of the hub's identity.",
        ),
    ),
    aliases=("500403", "UnableToShareIdentity"),
    links=(_CODES, _IDENTITY),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER, Fixer.MICROSOFT),
    places=(Place.ARM, Place.LOG),
)
