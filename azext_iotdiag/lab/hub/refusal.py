"""How the hub says no: a six-digit code, its name, and words. HTTP, MQTT and AMQP each tell it in their own form."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from azext_iotdiag.lab.net.mistakes import WORDS

NO_INFO: Mapping[str, str] = MappingProxyType({})
MISTAKE = 500001  # what clients are told when the lab makes a mistake
# The names of the codes that the lab uses.
# https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes
NAMES = {
    400001: "InvalidProtocolVersion",
    400004: "ArgumentInvalid",
    400005: "ArgumentNull",
    400012: "DeserializationError",
    400014: "DefaultStorageEndpointNotConfigured",
    400015: "InvalidFileUploadCorrelationId",
    400016: "ExpiredFileUploadCorrelationId",
    400019: "InvalidFileUploadCompletionStatus",
    400027: "ConnectionForcefullyClosedOnNewConnection",
    401002: "IotHubUnauthorizedAccess",
    401003: "IotHubUnauthorized",
    403004: "DeviceMaximumQueueDepthExceeded",
    403006: "DeviceMaximumActiveFileUploadLimitExceeded",
    403009: "InvalidMessageExpiryTime",
    403010: "OperationNotAvailableInCurrentTier",
    403012: "DeviceDisabled",
    404001: "DeviceNotFound",
    404010: "ModuleNotFound",
    404103: "DeviceNotOnline",
    404104: "DeviceConnectionClosedRemotely",
    405000: "GenericMethodNotAllowed",
    409001: "DeviceAlreadyExists",
    409002: "LinkCreationConflict",
    409301: "ModuleAlreadyExistsOnDevice",
    412001: "PreconditionFailed",
    412002: "DeviceMessageLockLost",
    413001: "MessageTooLarge",
    413002: "TooManyDevices",
    413003: "TooManyModulesOnDevice",
    429001: "ThrottlingException",
    500001: "ServerError",
    500008: "GenericTimeout",
    504101: "GatewayTimeout",
}


class HubRefusal(Exception):
    """The hub does not do what was asked. `code` is one of NAMES, `status` the HTTP status that it begins with.

    `reason` is what the hub keeps to itself, where it does: it is for the audit log. `info` are the details that the
    newer operations tell beside the message.
    """

    def __init__(self, code: int, message: str, reason: str = "", info: Mapping[str, str] = NO_INFO):
        super().__init__(message)
        self.reason = reason
        self.info = info
        self.code = code
        self.name = NAMES[code]
        self.status = code // 1000


def mistaken() -> HubRefusal:
    """A mistake of the lab as a refusal of the hub."""
    return HubRefusal(MISTAKE, WORDS)
