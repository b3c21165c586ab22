"""The arguments of `simulate`: their names, their form and their help."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import handed_over, option

ARGUMENTS = (
    "connection_string", "login", "hub_name", "resource_group_name", "auth_type", "device_id", "module_id",
    "new_device", "certificate_file_path", "key_file_path", "passphrase", "transport", "message_interval",
    "message_count", "body_kind", "data", "data_file_path", "content_type", "content_encoding", "properties",
    "component", "model", "model_repo", "model_id", "init_reported_properties", "method_response",
    "method_response_code", "method_response_payload", "misbehave",
)  # fmt: skip


def simulate(loader):
    """Register the arguments with `loader`."""
    with loader.argument_context("iot diag simulate", arg_group="Device") as context:
        option(
            context,
            "connection_string",
            required=False,
            help="Connection string of the device or module. Write @FILE to read it from a file. Without this option, "
            "the variable AZURE_IOTDIAG_CONNECTION_STRING holds the string.",
        )
        context.argument(
            "login",
            options_list=["--login", "-l"],
            help="Service connection string of the IoT hub. The hub gives the key of --device-id, or makes the device "
            "of --new-device. Write @FILE to read it from a file. Without this option, the variable "
            "AZURE_IOTDIAG_LOGIN holds the string. The policy needs the right RegistryRead, and for --new-device also "
            "RegistryWrite.",
        )
        context.argument(
            "hub_name",
            options_list=["--hub-name", "-n"],
            configured_default="iothub",
            help="Name or host name of the IoT hub, in place of --login. The command finds the hub through az's login.",
        )
        context.argument(
            "auth_type",
            options_list=["--auth-type"],
            arg_type=get_enum_type(["key", "login"]),
            help="Credential for the registry of the hub that --hub-name names: the key of a policy, or az's login. "
            "The login needs a role such as IoT Hub Data Reader, or Data Contributor for --new-device. By default the "
            "login, and a key if the hub refuses the login.",
        )
        context.argument(
            "resource_group_name",
            options_list=["--resource-group", "-g"],
            help="Resource group of the hub that --hub-name names. Without it, the command searches the whole "
            "subscription.",
        )
        option(context, "device_id", help="Act as this device of the hub of --login.")
        option(context, "module_id", help="Act as this module of --device-id.")
        context.argument(
            "new_device",
            options_list=["--new-device"],
            action="store_true",
            help="Create a device in the hub of --login, act as this device, and delete it. If a run was killed, the "
            "next run deletes its device.",
        )
        context.argument(
            "certificate_file_path",
            options_list=["--certificate-file-path", "--cp"],
            help="Certificate of a device that signs in with a certificate, in PEM.",
        )
        context.argument("key_file_path", options_list=["--key-file-path", "--kp"], help="Key of the certificate.")
        context.argument("passphrase", options_list=["--passphrase", "--pass"], help="Passphrase of the key.")
        context.argument(
            "transport",
            options_list=["--transport", "--protocol", "--proto"],
            arg_type=get_enum_type(["mqtt", "mqtt_ws"]),
            help="Protocol and port. mqtt is port 8883, without any proxy. mqtt_ws is WebSocket on port 443, through "
            "the proxy from HTTPS_PROXY or ALL_PROXY. By default mqtt_ws if such a proxy applies to the hub, and mqtt "
            "if not.",
        )
        context.argument(
            "model_id",
            options_list=["--model-id", "--dtmi"],
            help="Model that the device announces (DTMI). By default that of --model, if you give a model.",
        )
        context.argument(
            "misbehave",
            options_list=["--misbehave"],
            arg_type=get_enum_type(
                [
                    "wrong-key", "expired-token", "wrong-case", "no-keep-alive", "same-identity-twice", "silent",
                    "bad-json", "wrong-encoding", "no-content-type", "too-large", "quality-2", "no-api-version",
                    "no-question-mark", "unknown-module", "key-as-text", "field-case", "desired-not-subscribed",
                    "twin-not-read-again", "subscribes-late", "no-method-handler", "bad-patch-again", "dot-in-key",
                    "token-not-renewed", "restarts-at-renewal", "stops-after-sessions", "wrong-topic",
                ]
            ),
            help="Make this mistake, to see how the hub reacts.",
        )  # fmt: skip
    with loader.argument_context("iot diag simulate", arg_group="Messages") as context:
        context.argument(
            "message_interval",
            options_list=["--message-interval", "--mi", "--msg-interval"],
            type=float,
            default=1.0,
            help="Seconds from one message to the next.",
        )
        context.argument(
            "message_count",
            options_list=["--message-count", "--mc", "--msg-count"],
            type=int,
            default=100,
            help="Stop after this many messages. 0 sends for ever. With --data-file-path, the default is the number "
            "of messages in the file. With a greater number, the file is sent again from its beginning.",
        )
        context.argument(
            "body_kind",
            options_list=["--body-kind", "--bk"],
            arg_type=get_enum_type(["json", "text", "gzip", "binary"]),
            default="json",
            help="Content of the messages. json: changing readings. text: the same as plain text. gzip: the JSON, "
            "compressed. binary: bytes that are no text.",
        )
        context.argument(
            "data",
            options_list=["--data", "--da"],
            help="Send this text instead of made-up readings. Use {n} for the number of the message, and {time} or "
            "{epoch} for the time. Use {device} for the device's id, and {id} for a new UUID. Use {random 10 30} for "
            "a number, {integer 1 6} for a whole number, and {choice on off} for one of the words.",
        )
        context.argument(
            "data_file_path",
            options_list=["--data-file-path", "--dfp"],
            help="Send the messages of this file. In most files each line is a message, and in .jsonl and .ndjson it "
            "is JSON. In .json, each element of an array is a message. In .csv, each row below the head is a message, "
            "as a JSON object.",
        )
        context.argument(
            "model",
            options_list=["--model"],
            help="Send telemetry that fits this device model. Give a file with DTDL or a device template of IoT "
            "Central, or a DTMI in the folder of --model-repo. The components send in turn.",
        )
        context.argument(
            "model_repo",
            options_list=["--model-repo", "--repo"],
            help="Folder of a device models repository. The command finds interfaces in it by their DTMI.",
        )
        context.argument(
            "content_type",
            options_list=["--content-type", "--ct"],
            help="Content type to send. An empty text sends none.",
        )
        context.argument(
            "content_encoding",
            options_list=["--content-encoding", "--ce"],
            help="Content encoding to send. An empty text sends none.",
        )
        context.argument(
            "properties",
            options_list=["--properties", "--props", "-p"],
            nargs="+",
            help="Properties of each message, as space-separated NAME=VALUE pairs. Write system properties with their "
            "MQTT names, such as $.mid=1.",
        )
        context.argument("component", options_list=["--component"], help="Component that the messages come from.")
    with loader.argument_context("iot diag simulate", arg_group="Twin and Methods") as context:
        context.argument(
            "init_reported_properties",
            options_list=["--init-reported-properties", "--irp"],
            help="Properties to report after connecting: a JSON object or @FILE.",
        )
        context.argument(
            "method_response",
            options_list=["--method-response", "--mr"],
            help='Answers to direct methods by name: a JSON object or @FILE, such as \'{"reboot": {"status": 200, '
            '"payload": {"done": true}}}\'.',
        )
        context.argument(
            "method_response_code",
            options_list=["--method-response-code", "--mrc"],
            type=int,
            default=200,
            help="Status of the answer to other methods.",
        )
        context.argument(
            "method_response_payload",
            options_list=["--method-response-payload", "--mrp"],
            help="JSON payload of the answer to other methods. By default the payload of the call.",
        )
    handed_over(loader, "iot diag simulate", *ARGUMENTS)
