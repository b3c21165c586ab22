"""The 62 confirmed public cases: which row plays each, which facts stand for it, or why neither can be had.

The numbers are those of the rows, also of those with the logs on, and of `tests/checks/test_doctor.py`.
"""

from __future__ import annotations

# Further public cases, which rows play by these numbers.
FURTHER = {
    "F1": "https://github.com/Azure/iotedge/issues/5308",  # one invalid route, and edgeHub publishes nothing
    "F2": "https://github.com/Azure/iotedge/issues/5065",  # an image that the registry does not have
    "F3": "https://github.com/microsoft/vision-ai-developer-kit/issues/325",  # a module in backoff
    "F4": "https://github.com/Azure/iotedge/issues/2066",  # 406: the runtime is offline, or reports no status
    "F5": "https://github.com/Azure/iotedge/issues/1746",  # devices below a gateway that are not its children
    "F6": "https://github.com/Azure/iotedge/issues/4194",  # the name of a module is spelt in two ways in routes
    "F8": "https://github.com/MicrosoftDocs/azure-docs/issues/48511",  # a group without automatic approval
    "F9": "https://github.com/Azure/iotc-device-bridge/issues/37",  # a device without a template
    "F10": "https://github.com/Azure/azure-sphere-samples/issues/128",  # numbers are sent as texts
    "F11": "https://github.com/Azure/iot-central-firmware/issues/98",  # a list around what the template describes
    "F12": "https://github.com/Azure/iotedge/issues/7013",  # registered once, and not again at the new id scope
    "F13": "https://github.com/MicrosoftDocs/azure-docs/issues/69789",  # a registration fails after minutes
    "F14": "https://github.com/Azure/azure-iot-sdk-python/issues/735",  # 8,000 messages of the free tier are used up
    "F15": "https://github.com/MicrosoftDocs/azure-docs/issues/96650",  # a hub without storage for uploads
    "F16": "https://github.com/Azure/azure-iot-sdk-csharp/issues/1070",  # a string in the place of another kind
    "F17": "https://github.com/Azure/iotedge/issues/2858",  # the hub answers 429 to devices
    "F18": "https://github.com/Azure/azure-iot-sdk-csharp/issues/37",  # a method for a device that is not connected
    "F19": "https://github.com/Azure/azure-iot-sdk-csharp/issues/1212",  # a token in the string has ended
    "F20": "https://github.com/Azure/azure-iot-sdk-node/issues/893",  # allocation made an identity of another type
    "F21": "https://github.com/Azure/azure-iot-cli-extension/issues/80",  # a letter too many in the id
    "F22": "https://github.com/eclipse-threadx/getting-started/issues/67",  # the basic tier has no twins
    "F23": "https://github.com/ms-iot/samples/issues/343",  # the key of a policy at the device
    "F25": "https://learn.microsoft.com/answers/questions/5829905",  # a key encoded twice
    "F26": "https://github.com/MicrosoftDocs/azure-docs/issues/101669",  # a token for /module/
    "F27": "https://github.com/hashicorp/terraform-provider-azurerm/issues/10224",  # a link that leads to no hub
    "F28": "https://github.com/Azure/azure-iot-sdk-c/issues/1789",  # the string of the linked hub is old
    "F29": "https://github.com/MicrosoftDocs/azure-docs/issues/120260",  # the function of the allocation wants a key
    "F30": "https://github.com/Azure/azure-iot-sdk-c/issues/437",  # the root is not verified
    "F31": "https://github.com/Azure/iotedge/issues/2739",  # another authority than the group's
    "F32": "https://github.com/MicrosoftDocs/azure-docs/issues/89606",  # an id that MQTT cannot carry
    "F33": "https://github.com/Azure/iotedge/pull/4342",  # edge hubs let in their children alone
    "F34": "https://github.com/ms-iot/azure-client-tools/issues/40",  # no registration after the device was moved
    "F35": "https://github.com/Azure/azure-iot-sdk-node/issues/42",  # IP rules, and MQTT is refused
    "F36": "https://github.com/Azure/iotedge/issues/4255",  # public access is off, and no private name
    "F37": "https://github.com/Azure/azure-iot-sdk-csharp/issues/1766",  # a message that is too large, over MQTT
    "F38": "https://github.com/eclipse-mosquitto/mosquitto/issues/1446",  # a bridge that keeps its own topics
    "F39": "https://github.com/MicrosoftDocs/azure-docs/issues/58775",  # a route takes all messages
    "F40": "https://github.com/EliiseS/terraform-iot-edge-vm/pull/2",  # Terraform makes no fallback route
    "F41": "https://github.com/Azure/azure-iot-sdk-csharp/issues/113",  # the clock of a board
    "F42": "https://github.com/Azure-Samples/iot-middleware-freertos-samples/issues/299",  # the new root lacks
    "F43": "https://github.com/Azure/azure-iot-sdk-python/issues/603",  # two clients of one identity
    "F44": "https://github.com/Azure/azure-iot-explorer/issues/573",  # a policy that may not read messages
    "F45": "https://github.com/Azure/iothub-explorer/issues/40",  # too many readers of one group
    "F46": "https://github.com/Azure/iotedge/issues/611",  # a container without a name service
    "F47": "https://github.com/Azure/iotedge/issues/720",  # a certificate, and no parent
    "F48": "https://github.com/Azure/azure-iot-sdk-java/issues/989",  # a signature over another text
    "F49": "https://github.com/Azure/azure-iot-sdk-csharp/issues/776",  # the string of a policy over MQTT
    "F50": "https://github.com/MicrosoftDocs/azure-docs/issues/54859",  # the function of the allocation fails
    "F51": "https://github.com/Azure/azure-iot-sdk-python/issues/178",  # AMQP wants a twin on the basic tier
    "F52": "https://github.com/MicrosoftDocs/azure-docs/issues/60870",  # the root is not verified
    "F7": "https://github.com/Azure/iotedge/issues/2055",  # the agent gives up a deployment with 500
}
NETWORK = "tests/flows/test_network.py plays it: it is a matter of the network, where check has no fact of the device"
# Cases that no row and no set of facts stands for.
NOT_PLAYED = {
    "M3": "looks as M2 for a fleet, and the date of the hub's certificate is no fact yet",
    "M7": NETWORK,
    "N3": "takes a network that loses large records; at the hub it looks like a device that never came",
    "C4": "the lab ends a session at the token's end, as the hub has done since this case",
    "P2": "one SDK's mistake; it looks as P1",
    "P3": "takes certificates of a device, which check is not given",
    "P4": "the strict rule for capital letters was dropped by the service",
    "P8": "one SDK's way to give up after P7",
    "I6": "takes the certificate of a gateway: tests/checks/device/test_gateway_current.py judges it",
    "T3": "a race of a second; it looks as T2",
    "T4": "only the code of the device tells; it looks as T2",
    "T7": "takes an old gateway with limits of its own",
    "T9": "is about queries of an application, and not about a device",
    "D2": "is about one SDK's way to show a 404; method ping shows the status and the time",
    "B3": "one SDK's form of B2",
    "B4": "the same, another SDK",
    "B5": "is about the token of a back end, which check does not have",
    "E2": "only the checkpoints of the function tell; the data arrives",
    "M4": "is no fault: a refusal proves the network",
}
ALL = (
    *(f"M{number}" for number in range(1, 9) if number != 4), *(f"N{number}" for number in range(1, 6)),
    *(f"L{number}" for number in range(1, 6)), "H1", "H2", *(f"I{number}" for number in range(1, 7)),
    *(f"P{number}" for number in range(1, 10)), *(f"C{number}" for number in range(1, 7)), "R1", "R2", "R3", "Y1",
    *(f"T{number}" for number in range(1, 10)), "D1", "D2", *(f"B{number}" for number in range(1, 6)), "E1", "E2",
)  # fmt: skip
