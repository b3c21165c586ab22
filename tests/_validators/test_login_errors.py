"""Every error of `login` as az shows it: its class, which sets the exit code, and what to do."""

from __future__ import annotations

import pytest
from azure.cli.core import azclierror as az
from knack.util import CLIError

from azext_iotdiag import boundary
from azext_iotdiag._validators.login_errors import as_az_errors, az_error, error_line
from azext_iotdiag.clients.arm import ArmError, Service
from azext_iotdiag.login import errors
from azext_iotdiag.login.errors import Elsewhere, LoginError, Maker, NotFound, What
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import RegistryKeys

HUB = Service("/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/north", "north", "g", "n.x", {})
DPS = Service(
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/provisioningServices/f", "f", "g", "f.x", {}
)
FAILURE = Failure(Kind.SILENT, "the keys", "north.x", 443, description="nothing came", seconds=8.0)
REGISTRY = RegistryKeys("north.x", "d", authentication="selfSigned")
DENIED = "perform action 'Microsoft.Devices/{}/listkeys/action' over scope '/s' or"
INSTEAD = "Or give the hub's service connection string with --login, which needs no account."


def arm(status: int, code: str = "", message: str = "m") -> LoginError:
    return errors.of_arm(ArmError(status, code, message))


CASES: list[tuple[LoginError, type[Exception], str]] = [
    (NotFound("x.", What.HUB, "n", near=("a", "b"), known=("a",)), az.ResourceNotFoundError, "Did you mean a or b?"),
    (NotFound("x.", What.HUB, "n", known=("a", "b")), az.ResourceNotFoundError, "There are: a, b."),
    (NotFound("x.", What.HUB, "n", known=map(str, range(11))), az.ResourceNotFoundError, "8, 9 and others."),
    (NotFound("x.", What.HUB, "n"), az.ResourceNotFoundError, "You have permission to see no IoT hub there"),
    (NotFound("x.", What.HUB, "n", elsewhere=Elsewhere(group="g")), az.ResourceNotFoundError, "resource group g;"),
    (NotFound("x.", What.HUB, "n", elsewhere=Elsewhere(app="p")), az.ResourceNotFoundError, "use --app-id p"),
    (NotFound("x.", What.HUB, "n", elsewhere=Elsewhere(subscriptions=("A b",))), az.ResourceNotFoundError, '"A b"'),
    (NotFound("x.", What.DPS, "n", near=("a",)), az.ResourceNotFoundError, "Did you mean a?"),
    (NotFound("x.", What.DPS, "n"), az.ResourceNotFoundError, "You have permission to see none there."),
    (NotFound("x.", What.CONSUMER_GROUP, "g", service="n"), az.ResourceNotFoundError, "--hub-name n --name g"),
    (NotFound("x.", What.POLICY, "p", known=("b", "a")), az.ResourceNotFoundError, "Its policies: b, a; see"),
    (NotFound("x.", What.POLICY, "p"), az.ResourceNotFoundError, "Its policies: none;"),
    (NotFound("x.", What.DEVICE, "d"), az.ResourceNotFoundError, "Case counts in ids of devices."),
    (NotFound("x.", What.ENROLLMENT, "e"), az.ResourceNotFoundError, "name that with --enrollment-id."),
    (NotFound("x.", What.ENROLLMENT_GROUP, "e"), az.ResourceNotFoundError, "Case counts in its id."),
    (arm(404), az.ResourceNotFoundError, "Check --resource-group and --subscription."),
    (arm(401), az.UnauthorizedError, "Log in again with: az login"),
    (arm(403, "AuthorizationFailed", DENIED.format("IotHubs")), az.ForbiddenError, INSTEAD),
    (arm(403, "AuthorizationFailed", DENIED.format("provisioningServices")), az.ForbiddenError, "of the provisioning"),
    (arm(403), az.ForbiddenError, "Ask an owner of the subscription for the role."),
    (arm(409, "ScopeLocked"), az.AzureResponseError, INSTEAD),
    (errors.NotReachable(FAILURE), az.AzureConnectionError, INSTEAD),
    (errors.KeysNotReachable(FAILURE), az.AzureConnectionError, "nothing came."),
    (errors.KeysHidden(FAILURE, "RegistryRead", "R"), az.ForbiddenError, "the right RegistryRead, and to the role R."),
    (errors.KeysGuarded(FAILURE), az.ForbiddenError, "or the role IoT Hub Data Contributor."),
    (errors.NoPolicy(HUB, ["A", "B"]), az.ForbiddenError, "--hub-name north --name diag --permissions A B"),
    (errors.NoPolicy(DPS, ["A"]), az.ForbiddenError, "dps policy create --dps-name f --name diag --rights A"),
    (errors.KeysOff(HUB), az.ForbiddenError, "such as IoT Hub Data Reader: --auth-type login"),
    (errors.KeysOff(DPS), az.ForbiddenError, "Device Provisioning Service Data Reader"),
    (errors.MessagesClosed(HUB), az.ForbiddenError, "az iot hub update --name north --set"),
    (errors.NoKeys("d", "device", "x509"), az.InvalidArgumentValueError, "uses no tokens."),
    (errors.NoKeysInHub(REGISTRY), az.ArgumentUsageError, "its authentication is selfSigned."),
    (errors.FileIsThere("f"), az.FileOperationError, "f is there already, and was not changed. Name another file, or"),
    (errors.FileNotWritten("f", "full"), az.FileOperationError, "--to-file: f cannot be written: full."),
    (errors.KeyChanged("x."), az.AzureResponseError, "Run the command again."),
    (errors.KeyIsDerived(Maker.GROUP, "e", "f.x"), az.ArgumentUsageError, "It is the group 'e' of f.x."),
    (errors.KeyIsDerived(Maker.ENROLLMENT, "e", "f.x"), az.ArgumentUsageError, "It is the enrollment 'e' of f.x."),
    (errors.KeyIsDerived(Maker.CENTRAL), az.ArgumentUsageError, "in the application"),
    (errors.OriginUnknown("f.x", FAILURE), az.AzureResponseError, "so nothing was renewed: from this machine"),
    (errors.NotSignedIn("x."), az.UnauthorizedError, "Log in with: az login"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "words"), CASES, ids=lambda each: getattr(each, "__name__", str(each)[:30]))
def test_each_error(error: LoginError, kind: type[Exception], words: str) -> None:
    shown = az_error(error)
    assert type(shown) is kind and words in " ".join([str(shown), *shown.recommendations])
    with pytest.raises(kind), as_az_errors():
        raise error
    assert type(boundary.as_az_error(error)) is kind, "also where it comes while the command runs"
    assert error_line(error) == " ".join([str(shown), *shown.recommendations])


def test_none_is_missing() -> None:
    """A new error of `login` needs a row."""

    def below(kind: type) -> set[type]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    assert below(LoginError) - {LoginError, errors.NotAllowed} == {type(error) for error, _, _ in CASES} - {
        errors.NotAllowed
    }


@pytest.mark.parametrize("said", [az.AuthenticationError("AADSTS700082"), CLIError("Please run 'az login'.")])
def test_what_az_says_of_its_login_is_az_s(said: Exception) -> None:
    error = errors.NotSignedIn(str(said))
    error.__cause__ = said
    assert az_error(error) is said and boundary.as_az_error(error) is said


def test_what_no_role_mends_names_none() -> None:
    error = arm(403, "DenyAssignmentAuthorizationFailed", "by 'managed'")
    assert "No role helps" in str(az_error(error)) and "It takes the role" not in str(error)
