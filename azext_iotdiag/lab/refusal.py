"""How the hub says no: a six-digit code, its name, and words. HTTP, MQTT and AMQP each tell it in their own form."""

from __future__ import annotations

# The names of the codes that the lab uses.
# https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes
NAMES = {
    400001: "InvalidProtocolVersion",
    400004: "ArgumentInvalid",
    400005: "ArgumentNull",
    400012: "DeserializationError",
    401002: "IotHubUnauthorizedAccess",
    404001: "DeviceNotFound",
    404010: "ModuleNotFound",
    405000: "GenericMethodNotAllowed",
    409001: "DeviceAlreadyExists",
    412001: "PreconditionFailed",
    413002: "TooManyDevices",
    429001: "ThrottlingException",
    500001: "ServerError",
}


class HubRefusal(Exception):
    """The hub does not do what was asked. `code` is one of NAMES, `status` the HTTP status that it begins with.

    `reason` is what the hub keeps to itself, where it does: it is for the audit log.
    """

    def __init__(self, code: int, message: str, reason: str = ""):
        super().__init__(message)
        self.reason = reason
        self.code = code
        self.name = NAMES[code]
        self.status = code // 1000
