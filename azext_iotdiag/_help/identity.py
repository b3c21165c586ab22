"""Help texts of the commands about who a device is: `sas`, `key`, `device`. Texts and nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag sas"] = """
type: group
short-summary: Make a shared access signature (SAS token), or find out why a token is refused.
"""

helps["iot diag sas create"] = """
type: command
short-summary: Make a SAS token for a device, a module, a hub's policy, or a registration.
long-summary: >
    Prints the token to stdout and nowhere else. Keep the token secret: it gives access until it expires. The command
    never shows a key.

    If you give a key, the command signs with it and contacts no service. With --hub-name or --dps-name, the command
    reads the key with az's login, and says on stderr which key signs. With --login and --device-id, the command reads
    the device's key from the registry.

    A device's key comes from the registry: your login needs the role IoT Hub Data Reader. The key of a registration or
    its group comes from the provisioning service: your login needs the role Device Provisioning Service Data
    Contributor. If the service refuses the login, the command uses a policy's key to read the key. A policy's key comes
    from the resource manager: your login needs the right to list keys.

    Exit code: 0 the token was made. 1 a value is wrong, or a right is missing. 3 the hub, provisioning service, policy,
    device, module or enrollment does not exist. 130 interrupted.
examples:
  - name: Make a token that is valid for an hour. The file holds the device's connection string.
    text: az iot diag sas create --connection-string @device.txt
  - name: Make a token for a device of a hub, with az's login.
    text: az iot diag sas create --hub-name HUB --device-id pump-7
  - name: Make a token for a back end. az's login reads the key of a policy of the hub.
    text: az iot diag sas create --hub-name HUB --policy-name service
  - name: Make a token for a device of an enrollment group to register with. az's login reads the group's key.
    text: az iot diag sas create --dps-name DPS --registration-id pump-7 --enrollment-id pumps
  - name: Make a token for a device with its secondary key from the hub.
    text: az iot diag sas create --login @hub.txt --device-id pump-7 --key-type secondary
  - name: Make a token for a back end that is valid for a day, with the key of the policy in the string.
    text: az iot diag sas create --login @hub.txt --duration 86400
  - name: Make a token for a device of an enrollment group to register with. The file holds the group's key.
    text: az iot diag sas create --id-scope 0ne00000000 --registration-id pump-7 --group-key @group.txt
"""

helps["iot diag sas inspect"] = """
type: command
short-summary: Find out what is wrong with a SAS token.
long-summary: >
    Shows when the token expires and which resource it gives access to. Compares that resource with the right one: case,
    encoding and missing parts. Compares the signature with the key that you give, or with both keys that the hub has
    for the device. The command shows no token and no key.

    The command works offline, except in two cases. --check-clock sends one request. The command reads the keys from the
    service if you give --login and a device. It also reads them if you give --hub-name or --dps-name, and no key or
    string.

    Exit code: 0 nothing is wrong. 1 a value is wrong. 3 the hub, provisioning service, device or enrollment does not
    exist. 4 something is wrong. 5 undetermined, such as where a right is missing to read the keys. 130
    interrupted.
examples:
  - name: Inspect the token in a file.
    text: az iot diag sas inspect --sas-token @token.txt
  - name: Find out which of a device's two keys made the password of an MQTT client.
    text: az iot diag sas inspect --sas-token @password.txt --login @hub.txt --device-id pump-7
  - name: Find out whether a token fits the keys that the hub has for the device or the policy.
    text: az iot diag sas inspect --sas-token @token.txt --hub-name HUB
  - name: Compare a header line from standard input with the device's connection string, and compare the clocks.
    text: az iot diag sas inspect --connection-string @device.txt --check-clock
"""

helps["iot diag key"] = """
type: group
short-summary: Test a device's key, string or certificate, renew a key, or write it into a file.
"""

helps["iot diag key test"] = """
type: command
short-summary: Find out whether the hub knows a device's connection string, key or certificate.
long-summary: >
    Compares the device's credential with the hub's. No key is shown.

    With --login, the command compares with the registry, and makes no connection as the device. With the device's
    string alone, the command sends one request to the hub's device API. The request ends no connection and leaves
    nothing behind.

    The command finds some faults offline: a string of the wrong kind, a cut key, a key that is no base64, a group's
    key. If the hub only refuses, you see the possible reasons, and what decides between them.

    Exit code: 0 the credential fits. 1 a value is wrong. 4 the credential does not fit. 5 undetermined.
    130 interrupted.
examples:
  - name: Try the string that is on the device.
    text: az iot diag key test --connection-string @device.txt
  - name: Find out which of the device's keys this is, or what happened to the key.
    text: az iot diag key test --login @hub.txt --device-id pump-7 --key @key.txt
  - name: Compare a certificate with what the hub has for the device.
    text: az iot diag key test --login @hub.txt --device-id pump-7 --certificate pump-7.pem
  - name: Connect over MQTT as the device. This can disconnect the real device.
    text: az iot diag key test --connection-string @device.txt --protocol mqtt --yes
"""

helps["iot diag key show"] = """
type: command
short-summary: Write a device's connection string, or its key, into a file.
long-summary: >
    Reads the string from the hub, and writes it into a file that only your user can read (mode 600). The command never
    prints a key. An existing file does not change without --overwrite. Delete the file when you do not need it any
    more.

    You need the right RegistryRead, or the role IoT Hub Data Reader.

    Exit code: 0 written. 1 a value is wrong, the file is there, or a right is missing. 3 there is no such hub or
    device. 130 interrupted.
examples:
  - name: Write the connection string of a device into a file.
    text: az iot diag key show --hub-name HUB --device-id pump-7 --to-file device.txt
  - name: Write the secondary key alone into a file, and replace an existing file.
    text: az iot diag key show --login @hub.txt -d pump-7 --kt secondary --key-only --to-file key.txt --overwrite
"""

helps["iot diag key renew"] = """
type: command
short-summary: Renew one of a device's two keys, or swap them.
long-summary: >
    Renews one key of the device. The other key stays, so a device that uses the other key goes on. If another client
    changed the device meanwhile, nothing is overwritten.

    The command does not renew a key that IoT Central keeps, a key from an enrollment, or a key derived from a group's
    key. It says where to renew such a key. It recognises keys from an enrollment or a group only with --dps-name,
    --dps-login or --group-key.
examples:
  - name: Renew the primary key, unless the provisioning service made it.
    text: az iot diag key renew --hub-name HUB --device-id pump-7 --key-type primary --dps-name DPS
  - name: Renew the secondary key and show both.
    text: az iot diag key renew --login @hub.txt --device-id pump-7 --key-type secondary --show
  - name: Give the device the key that a file holds.
    text: az iot diag key renew --hub-name HUB --device-id pump-7 --key-type primary --value @key.txt
  - name: Swap the two keys, after you gave the device the secondary key.
    text: az iot diag key renew --login @hub.txt --device-id pump-7 --key-type swap --yes
"""

helps["iot diag device"] = """
type: group
short-summary: Show the state of devices, whether they are connected, and what to do if not.
"""

helps["iot diag device show"] = """
type: command
short-summary: Show the state of one device, with causes and the next command.
long-summary: >
    Shows two statuses of the device: connection, and model. Each status comes with its causes, what to do, and the next
    command.

    The hub gives the identity and the twin. With --dps-name or --dps-login, the provisioning service gives the
    enrollment and the registration. The command says what cannot be known. The hub reports connections up to five
    minutes late. It never reports the connection of a device that uses only HTTPS.

    With --hub-name, the command reads the hub with az's login. You need a role such as IoT Hub Data Reader. If the hub
    refuses the login, the command uses the key of a policy. For that, your login must be allowed to list the hub's
    keys. The command says on stderr whether it used the login or a key.

    Exit code: 0 nothing is wrong. 1 a value is wrong. 3 the hub does not exist. 4 something keeps the device out. 5
    undetermined. 130 interrupted.
examples:
  - name: Show a device of a hub.
    text: az iot diag device show --login @hub.txt --device-id pump-7
  - name: Show a device of a hub by the hub's name, with az's login only and never with a key.
    text: az iot diag device show --hub-name HUB --device-id pump-7 --auth-type login
  - name: Show a device with its enrollment and its registration.
    text: az iot diag device show --login @hub.txt --device-id pump-7 --dps-login @dps.txt
  - name: Show why a registration fails.
    text: az iot diag device show --dps-login @dps.txt --registration-id pump-7
  - name: Show the state of a registration, with az's login.
    text: az iot diag device show --dps-name DPS --registration-id pump-7
"""

helps["iot diag device list"] = """
type: command
short-summary: List the devices of a hub, an IoT Central application or a provisioning service with their status.
long-summary: >
    Writes each device when it is read. With -o json, a device is one line with a JSON object. With -o table and -o tsv,
    it is one row. The option --query is applied to each device. With --quiet-since, the end of the list says what the
    quiet devices have in common.

    The command reads a thousand devices with each query, at a pace that the hub allows. Before it begins, it says how
    long the list takes. For a Device Provisioning Service, the list holds the registrations of its groups. Each
    enrollment of a single device takes one more request.

    Exit code: 0 all devices were read. 1 a value is wrong. 3 the hub does not exist. 5 some devices could not be read.
    130 interrupted before all devices were read.
examples:
  - name: List all devices as a table.
    text: az iot diag device list --login @hub.txt -o table
  - name: Name the devices that were silent for the last twelve hours but not before, and what they share.
    text: az iot diag device list --login @hub.txt --quiet-since 12h -o tsv --query device
  - name: List the disabled devices of one site.
    text: az iot diag device list -l @hub.txt --status disabled -q "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: List the failed registrations of an enrollment group.
    text: az iot diag device list --dps-name my-dps --enrollment-id line-4 --status failed -o table
"""

helps["iot diag device summary"] = """
type: command
short-summary: Count devices by status, and name some that need a look.
long-summary: >
    Counts the devices by their status. The hub itself counts: the command sends the same few requests for ten devices
    and for a million. For an IoT Central application or a Device Provisioning Service, the command reads and counts all
    devices.

    Exit code: 0 all devices were counted. 1 a value is wrong. 3 the hub does not exist. 5 some devices could not be
    counted. 130 interrupted.
examples:
  - name: Summarize all devices.
    text: az iot diag device summary --login @hub.txt
  - name: Summarize the devices of one site.
    text: az iot diag device summary --login @hub.txt --device-query "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: Summarize all registrations of a provisioning service.
    text: az iot diag device summary --dps-name my-dps
"""

helps["iot diag device create"] = """
type: command
short-summary: Create a device in a hub.
long-summary: >
    Creates an enabled device that signs in with a key. The hub gets two new keys for the device, and no key is printed.
    A device of the same id is never overwritten. A device that registers through a provisioning service does not need
    this command.

    You need the right RegistryWrite, or the role IoT Hub Registry Contributor.

    Exit code: 0 created. 1 a value is wrong. 3 the hub does not exist. 4 the device exists already, or the hub takes no
    more. 5 a right is missing, or the hub did not answer. 130 interrupted.
examples:
  - name: Create a device.
    text: az iot diag device create --hub-name HUB --device-id pump-7
  - name: Create a device with the string of a policy.
    text: az iot diag device create --login @hub.txt --device-id pump-7
"""

helps["iot diag device delete"] = """
type: command
short-summary: Delete a device from a hub.
long-summary: >
    Shows the state of the device, and asks you. Then deletes the device with its keys, its twin and the messages that
    wait for it. The hub ends the connection of the device. Messages that the device has sent stay. If the device
    changed after you saw its state, it is not deleted.

    A device of a provisioning service comes back when it registers again. To prevent that, delete or disable its
    enrollment.

    You need the rights RegistryRead and RegistryWrite, or the role IoT Hub Registry Contributor.

    Exit code: 0 deleted. 1 a value is wrong, or you said no. 3 the hub does not exist. 4 the hub has no such device, or
    the device changed meanwhile. 5 a right is missing, or the hub did not answer. 130 interrupted.
examples:
  - name: Delete a device after a look at it.
    text: az iot diag device delete --hub-name HUB --device-id pump-7
  - name: Delete a device in a script.
    text: az iot diag device delete --login @hub.txt --device-id pump-7 --yes
"""

helps["iot diag device approve"] = """
type: command
short-summary: Let a device that waits for approval into its IoT Central application.
long-summary: >
    Shows the state of the device, and asks you. Then enables the device with one request. The device connects with its
    next attempt. Use it for a device of an enrollment group that does not approve devices automatically.

    IoT Central shows the same state for a blocked device that was never provisioned. If the device is certainly
    blocked, this command does not change it: use device unblock.

    You need a role or an API token of the application that may change devices, such as Operator.

    Exit code: 0 approved, or enabled already. 1 a value is wrong, or you said no. 4 the application has no such device,
    or the device is blocked. 5 a right is missing, or the application did not answer. 130 interrupted.
examples:
  - name: Approve a device after a look at it.
    text: az iot diag device approve --app-id APP --device-id pump-7
  - name: Approve a device in a script.
    text: az iot diag device approve --app-id APP --device-id pump-7 --yes
"""

helps["iot diag device unblock"] = """
type: command
short-summary: Let a blocked device into its IoT Central application again.
long-summary: >
    Shows the state of the device, and asks you. Then enables the device with one request. First find out why the device
    was blocked. IoT Central shows the same state for a device that waits for approval.

    You need a role or an API token of the application that may change devices, such as Operator.

    Exit code: 0 unblocked, or not blocked. 1 a value is wrong, or you said no. 4 the application has no such device. 5
    a right is missing, or the application did not answer. 130 interrupted.
examples:
  - name: Unblock a device after a look at it.
    text: az iot diag device unblock --app-id APP --device-id pump-7
  - name: Unblock a device in a script, with an API token.
    text: az iot diag device unblock --app-id APP --token @token.txt --device-id pump-7 --yes
"""

helps["iot diag device assign-template"] = """
type: command
short-summary: Assign a device template to a device of IoT Central, or migrate the device to a new version.
long-summary: >
    Shows the state of the device, and asks you. Then assigns the template with one request. The template must be
    published. IoT Central reads later messages with the new template. Earlier data stays as it is.

    You need a role or an API token of the application that may change devices, such as Operator.

    Exit code: 0 assigned, or assigned already. 1 a value is wrong, or you said no. 4 the application has no such device
    or template. 5 a right is missing, or the application did not answer. 130 interrupted.
examples:
  - name: Assign a template to a device that has none.
    text: az iot diag device assign-template --app-id APP --device-id pump-7 --template "dtmi:contoso:pump;1"
  - name: Migrate a device to the second version of its template, in a script.
    text: az iot diag device assign-template --app-id APP -d pump-7 --template "dtmi:contoso:pump;2" --yes
"""
