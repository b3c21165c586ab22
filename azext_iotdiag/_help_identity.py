"""Help texts of the commands about who a device is: `sas`, `key`, `device`. Texts and nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag sas"] = """
type: group
short-summary: Make a shared access signature that is right, or find out what is wrong with one.
"""

helps["iot diag sas create"] = """
type: command
short-summary: Make a SAS token for a device, a module, a hub's policy, or a registration.
long-summary: >
    The token goes to stdout and nowhere else; whoever has it can use it until it ends. A key that is given is used
    without asking anybody. With --hub-name or --dps-name the key is read with what az's login may do, and which one
    signs is said on stderr: a device's from the registry (role IoT Hub Data Reader), a registration's or its group's
    from the provisioning service (Device Provisioning Service Data Contributor), in both cases with a policy's key
    where the login is refused; a policy's from the resource manager, which takes the right to list keys. With --login
    and --device-id the device's key is read from the registry. A key is never shown.

    Exit code: 0 the token was made, 1 a value is wrong or a right is missing, 3 there is no such hub, provisioning
    service, policy, device, module or enrollment, 130 interrupted.
examples:
  - name: Make a token of an hour for a device whose connection string is in a file.
    text: az iot diag sas create --connection-string @device.txt
  - name: Make a token for a device of a hub that az's login may look into.
    text: az iot diag sas create --hub-name HUB --device-id pump-7
  - name: Make a token for the back end with the key of a policy of a hub, read with az's login.
    text: az iot diag sas create --hub-name HUB --policy-name service
  - name: Make a token with which a device of an enrollment group registers; the group's key is read with az's login.
    text: az iot diag sas create --dps-name DPS --registration-id pump-7 --enrollment-id pumps
  - name: Make a token for a device with the key that the hub has for it.
    text: az iot diag sas create --login @hub.txt --device-id pump-7 --key-type secondary
  - name: Make a token of a day for the back end, with the key of the policy in the string.
    text: az iot diag sas create --login @hub.txt --duration 86400
  - name: Make a token with which a device of an enrollment group registers.
    text: az iot diag sas create --id-scope 0ne00000000 --registration-id pump-7 --group-key @group.txt
"""

helps["iot diag sas inspect"] = """
type: command
short-summary: Say what is wrong with a SAS token.
long-summary: >
    Shows when the token expires and what it opens. Compares that with what it should open, with case, encoding and
    missing parts. Compares the signature with a key that is given, or with both keys that the hub has for the device.
    It is compared offline, except in two cases. --check-clock sends one request. The keys are read with --login
    and a device; and with --hub-name or --dps-name, where no key or string is given. No token and no key is shown.

    Exit code: 0 nothing is wrong with it, 1 a value is wrong, 3 there is no such hub, provisioning service, device or
    enrollment, 4 something is wrong, 5 it could not be determined, such as where a right is missing to read the keys,
    130 interrupted.
examples:
  - name: Look at the token in a file.
    text: az iot diag sas inspect --sas-token @token.txt
  - name: Say which of a device's two keys made the password that an MQTT client uses.
    text: az iot diag sas inspect --sas-token @password.txt --login @hub.txt --device-id pump-7
  - name: Say whether a token fits the keys that the hub has for its device or its policy.
    text: az iot diag sas inspect --sas-token @token.txt --hub-name HUB
  - name: Hold a header line from standard input against the device's connection string, and the clocks, too.
    text: az iot diag sas inspect --connection-string @device.txt --check-clock
"""

helps["iot diag key"] = """
type: group
short-summary: Test a device's key, string or certificate, renew a key, or write it into a file.
"""

helps["iot diag key test"] = """
type: command
short-summary: Say whether a device's connection string, key or certificate is the one that its hub knows.
long-summary: >
    With --login it is compared with the registry, without any connection of the device. With the device's string alone
    one request to the hub's device API tries it, which ends no connection and leaves nothing behind. What can be seen
    without asking is told as well: a string of the wrong kind, a key that is cut, no base64, or a group's. Where the
    hub only says no, the possible reasons are listed with what decides between them. No key is shown.

    Exit code: 0 it fits, 1 a value is wrong, 4 it does not fit, 5 it could not be determined,
    130 interrupted.
examples:
  - name: Try the string that is on the device.
    text: az iot diag key test --connection-string @device.txt
  - name: Say which of the device's keys this is, or what became of one of them.
    text: az iot diag key test --login @hub.txt --device-id pump-7 --key @key.txt
  - name: Compare a certificate with what the hub has for the device.
    text: az iot diag key test --login @hub.txt --device-id pump-7 --certificate pump-7.pem
  - name: Connect over MQTT as a device that may be disconnected by it.
    text: az iot diag key test --connection-string @device.txt --protocol mqtt --yes
"""

helps["iot diag key show"] = """
type: command
short-summary: Write a device's connection string, or its key, into a file.
long-summary: >
    The string is read from the hub and written into a file that only your user can read (mode 600). The command never
    prints a key. A file that is there is not changed without --overwrite. Delete the file when you need it no more.

    The command needs the right RegistryRead, or the role IoT Hub Data Reader.

    Exit code: 0 written. 1 a value is wrong, the file is there, or a right is missing. 3 there is no such hub or
    device. 130 interrupted.
examples:
  - name: Write the connection string of a device, and play the device with it.
    text: az iot diag key show --hub-name HUB --device-id pump-7 --to-file device.txt
  - name: Write the secondary key alone into a file that may be there.
    text: az iot diag key show --login @hub.txt -d pump-7 --kt secondary --key-only --to-file key.txt --overwrite
"""

helps["iot diag key renew"] = """
type: command
short-summary: Renew one of a device's two keys, or swap them.
long-summary: >
    The other key stays as it is, so that a device that has it goes on. Nothing is overwritten that somebody else
    changed meanwhile. Keys that IoT Central keeps, and, as far as --dps-name, --dps-login or --group-key let it be
    recognised, those that come from an enrollment or are derived from a group's, are not renewed at the hub: it says
    where to do that.
examples:
  - name: Renew the primary key, unless the provisioning service made it.
    text: az iot diag key renew --hub-name HUB --device-id pump-7 --key-type primary --dps-name DPS
  - name: Renew the secondary key and show both.
    text: az iot diag key renew --login @hub.txt --device-id pump-7 --key-type secondary --show
  - name: Give the device the key that a file holds.
    text: az iot diag key renew --hub-name HUB --device-id pump-7 --key-type primary --value @key.txt
  - name: Let the two keys change places, after the device was given the secondary.
    text: az iot diag key renew --login @hub.txt --device-id pump-7 --key-type swap --yes
"""

helps["iot diag device"] = """
type: group
short-summary: Say where devices stand, whether they are connected, and what to do if not.
"""

helps["iot diag device show"] = """
type: command
short-summary: Show where one device stands.
long-summary: >
    Gathers what its hub says (identity and twin) and, with --dps-name or --dps-login, what the provisioning service
    says (enrollment and registration), and tells the status on two axes: connection, and model. Each status comes with
    its causes, what to do and the next command. What cannot be known is said: connections are up to five minutes late,
    and a device that speaks only HTTPS is never in them.

    A hub that --hub-name names is asked with az's login, which takes a role such as IoT Hub Data Reader, and, where it
    refuses that, with the key of a policy, if the login may list the hub's keys. Which one it was is said on stderr.

    Exit code: 0 nothing is wrong, 1 a value is wrong, 3 the hub does not exist, 4 something keeps the device out,
    5 it could not be determined, 130 interrupted.
examples:
  - name: Show a device of a hub.
    text: az iot diag device show --login @hub.txt --device-id pump-7
  - name: Show a device of a hub by the hub's name, with az's login and never with a key.
    text: az iot diag device show --hub-name HUB --device-id pump-7 --auth-type login
  - name: Show a device with what its provisioning service knows of it.
    text: az iot diag device show --login @hub.txt --device-id pump-7 --dps-login @dps.txt
  - name: Show why a registration fails.
    text: az iot diag device show --dps-login @dps.txt --registration-id pump-7
  - name: Show what became of a registration, with az's login.
    text: az iot diag device show --dps-name DPS --registration-id pump-7
"""

helps["iot diag device list"] = """
type: command
short-summary: List the devices of a hub, an IoT Central application or a provisioning service with their status.
long-summary: >
    Devices are read by queries of a thousand each, at a pace that the hub allows, and written as they come: one JSON
    object a line with -o json, one row for a table or tsv; --query is applied to each. How long it takes is said before
    it begins. With --quiet-since it tells in the end what the quiet devices have in common. A Device Provisioning
    Service lists what its groups took in; each enrollment of a single device takes a request of its own.

    Exit code: 0 all were read, 1 a value is wrong, 3 the hub does not exist, 5 not all could be read,
    130 interrupted before all were read.
examples:
  - name: List all devices as a table.
    text: az iot diag device list --login @hub.txt -o table
  - name: Name the devices that were heard of before but not in the last twelve hours, and what they share.
    text: az iot diag device list --login @hub.txt --quiet-since 12h -o tsv --query device
  - name: List the disabled devices of one site.
    text: az iot diag device list -l @hub.txt --status disabled -q "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: List what an enrollment group took in, and failed with.
    text: az iot diag device list --dps-name my-dps --enrollment-id line-4 --status failed -o table
"""

helps["iot diag device summary"] = """
type: command
short-summary: Count devices by status, and name some that need a look.
long-summary: >
    A hub itself counts, so that it takes the same few requests for ten devices and for a million. The devices of an
    IoT Central application or of a Device Provisioning Service are read and counted here.

    Exit code: 0 all was counted, 1 a value is wrong, 3 the hub does not exist, 5 something could not be counted,
    130 interrupted.
examples:
  - name: Summarize all devices.
    text: az iot diag device summary --login @hub.txt
  - name: Summarize the devices of one site.
    text: az iot diag device summary --login @hub.txt --device-query "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: Summarize what became of all registrations of a provisioning service.
    text: az iot diag device summary --dps-name my-dps
"""

helps["iot diag device create"] = """
type: command
short-summary: Create a device in a hub.
long-summary: >
    The device is enabled and signs in with a key. It gets two new keys, and no key is printed. A device of the same id
    is never overwritten. A device that comes through a provisioning service needs no such command.

    The command needs the right RegistryWrite, or the role IoT Hub Registry Contributor.

    Exit code: 0 created. 1 a value is wrong. 3 the hub does not exist. 4 the device exists already, or the hub takes
    no more. 5 a right is missing, or the hub did not answer. 130 interrupted.
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
    The state of the device is shown, and you are asked. The device goes with its keys, its twin and the messages that
    wait for it, and the hub ends its connection. Messages that the device has sent stay. A device that was changed
    after it was shown is not deleted. A device that comes through a provisioning service comes back with its next
    registration, unless its enrollment is deleted or disabled.

    The command needs the rights RegistryRead and RegistryWrite, or the role IoT Hub Registry Contributor.

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
    The device came through an enrollment group that does not approve by itself. The state of the device is shown, and
    you are asked. One request then enables it. The device connects with its next attempt. IoT Central shows the same
    state for a blocked device that was never provisioned. A device that is surely blocked is left to device unblock.

    The command needs a role or an API token of the application that may change devices, such as Operator.

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
    The state of the device is shown, and you are asked. One request then enables it. Ask before why the device was
    blocked. IoT Central shows the same state for a device that waits for approval.

    The command needs a role or an API token of the application that may change devices, such as Operator.

    Exit code: 0 unblocked, or not blocked. 1 a value is wrong, or you said no. 4 the application has no such device.
    5 a right is missing, or the application did not answer. 130 interrupted.
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
    The template must be published. The state of the device is shown, and you are asked. One request then assigns the
    template. Messages that come later are read with it. Data that came before stays as it is.

    The command needs a role or an API token of the application that may change devices, such as Operator.

    Exit code: 0 assigned, or assigned already. 1 a value is wrong, or you said no. 4 the application has no such device
    or template. 5 a right is missing, or the application did not answer. 130 interrupted.
examples:
  - name: Assign a template to a device that has none.
    text: az iot diag device assign-template --app-id APP --device-id pump-7 --template "dtmi:contoso:pump;1"
  - name: Migrate a device to the second version of its template, in a script.
    text: az iot diag device assign-template --app-id APP -d pump-7 --template "dtmi:contoso:pump;2" --yes
"""
