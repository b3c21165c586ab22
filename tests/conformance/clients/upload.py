"""The unmodified azure-iot-device over MQTT puts a file into storage. It reads what to do as JSON on stdin."""

import json
import sys

import requests
from azure.iot.device import IoTHubDeviceClient, ProxyOptions


def main():
    task = json.load(sys.stdin)
    with open(task["ca"], encoding="ascii") as file:
        authority = file.read()
    host, port = task["proxy"].split(":")
    client = IoTHubDeviceClient.create_from_connection_string(
        task["connection_string"],
        server_verification_cert=authority,
        proxy_options=ProxyOptions("HTTP", host, int(port)),
        websockets=task["websockets"],
    )
    client.connect()
    info = client.get_storage_info_for_blob("logs/today.txt")
    url = f"https://{info['hostName']}/{info['containerName']}/{info['blobName']}{info['sasToken']}"
    proxies = {"https": f"http://{task['proxy']}"}
    put = requests.put(
        url,
        data=b"from Python",
        headers={"x-ms-blob-type": "BlockBlob"},
        verify=task["ca"],
        proxies=proxies,
        timeout=20,
    )
    spoilt = requests.put(
        url.replace("today", "morrow"), data=b"x", headers={"x-ms-blob-type": "BlockBlob"}, verify=task["ca"],
        proxies=proxies, timeout=20,
    )  # fmt: skip
    client.notify_blob_upload_status(info["correlationId"], put.status_code == 201, put.status_code, "done")
    refused = ""
    try:
        for number in range(task["more"]):
            client.get_storage_info_for_blob(f"more-{number}")
    except Exception as error:
        refused = f"{type(error).__name__}: {error.__cause__!r}"
    client.shutdown()
    json.dump({"put": put.status_code, "spoilt": spoilt.status_code, "refused": refused, "info": info}, sys.stdout)


main()
