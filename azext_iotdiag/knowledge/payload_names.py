"""Codes about the names under which devices send: not in their model, misspelt, or somewhere else in it."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place

UNMODELED_FIELD = Entry(
    code="unmodeled-field",
    title="A field is not in the model",
    causes=(
        Cause(
            (
                "The device sends more than its model says; IoT Central keeps that as unmodeled data and "
                "shows it nowhere."
            ),
            (
                "Add the field to a new version of the model: `az iot diag template infer` writes one.",
                "Or let the device leave it out.",
            ),
            confirm="`az iot diag template show --model FILE` does not list the name.",
        ),
        Cause(
            "The device was given another model than the one that its firmware was made for.",
            ("Compare the model with the firmware's, and assign the right one.",),
            confirm="The model id that the device announces is another one.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "A model is not enforced: what it lacks is stored beside what it has, and no dashboard, rule "
        "or export knows it by name."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)

MISSPELT_NAME = Entry(
    code="misspelt-name",
    title="A name is almost one of the model's",
    causes=(
        Cause(
            "The firmware and the model spell the name differently; names are case-sensitive.",
            ("Send the name as the model has it, or rename it in a new version of the model.",),
            confirm="The two names in the message stand for the same thing.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "Names are compared letter by letter, so that one that differs in a letter or in its case is another name."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)

WRONG_KIND = Entry(
    code="wrong-kind",
    title="A name is modelled as something else than what it is sent as",
    causes=(
        Cause(
            (
                "The model has the name as a property, a command or a cloud property, and the device sends it "
                "as telemetry; or the other way round."
            ),
            (
                "Send telemetry in messages, and properties as reported properties of the twin.",
                "Or change the kind of the name in a new version of the model.",
            ),
            confirm="`az iot diag template show --model FILE` lists the name with its kind.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "Telemetry, properties and commands travel on ways of their own; a value on the wrong way "
        "reaches nobody who waits on the right one."
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)

WRONG_COMPONENT = Entry(
    code="wrong-component",
    title="A name belongs to another component than it was sent for",
    causes=(
        Cause(
            (
                "The message names no component, or another one. A message of a component says so in its "
                "property `$.sub`."
            ),
            ("Send the field in a message of its own whose property `$.sub` is the component's name.",),
            confirm="`az iot diag monitor events --login @hub.txt -o json` shows component, or shows none.",
        ),
        Cause(
            "An IoT Edge runtime older than 1.2.4 drops the component of what modules send.",
            ("Update the runtime.",),
            confirm="The version of edgeAgent is lower.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-convention",),
    meaning="A message belongs to one component, or to none; its fields are looked up there and nowhere else.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL,),
)

UNKNOWN_COMPONENT = Entry(
    code="unknown-component",
    title="A component is not in the model",
    causes=(
        Cause(
            "The component's name is misspelt, or the model has the component in another version.",
            ("Use the name that the model gives to the component, not that of its interface.",),
            confirm="`az iot diag template show --model FILE` lists the components.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/concepts-convention",),
    meaning="The message says for which component it is, and the model has none of that name.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)

UNKNOWN_MODULE = Entry(
    code="unknown-module",
    title="A module is not in the model",
    causes=(
        Cause(
            "The deployment names the module differently from the model.",
            ("Give the module in the deployment the name that the model has.",),
            confirm="`az iot diag template show --model FILE` lists the modules.",
        ),
    ),
    meaning="In the template of an IoT Edge device each module has a name and an interface of its own.",
    fixers=(Fixer.OPERATOR, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)

AMBIGUOUS_NAME = Entry(
    code="ambiguous-name",
    title="Several interfaces of the model have the name, and the message does not say which one is meant",
    causes=(
        Cause(
            "The interfaces were made apart and joined in one template.",
            (
                "Make each interface a component, and send with the component's name in `$.sub`.",
                "Or keep the name in one of the interfaces only.",
            ),
            confirm="`az iot diag template lint --model FILE` names both interfaces.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning=(
        "Without the name of a component nothing tells whose field it is; IoT Central may show it "
        "under one, the other, or none."
    ),
    fixers=(Fixer.SERVICE_DEVELOPER, Fixer.DEVICE_DEVELOPER),
    places=(Place.TOOL,),
)

RESERVED_NAME = Entry(
    code="reserved-name",
    title="A name is reserved, and what is sent under it is ignored",
    causes=(
        Cause(
            "IoT Central uses the name itself.",
            ("Give the field another name, in the firmware and in the model.",),
            confirm="`az iot diag template lint --model FILE` names it, where the model has it.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-central/core/concepts-telemetry-properties-commands",),
    meaning="IoT Central writes columns of these names itself and drops what devices send under them without a word.",
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.TOOL,),
)
