"""The help texts about properties, `validate` and `template`. Loaded as `_help` is."""

from knack.help_files import helps

helps["iot diag monitor properties"] = """
type: command
short-summary: Show how the desired and reported properties of a device change.
long-summary: >
    Reads the twin of a device of an IoT hub every 2 s, or the properties in an IoT Central application every 4 s.

    Shows each change once, with the values, versions and times of before and after. The service's version decides, and
    no clock does. If a property changes twice between two readings, you see one change with both versions.

    On a terminal, a change is a line to read. Otherwise, and with -o json, each change is one JSON object on one line.
    The member "before" or "after" is missing where the property did not exist.

    With --hub-name, the command reads the hub with az's login. You need a role such as IoT Hub Data Reader. If the hub
    refuses the login, the command uses the key of a policy. For that, your login must be allowed to list the hub's
    keys. The command says on stderr whether it used the login or a key.

    Exit code: 0 ended as asked, by Ctrl-C or --duration also without a change. 1 a value is wrong. 3 the hub does not
    exist. 4 nothing changed within --timeout, fewer changes than --max-changes came, the device is not known, or access
    was refused. 5 the properties could not be read. 130 interrupted before they were read.
examples:
  - name: Watch a device until Ctrl-C, or until five minutes pass without a change.
    text: az iot diag monitor properties --login @hub.txt --device-id pump-7
  - name: Watch a device of a hub by the hub's name, with az's login only and never with a key.
    text: az iot diag monitor properties --hub-name HUB --device-id pump-7 --auth-type login
  - name: Wait up to a minute for a desired property that you set elsewhere, and for the device's answer.
    text: az iot diag monitor properties --login @hub.txt -d pump-7 --max-changes 2 --duration 60 -o json
  - name: Watch a device of an IoT Central application.
    text: az iot diag monitor properties --app-id my-app --token @token.txt --device-id pump-7
"""

helps["iot diag validate"] = """
type: group
short-summary: Find out whether messages and properties of devices fit their model.
"""

helps["iot diag validate messages"] = """
type: command
short-summary: Find out which live or recorded messages do not fit the device model, and why.
long-summary: >
    Finds misspelt names, names that the model does not have, wrong types, and values out of range. Also finds times in
    a wrong form, bodies that are no JSON, and more. Each finding has its place, the expected value, and the probable
    intention. A summary by code and field follows at the end.

    Live messages are selected, and the command ends, as with `az iot diag monitor events`. With --file, the command
    reads recorded messages, and needs no network and no login. It recognises exports of other tools by their shape,
    such as those of Azure IoT Explorer, Event Grid, Stream Analytics and IoT Central. It judges the message in them,
    and the summary says so.

    On a terminal, the output is for people. Otherwise, and with -o json, each finding is one JSON object on one line.
    The last line is the summary.

    An error is certainly wrong. A value that only the strict specification forbids is a warning, and an error with
    --strict. With --model-repo alone, each message is judged by the model that its device announced when it connected.
    Without --model, --model-repo and --schema, only the form of the messages is judged.

    Exit code: 0 no error. 1 a value is wrong, or the model is not a model. 3 the consumer group or the hub does not
    exist. 4 there are errors, or there was no message. 5 a partition could not be read. 130 interrupted before all of
    --file was read.
examples:
  - name: Judge the messages that arrive at a hub for a minute, by a device model in a file.
    text: az iot diag validate messages --login @hub.txt --model model.json --duration 60
  - name: Judge the messages of the last two hours, each by the model that its device announced.
    text: az iot diag validate messages --login @hub.txt --since 2h --timeout 30 --model-repo models
  - name: Judge the messages of an IoT Central application, each by the template of its device.
    text: az iot diag validate messages --app-id my-app --token @token.txt --duration 60
  - name: Judge captured messages in a folder by a device template of IoT Central.
    text: az iot diag validate messages --file capture/ --model template.json
  - name: Judge saved messages strictly by an interface in a model repository, with a result file for a build server.
    text: >-
        az iot diag validate messages --file events.jsonl --model "dtmi:com:example:Thermostat;1" --model-repo models
        --strict --junit results.xml
  - name: Judge messages saved by `az iot diag monitor events -o json -p all` by a JSON Schema. Show errors only.
    text: az iot diag validate messages --file saved.jsonl --schema schema.json --minimum-severity error
"""

helps["iot diag validate properties"] = """
type: command
short-summary: Find out which live or recorded properties do not fit the device model, and why.
long-summary: >
    With --device-id, judges the properties of a device as they are. With --max-changes, --duration or --timeout, it
    also judges each later change. In an IoT Central application, the properties are judged by the device's own
    template. With --hub-name, the command reads the hub as monitor properties does.

    With --file, the command takes three kinds of records: whole twins, changes of twins as IoT Hub sends them, and
    reported properties alone. `az iot hub device-twin show` (needs the azure-iot extension) prints a whole twin.

    The command judges names and values, markers of components, acknowledgements of writable properties, and the limits
    of a twin.

    Exit code: 0 no error. 1 a value is wrong, or the model is not a model. 4 there are errors, or there were no
    properties. 130 interrupted before all was read.
examples:
  - name: Judge the properties of a device as they are.
    text: az iot diag validate properties --login @hub.txt --device-id DEVICE --model template.json
  - name: Judge the properties of a device with az's login.
    text: az iot diag validate properties --hub-name HUB --device-id DEVICE --model template.json
  - name: Judge the properties of a device of IoT Central for ten minutes, by the device's own template.
    text: az iot diag validate properties --app-id my-app --token @token.txt --device-id DEVICE --duration 600
  - name: Judge a twin that was saved.
    text: az iot diag validate properties --file twin.json --model template.json
"""

helps["iot diag tally"] = """
type: group
short-summary: Add up the results of several copies of `validate`.
"""

helps["iot diag tally merge"] = """
type: command
short-summary: Add up the results of `validate` copies that read parts of a stream or a folder.
long-summary: >
    Takes the files that the copies wrote with -o json. The result has the same forms and the same exit codes as that of
    `validate`. A file can hold several runs, one after another.

    A run that was killed leaves findings without a summary. The findings count. The number of messages that the run
    judged is not known. The verdict is then undetermined, unless there are errors. A message with findings that two
    runs judged counts once.

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
short-summary: Show a device model, find faults in it, or make a model from messages.
"""

helps["iot diag template show"] = """
type: command
short-summary: Show the names, kinds and schemas of a device model.
long-summary: >
    Shows the model as this tool understands it: names, kinds and schemas, with all inherited elements. You also see
    elements that come from other documents. The command takes DTDL and device templates of IoT Central in all their
    forms.
examples:
  - name: Show a device template that was exported from IoT Central.
    text: az iot diag template show --model template.json
"""

helps["iot diag template lint"] = """
type: command
short-summary: Find what is wrong, dangerous or odd in a device model.
long-summary: >
    Judges the model by the specification of DTDL 2, 3 and 4 and by their extensions. Checks contexts, identifiers,
    keys, types, units, values, names, references and limits. Each issue has its place as JSONPath, the value that was
    found, and the right value.

    Some models break the specification, but IoT Central or exports of models accept them. Such an issue is a warning,
    and an error with --strict. The end of the result lists what the command did not check.

    Exit code: 0 no error. 1 a value is wrong, or the model is not a model. 4 there are errors.
examples:
  - name: Find the faults in a device template.
    text: az iot diag template lint --model template.json
"""

helps["iot diag template infer"] = """
type: command
short-summary: Make a device model from recorded messages.
long-summary: >
    Prints a DTDL interface with all telemetry of the messages. With --model, the command prints the next version of
    that model's interface, and adds the missing fields. You see on stderr the points that were not clear, and the
    commands that publish the model.
examples:
  - name: Make a first model from the messages of a device.
    text: az iot diag template infer --file events.jsonl --model-id "dtmi:com:example:Thermostat;1"
  - name: Add the missing telemetry of its devices to a model.
    text: az iot diag template infer --file capture/ --model interface.json
"""

helps["iot diag template to-kql"] = """
type: command
short-summary: Print a KQL query that finds stored messages that do not fit a model.
long-summary: >
    Prints a query to run on stored messages in Azure Data Explorer, in a Fabric eventhouse, or in Log Analytics. The
    query finds unknown names, wrong types, values out of range or not in an enum, wrong formats, and missing fields.
    These are the findings of `az iot diag validate messages`. Its rows are grouped by code, field and device. The model
    is a table in the query.

    The first lines of the query list the points that it cannot judge. An example is the right spelling of a misspelt
    name.

    Exit code: 0 the query was printed. 1 a value is wrong, or the model is not a model, or has no telemetry.
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
short-summary: Print a Spark job that finds captured messages that do not fit a model.
long-summary: >
    Prints a short program for PySpark, with the model in it. The job reads files of Event Hubs capture and of routing,
    or JSON lines. It judges them on all executors by the rules of `az iot diag validate messages`. It prints a JSON
    line for each code, field and device, and a line with the number of messages.

    The executors need this extension as a Python package. docs/scale.md shows how they get it.

    Exit code: 0 the job was printed. 1 a value is wrong, or the model is not a model.
examples:
  - name: Print the job for a device template.
    text: az iot diag template to-spark --model template.json
"""
