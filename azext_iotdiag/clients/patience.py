"""How often and for how long readers try again, and after how much silence they ask whether something is missing."""

from __future__ import annotations

import re

from azext_iotdiag.model.failure import Failure, Kind

FIRST_TRIES = 3  # before anything was open; the service closes fresh connections and links now and then
GIVE_UP_SECONDS = 60.0  # after something broke that was open before
STEADY_SECONDS = 5.0  # what lasted so long, or brought a message, ends the counting of tries
DELAYS = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between tries; the last one stays
QUIET_SECONDS = 3.0  # without a message, after which the service is asked for its newest
ASK_SECONDS = 5.0  # between two such questions
ASK_SECONDS_EACH = 0.5  # for each partition in a question, so that many are asked more seldom
STALL_SECONDS = 4.0  # in which what the service has must begin to come
LONGEST_PAUSE = 60.0  # seconds, however long the service asks to wait
# "... the entity is being throttled. Error code : 50002. Sub error : 102. Please wait 4 seconds and try again."
_WAIT = re.compile(r"wait (\d+(?:\.\d+)?) seconds?", re.IGNORECASE)


def delay(tries: int) -> float:
    """Seconds to wait after so many tries in a row have failed."""
    return DELAYS[min(tries, len(DELAYS)) - 1]


def pause(tries: int, failure: Failure) -> float:
    """Seconds to wait after the last of so many tries: what a busy service asks for, if that is longer than usual."""
    asked = _WAIT.search(failure.description) if failure.kind is Kind.BUSY else None
    return max(delay(tries), min(float(asked[1]), LONGEST_PAUSE) if asked else 0.0)
