"""Codes about this tool itself."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

TOOL_FAILED = Entry(
    code="tool-failed",
    title="This tool failed during the check",
    causes=(
        Cause(
            "This tool has a fault. The service's answer may be of a kind that it does not know.",
            (
                "Run the command again with `--debug`, which shows where it failed.",
                "Report the fault with that output.",
            ),
            confirm="The same command fails in the same way again.",
        ),
    ),
    meaning="A part of this tool ended with an error of its own. This says nothing about the device or the service.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)
