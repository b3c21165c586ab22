"""How the next command opens the hub again, where a string opened it: by the file or the setting that holds the string.

A string that was typed as it is stands in no command that is shown.
"""

from __future__ import annotations

import shlex
from dataclasses import replace

from azext_iotdiag.model.target import Services, Target

_OPTIONS = ("--login", "-l")


def remember(namespace, words, named=()):
    """Note it down in the target that a validator has left.

    Args:
        namespace: The arguments of a command, as its validator leaves them.
        words: Those of the process's command line, as they were typed.
        named: The options that az has seen; `az interactive` has another command line than its process.
    """
    target = getattr(namespace, "target", None)
    if isinstance(target, Services):
        namespace.target = replace(target, hub=_noted(target.hub, words, named))
    elif isinstance(target, Target):
        namespace.target = _noted(target, words, named)


def _noted(target, words, named):
    opened_by_string = target is not None and target.credential is not None and not target.origin
    if not opened_by_string or not (target.hub or target.event_hub):
        return target
    return replace(target, again=_option(words, named))


def _option(words, named):
    """The option with its file, empty where none was typed; None where it holds the string itself."""
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            value = value if equals else next(iter(words[number + 1 :]), "")
            return f"--login {shlex.quote(value)}" if value.startswith("@") else None
    return None if set(named) & set(_OPTIONS) else ""
