"""A credential that stands where a name, an id, a time or a path belongs: told before anything is asked or written.

Such a text would else go to a service as an id, or become the name of a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.credential import mistaken

# What is never a credential, by the names that arguments have; and the options that are not called like these.
_ARGUMENTS = (
    "action_group", "app_id", "central_dns_suffix", "component", "consumer_group", "content_type", "device_id",
    "device_log", "dps_name", "email", "enrollment_id", "expect_every", "facts", "file", "host", "hub_name", "id_scope",
    "interface", "junit", "language", "message_id", "method_name", "model", "model_id", "model_repo", "module_id",
    "name", "names", "policy_name", "position", "quiet_since", "registration_id", "resource_group_name", "role",
    "save_facts", "save_position", "saved", "schema", "sdk", "sdk_version", "since", "started", "table_name",
    "template", "to_file", "tracking_id", "within", "workspace",
)  # fmt: skip
_OPTIONS = {"resource_group_name": "--resource-group", "names": "--name"}
_LEAST = 30  # characters of any credential
_NO_CREDENTIAL = ("", mistaken.KEY, "JSON")  # 44 letters and digits may be an id, and a model may be typed as JSON
_TAKEN_BY = {
    mistaken.DEVICE_STRING: "--connection-string @FILE",
    mistaken.HUB_STRING: "--login @FILE",
    mistaken.EVENT_HUB_STRING: "--login @FILE",
    mistaken.DPS_STRING: "--dps-login @FILE",
}


def judge(namespace) -> None:
    """Raise InvalidArgumentValueError for a credential among what is none. It is not repeated."""
    for name, text in _texts(namespace):
        kind = mistaken.what_is(text) if len(text) >= _LEAST else ""
        if kind in _NO_CREDENTIAL:
            continue
        option = _OPTIONS.get(name) or f"--{name.replace('_', '-')}"
        into = "Put it into a file that only you can read"
        takes = _TAKEN_BY.get(kind)
        raise InvalidArgumentValueError(
            f"{option}: this is {kind}. It is not repeated here.",
            recommendation=[
                f"{into}, and write {takes}" if takes else f"{into}. --help names the option that takes it.",
                "What you typed stays in the history of your shell: delete it there, or renew the key.",
            ],
        )


def _texts(namespace) -> Iterator[tuple[str, str]]:
    for name in _ARGUMENTS:
        value = getattr(namespace, name, None)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, str):
                yield name, each
