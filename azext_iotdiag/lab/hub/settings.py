"""What the owner of a hub sets through the resource manager, and what of it keeps callers out."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.lab.hub import settable
from azext_iotdiag.lab.hub.notices import Terms
from azext_iotdiag.lab.hub.routing import rules
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.tenant import network_rules

# Of a hub as the portal creates it. https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/get
_DEFAULTS: dict[str, Any] = {
    "publicNetworkAccess": "Enabled",
    "disableLocalAuth": False,
    "disableDeviceSAS": False,
    "disableModuleSAS": False,
    "ipFilterRules": [],
    "minTlsVersion": "1.2",
    "features": "None",
    "enableFileUploadNotifications": False,
    "routing": {
        "endpoints": {
            "serviceBusQueues": [],
            "serviceBusTopics": [],
            "eventHubs": [],
            "storageContainers": [],
            "cosmosDBSqlContainers": [],
        },
        "routes": [],
        "fallbackRoute": {
            "name": "$fallback",
            "source": "DeviceMessages",
            "condition": "true",
            "endpointNames": ["events"],
            "isEnabled": True,
        },
        "enrichments": [],
    },
    "messagingEndpoints": {
        "fileNotifications": {"lockDurationAsIso8601": "PT1M", "ttlAsIso8601": "PT1H", "maxDeliveryCount": 10}
    },
    "storageEndpoints": {"$default": {"sasTtlAsIso8601": "PT1H", "connectionString": "", "containerName": ""}},
    "cloudToDevice": {
        "maxDeliveryCount": 10,
        "defaultTtlAsIso8601": "PT1H",
        "feedback": {"lockDurationAsIso8601": "PT1M", "ttlAsIso8601": "PT1H", "maxDeliveryCount": 10},
    },
}
SETTABLE = (*_DEFAULTS, "networkRuleSets", "allowedFqdnList", "restrictOutboundNetworkAccess", "comments")


@dataclass
class HubSettings:
    """The settable properties as the resource manager shows them; `version` counts the changes.

    `failed_over` says that the hub is in its second region.
    """

    properties: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(_DEFAULTS))
    sku: str = "S1"
    capacity: int = 1
    retention_days: int = 1
    version: int = 1
    failed_over: bool = False

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f"AAAAAAlab{self.version:03x}="

    @property
    def local_auth(self) -> bool:
        """Whether shared access policies open the hub."""
        return not self.properties["disableLocalAuth"]

    @property
    def most_deliveries(self) -> int:
        """How often a message from the cloud is delivered before it is given up."""
        return int(self.properties["cloudToDevice"]["maxDeliveryCount"])

    @property
    def message_seconds(self) -> float:
        """How long a message from the cloud waits that says nothing of it."""
        return settable.seconds_of(self.properties["cloudToDevice"]["defaultTtlAsIso8601"])

    @property
    def feedback_terms(self) -> Terms:
        """How the hub keeps what became of messages to devices."""
        return settable.terms(self.properties["cloudToDevice"]["feedback"])

    @property
    def file_terms(self) -> Terms:
        """How the hub keeps which files were put up."""
        return settable.terms(self.properties["messagingEndpoints"]["fileNotifications"])

    @property
    def storage(self) -> settable.Storage | None:
        """Where devices put files; None where nothing is set."""
        return settable.storage_of(self.properties["storageEndpoints"])

    def update(self, properties: dict[str, Any]) -> None:
        """Take over those of `properties` that can be set; what is null goes back to its default.

        Raises ValueError, and changes nothing then.
        """
        settable.judge(properties, self.properties)
        given = {name: properties[name] for name in SETTABLE if name in properties}
        truths = [name for name in given if isinstance(_DEFAULTS.get(name), bool)]
        given |= {name: bindings.truth(given[name], f"'{name}'") for name in truths}
        if given.get("routing") is not None:
            rules.plan_of(given["routing"])
        if given.get("cloudToDevice") is not None:
            given["cloudToDevice"] = settable.cloud_to_device(given["cloudToDevice"], _DEFAULTS["cloudToDevice"])
        if given.get("messagingEndpoints") is not None:
            given["messagingEndpoints"] = settable.notifications(
                given["messagingEndpoints"], _DEFAULTS["messagingEndpoints"]
            )
        if given.get("storageEndpoints") is not None:
            known = self.properties["storageEndpoints"]
            given["storageEndpoints"] = settable.storage(
                given["storageEndpoints"], _DEFAULTS["storageEndpoints"], known
            )
        for name, value in given.items():
            if value is None and name not in _DEFAULTS:
                self.properties.pop(name, None)
            else:
                self.properties[name] = copy.deepcopy(_DEFAULTS[name] if value is None else value)
        self.version += 1

    def shut_to(self, peer: str, *, built_in: bool = False) -> str:
        """Which rule keeps a caller out whose address is `peer` ("address:port"); empty where none does.

        `built_in` is the built-in endpoint, to which the rules of `networkRuleSets` apply only where they say so.
        """
        if not built_in:
            return network_rules.shut_to(self.properties, peer)
        rules = self.properties.get("networkRuleSets") or {}
        applied = rules if rules.get("applyToBuiltInEventHubEndpoint") else None
        access = self.properties["publicNetworkAccess"]
        return network_rules.shut_to({"publicNetworkAccess": access, "networkRuleSets": applied}, peer)
