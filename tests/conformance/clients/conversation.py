"""A device or module on the unmodified azure-iot-device, which talks with the hub: it reads what to do as JSON in the
first line of stdin, prints a line of JSON for each step that is done, and ends when its stdin does.

It knows nothing of this project; it runs in a Python that has the SDK.
"""

import json
import sys
import tempfile

from azure.iot.device import (
    X509,
    IoTHubDeviceClient,
    IoTHubModuleClient,
    Message,
    MethodResponse,
    ProxyOptions,
)
from azure.iot.device.common.pipeline import pipeline_stages_mqtt


def say(step, **told):
    sys.stdout.write(json.dumps({"step": step, **told}) + "\n")  # at once, for it is called in several threads
    sys.stdout.flush()


def client_of(task):
    options = {
        "server_verification_cert": task["ca_pem"],
        "proxy_options": ProxyOptions("HTTP", "127.0.0.1", task["proxy_port"]),
        "websockets": task["transport"] == "mqtt-ws",
        "connection_retry": False,
        "auto_connect": False,
    }
    kind = IoTHubModuleClient if task["module"] else IoTHubDeviceClient
    if not task["certificate"]:
        return kind.create_from_connection_string(task["connection_string"], **options)
    with tempfile.NamedTemporaryFile("w") as certificate, tempfile.NamedTemporaryFile("w") as key:
        for file, name in ((certificate, "cert"), (key, "key")):
            file.write(task["certificate"][name])
            file.flush()
        x509 = X509(certificate.name, key.name)
        client = kind.create_from_x509_certificate(x509, task["host"], task["device"], **options)
        client.connect()
        return client


def main():
    task = json.loads(sys.stdin.readline())
    # Its patience alone is shortened, from a minute; what it says when that is over is its own.
    pipeline_stages_mqtt.WATCHDOG_INTERVAL = task.get("patience", pipeline_stages_mqtt.WATCHDOG_INTERVAL)
    client = client_of(task)

    def answer(request):
        client.send_method_response(MethodResponse.create_from_method_request(request, 207, {"got": request.payload}))
        say("method", name=request.name)

    def receive(message):
        say("message", body=message.data.decode(), id=message.message_id, properties=message.custom_properties)

    client.on_background_exception = lambda error: say("background", name=type(error).__name__, message=str(error))
    client.on_connection_state_change = lambda: None if client.connected else say("disconnected")
    client.connect()
    say("connected")
    reading = Message(json.dumps({"temperature": 21.5}), "d-1", "utf-8", "application/json")
    reading.custom_properties["alert"] = "yes & no"
    client.send_message(reading)
    say("sent")
    client.on_method_request_received = answer
    if not task["module"]:
        client.on_message_received = receive
    twin = client.get_twin()
    say("twin", desired=twin["desired"], reported={"$version": twin["reported"]["$version"]})
    client.patch_twin_reported_properties({"firmware": "2"})
    say("reported")
    client.on_twin_desired_properties_patch_received = lambda patch: say("desired", patch=patch)
    say("ready")
    sys.stdin.read()
    client.on_connection_state_change = None
    client.shutdown()
    say("closed")


try:
    main()
except Exception as error:  # whatever it is: it is the result
    say("error", name=type(error).__name__, message=str(error), inner=repr(error.__cause__))
