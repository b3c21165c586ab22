"""Help texts of `network`."""

from knack.help_files import helps

helps["iot diag network"] = """
type: group
short-summary: Test the network between this machine and a service.
"""

helps["iot diag network test"] = """
type: command
short-summary: Test which protocols of a host can be used from here, directly and through the proxy.
long-summary: >
    Tries all ports at the same time: 8883 for MQTT, 5671 for AMQP, 443 for HTTPS and for MQTT and AMQP over WebSocket.
    The table shows each path as open, refused, filtered, reset, intercepted (and by whom), or with a wrong certificate.

    You need no login, and the command sends no credential. A refusal by the service is a good result: it proves DNS,
    TCP, TLS and trust.

    The test says nothing about the device's own network. To test that network, run the script that --script prints
    there. Then give the output of the script to --facts.

    MQTT and HTTPS are tried with the id of a device that does not exist. The id begins with iot-diag-probe-. If the hub
    logs connections, each test leaves an entry with such an id.

    Exit code: 0 all protocols that you asked for can be used. 1 a value is wrong. 4 something is wrong with the
    network. 5 undetermined. 130 interrupted.
examples:
  - name: Test the network between this machine and a hub.
    text: az iot diag network test --hub-name HUB
  - name: Test any host.
    text: az iot diag network test --host global.azure-devices-provisioning.net
  - name: Test only the protocols that the device uses.
    text: az iot diag network test --hub-name HUB --protocol mqtt https
  - name: Print a script that tests the device's own network. Run it there, and save what it prints in facts.json.
    text: az iot diag network test --hub-name HUB --script sh
  - name: Judge the output of the script.
    text: az iot diag network test --facts facts.json
"""
