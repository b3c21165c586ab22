"""Codes 409xxx and 412xxx of an IoT hub: it exists already, or is not as the request supposes."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_C2D = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d"

_AREA = Area(links=(_CODES,), fixers=(Fixer.SERVICE_DEVELOPER,), places=(Place.HTTP,))

GENERIC_CONFLICT = _AREA.entry(
    code="hub-409000",
    title="The request contradicts what the hub holds",
    meaning="The item to create or change is not in a state that allows it. No narrower code gives the reason.",
    causes=(
        Cause(
            "Two programs work on the same thing.",
            ("Read the present state, and send a request that fits it.",),
            confirm="Read the thing twice, some seconds apart, and see whether it changes.",
        ),
    ),
    aliases=("409000", "GenericConflict", "hub:409"),
)

DEVICE_ALREADY_EXISTS = _AREA.entry(
    code="hub-409001",
    title="A device of this id exists already",
    meaning="Creating a device never overwrites one.",
    causes=(
        Cause(
            "The device was created before, perhaps by a repeated request whose first answer was lost.",
            ("Read the device. If it is the device that you want, use it. Otherwise choose another id.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows it.",
        ),
    ),
    aliases=("409001", "DeviceAlreadyExists", "DeviceAlreadyExistsException", "com.microsoft:device-already-exists"),
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP, Place.LOG, Place.AMQP, Place.TOOL),
)

DEVICE_LOCKED = _AREA.entry(
    code="hub-409102",
    title="Another operation has locked the device",
    meaning="Some changes of a device lock it for a moment.",
    causes=(
        Cause(
            "Two changes of one device came at the same time.",
            ("Send changes of one device one after the other.",),
            confirm="The same request succeeds a second later.",
        ),
    ),
    aliases=("409102", "DeviceLocked"),
    retry=Retry.BACK_OFF,
)

DEVICE_JOB_ALREADY_EXISTS = _AREA.entry(
    code="hub-409103",
    title="The device takes part in a job already",
    meaning="A device does one such job at a time.",
    causes=(
        Cause(
            "An earlier job for the device has not ended.",
            ("Wait for that job, or cancel it, before starting the next.",),
            confirm="`az iot hub job list -n HUB` (needs the azure-iot extension) shows a job that is not completed.",
        ),
    ),
    aliases=("409103", "DeviceJobAlreadyExists"),
    retry=Retry.LATER,
)

JOB_ALREADY_EXISTS = _AREA.entry(
    code="hub-409104",
    title="A job of this id exists already",
    meaning="Ids of jobs are chosen by the caller and used once.",
    causes=(
        Cause(
            "The program uses a fixed id, or repeats a request that was done.",
            ("Make a new id for each job, such as a UUID.",),
            confirm="`az iot hub job show -n HUB --job-id JOB` (needs the azure-iot extension) shows when it was "
            "created.",
        ),
    ),
    aliases=("409104", "JobAlreadyExists"),
)

MODULE_ALREADY_EXISTS_ON_DEVICE = _AREA.entry(
    code="hub-409301",
    title="The device has a module of this name already",
    meaning="Names of modules are unique on a device, and creating does not overwrite.",
    causes=(
        Cause(
            "The module was created before, by hand or by a deployment.",
            ("Use the existing module, or give the new one another name.",),
            confirm="`az iot hub module-identity show -n HUB -d DEVICE -m MODULE --query moduleId` (needs the "
            "azure-iot extension) shows it.",
        ),
    ),
    aliases=("409301", "ModuleAlreadyExistsOnDevice"),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OPERATOR),
)

GENERIC_PRECONDITION_FAILED = _AREA.entry(
    code="hub-412000",
    title="A condition of the request is not met",
    meaning="The request said under which condition it is to be done, mostly by If-Match, and the condition is false.",
    causes=(
        Cause(
            "The header names an old version, or has no quotes around it.",
            ('Send If-Match with the ETag in double quotes, or "*" to overwrite any version.',),
            confirm="Compare the header with the etag of a fresh read.",
        ),
    ),
    aliases=("412000", "GenericPreconditionFailed", "hub:412"),
)

PRECONDITION_FAILED = _AREA.entry(
    code="hub-412001",
    title="The twin, identity or configuration changed after the read",
    meaning="The ETag that came with the request is not the present one, so the write was not done.",
    causes=(
        Cause(
            "Another program or person changed it between read and write. A twin may have been changed by its device.",
            ("Read, merge your change into what is there, and write with the fresh ETag.",),
            confirm="A fresh read shows a higher version than yours.",
        ),
    ),
    aliases=("412001", "PreconditionFailed", "amqp:precondition-failed"),
    places=(Place.HTTP, Place.AMQP, Place.TOOL),
)

DEVICE_MESSAGE_LOCK_LOST = _AREA.entry(
    code="hub-412002",
    title="The device settled a message too late",
    meaning="A received cloud-to-device message is locked for one minute. When it is not settled by then it goes back "
    "into the queue, and the late settling fails.",
    causes=(
        Cause(
            "The program works on the message before it completes it.",
            ("Complete it first, or store it and work on it afterwards; be ready to see a message twice.",),
            confirm="Log the time between receiving and completing; it is above 60 seconds.",
        ),
        Cause(
            "The connection was lost in between, and with it the lock.",
            ("Drop what was received on the old connection; the message comes again.",),
            confirm="A reconnect stands between the two in the device's log.",
        ),
    ),
    aliases=("412002", "DeviceMessageLockLost", "DeviceMessageLockLostException", "com.microsoft:message-lock-lost"),
    links=(_CODES, _C2D),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.LOG, Place.AMQP),
)

JOB_RUN_PRECONDITION_FAILED = _AREA.entry(
    code="hub-412003",
    title="The job's state changed before it could run",
    meaning="A step of the job found the job in another state than it needs.",
    causes=(
        Cause(
            "The job was cancelled or ended meanwhile.",
            ("Read the job's state, and start a new one if it is over.",),
            confirm="`az iot hub job show -n HUB --job-id JOB --query status` (needs the azure-iot extension) says "
            "cancelled or completed.",
        ),
    ),
    aliases=("412003", "JobRunPreconditionFailed"),
)

INFLIGHT_MESSAGES_IN_LINK = _AREA.entry(
    code="hub-412004",
    title="Messages of the AMQP link are not settled yet",
    meaning="The request to the link has to wait until every message on it is accepted, rejected or released.",
    causes=(
        Cause(
            "The program closes or changes the link while it holds messages.",
            ("Settle all that was received, then do it.",),
            confirm="Count deliveries without disposition in the AMQP frame log.",
        ),
    ),
    aliases=("412004", "InflightMessagesInLink"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.AMQP,),
)
