"""Codes 400xxx of an IoT hub about the state in which a request finds it: edits, time, keys, replicas."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"

REQUEST_CANCELED = Entry(
    code="hub-400021",
    title="The request was cancelled before it was done",
    meaning="Caller or service gave the request up while it was being worked on. Whether it took effect is open.",
    causes=(
        Cause(
            "The caller's own deadline or cancellation token ended it.",
            ("Give the call more time, then read the state back before repeating what is not safe to do twice.",),
            confirm="The client's log shows a cancellation or timeout at the same moment.",
        ),
    ),
    aliases=("400021", "RequestCanceled"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

ETAG_DOES_NOT_MATCH = Entry(
    code="hub-400023",
    title="Somebody else changed it in between",
    meaning="The request carried the version that the caller had read. The hub has a newer one, and does not overwrite "
    "what the caller has not seen.",
    causes=(
        Cause(
            "Another program or person edited the same thing at the same time.",
            ("Read it again, put your change on top, and send it with the new ETag.",),
            confirm="The ETag of a fresh read differs from the one that was sent.",
        ),
    ),
    aliases=("400023", "EtagDoesNotMatch"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

REQUEST_TIMED_OUT = Entry(
    code="hub-400024",
    title="The hub did not get the request done in time",
    meaning="The request was good, but its work took longer than the service allows.",
    causes=(
        Cause(
            "The service was slow for a moment.",
            ("Send it again after some seconds, with growing pauses.",),
            confirm="The same request succeeds a little later.",
        ),
        Cause(
            "The request asks for much at once, such as a query over a large fleet.",
            ("Ask for smaller pages or narrower conditions.",),
            confirm="A smaller request of the same kind succeeds each time.",
        ),
    ),
    aliases=("400024", "RequestTimedOut"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.MICROSOFT),
    places=(Place.HTTP, Place.SDK),
)

UNSUPPORTED_OPERATION_ON_REPLICA = Entry(
    code="hub-400025",
    title="A write reached a copy of the hub that only reads",
    meaning="A hub has a second copy in the paired region. Around a failover a write can land on the one that does not "
    "take writes.",
    causes=(
        Cause(
            "A failover is under way or has just been.",
            ("Repeat the write in a minute; let DNS caches expire, and do not pin the hub's address.",),
            confirm="`az iot hub show -n HUB --query properties.locations` shows which region is primary.",
        ),
    ),
    aliases=("400025", "UnsupportedOperationOnReplica"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-ha-dr"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

NULL_MESSAGE = Entry(
    code="hub-400026",
    title="There is no message in the request",
    meaning="The operation sends a message, and none was given.",
    causes=(
        Cause(
            "The program passed nothing where the SDK wants a message, often after a failed serialisation.",
            ("Check the object before sending it, and give an empty message a body of at least {}.",),
            confirm="Log the body's length just before it is sent.",
        ),
    ),
    aliases=("400026", "NullMessage"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.SDK, Place.HTTP),
)

INVALID_POLICY_KEY = Entry(
    code="hub-400035",
    title="The key of a shared access policy has the wrong form",
    meaning="Keys of policies are base64. The text that was given cannot be one.",
    causes=(
        Cause(
            "The key was cut when it was copied, or typed by hand.",
            ("Let the hub make one: `az iot hub policy renew-key --hub-name HUB -n POLICY --rk primary`.",),
            confirm="`base64 -d` refuses the key.",
        ),
    ),
    aliases=("400035", "InvalidPolicyKey"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.OWNER,),
    places=(Place.HTTP, Place.ARM),
)

BULK_REGENERATE_DEVICE_KEY_OPERATION_FAILURE = Entry(
    code="hub-400036",
    title="Some keys of a bulk renewal could not be made anew",
    meaning="Up to a hundred devices get new keys in one request; each succeeds or fails for itself.",
    causes=(
        Cause(
            "Some of the devices do not exist or do not use keys.",
            ("Read the result of each device, and renew only those that failed once their fault is mended.",),
            confirm="The failed ones show another authentication.type than sas, or are not found.",
        ),
    ),
    aliases=("400036", "BulkRegenerateDeviceKeyOperationFailure"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

CANNOT_REGISTER_MODULE_TO_MODULE = Entry(
    code="hub-400301",
    title="A module cannot have modules",
    meaning="Modules stand below a device, one level deep. The request puts one below another module.",
    causes=(
        Cause(
            "The path or the connection string names a module where a device belongs.",
            ("Create the module below the device itself.",),
            confirm="Look for a ModuleId in the connection string that the program creates modules with.",
        ),
    ),
    aliases=("400301", "CannotRegisterModuleToModule"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

TENANT_HUB_ROUTING_NOT_ENABLED = Entry(
    code="hub-400302",
    title="The hub's part in a shared pool has no routing",
    meaning="Elastic pools are internal to the service; the answer is about how one of them is set up.",
    causes=(
        Cause(
            "The operation needs routing that this hub does not have.",
            ("Check that the request is meant for this hub, then quote its tracking id to support.",),
            confirm="The same request works on a hub created the ordinary way.",
        ),
    ),
    aliases=("400302", "TenantHubRoutingNotEnabled"),
    links=(_CODES,),
    retry=Retry.NEVER,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.HTTP,),
)
