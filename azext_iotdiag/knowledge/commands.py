"""Codes about what goes from the cloud to a device: direct methods and desired properties."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_METHODS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods"
_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"

_AREA = Area(places=(Place.TOOL,))

METHOD_STATUS_ERROR = _AREA.entry(
    code="method-status-error",
    title="The device answered the method with an error status",
    meaning="The call reached the device, which answered with a status of its own. A status of 400 or more means an "
    "error by convention. The hub passes it on and does not judge it.",
    causes=(
        Cause(
            "The device has no method of this name. Device SDKs answer 501 for that, and samples answer 404.",
            ("Compare the name with the one in the device's program. Case counts.",),
            confirm="The status is 501 or 404.",
            only_if="method-may-be-missing",
        ),
        Cause(
            "The method ran and failed, or refused the payload.",
            ("Read the payload of the answer, and the device's own log.",),
            confirm="The device's log shows the call.",
        ),
    ),
    links=(_METHODS,),
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

HUB_ANSWER_UNKNOWN = _AREA.entry(
    code="hub-answer-unknown",
    title="The hub gave an answer that this tool does not know",
    meaning="The status or the code of the answer is none that is documented for this request, or the two do not fit "
    "each other. The finding holds the hub's own words.",
    causes=(
        Cause(
            "A gateway or proxy between this machine and the hub answered in its place.",
            ("Run the command from another network.",),
            confirm="The answer has no tracking id of the hub.",
        ),
        Cause(
            "The hub has a code that is newer than this tool.",
            ("Look the code up in the list of the hub's errors, and update this extension.",),
            confirm="The list in the documentation has the code.",
        ),
    ),
    links=(_CODES,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
)
