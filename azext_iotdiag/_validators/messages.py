"""What people typed of the messages and the twin that a simulated device is to have."""

from __future__ import annotations

import json
import random
import re

from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError, MutuallyExclusiveArgumentError
from knack.log import get_logger

from azext_iotdiag._validators import unusable
from azext_iotdiag.model import json_depth
from azext_iotdiag.simulate import recorded
from azext_iotdiag.simulate.template import PLACEHOLDERS, BadTemplate, BodyTemplate, Moment
from azext_iotdiag.simulate.twin_and_methods import ECHO, Answers, Reply

logger = get_logger(__package__)
_TEXT_KINDS = ("json", "text")
_MODEL_ID = re.compile(r"dtmi:[A-Za-z0-9_:]+;[1-9][0-9]{0,8}(?:\.[0-9]{1,6})?", re.ASCII)
_COMPONENT = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]{0,62}[A-Za-z0-9])?")  # a DTDL name


def judge(namespace):
    """Judge what is sent, reported and answered.

    `data` becomes a Template or None, `data_file_path` a list of messages or None, `model` a Document or None,
    `properties` a dict,
    `init_reported_properties` an object, and `method_response` the Answers to methods.
    """
    sources = {"--data": namespace.data, "--data-file-path": namespace.data_file_path, "--model": namespace.model}
    named = [option for option, given in sources.items() if given is not None]
    if len(named) > 1:
        raise MutuallyExclusiveArgumentError(
            f"{' and '.join(named)} both say what is sent.", recommendation="Leave out one of them."
        )
    if namespace.data is not None:
        namespace.data, namespace.body_kind = _template(namespace.data, namespace.body_kind)
    if namespace.data_file_path is not None:
        namespace.data_file_path = _file(namespace.data_file_path, namespace.body_kind)
        if getattr(namespace.message_count, "is_default", False):
            namespace.message_count = len(namespace.data_file_path)
    if namespace.model is not None:
        namespace.model = _model(namespace.model, namespace.model_repo, namespace.body_kind)
        if namespace.model_id is None and _MODEL_ID.fullmatch(namespace.model.root.id):
            namespace.model_id = namespace.model.root.id
    namespace.properties = _properties(namespace.properties or ())
    reported = namespace.init_reported_properties
    namespace.init_reported_properties = {} if reported is None else _object("--init-reported-properties", reported)
    namespace.method_response = _answers(namespace)
    if namespace.model_id is not None and not _MODEL_ID.fullmatch(namespace.model_id):
        raise InvalidArgumentValueError(
            f"--model-id {namespace.model_id!r} is no DTMI.", recommendation="A DTMI reads: dtmi:com:example:Pump;1"
        )
    if namespace.component is not None and not _COMPONENT.fullmatch(namespace.component):
        raise InvalidArgumentValueError(
            f"--component {namespace.component!r} is no name of a component.",
            recommendation="A name has at most 64 letters, digits and _, begins with a letter and does not end with _.",
        )


def _template(data, kind):
    """The template, and the kind of its bodies: text is not passed off as JSON unless that was asked."""
    if kind not in _TEXT_KINDS:
        raise ArgumentUsageError(
            f"--data and --body-kind {kind} contradict each other: what is typed is sent as text or as JSON.",
            recommendation="Leave out one of the two, or use --body-kind text.",
        )
    try:
        template = BodyTemplate(data)
    except BadTemplate as wrong:
        raise InvalidArgumentValueError(f"--data: {wrong}.") from None
    if template.unknown:
        logger.warning(
            "--data holds %s, which is no placeholder and is sent as it stands. There are: %s.",
            ", ".join(template.unknown),
            ", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
        )
    if kind != "json":
        return template, kind
    try:
        json_depth.loads(template.fill(Moment(1, 0.0, "device", random.Random(0))))
        return template, kind
    except ValueError as fault:
        reason = str(fault)
    chosen = not getattr(kind, "is_default", False)
    if chosen or data.lstrip().startswith(("{", "[")):
        logger.warning("--data is not JSON (%s); it is sent as it stands, as %s.", reason, "JSON" if chosen else "text")
    return template, kind if chosen else "text"


def _file(path, kind):
    if not getattr(kind, "is_default", False):
        raise ArgumentUsageError(
            "--data-file-path and --body-kind contradict each other: the file's suffix says what it holds.",
            recommendation="Leave out --body-kind; --content-type says what the messages are sent as.",
        )
    try:
        return recorded.read(path)
    except recorded.BadFile as wrong:
        raise InvalidArgumentValueError(f"--data-file-path {path}: {wrong}.") from None
    except OSError as wrong:
        raise InvalidArgumentValueError(f"--data-file-path {path} cannot be read: {wrong.strerror}.") from None


def _model(model, repository, kind):
    from azext_iotdiag.payload import ModelError, Repository, read_model
    from azext_iotdiag.simulate import modelled

    if not getattr(kind, "is_default", False):
        raise ArgumentUsageError(
            "--model and --body-kind contradict each other: what fits a model is sent as JSON.",
            recommendation="Leave out --body-kind.",
        )
    try:
        document = read_model(model, resolve=Repository(repository) if repository else None).document
        modelled.bodies(document, "")
    except (ModelError, modelled.NoTelemetry) as wrong:
        raise unusable.model(wrong) from None
    return document


def _properties(words):
    """`a=1 b=2` or, as azure-iot has it, `a=1;b=2`."""
    found = {}
    for word in (part for each in words for part in each.split(";") if part):
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise InvalidArgumentValueError(
                f"--properties: {word!r} does not read NAME=VALUE.",
                recommendation="For example: --properties line=7 alert=false",
            )
        if name in found:
            raise InvalidArgumentValueError(f"--properties: {name} is given twice.", recommendation="Give it once.")
        found[name] = value
    return found


def _json(option, text):
    try:
        return json_depth.loads(text)
    except json.JSONDecodeError as wrong:
        raise InvalidArgumentValueError(
            f"{option} is no JSON: line {wrong.lineno}, column {wrong.colno}: {wrong.msg}.",
            recommendation="Put it into a file and write @FILE, so that the shell takes no quotation mark away.",
        ) from None
    except json_depth.TooDeep as wrong:
        raise InvalidArgumentValueError(f"{option}: {wrong}.") from None


def _object(option, text):
    data = _json(option, text)
    if not isinstance(data, dict):
        raise InvalidArgumentValueError(f"{option} must be a JSON object, such as '{{\"temperature\": 21}}'.")
    return data


def _answers(namespace):
    table = {}
    if namespace.method_response is not None:
        for name, answer in _object("--method-response", namespace.method_response).items():
            extra = set(answer) - {"status", "payload"} if isinstance(answer, dict) else {""}
            if extra:
                raise InvalidArgumentValueError(
                    f"--method-response: the answer to {name} is no object of status and payload alone.",
                    recommendation='For example: \'{"reboot": {"status": 200, "payload": {"done": true}}}\'',
                )
            status = _status("--method-response", answer.get("status", 200))
            table[name] = Reply(status, answer.get("payload", ECHO))
    payload = namespace.method_response_payload
    return Answers(
        table,
        Reply(
            _status("--method-response-code", namespace.method_response_code),
            ECHO if payload is None else _json("--method-response-payload", payload),
        ),
    )


def _status(option, status):
    if isinstance(status, bool) or not isinstance(status, int) or not 0 <= status < 2**31:
        raise InvalidArgumentValueError(f"{option}: {status!r} is no status; one is a whole number, such as 200.")
    return int(status)
