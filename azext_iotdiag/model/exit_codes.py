"""The exit codes of all commands, beside az's own 1 (an error, a bad value) and 2 (the command line)."""

HEALTHY = 0
MISSING = 3  # the hub, application or entity that was named does not exist
PROBLEM = 4
UNDETERMINED = 5
INTERRUPTED = 130  # before everything was read or judged; shells count so: 128 and the number of SIGINT

_RANKED = (HEALTHY, UNDETERMINED, INTERRUPTED, PROBLEM, MISSING)


def worst(*codes: int) -> int:
    """The exit code of a command that has several things to tell."""
    return max(codes, key=_RANKED.index, default=HEALTHY)
