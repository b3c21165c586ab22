"""Codes 403xxx of an IoT hub: it knows who asks, and does not do it: quota, tier, suspended, disabled."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_QUOTAS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"
_TIERS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-scaling"
_C2D = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d"

GENERIC_FORBIDDEN = Entry(
    code="hub-403000",
    title="The hub knows the caller and refuses the operation",
    meaning="The credential is good; a rule of the hub, its tier or its state is against the operation.",
    causes=(
        Cause(
            "The operation is not allowed in this tier, or with this policy.",
            ("Read the message beside the code, then compare tier and rights with what the operation needs.",),
            confirm='`az iot hub show -n HUB --query "[sku.tier, properties.state]"` shows tier and state.',
        ),
    ),
    aliases=("403000", "GenericForbidden", "hub:403"),
    links=(_CODES,),
    fixers=(Fixer.OWNER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK),
)

IOT_HUB_SUSPENDED = Entry(
    code="hub-403001",
    title="The hub is suspended",
    meaning="A hub stops to serve when its subscription does. One preview SDK for .NET uses the same number for "
    "JobQuotaExceeded; the message text tells which is meant.",
    causes=(
        Cause(
            "The subscription is disabled: unpaid, expired, or its spending limit is reached.",
            ("Settle the bill or remove the spending limit; the hub comes back by itself afterwards.",),
            confirm="`az account show --query state` says something else than Enabled.",
        ),
        Cause(
            "The hub itself was suspended.",
            ("Ask Azure support why; the hub's activity log may say it.",),
            confirm="`az iot hub show -n HUB --query properties.state` is not Active.",
        ),
    ),
    aliases=("403001", "IotHubSuspended", "com.microsoft:iot-hub-suspended"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.SDK, Place.AMQP),
)

IOT_HUB_QUOTA_EXCEEDED = Entry(
    code="hub-403002",
    title="The hub has used up its messages for today",
    meaning="Tier and units give a number of messages per day, for all devices together. It begins anew at midnight "
    "UTC. Until then nothing gets in, and the portal may not even list devices.",
    causes=(
        Cause(
            "Devices send more than the tier holds. Method calls to offline devices and twin reads count, too, and "
            "messages count in steps of 4 KB (0.5 KB in the free tier).",
            (
                "Add units or go up a tier: `az iot hub update -n HUB --set sku.capacity=2`.",
                "Or wait for midnight UTC, and send less often or several readings in one message.",
                "Set an alert on the metric dailyMessageQuotaUsed.",
            ),
            confirm="`az iot hub show-quota-metrics -n HUB` shows TotalMessages at its maximum.",
            proven_by="messages-are-used-up",
        ),
        Cause(
            "A bulk import would bring the hub over its number of devices.",
            ("Delete devices that are gone, or spread the fleet over hubs.",),
            confirm="`az iot hub show-quota-metrics -n HUB` shows TotalDeviceCount near its maximum.",
            only_if="messages-may-be-left",
        ),
    ),
    aliases=(
        "403002",
        "IotHubQuotaExceeded",
        "IotHubQuotaExceededError",
        "com.microsoft:quota-exceeded",
        "QuotaExceededException",
        "IOTHUB_CLIENT_CONNECTION_QUOTA_EXCEEDED",
    ),
    links=(_CODES, _QUOTAS),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
    places=(Place.HTTP, Place.SDK, Place.LOG, Place.AMQP, Place.TOOL),
)

JOB_QUOTA_EXCEEDED = Entry(
    code="hub-403003",
    title="Too many jobs run at once",
    meaning="The tier sets how many jobs of each kind may run at the same time.",
    causes=(
        Cause(
            "Earlier jobs have not ended.",
            (
                "Wait for them, or cancel a job that is not needed: `az iot hub job cancel -n HUB --job-id JOB` "
                "(needs the azure-iot extension).",
            ),
            confirm="`az iot hub job list -n HUB` (needs the azure-iot extension) shows jobs that are running or "
            "queued.",
        ),
    ),
    aliases=("403003", "JobQuotaExceeded"),
    links=(_CODES, _QUOTAS),
    retry=Retry.LATER,
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP, Place.LOG),
)

DEVICE_MAXIMUM_QUEUE_DEPTH_EXCEEDED = Entry(
    code="hub-403004",
    title="Fifty messages wait for the device already",
    meaning="Cloud-to-device messages queue until the device takes and settles them. In the Routes log the same number "
    "says that the queue or hub at the end of a route is full.",
    causes=(
        Cause(
            "The device is offline, or asks for messages seldom because it uses HTTPS.",
            (
                "Shorten the time to live of messages that are worthless when late.",
                "Let the device receive over MQTT or AMQP.",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE -o json` shows connected and "
            "waitingMessages.",
            only_if="device-may-use-https",
        ),
        Cause(
            "The device receives and does not settle.",
            ("Complete or reject each message when the program has taken it over.",),
            confirm="The count stays at fifty although the device is connected.",
        ),
        Cause(
            "In the Routes log: the destination does not empty its queue.",
            ("Make its consumer work, or raise its size.",),
            confirm="The row's category is Routes, and it names an endpoint.",
            only_if="device-may-have-no-queue",
        ),
    ),
    aliases=("403004", "DeviceMaximumQueueDepthExceeded", "DeviceMaximumQueueDepthExceededException"),
    links=(_CODES, _C2D),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.LOG, Place.TOOL),
)

IOT_HUB_MAX_CBS_TOKEN_EXCEEDED = Entry(
    code="hub-403005",
    title="One AMQP connection carries too many devices",
    meaning="A gateway may serve many devices over one connection and puts a token for each; there is a limit.",
    causes=(
        Cause(
            "The connection pool is too small for the number of devices.",
            ("Raise the pool's size, so that each connection carries fewer devices.",),
            confirm="Compare the number of devices per connection with the limit on the AMQP page.",
        ),
    ),
    aliases=("403005", "IotHubMaxCbsTokenExceeded"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.AMQP, Place.SDK),
)

DEVICE_MAXIMUM_QUEUE_SIZE_EXCEEDED = Entry(
    code="hub-403007",
    title="The messages that wait for the device are too large together",
    meaning="The queue of a device is limited in bytes as well as in number.",
    causes=(
        Cause(
            "Large cloud-to-device messages pile up.",
            ("Purge the queue, send links to files in place of files, and shorten the time to live.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE -o json --query "
            "hub.waitingMessages` is below fifty while sending fails.",
        ),
    ),
    aliases=("403007", "DeviceMaximumQueueSizeExceeded"),
    links=(_CODES, _C2D),
    retry=Retry.LATER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

INVALID_MESSAGE_EXPIRY_TIME = Entry(
    code="hub-403009",
    title="The expiry time of a message is not possible",
    meaning="A cloud-to-device message may say when it expires: later than now, and within the longest time to live.",
    causes=(
        Cause(
            "The expiry is in the past, such as from a wrong clock or a local time sent as UTC, or too far ahead.",
            ("Set expiryTimeUtc in UTC, some minutes to two days ahead.",),
            confirm="Compare the value with `date -u` on the machine that sends.",
        ),
    ),
    aliases=("403009", "InvalidMessageExpiryTime"),
    links=(_CODES, _C2D),
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER = Entry(
    code="hub-403010",
    title="The hub's tier does not have this operation",
    meaning="The basic tier takes telemetry only: no twins, no methods, no cloud-to-device messages, no IoT Edge.",
    causes=(
        Cause(
            "The hub is of the basic tier.",
            ("Move it to the standard tier of the same size: `az iot hub update -n HUB --sku S1`.",),
            confirm="`az iot hub show -n HUB --query sku.tier` says Basic.",
        ),
    ),
    aliases=("403010", "OperationNotAvailableInCurrentTier"),
    links=(_CODES, _TIERS),
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.SDK, Place.TOOL),
)

KEY_ENCRYPTION_KEY_REVOKED = Entry(
    code="hub-403011",
    title="The hub has lost access to the key that encrypts its data",
    meaning="The owner chose to encrypt the hub's data with a key of their own in Key Vault. Without it the hub can "
    "neither read nor write.",
    causes=(
        Cause(
            "The key was disabled, deleted or expired, or the hub's identity may not use it any more.",
            ("Enable or recover the key, and give the hub's identity wrap and unwrap on it.",),
            confirm="`az keyvault key show --vault-name VAULT -n KEY --query attributes` shows enabled and expires.",
        ),
    ),
    aliases=("403011", "KeyEncryptionKeyRevoked"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.SDK),
)

_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
_REGISTRY = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry"

DEVICE_DISABLED = Entry(
    code="hub-403012",
    title="The device is switched off in the registry",
    meaning="Each identity is enabled or disabled. A disabled identity cannot connect, even with the right key.",
    causes=(
        Cause(
            "An operator disabled it, and may have said why in statusReason.",
            (
                "Ask the person who disabled it, then enable it: `az iot hub device-identity update -n HUB -d DEVICE "
                "--set status=enabled --output none` (needs the azure-iot extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says disabled.",
        ),
        Cause(
            "Provisioning moved the device to another hub and switched it off here.",
            ("Let the device run through provisioning again; do not enable it here.",),
            confirm="`az iot diag device show --dps-name DPS --registration-id ID` names another hub.",
        ),
    ),
    aliases=("403012", "DeviceDisabled", "Device_Disabled", "IOTHUB_CLIENT_CONNECTION_DEVICE_DISABLED"),
    links=(_CODES, _REGISTRY),
    fixers=(Fixer.OPERATOR,),
    places=(Place.SDK, Place.LOG),
)

DEVICE_MAXIMUM_INFLIGHT_METHOD_EXCEEDED = Entry(
    code="hub-403800",
    title="Too many method calls to one device are open",
    meaning="Each direct method waits for its answer; only so many may wait at once.",
    causes=(
        Cause(
            "The back end calls faster than the device answers.",
            ("Call one after the other, and begin the next when the last has answered or timed out.",),
            confirm="Compare the device's time to answer with the interval of the calls.",
        ),
    ),
    aliases=("403800", "DeviceMaximumInflightMethodExceeded"),
    links=(_CODES, _METHODS),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP, Place.LOG),
)

DEVICE_THROTTLING_LIMIT_EXCEEDED = Entry(
    code="hub-429005",
    title="The device exceeds a limit for one device",
    meaning="Besides the hub's limits there are some for each device. The others are not slowed down.",
    causes=(
        Cause(
            "The device sends, reads its twin or reports in a tight loop.",
            ("Find the loop, and put a pause into it or react to changes in place of asking.",),
            confirm="Metrics by device, or the Connections and TwinOps logs, show one device above all others.",
        ),
    ),
    aliases=("429005", "DeviceThrottlingLimitExceeded"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.LOG),
)
