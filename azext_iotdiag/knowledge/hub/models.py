"""Codes of an IoT hub about its store of models: limits, names that are taken, faults inside."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_MODELS = "https://learn.microsoft.com/azure/iot/concepts-modeling-guide"

_AREA = Area(links=(_CODES, _MODELS), places=(Place.HTTP,))

DEVICE_MODEL_MAX_PROPERTIES_EXCEEDED = _AREA.entry(
    code="hub-403100",
    title="The device's model has too many properties",
    meaning="The service sets a limit to the number of properties in one model.",
    causes=(
        Cause(
            "One model describes everything at once.",
            ("Split it into components, and leave out properties that no program reads.",),
            confirm="Count the contents of type Property in the model, components included.",
        ),
    ),
    aliases=("403100", "DeviceModelMaxPropertiesExceeded"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DEVICE_MODEL_MAX_INDEXABLE_PROPERTIES_EXCEEDED = _AREA.entry(
    code="hub-403101",
    title="The device's model marks too many properties for search",
    meaning="Only so many properties of a model can be indexed for queries.",
    causes=(
        Cause(
            "More properties are marked as indexable than the service takes.",
            ("Keep the mark on those that queries really use.",),
            confirm="Count the marked properties, and compare with the queries that exist.",
        ),
    ),
    aliases=("403101", "DeviceModelMaxIndexablePropertiesExceeded"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

MODEL_ALREADY_EXISTS = _AREA.entry(
    code="hub-409101",
    title="A model of this id exists already",
    meaning="A published model never changes. The same id with other content would mean two things.",
    causes=(
        Cause(
            "The model was changed without a new version.",
            ("Raise the number behind the semicolon of its id and publish that.",),
            confirm="Compare the stored model with the new one.",
        ),
    ),
    aliases=("409101", "ModelAlreadyExists"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DIGITAL_TWIN_MODEL_ALREADY_EXISTS = _AREA.entry(
    code="hub-409501",
    title="A digital twin model of this id exists already",
    meaning="Digital twin models keep their id and content for good.",
    causes=(
        Cause(
            "The same model is published for a second time.",
            ("Skip what is published already, or publish under a new version.",),
            confirm="Ask for the model by its id before publishing.",
        ),
    ),
    aliases=("409501", "DigitalTwinModelAlreadyExists"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DIGITAL_TWIN_MODEL_EXISTS_WITH_OTHER_MODEL_TYPE = _AREA.entry(
    code="hub-409502",
    title="The id belongs to a model of another kind",
    meaning="One id names one thing, be it an interface or a collection of them.",
    causes=(
        Cause(
            "An interface and something else were given the same id.",
            ("Give the new one an id of its own, by another path in front of the semicolon.",),
            confirm="Look at the @type of the model that has this id.",
        ),
    ),
    aliases=("409502", "DigitalTwinModelExistsWithOtherModelType"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INTERFACE_NAME_MODEL_ALREADY_EXISTS = _AREA.entry(
    code="hub-409503",
    title="The interface is registered already",
    meaning="The hub keeps the names of interfaces, and this one is taken.",
    causes=(
        Cause(
            "It was registered by an earlier run or another device.",
            ("If the registered interface is the same, use it. Otherwise choose another name.",),
            confirm="The registered interface has the content that you mean to add.",
        ),
    ),
    aliases=("409503", "InterfaceNameModelAlreadyExists"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DIGITAL_TWIN_MODEL_COUNT_LIMIT_EXCEEDED = _AREA.entry(
    code="hub-413201",
    title="The limit of digital twin models is reached",
    meaning="The number of models is limited.",
    causes=(
        Cause(
            "Every firmware build announces a model of its own.",
            ("Give devices of one kind one model id, and delete models that none announces.",),
            confirm='`az iot hub query -n HUB -q "select modelId, count() as n from devices group by modelId"` '
            "(needs the azure-iot extension) shows how many are in use.",
        ),
    ),
    aliases=("413201", "DigitalTwinModelCountLimitExceeded"),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

INTERFACE_NAME_COMPRESSION_MODEL_COUNT_LIMIT_EXCEEDED = _AREA.entry(
    code="hub-413202",
    title="The limit of interface names is reached",
    meaning="The hub shortens names of interfaces through a list, and the list is full.",
    causes=(
        Cause(
            "Names of interfaces are made up at run time.",
            ("Use a fixed set of interface names, and remove those that are not used any more.",),
            confirm="The names hold serial numbers, dates or build numbers.",
        ),
    ),
    aliases=("413202", "InterfaceNameCompressionModelCountLimitExceeded"),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

MODEL_REPO_ENDPOINT_ERROR = _AREA.entry(
    code="hub-500301",
    title="The model repository did not answer the hub",
    meaning="To resolve a model id the hub asks a repository; it got no useful answer.",
    causes=(
        Cause(
            "The repository is down or out of reach for a while.",
            ("Ask again later; what needs no model goes on working.",),
            confirm="https://devicemodels.azure.com does not open in a browser either.",
        ),
    ),
    aliases=("500301", "ModelRepoEndpointError"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

RESOLUTION_ERROR = _AREA.entry(
    code="hub-500302",
    title="A model could not be resolved",
    meaning="The hub found the model but could not put together all that it refers to.",
    causes=(
        Cause(
            "A referenced interface is missing, or the repository failed midway.",
            ("Try once more; if it stays, publish the missing interfaces.",),
            confirm="Each id that the model refers to can be fetched by itself.",
        ),
    ),
    aliases=("500302", "ResolutionError"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.MICROSOFT),
)

UNABLE_TO_EXPAND_DISCOVERY_INFO = _AREA.entry(
    code="hub-500501",
    title="The hub cannot expand the model that a device announced",
    meaning="The announcement is kept in a shortened form, and reading it back failed inside the service.",
    causes=(
        Cause(
            "A fault inside the service.",
            ("Let the device connect again, so that it announces its model anew.",),
            confirm="After the reconnect the digital twin can be read.",
        ),
    ),
    aliases=("500501", "UnableToExpandDiscoveryInfo", "500504", "UnableToCompressDiscoveryInfo"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT, Fixer.DEVICE_DEVELOPER),
)

UNABLE_TO_EXPAND_COMPONENT_INFO = _AREA.entry(
    code="hub-500502",
    title="The hub cannot expand the description of a component",
    meaning="Descriptions of components are kept in a shortened form, which could not be written or read back.",
    causes=(
        Cause(
            "A fault inside the service.",
            ("Repeat the request; if it stays, let the device announce a new version of its model.",),
            confirm="Devices with other models do not show it.",
        ),
    ),
    aliases=("500502", "UnableToExpandComponentInfo", "500503", "UnableToCompressComponentInfo"),
    links=(_CODES,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

ORPHAN_DISCOVERY_DOCUMENT = _AREA.entry(
    code="hub-500505",
    title="The description of a model belongs to no device any more",
    meaning="The hub kept a description whose device it does not find, a contradiction inside the service.",
    causes=(
        Cause(
            "The device was deleted and created again in between.",
            ("Connect the device once more; if the error stays, hand the tracking id to support.",),
            confirm="`az iot hub device-identity show -n HUB -d DEVICE --query generationId` (needs the azure-iot "
            "extension) changed lately.",
        ),
    ),
    aliases=("500505", "OrphanDiscoveryDocument"),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT,),
)
