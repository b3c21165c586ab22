"""IoT Central has no connection log: who names an application to a command of `logs` is told so, before all else."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError


def refuse_app(namespace) -> None:
    """Raise InvalidArgumentValueError where the log of an application is asked for."""
    app = getattr(namespace, "app_id", None)
    if app is None:
        return
    from azext_iotdiag._validators import central  # it loads what opens services, which files of rows do not need

    name = central.host_of(app).partition(".")[0]
    raise InvalidArgumentValueError(
        "--app-id: IoT Central has no connection log, so nothing can be collected or read there.",
        recommendation=[
            f"See what devices send: az iot diag monitor events --app-id {name}",
            f"See how a device stands: az iot diag check --app-id {name} --device-id DEVICE",
            f"See what is counted: az iot diag metrics show --app-id {name}",
        ],
    )
