"""Codes about a resource log in a Log Analytics workspace. They say nothing of the device."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_API = "https://learn.microsoft.com/azure/azure-monitor/logs/api/errors"
_ACCESS = "https://learn.microsoft.com/azure/azure-monitor/logs/manage-access"
_LIMITS = "https://learn.microsoft.com/azure/azure-monitor/service-limits#log-analytics-workspaces"
_SETTINGS = "https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings"
_DELAY = "https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time"

_AREA = Area(links=(_API,), fixers=(Fixer.CALLER, Fixer.OWNER), places=(Place.TOOL,))

LOGS_NOT_COLLECTED = _AREA.entry(
    code="logs-not-collected",
    title="The hub's log goes to no workspace",
    meaning="A hub keeps no log of its connections by itself. A diagnostic setting sends it to a Log Analytics "
    "workspace from then on.",
    causes=(
        Cause(
            "The hub has no diagnostic setting that sends connections to a workspace.",
            ("Make one: `az iot diag logs enable --hub-name HUB`. It shows nothing of the time before.",),
            confirm="`az iot diag logs status --hub-name HUB` lists the settings.",
        ),
    ),
    links=(_SETTINGS,),
)

WORKSPACE_REFUSES = _AREA.entry(
    code="workspace-refuses",
    title="The workspace does not let you query",
    meaning="Log Analytics answers queries of those alone who may read the workspace or the hub's logs in it.",
    causes=(
        Cause(
            "Your login has no role that reads the workspace.",
            ("Ask an administrator for the role Log Analytics Reader at the workspace: `az role assignment create "
             "--role 'Log Analytics Reader' --assignee OBJECT_ID --scope WORKSPACE_ID`.",),
            confirm="The message names InsufficientAccessError.",
        ),
        Cause(
            "The login gives no token for Log Analytics, or one for another service.",
            ("Log in again: `az login`.",),
            confirm="The message names InvalidAuthenticationToken.",
        ),
    ),
    links=(_ACCESS,),
)  # fmt: skip

WORKSPACE_UNKNOWN = _AREA.entry(
    code="workspace-unknown",
    title="The workspace of the setting was not found",
    meaning="The diagnostic setting names a workspace that Log Analytics does not find for you.",
    causes=(
        Cause(
            "The workspace was deleted. A deleted workspace is kept for 14 days.",
            ("Recover or make a workspace, and collect into it: `az iot diag logs enable --hub-name HUB "
             "--workspace WORKSPACE`.",),
            confirm="`az monitor log-analytics workspace list` does not show it.",
        ),
        Cause(
            "The workspace belongs to another tenant or another cloud than your login.",
            ("Log in to the tenant of the workspace: `az login --tenant TENANT`.",),
            confirm="The id of the workspace names a subscription that `az account list` does not show.",
        ),
    ),
    links=(_SETTINGS,),
)  # fmt: skip

WORKSPACE_BUSY = _AREA.entry(
    code="workspace-busy",
    title="Log Analytics is busy",
    meaning="Log Analytics limits the queries of a user, and a query ends after three minutes.",
    causes=(
        Cause(
            "Too many queries of this login came in half a minute.",
            ("Wait a minute, and run the command again.",),
            confirm="The answer has the status 429.",
        ),
        Cause(
            "The query reads too much, or the service has a fault.",
            ("Ask for less time: `--since 2h`.", "Look at https://azure.status.microsoft."),
            confirm="The answer has a status of 500 or more.",
        ),
    ),
    links=(_LIMITS,),
    retry=Retry.BACK_OFF,
)

LOG_QUERY_REFUSED = _AREA.entry(
    code="log-query-refused",
    title="Log Analytics cannot run the query",
    meaning="The text of the query is not valid KQL, or names a table or a column that the workspace does not have.",
    causes=(
        Cause(
            "The query has a syntax error.",
            ("Correct the text at the line and the position that the message names.",),
            confirm="The message begins with SYN.",
        ),
        Cause(
            "A table or a column does not exist yet. Each appears with its first row.",
            ("Use a saved query, which allows for that: `az iot diag logs query --list`.",
             "Begin your own with `union isfuzzy=true (datatable(TimeGenerated:datetime)[]), AzureDiagnostics`."),
            confirm="The message begins with SEM.",
        ),
        Cause(
            "The lab was asked. It has no engine for KQL, and answers saved queries alone.",
            ("Use a saved query: `az iot diag logs query --list`.",),
            confirm="The message names NotPlayed.",
        ),
    ),
)  # fmt: skip

LOG_ROWS_MISSING = _AREA.entry(
    code="log-rows-missing",
    title="No row of the log arrives",
    meaning="The log is collected, and devices were connected. Yet the workspace has no row about them.",
    causes=(
        Cause(
            "The setting is new. Rows arrive 3 to 10 min after something happens, and none of the time before.",
            ("Wait 15 min, and run `az iot diag logs status --hub-name HUB` again.",),
            confirm="`az monitor activity-log list --resource-id HUB_ID` shows when the setting was made.",
        ),
        Cause(
            "The devices stay connected, and no connection began or ended in this time.",
            ("Restart one device, and look again after 15 min.",),
            confirm="The metric of connected devices is the same all the time.",
        ),
        Cause(
            "The workspace has reached its daily cap, and takes no more rows until the next day.",
            ("Raise the daily cap of the workspace, or wait.",),
            confirm="`az monitor log-analytics workspace show` shows workspaceCapping with OverQuota.",
        ),
    ),
    links=(_DELAY, _SETTINGS),
    undecidable=True,
)
