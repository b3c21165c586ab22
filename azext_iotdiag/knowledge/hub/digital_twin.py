"""Codes 400xxx and 404xxx of an IoT hub about Plug and Play: models, components, digital twin patches."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_PNP = "https://learn.microsoft.com/azure/iot/concepts-digital-twin"
_CONVENTION = "https://learn.microsoft.com/azure/iot/concepts-convention"
_BOTH = (Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER)

_AREA = Area(links=(_CODES, _PNP), places=(Place.HTTP,))

INVALID_PNP_INTERFACE_DEFINITION = _AREA.entry(
    code="hub-400501",
    title="An interface of the device's model is not valid",
    meaning="The hub reads the model that a device announces, and one of its interfaces breaks the rules of DTDL.",
    causes=(
        Cause(
            "The interface was written by hand and never checked.",
            ("Open the model in an editor with a DTDL extension, and mend what it underlines.",),
            confirm="The message names the interface's id.",
        ),
    ),
    aliases=("400501", "InvalidPnPInterfaceDefinition"),
    fixers=_BOTH,
    places=(Place.HTTP, Place.SDK),
)

INVALID_PNP_DESIRED_PROPERTIES = _AREA.entry(
    code="hub-400502",
    title="Desired properties do not follow Plug and Play",
    meaning="Below a component the desired part carries a marker, and values have the types of the model.",
    causes=(
        Cause(
            'A component\'s part lacks `"__t": "c"`, or a value has another type than the model says.',
            ("Send the component's object with its marker, and each value in the type of the model.",),
            confirm="`az iot hub device-twin show -n HUB -d DEVICE --query properties.desired` (needs the azure-iot "
            "extension) shows the parts.",
        ),
    ),
    aliases=("400502", "InvalidPnPDesiredProperties"),
    links=(_CODES, _CONVENTION),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INVALID_PNP_REPORTED_PROPERTIES = _AREA.entry(
    code="hub-400503",
    title="Reported properties do not follow Plug and Play",
    meaning="Reported properties of a component carry a marker, and have the types of the model.",
    causes=(
        Cause(
            "The device reports a component's property at the root, or without its marker.",
            ('Report it as {"COMPONENT": {"__t": "c", "PROPERTY": VALUE}}.',),
            confirm="`az iot hub device-twin show -n HUB -d DEVICE --query properties.reported` (needs the "
            "azure-iot extension) shows the parts.",
        ),
    ),
    aliases=("400503", "InvalidPnPReportedProperties"),
    links=(_CODES, _CONVENTION),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.HTTP),
)

INVALID_PNP_WRITABLE_REPORTED_PROPERTIES = _AREA.entry(
    code="hub-400504",
    title="The answer to a writable property lacks a part",
    meaning="A device acknowledges a writable property with the value, a status, the desired version and a text.",
    causes=(
        Cause(
            "The device reports the bare value.",
            ("Report value, ac (a status such as 200), av (the desired version) and, if you like, ad (a text).",),
            confirm="Look at the reported part of the twin for an object with ac and av.",
        ),
    ),
    aliases=("400504", "InvalidPnPWritableReportedProperties"),
    links=(_CODES, _CONVENTION),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK, Place.HTTP),
)

INVALID_DIGITAL_TWIN_JSON_PATCH = _AREA.entry(
    code="hub-400505",
    title="The patch of a digital twin is no JSON Patch",
    meaning="Digital twins are changed with a list of operations (RFC 6902), unlike device twins.",
    causes=(
        Cause(
            "An object was sent in place of the list, or an operation lacks op or path.",
            ('Send a list such as [{"op": "add", "path": "/PROPERTY", "value": VALUE}].',),
            confirm="The body begins with { and not with [.",
        ),
    ),
    aliases=("400505", "InvalidDigitalTwinJsonPatch"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INVALID_DIGITAL_TWIN_PAYLOAD = _AREA.entry(
    code="hub-400506",
    title="A value in a digital twin request does not fit the model",
    meaning="The hub compares the value with the schema that the model gives for it.",
    causes=(
        Cause(
            "The value has another type, or an object lacks or adds fields.",
            ("Give the value as the model's schema for it says, numbers without quotes.",),
            confirm="Compare the value with the schema of that property or command in the model.",
        ),
    ),
    aliases=("400506", "InvalidDigitalTwinPayload"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INVALID_DIGITAL_TWIN_PATCH = _AREA.entry(
    code="hub-400507",
    title="An operation in the patch of a digital twin is not possible",
    meaning="The patch is well formed, but one operation is not possible. It removes or replaces a value that does not "
    "exist.",
    causes=(
        Cause(
            "The property has no desired value yet, or the operation is neither add, replace nor remove.",
            ("Use add for a property that has no value yet, and replace only after that.",),
            confirm="`az iot hub digital-twin show -n HUB -d DEVICE` (needs the azure-iot extension) shows which "
            "properties have values.",
        ),
    ),
    aliases=("400507", "InvalidDigitalTwinPatch"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

INVALID_DIGITAL_TWIN_PATCH_PATH = _AREA.entry(
    code="hub-400508",
    title="A path in the patch of a digital twin does not exist",
    meaning="A path begins with the name of a property, or of a component and then a property.",
    causes=(
        Cause(
            "The path holds /desired/ or /properties/, as that of a device twin would, or a misspelt name.",
            ("Write /PROPERTY or /COMPONENT/PROPERTY with the names of the model.",),
            confirm="`az iot hub digital-twin show -n HUB -d DEVICE` (needs the azure-iot extension) shows the "
            "names at the root and in components.",
        ),
    ),
    aliases=("400508", "InvalidDigitalTwinPatchPath"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

DIGITAL_TWIN_INTERFACE_NOT_FOUND = _AREA.entry(
    code="hub-404014",
    title="The device's model has no such component or interface",
    meaning="The hub looked into the model that the device announced when it connected.",
    causes=(
        Cause(
            "The name of the component is misspelt, or the device announces another model.",
            ("Use a component of the model that the device announces, or let it announce the right one.",),
            confirm='`az iot hub query -n HUB -q "select deviceId, modelId from devices"` (needs the azure-iot '
            "extension) shows what it announced.",
        ),
    ),
    aliases=("404014", "DigitalTwinInterfaceNotFound"),
    fixers=_BOTH,
)

DIGITAL_TWIN_MODEL_NOT_FOUND = _AREA.entry(
    code="hub-404401",
    title="There is no model of this id",
    meaning="A model id, such as dtmi:example:Thermostat;1, was announced or asked for, and cannot be resolved.",
    causes=(
        Cause(
            "The id is misspelt or has another version than the published model.",
            ("Announce the id exactly as published, with its version behind the semicolon.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows the announced id.",
        ),
        Cause(
            "The model was never published where the service looks.",
            ("Publish it in the model repository, or do without operations that need it.",),
            confirm="Ask for the model's file below https://devicemodels.azure.com.",
        ),
    ),
    aliases=("404401", "DigitalTwinModelNotFound"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot/concepts-model-repository"),
    fixers=_BOTH,
)

INTERFACE_NAME_MODEL_NOT_FOUND = _AREA.entry(
    code="hub-404402",
    title="An interface that a model refers to is unknown",
    meaning="A model uses other models through extends and components, and one such model was not found.",
    causes=(
        Cause(
            "The interface is not published beside the model.",
            ("Publish every interface that the model names, in the same version.",),
            confirm="List the ids behind extends and schema in the model, and look for each.",
        ),
    ),
    aliases=("404402", "InterfaceNameModelNotFound"),
    fixers=_BOTH,
)
