"""What people typed for `template`: a model, files with messages, the id of a new model, a table. All is read here."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import unusable
from azext_iotdiag.payload import ModelError, Repository, read_model, terms
from azext_iotdiag.payload.kql import query
from azext_iotdiag.payload.lint import lint as lint_model
from azext_iotdiag.streams import files


def model(_cmd, namespace):
    """Judge the arguments of `template show`: `model` becomes what was read of it."""
    namespace.model = _read(namespace.model, namespace.model_repo)


def lint(_cmd, namespace):
    """Judge the arguments of `template lint`: `model` becomes what is wrong and odd in it."""
    try:
        namespace.model = lint_model(namespace.model, resolve=_resolve(namespace.model_repo), strict=namespace.strict)
    except ModelError as wrong:
        raise unusable.model(wrong) from None


def infer(_cmd, namespace):
    """Judge the arguments of `template infer`: `file` becomes the files, and `model` what was read of it, or None."""
    identifier = str(namespace.model_id)  # az marks a default with a class of its own, which would show in the result
    if not terms.DTMI.fullmatch(identifier) or ";" not in identifier:
        raise InvalidArgumentValueError(f"--model-id {identifier} is no DTMI, such as dtmi:com:example:Thermostat;1.")
    namespace.model_id = identifier
    if namespace.model is not None:
        namespace.model = _read(namespace.model, namespace.model_repo)
    namespace.file = _files(namespace.file)


def _read(given, repository):
    try:
        return read_model(given, resolve=_resolve(repository))
    except ModelError as wrong:
        raise unusable.model(wrong) from None


def _resolve(repository):
    return Repository(repository) if repository else None


def _files(named):
    """The files that --file names."""
    try:
        found = list(files.found(named))
    except OSError as wrong:
        raise InvalidArgumentValueError(f"--file {wrong.filename} cannot be read: {wrong.strerror}.") from None
    if not found:
        raise InvalidArgumentValueError(f"--file {' '.join(named)} holds no file.")
    return found


_EXAMPLES = {"--table-name": "Messages", "--body-column": "Body", "--device-column": "DeviceId",
             "--component-column": "Component"}  # fmt: skip
_TABLES = {"adx": "Messages", "fabric": "Messages", "log-analytics": "DeviceMessages_CL"}


def to_kql(_cmd, namespace):
    """Judge the arguments of `template to-kql`: `model` becomes what was read of it, `table_name` the whole table."""
    target = namespace.target = str(namespace.target)
    function = namespace.function_name = namespace.function_name or ""
    if function and target == "log-analytics":
        raise InvalidArgumentValueError(
            "--function-name: Log Analytics has no command that stores a function.",
            recommendation="Leave it out, and save the query as a function on the page of the workspace.",
        )
    if function and not query.NAME.fullmatch(function):
        raise InvalidArgumentValueError(
            f"--function-name {function} is no name of a function: letters, digits and _, and no digit at the start.",
            recommendation="Give such a name: --function-name WrongMessages.",
        )
    namespace.table_name = _table(namespace, namespace.table_name or _TABLES[target])
    namespace.model = _read(namespace.model, namespace.model_repo)
    try:
        query.text(namespace.model.document, namespace.table_name, target)
    except query.NothingToQuery as wrong:
        raise InvalidArgumentValueError(
            f"--model: {wrong}.", recommendation="See what the model holds: az iot diag template show"
        ) from None


def _table(namespace, name):
    """The table with its columns. Raises InvalidArgumentValueError for what is no name."""
    names = {
        "--table-name": name,
        "--body-column": str(namespace.body_column),
        "--device-column": str(namespace.device_column),
        "--component-column": vars(namespace).pop("component_column") or "",  # it is in the table from here on
    }
    for option, each in names.items():
        if not each.isprintable() or (not each.strip() and option != "--component-column"):
            raise InvalidArgumentValueError(
                f"{option} {each!r} is no name of a table or a column.",
                recommendation=f"Give a name as the table has it, such as {option} {_EXAMPLES[option]}.",
            )
    return query.KqlTable(*names.values())
