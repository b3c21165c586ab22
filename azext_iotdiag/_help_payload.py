"""The help texts about properties, `validate` and `template`. Loaded as `_help` is."""

from knack.help_files import helps

helps["iot diag monitor properties"] = """
type: command
short-summary: Show how the desired and reported properties of a device change.
long-summary: >
    The properties are read again and again, at a polite pace: from the twin of a device of an IoT hub, or from an IoT
    Central application. Each change is told once, with the values, versions and times of before and after; what counts
    is the service's version, not any clock. On a terminal a change is a line to read; otherwise, and with -o json, it
    is one JSON object a line, in which "before" or "after" is missing where the property was not there. What changes
    twice between two looks is told as one change, with both versions.

    A hub that --hub-name names is asked with az's login, which takes a role such as IoT Hub Data Reader, and, where it
    refuses that, with the key of a policy, if the login may list the hub's keys. Which one it was is said on stderr.

    Exit code: 0 ended as asked, 1 a value is wrong, 3 the hub does not exist, 4 nothing changed, fewer changes came
    than were asked for, the device is not known, or access was refused, 5 the properties could not be read,
    130 interrupted before they were read.
examples:
  - name: Watch a device until Ctrl-C, or until five minutes pass without a change.
    text: az iot diag monitor properties --login @hub.txt --device-id pump-7
  - name: Watch a device of a hub by the hub's name, with az's login and never with a key.
    text: az iot diag monitor properties --hub-name HUB --device-id pump-7 --auth-type login
  - name: Set a desired property elsewhere, and wait up to a minute for it and for the device's answer.
    text: az iot diag monitor properties --login @hub.txt -d pump-7 --max-changes 2 --duration 60 -o json
  - name: Watch a device of an IoT Central application.
    text: az iot diag monitor properties --app-id my-app --token @token.txt --device-id pump-7
"""

helps["iot diag validate"] = """
type: group
short-summary: Judge what devices sent against their model.
"""

helps["iot diag validate messages"] = """
type: command
short-summary: Find out which messages do not fit the device model, and why; as they arrive, or recorded ones.
long-summary: >
    Names that are misspelt or not in the model, wrong types, values out of range, times in a wrong form, bodies
    that are no JSON, and more: each is told with its place, what was expected, and what is probably meant. Live
    messages are chosen and end as those of `az iot diag monitor events`; recorded ones, with --file, need no network
    and no login. Findings come one by one, at the end follows a summary by code and field. On a terminal the
    output is for people; otherwise, and with -o json, it is one JSON object a line, the last of which is the summary.

    With --file, exports of other tools are recognised by their shape, such as those of Azure IoT Explorer, Event Grid,
    Stream Analytics and IoT Central. The message in them is judged, and the summary says so.

    An error is what is certainly wrong. What only the strict specification forbids is a warning, and an error with
    --strict. With --model-repo alone each message is judged by the model that its device announced when it connected.
    Without any of --model, --model-repo and --schema only the form of the messages is judged.

    Exit code: 0 no error, 1 a value is wrong or the model is none, 3 the consumer group or the hub does not exist,
    4 there are errors, or there was no message, 5 a partition could not be read, 130 interrupted before all of --file
    was read.
examples:
  - name: Judge what arrives at a hub for a minute, against a device model in a file.
    text: az iot diag validate messages --login @hub.txt --model model.json --duration 60
  - name: Judge what the devices sent in the last two hours, each by the model that it announced.
    text: az iot diag validate messages --login @hub.txt --since 2h --timeout 30 --model-repo models
  - name: Judge what the devices of an IoT Central application send, each by its own template.
    text: az iot diag validate messages --app-id my-app --token @token.txt --duration 60
  - name: Judge what was captured in a folder against a device template of IoT Central.
    text: az iot diag validate messages --file capture/ --model template.json
  - name: Judge saved messages against an interface in a repository of models, strictly, and tell the build server.
    text: >-
        az iot diag validate messages --file events.jsonl --model "dtmi:com:example:Thermostat;1" --model-repo models
        --strict --junit results.xml
  - name: Judge what `az iot diag monitor events -o json -p all` has saved against a JSON Schema; show errors only.
    text: az iot diag validate messages --file saved.jsonl --schema schema.json --minimum-severity error
"""

helps["iot diag validate properties"] = """
type: command
short-summary: Find out which properties do not fit the device model, and why; of a device, or recorded ones.
long-summary: >
    Live properties, which --device-id asks for, are judged as they are, and then, with --max-changes, --duration or
    --timeout, at each change. In an IoT Central application the device's own template says what is right. A hub that
    --hub-name names is opened as by monitor properties.

    With --file, takes whole twins as `az iot hub device-twin show` (needs the azure-iot extension) gives them, what
    IoT Hub sends of their changes, and reported properties alone. Beside names and values it judges markers of
    components, acknowledgements of writable properties, and the limits of a twin.

    Exit code: 0 no error, 1 a value is wrong or the model is none, 4 there are errors, or there were no properties,
    130 interrupted before all was read.
examples:
  - name: Judge the properties of a device as they are.
    text: az iot diag validate properties --login @hub.txt --device-id DEVICE --model template.json
  - name: Judge them with what az's login may see of the hub.
    text: az iot diag validate properties --hub-name HUB --device-id DEVICE --model template.json
  - name: Judge what a device of an IoT Central application reports in the next ten minutes by its own template.
    text: az iot diag validate properties --app-id my-app --token @token.txt --device-id DEVICE --duration 600
  - name: Judge a twin that was saved.
    text: az iot diag validate properties --file twin.json --model template.json
"""

helps["iot diag tally"] = """
type: group
short-summary: Put together what several copies of `validate` found.
"""

helps["iot diag tally merge"] = """
type: command
short-summary: Add up what copies of `validate` found that read shares of a stream, or parts of a folder.
long-summary: >
    Takes the files that the copies wrote with -o json. The result is one account, in the same forms and with the same
    exit codes as that of `validate`. Several runs may stand behind each other in a file.

    A run that was killed leaves findings without a summary. The findings count. How many messages that run judged is
    not known, and the verdict is undetermined unless there are errors. A message with findings that two runs judged
    counts once.

    Exit code: 0 no error. 1 a value is wrong, or a file holds no results. 3 the consumer group or the hub of a copy
    does not exist. 4 there are errors, or there was no message. 5 a partition could not be read, or a run left no
    summary. 130 a copy was interrupted before all of --file was read.
examples:
  - name: Add up the results of two copies, each of which read its share of the partitions.
    text: az iot diag tally merge share-1.jsonl share-2.jsonl
  - name: Add up all results of a parallel job, for a program and for a build server.
    text: az iot diag tally merge results/*.jsonl --junit results.xml -o json
"""

helps["iot diag template"] = """
type: group
short-summary: Look into a device model, find what is wrong in it, or make one from messages.
"""

helps["iot diag template show"] = """
type: command
short-summary: Show a device model as it is understood.
long-summary: >
    Takes DTDL and device templates of IoT Central in all their forms, and shows names, kinds and schemas with all
    that is inherited, whatever document they came from.
examples:
  - name: Show a device template that was exported from IoT Central.
    text: az iot diag template show --model template.json
"""

helps["iot diag template lint"] = """
type: command
short-summary: Tell what is wrong, dangerous or odd in a device model.
long-summary: >
    Judges by the specification of DTDL 2, 3 and 4 and by their extensions: contexts, identifiers, keys, types, units,
    values, names, references and limits. Each issue has its place as JSONPath, what stands there, and what is right.

    What IoT Central or exports of models accept beyond the specification is a warning, and with --strict an error. What
    the command did not check is said at the end.

    Exit code: 0 no error, 1 a value is wrong or the model is none, 4 there are errors.
examples:
  - name: Look into a device template.
    text: az iot diag template lint --model template.json
"""

helps["iot diag template infer"] = """
type: command
short-summary: Make a device model from recorded messages.
long-summary: >
    Prints an interface of DTDL with all telemetry that came; with --model the next version of that model's interface,
    with the fields added that it lacks. What was not clear, and the commands that publish the model, go to stderr.
examples:
  - name: Make a first model from what a device sent.
    text: az iot diag template infer --file events.jsonl --model-id "dtmi:com:example:Thermostat;1"
  - name: Add to a model what its devices send beyond it.
    text: az iot diag template infer --file capture/ --model interface.json
"""

helps["iot diag template to-kql"] = """
type: command
short-summary: Print a query of KQL that finds in stored messages what does not fit a model.
long-summary: >
    The query runs where the messages lie: in Azure Data Explorer, in a Fabric eventhouse, or in Log Analytics. It finds
    what `az iot diag validate messages` finds: unknown names, wrong types, values out of range or not in an enum, wrong
    formats, and missing fields. Its rows are grouped by code, field and device. The model is a table in the query.

    The first lines of the query list what it cannot judge. An example is which name was meant by a misspelt one.

    Exit code: 0 the query was printed. 1 a value is wrong, or the model is none or has no telemetry.
examples:
  - name: Print the query for a table Messages in Azure Data Explorer, with the columns Body and DeviceId.
    text: az iot diag template to-kql --model template.json
  - name: Store the query as a function of a Fabric eventhouse.
    text: az iot diag template to-kql --model template.json --target fabric --function-name WrongMessages
  - name: Print the query for a table of Log Analytics that has columns of its own.
    text: >
        az iot diag template to-kql --model template.json --target log-analytics --table-name Telemetry_CL
        --body-column RawData --device-column Computer
"""

helps["iot diag template to-spark"] = """
type: command
short-summary: Print a job for Spark that finds in captured messages what does not fit a model.
long-summary: >
    The job is a short program for PySpark, with the model in it. It reads files of Event Hubs capture and of routing,
    or JSON lines, and judges them on all executors by the rules of `az iot diag validate messages`. It prints a JSON
    line for each code, field and device, and one with the number of messages.

    The executors need this extension as a Python package. docs/scale.md shows how they get it.

    Exit code: 0 the job was printed. 1 a value is wrong, or the model is none.
examples:
  - name: Print the job for a device template.
    text: az iot diag template to-spark --model template.json
"""
