"""Codes 429xxx of an IoT hub, and what ends a request from the caller's side: too fast, or given up."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_QUOTAS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"
_INGRESS = (
    "`az monitor metrics list --resource HUB_ID --metric d2c.telemetry.ingress.allProtocol --interval PT1M` "
    "shows the rate"
)

_AREA = Area(links=(_CODES, _QUOTAS))

GENERIC_TOO_MANY_REQUESTS = _AREA.entry(
    code="hub-429000",
    title="The caller sends too many requests",
    meaning="A rate limit of the hub was passed, and no narrower code names which.",
    causes=(
        Cause(
            "A program asks in a loop, or many instances of it ask at once.",
            ("Wait between requests, twice as long after each refusal, with a random part.",),
            confirm="Count the requests per minute, and compare with the table of limits for the tier.",
        ),
    ),
    aliases=("429000", "GenericTooManyRequests", "hub:429", "ThrottlingError"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK),
)

THROTTLING_EXCEPTION = _AREA.entry(
    code="hub-429001",
    title="The hub is over its rate for this kind of operation",
    meaning="Short peaks are only delayed, which shows as latency. This comes when the load stays above the limit of "
    "tier and units.",
    causes=(
        Cause(
            "Devices together send faster than the units allow.",
            (
                "Add units: each one raises the rate.",
                "Spread what devices send over the minute, so that not all send at the full hour.",
            ),
            confirm=f"{_INGRESS}; compare with 12 a second and unit, at least 100, on F1, B1 and S1.",
        ),
        Cause(
            "A back end runs registry operations, queries or twin reads in bulk.",
            ("Use queries and jobs in place of single reads, and stay below the limits of the tier.",),
            confirm="The operation in the log row is none of telemetry.",
        ),
    ),
    aliases=(
        "429001",
        "ThrottlingException",
        "com.microsoft:device-container-throttled",
        "IotHubThrottledException",
    ),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK, Place.LOG, Place.AMQP, Place.TOOL),
)

THROTTLE_BACKLOG_LIMIT_EXCEEDED = _AREA.entry(
    code="hub-429002",
    title="The queue in which the hub delays requests is full",
    meaning="Before a hub refuses requests, it queues those that come too fast. The queue is full, too.",
    causes=(
        Cause(
            "The load has been far above the limit for some time.",
            ("Reduce the rate at the source; repeated requests only keep the queue full.",),
            confirm=f"{_INGRESS}, and latency had been rising before the refusals began.",
        ),
    ),
    aliases=("429002", "ThrottleBacklogLimitExceeded"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.HTTP, Place.SDK, Place.LOG),
)

THROTTLING_BACKLOG_TIMEOUT = _AREA.entry(
    code="hub-429003",
    title="A request waited too long in the hub's queue",
    meaning="The hub queued the request to smooth the load, and its turn did not come in time. The message names the "
    "kind of operation, and may say how many seconds to wait.",
    causes=(
        Cause(
            "Requests of this kind come faster than they are let through.",
            ("Wait as many seconds as the message says, or ten, and send fewer at a time.",),
            confirm="The message names a class such as CRUD; count your requests of that class.",
        ),
    ),
    aliases=("429003", "ThrottlingBacklogTimeout"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK, Place.LOG),
)

THROTTLING_MAX_ACTIVE_JOB_COUNT_EXCEEDED = _AREA.entry(
    code="hub-429004",
    title="The tier's limit of active jobs is reached",
    meaning="A new job would be one more than may be active. It is not queued but refused.",
    causes=(
        Cause(
            "Jobs run long because many of their devices are offline.",
            ("Give jobs a shorter end time, and start the next one when one has ended.",),
            confirm="`az iot hub job list -n HUB --job-status running` (needs the azure-iot extension) shows them.",
        ),
    ),
    aliases=("429004", "ThrottlingMaxActiveJobCountExceeded"),
    retry=Retry.LATER,
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

REQUEST_TIMEOUT = _AREA.entry(
    code="hub-408000",
    title="The hub stopped waiting for a request",
    meaning="The connection stood, but the request did not arrive whole, or was not done, within the time for it.",
    causes=(
        Cause(
            "A slow or lossy line between the caller and the hub.",
            ("Send it again; send smaller bodies over bad lines.",),
            confirm="Requests from another network do not show it.",
        ),
    ),
    aliases=("408000", "RequestTimeout", "hub:408"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.NETWORK, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

CLIENT_CLOSED_REQUEST = _AREA.entry(
    code="hub-499000",
    title="The caller closed the connection before the answer came",
    meaning="No client receives this code. The service writes it into its own log when the client closes the "
    "connection before the answer.",
    causes=(
        Cause(
            "The client's own timeout is shorter than the operation takes.",
            ("Raise the HTTP timeout above connect and response time of the operation.",),
            confirm="Compare the client's timeout with the duration of requests that succeed.",
        ),
    ),
    aliases=("499000", "ClientClosedRequest", "hub:499"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.LOG, Place.HTTP),
)
