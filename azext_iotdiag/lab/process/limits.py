"""How many connections a lab may hold at once: as many as the system lets this user have."""

from __future__ import annotations

import logging

WANTED = 16_384

log = logging.getLogger(__name__)


def raise_limits() -> None:
    """Raise this process's own limit on open files, which many systems set to 1024, a thousand devices being too many.

    Nothing happens where the system has no such limit, or does not let it be raised.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as refused:
        log.debug("the limit of %s open files stays: %s", soft, refused)
