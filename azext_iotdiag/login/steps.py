"""What an account refuses, as the failure of a step: so that a probe treats it as any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from azext_iotdiag.login.errors import KeysOff, LoginError, NoPolicy, NotAccepted, NotAllowed, NotReachable, NotSignedIn
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

T = TypeVar("T")

_HTTPS_PORT = 443
_UNAUTHORIZED = (NotSignedIn, NotAccepted, NotAllowed, NoPolicy, KeysOff)


def stepping(call: Callable[[], T], step: str, host: str) -> Callable[[], T]:
    """The same call, which raises StepFailed in the place of a LoginError.

    `step` says what was waited for, and `host` who is asked. The condition of the failure is the name of the error.
    """

    def ask() -> T:
        try:
            return call()
        except NotReachable as error:
            raise StepFailed(error.failure) from None
        except LoginError as error:
            kind = Kind.UNAUTHORIZED if isinstance(error, _UNAUTHORIZED) else Kind.REFUSED
            name, request = type(error).__name__, error.request if isinstance(error, NotAllowed) else None
            failure = Failure(kind, step, host, _HTTPS_PORT, condition=name, description=str(error), request=request)
            raise StepFailed(failure) from None

    return ask
