"""Codes about a model itself: what is wrong, dangerous, or unusual in it."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_AREA = Area(
    links=("https://azure.github.io/opendigitaltwins-dtdl/",), fixers=(Fixer.SERVICE_DEVELOPER,), places=(Place.TOOL,)
)

TEMPLATE_ISSUE = _AREA.entry(
    code="template-issue",
    title="The model was read although it is not written as its language says",
    causes=(
        Cause(
            "A tool that exported it writes it differently; this tool can read it, another may not.",
            ("Export it again with a newer tool, or correct it where the message says.",),
            confirm="The message names the form, and the place.",
        ),
    ),
    meaning="The form differs from that of the specification, and what is meant is plain nonetheless.",
)

DUPLICATE_NAME = _AREA.entry(
    code="duplicate-name",
    title="Several interfaces of the model define the same name",
    causes=(
        Cause(
            "Interfaces that were made apart are joined in one template.",
            (
                "Rename one of the two, or make an interface a component.",
                "Until then only messages that name their component can be told apart.",
            ),
            confirm="The message names the interfaces.",
        ),
    ),
    meaning="DTDL forbids it, IoT Central allows it; a message then does not say which of the definitions it means.",
)

UNRESOLVED_SCHEMA = _AREA.entry(
    code="unresolved-schema",
    title="A schema is not known, so that its values are not judged",
    causes=(
        Cause(
            "The schema's name is misspelt, or its definition is missing from the interface's `schemas`.",
            ("Correct the name, or add the definition.",),
            confirm="The name in the message stands nowhere in the interface's `schemas`.",
        ),
    ),
    meaning="A schema is named that DTDL does not have and the interface does not define.",
)

INVALID_NAME = _AREA.entry(
    code="invalid-name",
    title="A name of the model breaks the rules for names",
    causes=(
        Cause(
            (
                "The name has characters other than letters, digits and '_', does not begin with a letter, or "
                "is too long."
            ),
            ("Rename it.",),
            confirm="The message shows the name.",
        ),
    ),
    meaning="Names and identifiers have a form in DTDL, so that every tool and language can work with them.",
)

MODEL_LIMIT = _AREA.entry(
    code="model-limit",
    title="The model goes beyond a limit of its language",
    causes=(
        Cause(
            "The model nests, inherits or lists more than the version of DTDL allows that it names.",
            ("Flatten it, or write it in a later version of DTDL.",),
            confirm="The evidence shows the count and the limit.",
        ),
    ),
    meaning="Each version of DTDL has limits, which other tools and services may enforce.",
)

MODEL_MISTAKE = _AREA.entry(
    code="model-mistake",
    title="The model says something that its language does not allow",
    causes=(
        Cause(
            "The model was written by hand, or with a tool for another version of DTDL.",
            ("Correct it where the message says.",),
            confirm="The message names the part, and what is wrong with it.",
        ),
    ),
    meaning="The part in question is read as well as it can be, or left out.",
)
