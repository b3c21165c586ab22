"""What stops data on an IoT Edge device, or at the gateway above a device."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_TWINS = "https://learn.microsoft.com/azure/iot-edge/module-edgeagent-edgehub"
_ROUTES = "https://learn.microsoft.com/azure/iot-edge/module-composition#declare-routes"
_TROUBLE = "https://learn.microsoft.com/azure/iot-edge/troubleshoot-common-errors"
_BELOW = "https://learn.microsoft.com/azure/iot-edge/how-to-authenticate-downstream-device"
_LOGS = "On the device, `sudo iotedge logs MODULE` shows the log of a module."
_CHECK = "On the device, run `sudo iotedge check`."

_AREA = Area(links=(_TWINS, _TROUBLE), fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER), places=(Place.TOOL, Place.LOG))

REPORTS_NOTHING = _AREA.entry(
    code="edge-reports-nothing",
    title="The IoT Edge runtime reports no status",
    meaning="The agent of the runtime writes its status into the twin of $edgeAgent. There is none, or the status is "
    "406, which stands for a runtime that is offline or has not judged its deployment yet.",
    causes=(
        Cause(
            "The device is off or offline.",
            ("Start the device, and look at its network.",),
            confirm="`sudo iotedge list` on the device does not answer, or the device is not there.",
        ),
        Cause(
            "The agent does not start, or cannot sign in at the hub.",
            (_CHECK, "On the device, `sudo iotedge system logs` shows why the agent does not start."),
            confirm="`sudo iotedge list` does not show edgeAgent as running.",
        ),
        Cause(
            "The agent has reached the hub once, and its upstream protocol is blocked since then.",
            ("Set UpstreamProtocol to MqttWs or AmqpWs for $edgeAgent and for $edgeHub.",),
            confirm="`sudo iotedge check` says that the ports of the hub cannot be reached.",
        ),
    ),
)

WITHOUT_DEPLOYMENT = _AREA.entry(
    code="edge-without-deployment",
    title="The IoT Edge device has no deployment",
    meaning="The agent reports 417: its desired properties are empty. Without a deployment the device runs no edge hub "
    "and no module, so that no message reaches the hub through it.",
    causes=(
        Cause(
            "No modules were set for the device, and no automatic deployment picks it.",
            (
                "Set modules: `az iot edge set-modules -n HUB -d DEVICE --content FILE` (needs the azure-iot "
                "extension).",
                "Or give the device the tag that the condition of the deployment asks for.",
            ),
            confirm="`az iot edge deployment list -n HUB` (needs the azure-iot extension) shows no condition that the "
            "tags of the device meet.",
        ),
    ),
)

DEPLOYMENT_FAILED = _AREA.entry(
    code="edge-deployment-failed",
    title="The IoT Edge device could not apply its deployment",
    meaning="The agent reports the result of its last deployment: 400 for a mistake in it, 412 for a version of its "
    "schema, 500 for a step that failed. The words in the evidence are the agent's own.",
    causes=(
        Cause(
            "An image cannot be pulled: its name or tag does not exist, or the registry refuses the credentials.",
            ("Correct the image and the registry credentials in the deployment.",
             "Try it on the device: `sudo docker pull IMAGE`."),
            confirm="The agent's words name an image, a manifest or a registry.",
            only_if="edge-image-may-be-missing",
            proven_by="edge-image-is-missing",
        ),
        Cause(
            "The deployment has a mistake: its JSON, its create options, or the version of its schema.",
            ("Correct the deployment. The agent's words name the place.",),
            confirm="The agent reports 400 or 412.",
            only_if="edge-image-may-be-there",
            proven_by="edge-deployment-is-wrong",
        ),
        Cause(
            "The container engine of the device refuses: no space, no such mount, a port that is in use.",
            (_CHECK, "On the device, `sudo iotedge logs edgeAgent` shows the step that failed."),
            confirm="The log of edgeAgent shows an error of the container engine.",
            only_if="edge-engine-may-refuse",
        ),
    ),
)  # fmt: skip

DEPLOYMENT_BEHIND = _AREA.entry(
    code="edge-deployment-behind",
    title="The IoT Edge device has not taken up its deployment",
    meaning="The agent reports which version of its desired properties it looked at last. A newer version is set.",
    causes=(
        Cause(
            "The device is off or offline, and its modules may still run without a connection.",
            ("Look at the network of the device.",),
            confirm="The hub has not heard of $edgeAgent since the deployment was set.",
        ),
        Cause(
            "The agent hangs in an earlier step, such as a pull that does not end.",
            ("On the device, `sudo iotedge logs edgeAgent` shows the step.", "Then `sudo iotedge restart edgeAgent`."),
            confirm="The log of edgeAgent repeats one step.",
        ),
    ),
)

MODULE_DOWN = _AREA.entry(
    code="edge-module-down",
    title="A module on the IoT Edge device does not run",
    meaning="The agent reports the state of each module. backoff means that the module ends again and again. Without "
    "edgeHub no message of any module or of any device below reaches the hub.",
    causes=(
        Cause(
            "The program in the module ends by itself: a crash, a missing setting, too little memory (exit code 137).",
            (_LOGS, "Correct the program, or its settings and create options in the deployment."),
            confirm="The exit code in the evidence is not 0, and the log of the module ends with an error.",
        ),
        Cause(
            "The module cannot start: a mount, a port or a device that is not there, or the wrong processor.",
            (_LOGS, "Look at its create options, and at the architecture of its image."),
            confirm="`sudo docker inspect MODULE` on the device shows an error of the start.",
        ),
    ),
)

HUB_REFUSES = _AREA.entry(
    code="edge-hub-refuses",
    title="The edge hub refuses its configuration",
    meaning="The edge hub on the device reports 400 or 500 for its desired properties. One route that it cannot read "
    "is enough: it then keeps all of its routes as they were, or has none after a start.",
    causes=(
        Cause(
            "A route cannot be read: a placeholder that was left, an unknown source, a missing INTO.",
            ("Correct the routes in the deployment. The words in the evidence are the edge hub's own.",),
            confirm="The routes stand in the twin of the module $edgeHub, below properties.desired.",
        ),
    ),
    links=(_TWINS, _ROUTES),
)

NO_ROUTE_UPSTREAM = _AREA.entry(
    code="edge-no-route-upstream",
    title="No route of the edge hub leads from a module to the hub",
    meaning="Messages of modules and child devices leave an IoT Edge device only by a route INTO $upstream. There is "
    "no such route, or the routes name modules that the deployment does not have.",
    causes=(
        Cause(
            "The route to $upstream was left out or removed.",
            ("Add a route: FROM /messages/* INTO $upstream.",),
            confirm="No route in the twin of $edgeHub ends with INTO $upstream.",
            only_if="edge-routes-lack-upstream",
        ),
        Cause(
            "The route names a module that the deployment does not have, or in other letters.",
            ("Write the name in the route exactly as in the deployment.",),
            confirm="The name behind /messages/modules/ is none of the deployed modules.",
            only_if="edge-routes-have-upstream",
        ),
    ),
    links=(_ROUTES,),
)

GATEWAY_DISCONNECTED = _AREA.entry(
    code="gateway-disconnected",
    title="The gateway of the device is not connected to the hub",
    meaning="The device is a child of an IoT Edge device, whose edge hub passes its messages on. The hub shows no "
    "session of that edge hub.",
    causes=(
        Cause(
            "The gateway is off, or has lost its network. It keeps messages until it is back, for as long as its "
            "timeToLiveSecs says.",
            ("Look at the gateway: `az iot diag check --login @hub.txt --device-id GATEWAY`.",),
            confirm="All devices below the gateway are silent since the same time.",
        ),
        Cause(
            "The edge hub on the gateway does not run, or cannot sign in.",
            ("On the gateway, `sudo iotedge list` shows its state, and `sudo iotedge logs edgeHub` why.",),
            confirm="The gateway's own check names edgeHub.",
        ),
    ),
    retry=Retry.LATER,
)

NOT_AT_GATEWAY = _AREA.entry(
    code="device-not-at-gateway",
    title="The device has never come to its gateway",
    meaning="The edge hub of the gateway is connected to the hub, and reports which devices came to it. This device is "
    "not among them, and the hub has never heard of it.",
    causes=(
        Cause(
            "The device does not trust the certificate of the gateway, or that certificate has ended.",
            ("Give the device the root of the gateway, and look at the dates: `openssl s_client -connect "
             "GATEWAY_HOST:8883`.",),
            confirm="The device's log names a certificate, or its TLS handshake fails.",
        ),
        Cause(
            "The device does not reach the gateway: another GatewayHostName, a name that is not resolved, a closed "
            "port.",
            ("Compare GatewayHostName in the device's string with the hostname in the gateway's config.toml.",),
            confirm="The device's log shows no connection.",
        ),
        Cause(
            "The device connects past the gateway: its string has no GatewayHostName.",
            ("Add ;GatewayHostName=HOST to the device's string.",),
            confirm="The device's string does not name the gateway.",
        ),
        Cause("The device is off.", ("Start the device.",), confirm="The device's log shows no attempt."),
    ),
    links=(_BELOW,),
)  # fmt: skip

NOT_A_CHILD = _AREA.entry(
    code="not-a-child",
    title="The device uses a gateway, and is not its child",
    meaning="The device's string names a gateway, and the hub shows no parent of the device. Since version 1.1, an "
    "edge hub lets in only its children by default. With the mode CloudAndScope it also asks the hub about a device "
    "with a key, as long as it is online.",
    causes=(
        Cause(
            "The gateway was not set as the parent of the device.",
            (
                "Set the parent: `az iot hub device-identity parent set -n HUB -d DEVICE --pd GATEWAY --output "
                "none` (needs the azure-iot extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows no parent.",
        ),
    ),
    links=(_BELOW, "https://github.com/Azure/iotedge/pull/4342"),
    fixers=(Fixer.OPERATOR,),
)
