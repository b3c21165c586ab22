"""A device on the unmodified azure-iot-device that is provisioned: what to do comes as JSON on stdin.

It knows nothing of this project; it runs in a Python that has the SDK.
"""

import json
import sys

from azure.iot.device import X509, IoTHubDeviceClient, Message, ProvisioningDeviceClient, ProxyOptions


def main():
    task = json.load(sys.stdin)
    options = {
        "server_verification_cert": task["ca_pem"],
        "websockets": task["transport"] == "mqtt-ws",
        "proxy_options": ProxyOptions(proxy_type="HTTP", proxy_addr="127.0.0.1", proxy_port=task["proxy_port"]),
    }
    place = {"provisioning_host": task["host"], "registration_id": task["id"], "id_scope": task["id_scope"]}
    result = {}
    try:
        if "cert_file" in task:
            shown = X509(task["cert_file"], task["key_file"])
            client = ProvisioningDeviceClient.create_from_x509_certificate(x509=shown, **place, **options)
        else:
            client = ProvisioningDeviceClient.create_from_symmetric_key(symmetric_key=task["key"], **place, **options)
        client.provisioning_payload = task.get("payload")
        ended = client.register()
        state = ended.registration_state
        result = {"status": ended.status, "hub": state.assigned_hub, "device": state.device_id}
        if ended.status == "assigned" and "key" in task:
            device = IoTHubDeviceClient.create_from_symmetric_key(
                task["key"], state.assigned_hub, state.device_id, **options
            )
            device.connect()
            device.send_message(Message("{}"))
            device.shutdown()
            result["sent"] = True
    except Exception as error:  # whatever it is: it is the result
        result["error"] = f"{type(error).__name__}: {error}; {type(error.__cause__).__name__}: {error.__cause__}"
    print(json.dumps(result))


main()
