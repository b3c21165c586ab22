"""The unmodified azure-iot-hub and uamqp: reads what to do as JSON on stdin, prints how each step went as JSON.

Only authority and proxy are told to it. It knows nothing of this project; it runs in a Python that has both.
"""

import functools
import json
import sys
import time
from types import SimpleNamespace

import uamqp
from azure.core.credentials import AccessToken
from azure.iot.hub import IoTHubRegistryManager
from azure.iot.hub.models import CloudToDeviceMethod, ExportImportDevice, QuerySpecification, Twin, TwinProperties


def steps(task, manager):
    """What is done, by name; each gives what JSON can hold."""
    device = task["device"]
    key = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="
    change = Twin(tags={"site": "north"}, properties=TwinProperties(desired={"every": 5}))
    call = CloudToDeviceMethod(method_name="ping", payload={"n": 1}, response_timeout_in_seconds=5)
    return {
        "create": lambda: manager.create_device_with_sas("made", key, key, "enabled").device_id,
        "get": lambda: manager.get_device("made").authentication.symmetric_key.primary_key == key,
        "update twin": lambda: manager.update_twin(device, change, "*").properties.desired["every"],
        "twin": lambda: manager.get_twin(device).tags,
        "query": lambda: [
            each.device_id
            for each in manager.query_iot_hub(
                QuerySpecification(query="SELECT * FROM devices WHERE tags.site = 'north'")
            ).items
        ],
        "module": lambda: manager.create_module_with_sas("made", "m", "", key, key).module_id,
        "modules": lambda: [each.module_id for each in manager.get_modules("made")],
        "devices": lambda: len(manager.get_devices(10)),
        "statistics": lambda: manager.get_device_registry_statistics().total_device_count,
        "method": lambda: manager.invoke_device_method(device, call).as_dict(),
        "bulk": lambda: (
            manager.bulk_create_or_update_devices(
                [
                    ExportImportDevice(id="many-1", import_mode="create"),
                    ExportImportDevice(id="made", import_mode="update", status="disabled"),
                ]
            ).is_successful
        ),
        "changed": lambda: manager.get_device("made").status,
        "delete": lambda: manager.delete_device("made"),
        "gone": lambda: manager.get_device("made").device_id,
        "send": lambda: manager.send_c2d_message(device, "hello", {"messageId": "c-1", "from": "cloud"}),
        "send to nobody": lambda: manager.send_c2d_message("nobody", "lost"),
        "receive": lambda: receive(task),
    }


def receive(task):
    """The bodies in a partition of the built-in Event Hub, by uamqp alone."""
    hub = task["event_hub"]
    address = f"sb://{hub['host']}/{hub['name']}/ConsumerGroups/$Default/Partitions/{hub['partition']}"
    signed = uamqp.authentication.SASTokenAuth.from_shared_access_key(address, hub["policy"], hub["key"])
    source = uamqp.address.Source(address.replace("sb://", "amqps://"))
    source.set_filter(b"amqp.annotation.x-opt-offset > '-1'")
    client = uamqp.ReceiveClient(
        source, auth=signed, timeout=10_000, prefetch=10, transport_type=uamqp.TransportType.AmqpOverWebsocket
    )
    try:
        return [b"".join(each.get_data()).decode() for each in client.receive_message_batch(max_batch_size=1)]
    finally:
        client.close()


def main():
    task = json.load(sys.stdin)
    way = {"http_proxy": task["proxy"], "verify": task["ca_file"]}  # azure-iot-hub hands neither on
    authentication = uamqp.authentication
    authentication.JWTTokenAuth = functools.partial(authentication.JWTTokenAuth, **way)
    authentication.SASTokenAuth = SimpleNamespace(
        from_shared_access_key=functools.partial(
            authentication.SASTokenAuth.from_shared_access_key,
            transport_type=uamqp.TransportType.AmqpOverWebsocket,
            **way,
        )
    )
    websocket = uamqp.TransportType.AmqpOverWebsocket
    if task["token"]:
        credential = SimpleNamespace(get_token=lambda *_: AccessToken(task["token"], int(time.time()) + 600))
        manager = IoTHubRegistryManager.from_token_credential(task["host"], credential, transport_type=websocket)
    else:
        manager = IoTHubRegistryManager.from_connection_string(task["connection_string"], transport_type=websocket)
    for name, act in steps(task, manager).items():
        try:
            told = {"answered": act()}
        except Exception as error:  # whatever it is: it is the result
            told = {"error": type(error).__name__, "message": str(error)[:300]}
        print(json.dumps({"step": name, **told}), flush=True)


main()
