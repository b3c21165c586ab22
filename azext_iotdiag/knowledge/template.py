"""Codes about a model itself: what is wrong, dangerous, or unusual in it."""

from azext_iotdiag.model.finding import Cause, Entry

_DTDL = "https://azure.github.io/opendigitaltwins-dtdl/"

TEMPLATE_ISSUE = Entry(
    code="template-issue",
    title="The model was read although it is not written as its language says",
    causes=(
        Cause(
            "A tool that exported it writes it differently; this tool can read it, another may not.",
            ("Export it again with a newer tool, or correct it where the message says.",),
        ),
    ),
    links=(_DTDL,),
)

DUPLICATE_NAME = Entry(
    code="duplicate-name",
    title="Several interfaces of the model define the same name",
    causes=(
        Cause(
            "Interfaces that were made apart are joined in one template.",
            (
                "Rename one of the two, or make an interface a component.",
                "Until then only messages that name their component can be told apart.",
            ),
        ),
    ),
    links=(_DTDL,),
)

UNRESOLVED_SCHEMA = Entry(
    code="unresolved-schema",
    title="A schema is not known, so that its values are not judged",
    causes=(
        Cause(
            "The schema's name is misspelt, or its definition is missing from the interface's `schemas`.",
            ("Correct the name, or add the definition.",),
        ),
    ),
    links=(_DTDL,),
)

INVALID_NAME = Entry(
    code="invalid-name",
    title="A name of the model breaks the rules for names",
    causes=(
        Cause(
            "The name has characters other than letters, digits and '_', does not begin with a letter, or is too long.",
            ("Rename it.",),
        ),
    ),
    links=(_DTDL,),
)

MODEL_LIMIT = Entry(
    code="model-limit",
    title="The model goes beyond a limit of its language",
    causes=(
        Cause(
            "The model nests, inherits or lists more than the version of DTDL allows that it names.",
            ("Flatten it, or write it in a later version of DTDL.",),
        ),
    ),
    links=(_DTDL,),
)

MODEL_MISTAKE = Entry(
    code="model-mistake",
    title="The model says something that its language does not allow",
    causes=(
        Cause(
            "The model was written by hand, or with a tool for another version of DTDL.",
            ("Correct it where the message says.",),
        ),
    ),
    links=(_DTDL,),
)
