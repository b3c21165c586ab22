"""Which right does what: of shared access policies, of the data actions of roles, and the roles that have them.

https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad
https://learn.microsoft.com/azure/iot-dps/concepts-control-access-dps-azure-ad
"""

from __future__ import annotations

from collections.abc import Iterable

HUB_RESOURCE = "https://iothubs.azure.net"  # in every cloud
DPS_RESOURCE = "https://azure-devices-provisioning.net"
# The same in every cloud that has IoT Central.
# https://learn.microsoft.com/azure/iot-central/core/howto-authorize-rest-api
CENTRAL_RESOURCE = "https://apps.azureiotcentral.com"
READ_MESSAGES = frozenset({"ServiceConnect"})
REGISTRY_READ = frozenset({"RegistryRead"})
REGISTRY_WRITE = frozenset({"RegistryRead", "RegistryWrite"})
ENROLLMENT_READ = frozenset({"EnrollmentRead"})
DPS_RIGHTS = frozenset({"EnrollmentRead", "RegistrationStatusRead"})
# The data actions that do what the rights of a policy allow, as far as it is asked here.
_ACTIONS = {
    "RegistryRead": "Microsoft.Devices/IotHubs/devices/read",
    "RegistryWrite": "Microsoft.Devices/IotHubs/devices/write",
    "ServiceConnect": "Microsoft.Devices/IotHubs/twins/read",
    "EnrollmentRead": "Microsoft.Devices/provisioningServices/enrollments/read",
    "RegistrationStatusRead": "Microsoft.Devices/provisioningServices/registrationStates/read",
}
# Of an enrollment's keys; a policy gives them with EnrollmentRead, and no reader's role has this.
READ_ENROLLMENT_KEYS = ("Microsoft.Devices/provisioningServices/attestationmechanism/details/action",)
# Of direct methods, and of twins that are written; a policy does both with ServiceConnect.
CALL_METHODS = ("Microsoft.Devices/IotHubs/directMethods/invoke/action", _ACTIONS["ServiceConnect"])
CHANGE_TWINS = (_ACTIONS["ServiceConnect"], "Microsoft.Devices/IotHubs/twins/write")
# Of devices that are made, and of those that are read and deleted; a policy does both with RegistryWrite.
CREATE_DEVICES = (_ACTIONS["RegistryWrite"],)
DELETE_DEVICES = (_ACTIONS["RegistryRead"], "Microsoft.Devices/IotHubs/devices/delete")
# Of messages to devices and their feedback; a policy does both with ServiceConnect.
SEND_MESSAGES = (
    "Microsoft.Devices/IotHubs/cloudToDeviceMessages/send/action",
    "Microsoft.Devices/IotHubs/cloudToDeviceMessages/feedback/action",
)
# A query, which a policy may make with RegistryRead.
QUERY = (_ACTIONS["RegistryRead"], _ACTIONS["ServiceConnect"])
_READERS = {False: "IoT Hub Data Reader", True: "Device Provisioning Service Data Reader"}
_CONTRIBUTORS = {False: "IoT Hub Data Contributor", True: "Device Provisioning Service Data Contributor"}


def actions_of(rights: Iterable[str]) -> list[str]:
    """The data actions that do what these rights of a policy allow."""
    return [_ACTIONS[right] for right in sorted(rights)]


def role_for(actions: Iterable[str], *, dps: bool) -> str:
    """The built-in role with the fewest rights that allows these data actions, of a hub or a provisioning service."""
    roles = _READERS if all(each.endswith("/read") for each in actions) else _CONTRIBUTORS
    return roles[dps]


def reader_of(*, dps: bool) -> str:
    """The role that reads the data of a hub or a provisioning service."""
    return _READERS[dps]
