"""Help texts of the commands for rehearsals: `simulate` and `lab`. Texts and nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag simulate"] = """
type: command
short-summary: Act as a device of an IoT hub over MQTT, with or without faults.
long-summary: >
    Sends telemetry, reports properties, and takes messages from the cloud. It acknowledges changes of desired
    properties, as plug and play devices do. It answers direct methods with their own payload, unless you give other
    answers. You see each event on stderr as it happens.

    With --misbehave, the device makes one mistake, and the command says how the hub reacted.

    A hub keeps one session for each device, so a real device of the same identity is disconnected meanwhile. Use
    --new-device, an identity made for rehearsals, or a device of `az iot diag lab start`.

    Exit code: 0 ended as asked, also with --misbehave. 1 a value is wrong. 4 the hub refused the device or did not
    serve it. 5 the hub could not be reached. 130 interrupted before --message-count was reached.
examples:
  - name: Send a hundred messages, one each second.
    text: az iot diag simulate --connection-string @device.txt
  - name: Create a device, send until Ctrl-C, and delete the device. The file holds the hub's service string.
    text: az iot diag simulate --login @hub.txt --new-device --message-count 0
  - name: Act as a device of a hub, with az's login.
    text: az iot diag simulate --hub-name HUB --device-id pump-1
  - name: Act as a device with its key from the hub, and answer the method "reboot" with a status of 500.
    text: >
        az iot diag simulate --login @hub.txt --device-id pump-1 --message-count 0
        --method-response '{"reboot": {"status": 500, "payload": "no"}}'
  - name: Act as a device with a certificate. Send JSON with changing values and a property, twice a second.
    text: >
        az iot diag simulate --connection-string @device.txt --certificate-file-path device.pem --key-file-path key.pem
        --data '{"n": {n}, "temperature": {random 18 25}, "valve": "{choice open shut}"}' --properties line=7
        --message-interval 0.5
  - name: Send the rows of a table in a file, each as one message.
    text: az iot diag simulate --connection-string @device.txt --data-file-path readings.csv
  - name: Send telemetry that fits a device model, until Ctrl-C.
    text: az iot diag simulate --connection-string @device.txt --model thermostat.json --message-count 0
  - name: Send one compressed message, to see how a consumer that expects JSON handles it.
    text: az iot diag simulate --connection-string @device.txt --message-count 1 --body-kind gzip
  - name: See how the hub reacts to an expired token.
    text: az iot diag simulate --connection-string @device.txt --misbehave expired-token
"""

helps["iot diag lab"] = """
type: group
short-summary: Run a small IoT Hub on this machine, to try every command and rehearse every failure.
long-summary: >
    A lab speaks the protocols of the real service on local ports, with certificates of its own. You need no Azure
    account, no network and no administrator's rights.
"""

helps["iot diag lab start"] = """
type: command
short-summary: Start a lab.
long-summary: >
    Starts a lab, and prints its endpoints, connection strings and certificate authority. Also prints an IoT Central
    application with a token, and the environment variables with which other programs find the lab. Without --detach,
    the lab runs until Ctrl-C.
examples:
  - name: Start a lab and keep it in this terminal.
    text: az iot diag lab start
  - name: Start a lab in the background and save how to reach it.
    text: az iot diag lab start --detach -o json | tee lab.json
  - name: Start a lab whose devices, keys and ports are the same after the next stop and start.
    text: az iot diag lab start --keep --detach
  - name: Start a kept lab on an address of its own, on Azure's ports 8883, 5671 and 443.
    text: az iot diag lab start --keep --bind 127.0.0.2 --detach
  - name: Start a kept lab that a real board on your local network reaches.
    text: az iot diag lab start --keep --listen lan --detach
  - name: Start a second lab with one partition and ten devices.
    text: az iot diag lab start --name small --partition-count 1 --device-count 10 --detach
  - name: Start a lab with a site full of faults, to try every command on it.
    text: az iot diag lab start --scenario troubled-site --detach
  - name: Start a lab whose hub holds a million events, to see what a consumer does under load.
    text: az iot diag lab start --flood 1000000 --device-count 32 --detach
"""

helps["iot diag lab stop"] = """
type: command
short-summary: Stop a lab.
examples:
  - name: Stop the lab that was started without a name.
    text: az iot diag lab stop
  - name: Stop every lab.
    text: az iot diag lab stop --all
  - name: Stop a lab and remove what it kept.
    text: az iot diag lab stop --name site --forget
"""

helps["iot diag lab status"] = """
type: command
short-summary: Show whether a lab runs, how to reach it, and which of its faults are active.
long-summary: >
    Shows the lab's endpoints and its active faults. With --audit, you see what devices did, which requests were refused
    and why, and how each connection ended. Routine records need --all.

    A connection can end in four ways. Clean: the client said goodbye. Killed: the connection broke off without a
    goodbye. Idle: nothing was heard for too long. In every other case the hub ended the connection.
examples:
  - name: Show the lab that was started without a name.
    text: az iot diag lab status
  - name: Show also the last twenty connections, authentications and attaches, with their results.
    text: az iot diag lab status --audit 20
  - name: Show the last hundred records, with the requests of az and of back ends.
    text: az iot diag lab status --audit 100 --all
"""

helps["iot diag lab scenarios"] = """
type: command
short-summary: List the scenarios that a lab can be started with, and what their devices do.
examples:
  - name: List the scenarios.
    text: az iot diag lab scenarios
  - name: List the devices of each scenario, and their faults.
    text: az iot diag lab scenarios -o yaml
"""

helps["iot diag lab watch"] = """
type: command
short-summary: Show live what devices do in a running lab, and how the hub reacts.
long-summary: >
    Shows which clients connect, which are refused, and why. A hub does not tell a device the reason. Also shows each
    message, twins and methods. Messages are shown in short; `monitor events` shows them whole.
examples:
  - name: Watch everything until Ctrl-C.
    text: az iot diag lab watch
  - name: Watch one device for a minute.
    text: az iot diag lab watch --device-id device-1 --duration 60
"""

helps["iot diag lab break"] = """
type: command
short-summary: Make a running lab fail in a chosen way.
examples:
  - name: Refuse every token that a reader presents.
    text: az iot diag lab break --fault token-refused
  - name: Drop the next connection after five messages.
    text: az iot diag lab break --fault connection-dropped --parameters after=5 times=1
  - name: Refuse each reader of partition 2, and serve the other partitions.
    text: az iot diag lab break --fault partition-denied --parameters partition=2
"""

helps["iot diag lab mend"] = """
type: command
short-summary: End the faults of a running lab.
examples:
  - name: End one fault.
    text: az iot diag lab mend --fault token-refused
  - name: End all faults.
    text: az iot diag lab mend
"""

helps["iot diag lab login"] = """
type: command
short-summary: Log az in to a running lab, in an az configuration of its own.
long-summary: >
    Prints the name of a file. Load the file into a shell to use the lab's configuration. There, az and its extensions
    use the lab in place of Azure: az iot hub, az rest and all others see the lab's subscription. They go through the
    lab's proxy, so that Azure itself is out of reach.

    Your own login does not change. `lab stop` removes the lab's configuration.
examples:
  - name: Log in to the lab that was started without a name, as its owner.
    text: az iot diag lab login
  - name: Log in as the identity of a virtual machine.
    text: az iot diag lab login --identity managed-identity
  - name: See a hub as a user who may not list the hub's keys.
    text: az iot diag lab login --role data-reader
"""

helps["iot diag lab shell"] = """
type: command
short-summary: Open a shell in which every command finds a lab.
long-summary: >
    The shell is your own, with the variables that `lab start` writes into files. After `lab login`, az in it is logged
    in to the lab, too. Leave the shell with exit: your first shell is as it was.
examples:
  - name: Open a shell for the lab that was started without a name.
    text: az iot diag lab shell
  - name: Open a shell for another lab.
    text: az iot diag lab shell --name site
"""

helps["iot diag lab faults"] = """
type: command
short-summary: List the faults that a lab can show, and the symptoms of each.
examples:
  - name: List the faults.
    text: az iot diag lab faults -o table
"""
