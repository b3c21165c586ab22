"""How a service was opened: what decides which rights were used. No key or token is in it."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.target import Target


@dataclass(frozen=True)
class OpenedBy:
    """`by_login` tells that az's login asked, and not a shared access policy, whose name `policy` is.

    `through_proxy` tells whether a proxy stands between.
    """

    by_login: bool = False
    policy: str = ""
    through_proxy: bool = False


def opened_by(target: Target | None) -> OpenedBy | None:
    """How a service was opened; None where that is not certain, because a key is used where the login is refused."""
    if target is None or target.instead is not None:
        return None
    return OpenedBy(target.authorization is not None, target.policy)
