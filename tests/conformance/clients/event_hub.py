"""A reader on the unmodified azure-eventhub: reads what to do as JSON on stdin, prints what came as JSON.

It knows nothing of this project; it runs in a Python that has the SDK.
"""

import base64
import datetime
import json
import os
import sys
import threading
import uuid

from azure.eventhub import EventHubConsumerClient, TransportType


def plain(value):
    """A value of AMQP as JSON, with its type where JSON has none for it."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"ms": round(value.timestamp() * 1000)}
    if isinstance(value, uuid.UUID):
        return {"uuid": str(value)}
    if isinstance(value, dict):
        return {key.decode() if isinstance(key, bytes) else key: plain(each) for key, each in value.items()}
    return value


def told(event, partition):
    raw = event.raw_amqp_message
    return {
        "partition": partition,
        "body": base64.b64encode(b"".join(event.body) if not isinstance(event.body, bytes) else event.body).decode(),
        "properties": plain(event.properties),
        "system": plain(event.system_properties),
        "annotations": plain(dict(raw.annotations)),
        "sequence": event.sequence_number,
        "offset": event.offset,
        "enqueued": plain(event.enqueued_time),
        "content_type": event.content_type,
        "message_id": event.message_id,
        "correlation_id": event.correlation_id,
        "content_encoding": plain(raw.properties.content_encoding) if raw.properties else None,
        "user_id": plain(raw.properties.user_id) if raw.properties else None,
    }


def start_of(task):
    position = task.get("position", "-1")
    if isinstance(position, dict):
        return datetime.datetime.fromtimestamp(position["ms"] / 1000, datetime.timezone.utc)
    return position


def main():
    task = json.load(sys.stdin)
    result = {"events": [], "errors": []}
    client = EventHubConsumerClient.from_connection_string(
        task["connection_string"],
        consumer_group=task.get("group", "$Default"),
        transport_type=TransportType.AmqpOverWebsocket if task.get("websocket") else TransportType.Amqp,
        custom_endpoint_address=task.get("address"),
        http_proxy=task.get("proxy"),
        connection_verify=task["ca_file"],
        retry_total=0,
    )
    done = threading.Event()

    def came(context, event):
        if event is not None:
            result["events"].append(told(event, context.partition_id))
        if len(result["events"]) >= task.get("count", 0):
            done.set()

    def failed(_context, error):
        result["errors"].append(f"{type(error).__name__}: {error}")
        done.set()

    try:
        result["hub"] = plain(client.get_eventhub_properties())
        result["partitions"] = [plain(client.get_partition_properties(name)) for name in task.get("ask", [])]
    except Exception as error:  # whatever it is: it is the result
        failed(None, error)
    if not done.is_set() and task.get("read", True):
        receive = {
            "on_event": came,
            "on_error": failed,
            "starting_position": start_of(task),
            "prefetch": task.get("prefetch", 10),
            "starting_position_inclusive": task.get("inclusive", False),
            "max_wait_time": 1,
            "owner_level": task.get("owner_level"),
        }
        if "partition" in task:
            receive["partition_id"] = task["partition"]
        threading.Thread(target=client.receive, kwargs=receive, daemon=True).start()
        if not done.wait(task.get("seconds", 30)):
            result["errors"].append("not all came in time")
    print(json.dumps(result, ensure_ascii=False), flush=True)
    os._exit(0)  # the SDK's threads may not come back


main()
