"""Codes of an IoT hub about configurations and Edge deployments."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_CODES = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_CONFIGURATIONS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-automatic-device-management"

_AREA = Area(links=(_CODES,), fixers=(Fixer.OPERATOR,), places=(Place.HTTP,))

INVALID_CONFIGURATION_TARGET_CONDITION = _AREA.entry(
    code="hub-400401",
    title="The target condition of a configuration cannot be parsed",
    meaning="A configuration picks its devices with the WHERE part of a twin query, without the word WHERE.",
    causes=(
        Cause(
            "The condition begins with WHERE, quotes with the wrong quotes, or names a field without its path.",
            ("Write it as `tags.site='north'` or `properties.reported.model='x'`, in single quotes.",),
            confirm='`az iot hub query -n HUB -q "select deviceId from devices where CONDITION"` (needs the '
            "azure-iot extension) fails as well.",
        ),
    ),
    aliases=("400401", "InvalidConfigurationTargetCondition"),
    links=(_CODES, _CONFIGURATIONS),
)

INVALID_CONFIGURATION_CONTENT = _AREA.entry(
    code="hub-400402",
    title="The content of a configuration is not valid",
    meaning="The content holds what devices or modules are to get, in a form with fixed section names.",
    causes=(
        Cause(
            "A section is misspelt or has the wrong shape, or an Edge manifest lacks $edgeAgent or $edgeHub.",
            ("Begin with the example of the documentation, and add your settings step by step.",),
            confirm="Compare the names of the sections with deviceContent, moduleContent and modulesContent.",
        ),
    ),
    aliases=("400402", "InvalidConfigurationContent"),
    links=(_CODES, _CONFIGURATIONS),
)

CANNOT_MODIFY_IMMUTABLE_CONFIGURATION_CONTENT = _AREA.entry(
    code="hub-400403",
    title="The content of an existing configuration cannot be changed",
    meaning="Target, priority, labels and metrics of a configuration may change. Its content for devices may not.",
    causes=(
        Cause(
            "An update sends other content than the configuration was created with.",
            ("Create a configuration with a new id and a higher priority, then delete the old one.",),
            confirm="Compare with `az iot hub configuration show -n HUB -c CONFIGURATION --query content` (needs "
            "the azure-iot extension).",
        ),
    ),
    aliases=("400403", "CannotModifyImmutableConfigurationContent"),
    links=(_CODES, _CONFIGURATIONS),
)

INVALID_CONFIGURATION_CUSTOM_METRICS_QUERY = _AREA.entry(
    code="hub-400404",
    title="A metric of a configuration is no valid query",
    meaning="Metrics of your own are twin queries that the hub runs now and then; this one does not parse.",
    causes=(
        Cause(
            "The query has a fault, or selects something else than device ids.",
            ("Run the query by itself until it answers, then put it into the configuration.",),
            confirm='`az iot hub query -n HUB -q "QUERY"` (needs the azure-iot extension) fails as well.',
        ),
    ),
    aliases=("400404", "InvalidConfigurationCustomMetricsQuery"),
    links=(_CODES, _CONFIGURATIONS),
)

CONFIGURATION_NOT_FOUND = _AREA.entry(
    code="hub-404301",
    title="There is no configuration of this id",
    meaning="Configurations and Edge deployments share one list of ids, and this id is not in it.",
    causes=(
        Cause(
            "The id is misspelt, or the configuration was deleted.",
            ("Take the id from the list; ids are in lower case.",),
            confirm="`az iot hub configuration list -n HUB` (needs the azure-iot extension) does not show it, and "
            "neither does `az iot edge deployment list -n HUB` (needs the azure-iot extension).",
        ),
    ),
    aliases=("404301", "ConfigurationNotFound"),
)

GROUP_NOT_FOUND = _AREA.entry(
    code="hub-404302",
    title="There is no group of this id",
    meaning="The request names a group that the hub does not have.",
    causes=(
        Cause(
            "The id of the group is wrong.",
            ("Check the id in the program that sends it, and read it anew from where it was created.",),
            confirm="Print the path of the request and look at its last part.",
        ),
    ),
    aliases=("404302", "GroupNotFound"),
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

CONFIGURATION_ALREADY_EXISTS = _AREA.entry(
    code="hub-409401",
    title="A configuration of this id exists already",
    meaning="Creating never overwrites. The id is taken, by a configuration or an Edge deployment.",
    causes=(
        Cause(
            "The configuration was created before, perhaps by a pipeline that ran twice.",
            ("Give the new one another id, such as one with a date or build number.",),
            confirm="`az iot hub configuration list -n HUB` (needs the azure-iot extension) or the list of Edge "
            "deployments shows the id.",
        ),
    ),
    aliases=("409401", "ConfigurationAlreadyExists"),
)

APPLY_CONFIGURATION_ALREADY_IN_PROGRESS_ON_DEVICE = _AREA.entry(
    code="hub-409402",
    title="Another configuration is just being applied to the device",
    meaning="One set of contents at a time is written to a device; the earlier one is not done.",
    causes=(
        Cause(
            "Two requests for the same device came close together.",
            ("Wait until the first has answered, then send the second.",),
            confirm="The device's twin shows a desired version that was written a moment ago.",
        ),
    ),
    aliases=("409402", "ApplyConfigurationAlreadyInProgressOnDevice"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.SERVICE_DEVELOPER,),
)

CONFIGURATION_COUNT_LIMIT_EXCEEDED = _AREA.entry(
    code="hub-413101",
    title="The hub has reached its limit of configurations",
    meaning="Configurations and Edge deployments count together against a limit of the hub.",
    causes=(
        Cause(
            "Old ones were never deleted.",
            ("Delete those that newer ones of higher priority have replaced.",),
            confirm="Count them: `az iot hub configuration list -n HUB` (needs the azure-iot extension) and `az iot "
            "edge deployment list -n HUB` (needs the azure-iot extension).",
        ),
    ),
    aliases=("413101", "ConfigurationCountLimitExceeded"),
    links=(_CODES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"),
)

CONFIGURATION_NOT_AVAILABLE = _AREA.entry(
    code="hub-503201",
    title="The hub cannot read its configurations at the moment",
    meaning="The part of the service that keeps configurations did not answer.",
    causes=(
        Cause(
            "A passing fault of that part.",
            ("Ask again after a short while; devices keep the configuration that they have.",),
            confirm="Other requests to the hub work in the meantime.",
        ),
    ),
    aliases=("503201", "ConfigurationNotAvailable"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)

GROUP_NOT_AVAILABLE = _AREA.entry(
    code="hub-503202",
    title="The hub cannot read its groups at the moment",
    meaning="The part of the service that keeps groups did not answer.",
    causes=(
        Cause(
            "A passing fault of that part.",
            ("Send the request once more in some seconds, then in some minutes.",),
            confirm="It passes, and nothing but requests about groups fails.",
        ),
    ),
    aliases=("503202", "GroupNotAvailable"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
)
