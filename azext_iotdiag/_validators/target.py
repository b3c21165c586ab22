"""How a validator hands over what it made of a command's arguments: one `target` and one `options`.

`target` is what names the services: a Target, what was found by its name, or a frozen dataclass of several. `options`
is a frozen dataclass of all else that was typed, with the secrets in it as Secrets. See `_params.target` for how such a
command declares its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# What az itself has in a namespace, beside names that begin with an underscore, which no function gets.
_OF_AZ = frozenset({"cmd", "command", "func"})


def hand_over(namespace: Any, target: Any, options: Any, keep: Iterable[str] = ()) -> None:
    """Leave `target` and `options` in the namespace, and take out every argument that they were made of.

    `keep` names what az itself needs, such as the `yes` of a command that asks for confirmation.
    """
    for name in [each for each in vars(namespace) if not each.startswith("_")]:
        if name not in _OF_AZ and name not in keep:
            delattr(namespace, name)
    namespace.target, namespace.options = target, options
