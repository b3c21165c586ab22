"""Codes about what stands between a machine and a host: blocked ports, portals, inspection of TLS, resolvers."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_PORTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"
_TLS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support"
_ADDRESSES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-understand-ip-address"
_EDGE = "https://learn.microsoft.com/azure/iot-edge/how-to-configure-proxy-support"
_EVENT_GRID = "https://learn.microsoft.com/azure/event-grid/mqtt-overview"
_ELSEWHERE = (
    "Run `az iot diag network test --host HOST` in another network, such as a phone's hotspot, and compare the tables."
)

_AREA = Area(links=(_PORTS,), fixers=(Fixer.NETWORK,), places=(Place.TOOL,))

DNS_ANSWERS_EVERYTHING = _AREA.entry(
    code="dns-answers-everything",
    title="The name service gives addresses for names that do not exist",
    meaning="The tool looked up names that it had just made up. A correct name service answers that they do not exist. "
    "This one gives an address, so connections to a misspelt or deleted host go to a stranger.",
    causes=(
        Cause(
            "The resolver of the provider or of the router leads unknown names to a page of its own.",
            (
                "Use another resolver on this network, such as your company's.",
                "Correct the host name: the resolver hides that a name does not exist.",
            ),
            confirm="`nslookup NAME` gives an address for a name that you made up.",
        ),
        Cause(
            "A login page of the network (a captive portal) answers for every name until you have logged in.",
            ("Open any web page in a browser and log in there.",),
            confirm="A web page in a browser shows a log-in first.",
        ),
    ),
    retry=Retry.NEVER,
)

CAPTIVE_PORTAL = _AREA.entry(
    code="captive-portal",
    title="A web page answers in the place of the service",
    meaning="The first words of a protocol were answered with a web page, or with a redirection to one. A service of "
    "Azure IoT does neither.",
    causes=(
        Cause(
            "A login page of the network (a captive portal) answers until you have logged in.",
            (
                "Open any web page in a browser and log in there.",
                "Ask for a network without a login page for devices, which have no browser.",
            ),
            confirm="A web page in a browser shows a log-in first.",
        ),
        Cause(
            "The host name is that of a web site.",
            ("Compare it with `az iot hub list --query [].properties.hostName`.",),
            confirm="The name does not end in azure-devices.net, or is misspelt.",
        ),
    ),
    fixers=(Fixer.NETWORK, Fixer.CALLER),
    retry=Retry.NEVER,
)

IPV6_ONLY = _AREA.entry(
    code="ipv6-only-host",
    title="The host has only IPv6 addresses, and they cannot be reached",
    meaning="The name service gives IPv6 addresses and no IPv4 address. No connection to them succeeds from this "
    "network.",
    causes=(
        Cause(
            "The network has no route for IPv6.",
            (
                "Ask the network's operator for IPv6.",
                "Use a network that has it, such as that of a mobile carrier.",
            ),
            confirm="`curl -6 https://learn.microsoft.com` fails, too.",
        ),
        Cause(
            "The name service leaves out the IPv4 address, as a resolver for DNS64 without NAT64 does.",
            ("Ask another resolver: `nslookup -type=A HOST RESOLVER`.",),
            confirm="Another resolver gives an IPv4 address for the same name.",
        ),
    ),
    links=(_ADDRESSES,),
    retry=Retry.LATER,
)

ONLY_443_OPEN = _AREA.entry(
    code="only-443-open",
    title="Only port 443 is open",
    meaning="The ports 8883 of MQTT and 5671 of AMQP are blocked on the way, and port 443 of the same host answers. "
    "Devices that use MQTT or AMQP directly cannot connect from this network.",
    causes=(
        Cause(
            "A firewall lets only web traffic out.",
            (
                "Let the device use MQTT or AMQP over WebSocket, or HTTPS: all three go to port 443.",
                "On IoT Edge, set UpstreamProtocol to MqttWs or AmqpWs for $edgeAgent and for $edgeHub. The setting of "
                "a module of your own is not enough.",
                "Or ask the network's operator to allow outgoing TCP to ports 8883 and 5671.",
            ),
            confirm=_ELSEWHERE,
        ),
    ),
    links=(_PORTS, _EDGE),
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
    retry=Retry.LATER,
)

PORT_5671_BLOCKED = _AREA.entry(
    code="port-5671-blocked",
    title="AMQP on port 5671 does not get through",
    meaning="AMQP over TLS goes to TCP port 5671. It is blocked, and another port of the same host answers.",
    causes=(
        Cause(
            "A firewall or proxy on the way blocks TCP 5671, or holds back what follows.",
            (
                "Use AMQP over WebSocket, on port 443: `--transport amqp_ws` in this tool.",
                "Ask the network's operator to allow outgoing TCP 5671 to the host named here.",
            ),
            confirm=_ELSEWHERE,
        ),
    ),
    retry=Retry.LATER,
)

CONNECTION_RESET = _AREA.entry(
    code="connection-reset",
    title="A network device on the way resets the connection",
    meaning="The connection stood, and was reset or closed before TLS was agreed on. Nothing of the service was heard.",
    causes=(
        Cause(
            "A firewall that looks into connections ends those to this host, port or name.",
            (
                "Ask the network's operator to allow TLS to the host and port named here, without inspection.",
                _ELSEWHERE,
            ),
            confirm=_ELSEWHERE,
        ),
        Cause(
            "The service ends it, for example because this address is not allowed.",
            ("See whether this address is allowed: `az iot hub show -n HUB --query properties.networkRuleSets`.",),
            confirm="It is the same from every network.",
        ),
    ),
    fixers=(Fixer.NETWORK, Fixer.OWNER),
    retry=Retry.LATER,
)

HANDSHAKE_STALLS = _AREA.entry(
    code="tls-handshake-stalls",
    title="The TLS handshake stalls after the first bytes",
    meaning="The server's answer began and did not end. Its certificates take several full packets, which are the "
    "first large ones of a connection.",
    causes=(
        Cause(
            "Large packets get lost on the way, as with some modems, tunnels and VPNs (MTU).",
            (
                "Lower the MTU of the network interface to 1400, and then in steps of 40.",
                "Try another modem or another network.",
            ),
            confirm="`ping -M do -s 1372 HOST` gets no answer, and `ping -s 500 HOST` does.",
        ),
        Cause(
            "A device on the way inspects the handshake and holds it back.",
            ("Ask the network's operator to exempt the host named here from inspection.",),
            confirm=_ELSEWHERE,
        ),
    ),
    links=(_TLS,),
    retry=Retry.LATER,
)

TLS_INTERCEPTED = _AREA.entry(
    code="tls-intercepted",
    title="A proxy between here and Azure decrypts TLS",
    meaning="The server's certificate comes from an authority that is neither Azure's nor public. A device on the way "
    "ends the TLS connection and begins another one.",
    causes=(
        Cause(
            "A proxy or an appliance of the network inspects TLS.",
            (
                "Ask the network's operator to exempt *.azure-devices.net, *.azure-devices-provisioning.net and "
                "*.servicebus.windows.net from inspection.",
                "Devices with X.509 certificates cannot work through it: their certificate ends at the appliance.",
                "Other devices must trust the issuer named here. A container has its own store, beside the host's.",
            ),
            confirm="Print the chain here and in another network: `openssl s_client -connect HOST:443 -servername HOST "
            "-showcerts`. The issuers differ.",
        ),
        Cause(
            "An antivirus program on this machine decrypts TLS.",
            ("Exempt the host in its settings for web or e-mail protection.",),
            confirm="The issuer bears the program's name, and another machine in this network sees another issuer.",
        ),
    ),
    links=(_TLS,),
    retry=Retry.NEVER,
)

ROOT_UNEXPECTED = _AREA.entry(
    code="tls-root-unexpected",
    title="The server's root certificate is unexpected for this cloud",
    meaning="Azure has used the root with this fingerprint, but in another cloud or at another time. Devices with "
    "the roots that are recommended today may not trust it.",
    causes=(
        Cause(
            "The host name leads to a server of another cloud, or to an old one.",
            ("Compare the host name with that in the portal of your cloud.",),
            confirm="`nslookup HOST` gives another address than in Cloud Shell.",
        ),
        Cause(
            "Azure has changed its chain since this version of the tool.",
            ("Update the tool, and give devices the roots that Microsoft's page lists.",),
            confirm="The page about certificate authorities of Azure names the root for your cloud.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/security/fundamentals/azure-ca-details", _TLS),
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT, Fixer.DEVICE_DEVELOPER),
    retry=Retry.NEVER,
)

TLS_1_2_REFUSED = _AREA.entry(
    code="tls-1-2-refused",
    title="The server does not accept TLS 1.2",
    meaning="A handshake with TLS 1.2 alone fails, and one with another version succeeds. Most devices speak TLS 1.2.",
    causes=(
        Cause(
            "Something on the way, such as a proxy that inspects TLS, allows other versions only.",
            ("Ask the network's operator to allow TLS 1.2 to the host named here.",),
            confirm=_ELSEWHERE,
        ),
    ),
    links=(_TLS,),
    retry=Retry.NEVER,
)

MQTT_5_ONLY = _AREA.entry(
    code="mqtt5-only",
    title="The host speaks MQTT 5 and no earlier version",
    meaning="The host did not accept a CONNECT of MQTT 3.1.1, and answered in MQTT 5. Devices with the SDKs for "
    "classic hubs speak 3.1.1.",
    causes=(
        Cause(
            "The host is a broker for MQTT 5, such as an Event Grid namespace, or a hub that is based on one.",
            (
                "Use a client for MQTT 5 with the topics of that service.",
                "Or connect the device to a classic IoT hub.",
            ),
            confirm="`nslookup HOST` shows an alias that ends in ts.eventgrid.azure.net.",
        ),
        Cause(
            "The host name is that of another broker.",
            ("Compare it with `az iot hub list --query [].properties.hostName`.",),
            confirm="The name does not end in azure-devices.net.",
        ),
    ),
    links=(_EVENT_GRID, _PORTS),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
    retry=Retry.NEVER,
)

BROKER_IS_NO_HUB = _AREA.entry(
    code="mqtt-broker-is-no-hub",
    title="An MQTT broker that is not an IoT hub answers",
    meaning="The broker let in a client that gave no password and no certificate. An IoT hub never does.",
    causes=(
        Cause(
            "The host name is that of another broker.",
            ("Compare it with `az iot hub list --query [].properties.hostName`.",),
            confirm="The name does not end in azure-devices.net.",
        ),
        Cause(
            "A gateway or a broker of the network answers in the hub's place.",
            ("Look the name up with `nslookup`, and ask the network's operator about the address.",),
            confirm="`nslookup HOST` gives an address of your own network.",
        ),
    ),
    fixers=(Fixer.NETWORK, Fixer.CALLER, Fixer.DEVICE_DEVELOPER),
    retry=Retry.NEVER,
)
