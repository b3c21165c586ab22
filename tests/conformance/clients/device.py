"""A device on the unmodified azure-iot-device: reads what to do as JSON on stdin, prints how it went as JSON.

It knows nothing of this project; it runs in a Python that has the SDK.
"""

import base64
import json
import sys

from azure.iot.device import IoTHubDeviceClient, Message, ProxyOptions


def message(wanted):
    made = Message(base64.b64decode(wanted["body"]), wanted.get("message-id"))
    made.content_type = wanted.get("content-type")
    made.content_encoding = wanted.get("content-encoding")
    made.correlation_id = wanted.get("correlation-id")
    made.user_id = wanted.get("user-id")
    made.custom_properties.update(wanted["properties"])
    return made


def main():
    task = json.load(sys.stdin)
    client = IoTHubDeviceClient.create_from_connection_string(
        task["connection_string"],
        server_verification_cert=task["ca_pem"],
        proxy_options=ProxyOptions(
            proxy_type=task.get("proxy_type", "HTTP"),
            proxy_addr="127.0.0.1",
            proxy_port=task["proxy_port"],
            proxy_username=task.get("proxy_user"),
            proxy_password=task.get("proxy_password"),
        ),
        websockets=task.get("websocket", False),
        connection_retry=False,
    )
    result = {}
    try:
        client.connect()
        for wanted in task["messages"]:
            client.send_message(message(wanted))
        result["twin"] = client.get_twin()
        client.disconnect()
    except Exception as error:  # whatever it is: it is the result
        result["error"] = f"{type(error).__name__}: {error}; {type(error.__cause__).__name__}: {error.__cause__}"
    client.shutdown()
    print(json.dumps(result))


main()
