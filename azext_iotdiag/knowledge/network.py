"""Codes about reaching a service at all: names, addresses, ports."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_PROXY = "https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting#work-behind-a-proxy"
_PORTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"

_OPEN_THE_PORT = (
    "Ask the firewall's administrator to allow outgoing TCP to the host and port named here.",
    "If the port is 5671, use port 443, which is open nearly everywhere: `--transport amqp_ws`.",
    "Try from another network, such as Cloud Shell. If it works there, the network in between is the cause.",
)

_AREA = Area(places=(Place.TOOL,))

NAME_NOT_RESOLVED = _AREA.entry(
    code="name-not-resolved",
    title="The host name cannot be resolved",
    causes=(
        Cause(
            "The name is misspelt, or the hub was deleted.",
            ("Compare it with `az iot hub list --query [].properties.hostName`.",),
            confirm="`nslookup HUB.azure-devices.net` fails here and in Cloud Shell.",
        ),
        Cause(
            "The hub is reached through a private endpoint, whose DNS zone this machine does not see.",
            (
                "Run from the virtual network that holds the private endpoint.",
                "Link the zones privatelink.azure-devices.net and privatelink.servicebus.windows.net to this network.",
            ),
            confirm="`nslookup HUB.azure-devices.net` fails here and not in Cloud Shell.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/virtual-network-support",),
    aliases=(
        "ENOTFOUND",
        "EAI_AGAIN",
        "EAI_NONAME",
        "getaddrinfo failed",
        "Name or service not known",
        "nodename nor servname provided",
        "Temporary failure in name resolution",
        "No such host is known",
        "UnknownHostException",
        "WSAHOST_NOT_FOUND",
    ),
    meaning="Before anything is sent, the host name is turned into an address by DNS. No server of this machine's DNS "
    "knows the name, or none answered.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
    places=(Place.TOOL, Place.SDK),
)

CONNECTION_NOT_ALLOWED = _AREA.entry(
    code="connection-not-allowed",
    title="This machine does not allow the connection",
    causes=(
        Cause(
            "A firewall or a security program on this machine forbids connections to this port or host.",
            (
                "Allow az's Python to connect to the host and port named here.",
                "If the port is 5671 or 8883, use port 443: `--transport amqp_ws`, or mqtt_ws for a device.",
            ),
            confirm="`curl -v https://HOST:PORT` fails here in the same way, and at once.",
        ),
        Cause(
            "The command runs in a sandbox or a container without network rights.",
            ("Run it where connections are allowed, or give the container a network.",),
            confirm="No program in it can connect to anything.",
        ),
    ),
    links=(_PORTS,),
    meaning="The operating system refused to connect (EPERM or EACCES). No packet left this machine, so nothing is "
    "known of the network, of the service, or of a device.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
)

CONNECTION_REFUSED = _AREA.entry(
    code="connection-refused",
    title="The port is closed",
    causes=(
        Cause(
            "A firewall answers in the service's place and refuses the port.",
            _OPEN_THE_PORT,
            confirm="From another network the port is open.",
        ),
        Cause(
            "The address is not the service's: a hosts file or a mapping points elsewhere.",
            (
                "Look the name up with `nslookup`, and look into the hosts file.",
                "Unset AZURE_IOTDIAG_CONNECT_TO if it still names a lab that has ended.",
            ),
            confirm="`nslookup` gives an address of your own network, or AZURE_IOTDIAG_CONNECT_TO is set.",
        ),
    ),
    aliases=(
        "Connection refused",
        "No connection could be made because the target machine actively refused it",
        "WSAECONNREFUSED",
        "WinError 10061",
        "ECONNREFUSED",
    ),
    links=(_PORTS,),
    meaning="A machine answered at the address and said that nothing listens on the port, or a firewall said so for "
    "it.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK,),
    places=(Place.TOOL, Place.SDK),
)

SERVER_UNREACHABLE = _AREA.entry(
    code="server-unreachable",
    title="The server does not answer",
    causes=(
        Cause(
            "A firewall drops what is sent to the port without a word.",
            _OPEN_THE_PORT,
            confirm="From another network the port answers.",
        ),
        Cause(
            "The network of this machine is down.",
            ("Open any web page from this machine.",),
            confirm="Nothing else can be reached either.",
        ),
    ),
    aliases=(
        "Connection timed out",
        "A connection attempt failed because the connected party did not properly respond",
        "Network is unreachable",
        "No route to host",
        "WSAETIMEDOUT",
        "WinError 10060",
        "ETIMEDOUT",
        "EHOSTUNREACH",
        "ENETUNREACH",
    ),
    links=(_PORTS,),
    meaning="The first packet of a TCP connection was sent again and again, and no answer came.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK,),
    places=(Place.TOOL, Place.SDK),
)

SERVER_SILENT = _AREA.entry(
    code="server-silent",
    title="The server accepts the connection and then says nothing",
    causes=(
        Cause(
            "A firewall or proxy accepts the connection itself and holds back what follows.",
            (
                "Ask the firewall's administrator whether it inspects TLS on the port named here, and to exempt the "
                "host named here.",
                "Try from another network, such as Cloud Shell.",
            ),
            confirm="From another network the same step is answered.",
        ),
        Cause(
            "The service is overloaded or failing over.",
            ("Try again in a few minutes, and look at Azure Service Health for the region.",),
            confirm="It is the same from every network.",
        ),
    ),
    links=(_PORTS,),
    meaning="TCP connected, and the step after it, such as TLS or the greeting of AMQP, got no answer in time.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
)

WEBSOCKET_REFUSED = _AREA.entry(
    code="websocket-refused",
    title="The WebSocket connection is refused",
    causes=(
        Cause(
            "A gateway or proxy that inspects TLS wants a login of its own, or allows no WebSocket to this host.",
            (
                "Ask its administrator to allow WebSocket to *.azure-devices.net and *.servicebus.windows.net.",
                "Where port 5671 is open, do without WebSocket: `--transport amqp`.",
            ),
            confirm="The body of the answer, or a header such as Via or Server, names the gateway.",
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out.",
            (
                "Look with `az iot hub show -n HUB --query "
                '"properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
            confirm="The same string works from an address that is allowed.",
        ),
    ),
    links=(_PORTS,),
    meaning="A WebSocket begins as an HTTP request. The service, or a proxy in front of it, refused the request.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP),
)

_WHICH_PROXY = (
    "Look at the variables with `env | grep -i _proxy`. HTTPS_PROXY names the proxy, or else ALL_PROXY. NO_PROXY names "
    "the hosts without a proxy."
)

PROXY_UNREACHABLE = _AREA.entry(
    code="proxy-unreachable",
    title="The proxy cannot be reached",
    causes=(
        Cause(
            "The variable names a proxy that does not exist here, such as the proxy of another network.",
            (_WHICH_PROXY, "Correct the variable, or unset it where this network needs no proxy."),
            confirm="`nslookup` of the proxy's host fails, or this machine is in another network than usual.",
        ),
        Cause(
            "The proxy is down.",
            (
                "Ask its administrator.",
                "See whether a web page comes through it: `curl -I https://learn.microsoft.com`.",
            ),
            confirm="Other machines cannot reach it either.",
        ),
    ),
    links=(_PROXY,),
    meaning="The environment names a proxy, and this machine cannot connect to it.",
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
)

PROXY_SILENT = _AREA.entry(
    code="proxy-silent",
    title="The proxy accepts the connection and lets nothing through",
    causes=(
        Cause(
            "The proxy inspects or holds back connections to this host.",
            (
                "Ask the proxy's operator to let CONNECT to the host and port named here through, without inspection.",
                _WHICH_PROXY,
            ),
            confirm="A web page does not come through it either: `curl -I https://learn.microsoft.com`.",
        ),
        Cause(
            "The proxy cannot reach the host, and does not say so.",
            ("Ask the proxy's operator whether it may reach the host and port named here.",),
            confirm="A web page does come through it: `curl -I https://learn.microsoft.com`.",
        ),
    ),
    links=(_PROXY,),
    meaning="This machine speaks with the proxy alone. The proxy took the connection, and then nothing came in time. "
    "What is behind the proxy cannot be seen from here.",
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.CALLER),
)

PROXY_REFUSES = _AREA.entry(
    code="proxy-refuses",
    title="The proxy does not let the connection through",
    causes=(
        Cause(
            "Its rules do not allow this host or port.",
            (
                "Ask its administrator to allow CONNECT to port 443 of *.azure-devices.net and "
                "*.servicebus.windows.net.",
                "Where the host can be reached without it, name the host in NO_PROXY.",
            ),
            confirm="`curl -I https://learn.microsoft.com` comes through it, and `curl -I "
            "https://HUB.azure-devices.net` does not.",
        ),
    ),
    links=(_PROXY,),
    meaning="The proxy was reached and asked to connect, and its own rules forbid it.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK,),
)

PROXY_WANTS_PASSWORD = _AREA.entry(
    code="proxy-wants-password",
    title="The proxy wants a user and password, or different ones",
    causes=(
        Cause(
            "The variable holds no user and password, or they are wrong or have expired.",
            (
                "Write them in: `export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`, with special characters as "
                "%XX (`@` is %40).",
                _WHICH_PROXY,
            ),
            confirm="`env | grep -i _proxy` shows no user, or an old password.",
        ),
        Cause(
            "The proxy takes a Windows login (NTLM, Kerberos) only, which this tool does not speak; it speaks Basic.",
            ("Run a local proxy that logs in, such as cntlm or px, and name that one in HTTPS_PROXY.",),
            confirm="The answer's header Proxy-Authenticate names NTLM or Negotiate and not Basic.",
        ),
    ),
    aliases=("Proxy Authentication Required", "proxy:407", "407"),
    links=(_PROXY,),
    meaning="The proxy answered 407: it lets no connection through without a log-in.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER, Fixer.NETWORK),
    places=(Place.TOOL, Place.HTTP),
)

PROXY_IS_NONE = _AREA.entry(
    code="proxy-is-none",
    title="The server at the proxy's address is not a proxy",
    causes=(
        Cause(
            "The variable names a web server, or the right host with another port.",
            (_WHICH_PROXY, "Ask for the proxy's host and port."),
            confirm="The address opens as a web page in a browser.",
        ),
        Cause(
            "The variable says http:// for a SOCKS proxy, or socks5:// for an HTTP proxy.",
            ("Try the other one.",),
            confirm="The proxy's owner says which of the two it is.",
        ),
        Cause(
            "A login page of the network (a captive portal) answers in its place.",
            ("Open any web page in a browser and log in there.",),
            confirm="A web page in a browser shows a log-in first.",
        ),
    ),
    links=(_PROXY,),
    meaning="Something answered at the address, but not in the way in which an HTTP or SOCKS proxy answers.",
    retry=Retry.NEVER,
    fixers=(Fixer.CALLER,),
)
