"""Codes of an IoT hub about files: uploads of devices, the storage behind them, bulk import and export."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_UPLOAD = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-file-upload"
_IMPORT = "https://learn.microsoft.com/azure/iot-hub/iot-hub-bulk-identity-mgmt"
_STORAGE = "`az iot hub show -n HUB --query properties.storageEndpoints`"

BLOB_CONTAINER_VALIDATION_ERROR = Entry(
    code="hub-400008",
    title="The blob container of an import or export cannot be used",
    meaning="Bulk jobs read and write blobs through an address with a signature, which the hub tries first.",
    causes=(
        Cause(
            "The container's name is wrong, or its signature has expired or lacks read, write or delete.",
            ("Make a new signature for the container with read, write, delete and list, for a day.",),
            confirm="List the container with that very address in a browser or with curl.",
        ),
    ),
    aliases=("400008", "BlobContainerValidationError"),
    links=(_CODES, _IMPORT),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.HTTP, Place.LOG),
)

IMPORT_WARNING_EXISTS_ERROR = Entry(
    code="hub-400009",
    title="A bulk import ended with warnings",
    meaning="The job ran, and some lines of its file were not carried out.",
    causes=(
        Cause(
            "Lines of the import file are malformed, or contradict what the hub holds.",
            ("Open the blob importErrors.log beside the import file, and correct the lines that it names.",),
            confirm="`az iot hub job list -n HUB` (needs the azure-iot extension) shows the job and its result.",
        ),
    ),
    aliases=("400009", "ImportWarningExistsError"),
    links=(_CODES, _IMPORT),
    fixers=(Fixer.OPERATOR,),
    places=(Place.LOG,),
)

DEFAULT_STORAGE_ENDPOINT_NOT_CONFIGURED = Entry(
    code="hub-400014",
    title="The hub has no storage for uploads",
    meaning="A device asked where to put a file. The hub gives out addresses in one container, and none is set.",
    causes=(
        Cause(
            "File upload was never set up for this hub.",
            (
                "Name a storage account and a container in the hub's file upload settings.",
                "Let the hub's identity write to it, or give a connection string.",
            ),
            confirm=f"{_STORAGE} shows an empty container name.",
        ),
    ),
    aliases=("400014", "DefaultStorageEndpointNotConfigured"),
    links=(_CODES, _UPLOAD),
    fixers=(Fixer.OWNER,),
    places=(Place.SDK, Place.HTTP, Place.LOG, Place.TOOL),
)

INVALID_FILE_UPLOAD_CORRELATION_ID = Entry(
    code="hub-400015",
    title="The hub gave out no such upload",
    meaning="An upload begins with an id from the hub and ends with a notice that carries it back.",
    causes=(
        Cause(
            "The notice carries another id: of an earlier upload, of another device, or altered.",
            ("Keep the field correlationId of the answer with the file, and send it back unchanged.",),
            confirm="Log the id at the start and at the end of one upload, and compare.",
        ),
    ),
    aliases=("400015", "InvalidFileUploadCorrelationId"),
    links=(_CODES, _UPLOAD),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.LOG),
)

EXPIRED_FILE_UPLOAD_CORRELATION_ID = Entry(
    code="hub-400016",
    title="The upload took longer than its address is valid",
    meaning="The address for an upload is a signature with an end. When the notice comes after that, the hub has "
    "forgotten the upload.",
    causes=(
        Cause(
            "The file is large for the device's line, or the device slept in between.",
            (
                "Raise the life of upload addresses in the hub's file upload settings.",
                "Send smaller files, and ask for the address only when the file is ready.",
            ),
            confirm=f"{_STORAGE} shows sasTtlAsIso8601; compare it with how long an upload takes.",
        ),
    ),
    aliases=("400016", "ExpiredFileUploadCorrelationId"),
    links=(_CODES, _UPLOAD),
    fixers=(Fixer.OWNER, Fixer.DEVICE_DEVELOPER),
    places=(Place.SDK, Place.LOG),
)

INVALID_STORAGE_ENDPOINT = Entry(
    code="hub-400017",
    title="The definition of the hub's storage is broken",
    meaning="Account, container and credential of the upload storage must fit together; the hub found that they do "
    "not.",
    causes=(
        Cause(
            "The account was deleted or renamed, or the connection string is incomplete.",
            ("Choose the account and container again in the file upload settings, and save.",),
            confirm=f"{_STORAGE} names an account that `az storage account list --query [].name` does not.",
        ),
    ),
    aliases=("400017", "InvalidStorageEndpoint"),
    links=(_CODES, _UPLOAD),
    fixers=(Fixer.OWNER,),
    places=(Place.ARM, Place.LOG),
)

INVALID_MESSAGING_ENDPOINT = Entry(
    code="hub-400018",
    title="The definition of the file notifications is broken",
    meaning="When a file has arrived the hub puts a notice into a queue of its own, whose settings were refused.",
    causes=(
        Cause(
            "Lock time, time to live or delivery count of the notices is outside of its range.",
            ("Set messagingEndpoints.fileNotifications to values within the ranges of the reference.",),
            confirm="`az iot hub show -n HUB --query properties.messagingEndpoints` shows the present values.",
        ),
    ),
    aliases=("400018", "InvalidMessagingEndpoint"),
    links=(_CODES,),
    fixers=(Fixer.OWNER,),
    places=(Place.ARM,),
)

INVALID_FILE_UPLOAD_COMPLETION_STATUS = Entry(
    code="hub-400019",
    title="The notice that ends an upload is malformed",
    meaning="The notice tells whether the upload went well, with a status and a text. The hub could not read it.",
    causes=(
        Cause(
            "A field is missing or has the wrong type.",
            ("Send correlationId, isSuccess as true or false, statusCode as a number, and statusDescription.",),
            confirm="Log the body of the POST to files/notifications.",
        ),
    ),
    aliases=("400019", "InvalidFileUploadCompletionStatus"),
    links=(_CODES, _UPLOAD),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.LOG),
)

INVALID_STORAGE_ENDPOINT_OR_BLOB = Entry(
    code="hub-400020",
    title="The storage account turned the hub away",
    meaning="To prepare an upload the hub creates a blob, with its identity or a stored key. The blob service refused "
    "this, or there is no such container. One preview SDK for .NET names this number IotHubSuspended. The message text "
    "says which of the two it is.",
    causes=(
        Cause(
            "The firewall of the storage account keeps the hub out.",
            ("Except trusted Microsoft services there, and let the hub use its managed identity.",),
            confirm="`az storage account show -g GROUP -n ACCOUNT --query networkRuleSet` says Deny and no bypass.",
        ),
        Cause(
            "The stored key was renewed, or the identity has no role.",
            ("Save the file upload settings anew, or assign Storage Blob Data Contributor to the hub's identity.",),
            confirm="`az role assignment list --scope ACCOUNT_ID` shows no assignment for the hub.",
        ),
        Cause(
            "The container was deleted.",
            ("Create it again under the same name.",),
            confirm="`az storage container exists --name CONTAINER --account-name ACCOUNT --auth-mode login` says "
            "false.",
        ),
    ),
    aliases=("400020", "InvalidStorageEndpointOrBlob"),
    links=(_CODES, _UPLOAD, "https://learn.microsoft.com/azure/iot-hub/virtual-network-support"),
    retry=Retry.LATER,
    fixers=(Fixer.OWNER,),
    places=(Place.SDK, Place.LOG),
)

INVALID_STORAGE_ENDPOINT_PROPERTY = Entry(
    code="hub-400022",
    title="A field of the hub's storage settings is not valid",
    meaning="The update of the hub was refused because of one value in its storage endpoint.",
    causes=(
        Cause(
            "A duration is not ISO 8601, or a name breaks the rules for containers.",
            ("Write durations as PT1H, and container names in lower case with 3 to 63 characters.",),
            confirm="The error message of the update names the field.",
        ),
    ),
    aliases=("400022", "InvalidStorageEndpointProperty"),
    links=(_CODES,),
    fixers=(Fixer.OWNER,),
    places=(Place.ARM,),
)

DEVICE_MAXIMUM_ACTIVE_FILE_UPLOAD_LIMIT_EXCEEDED = Entry(
    code="hub-403006",
    title="The device has ten uploads that it never ended",
    meaning="Each address that the hub gives out stays open until a notice ends it or its time is over; ten at most.",
    causes=(
        Cause(
            "The program does not send the notice, or not when an upload fails.",
            ("Send the notice after each upload, with isSuccess false when it failed.",),
            confirm="Count the requests for addresses and the notices in the device's log.",
        ),
        Cause(
            "Addresses live so long that abandoned ones pile up.",
            ("Shorten sasTtlAsIso8601 in the hub's settings; ten minutes are often enough.",),
            confirm="After one lifetime without uploads the device can upload again.",
        ),
    ),
    aliases=("403006", "DeviceMaximumActiveFileUploadLimitExceeded"),
    links=(_CODES, _UPLOAD),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.SDK, Place.LOG),
)

IMPORT_DEVICES_NOT_SUPPORTED = Entry(
    code="hub-405103",
    title="Devices cannot be imported here",
    meaning="The hub does not offer the import job for this request.",
    causes=(
        Cause(
            "The hub or its tier has no import jobs.",
            ("Create the devices one by one or in batches of a hundred through the registry.",),
            confirm="`az iot hub show -n HUB --query sku` shows the tier.",
        ),
    ),
    aliases=("405103", "ImportDevicesNotSupported"),
    links=(_CODES, _IMPORT),
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP,),
)

BULK_ADD_DEVICES_NOT_SUPPORTED = Entry(
    code="hub-405104",
    title="Devices cannot be added in bulk here",
    meaning="The hub takes single creations and no batches of them.",
    causes=(
        Cause(
            "The hub does not offer this operation.",
            ("Create each device with a request of its own, within a hundred a minute and unit.",),
            confirm="Creating one of the devices alone succeeds.",
        ),
    ),
    aliases=("405104", "BulkAddDevicesNotSupported"),
    links=(_CODES,),
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)
