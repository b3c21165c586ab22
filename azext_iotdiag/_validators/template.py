"""What people typed for `template`: a model, files with messages, and the id of a new model. All is read here."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import unusable
from azext_iotdiag.payload import ModelError, Repository, read_model, terms
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
