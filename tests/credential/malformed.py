"""Connection strings that are wrong, each in one way: (text, part at fault, a word of the message or the advice)."""

from __future__ import annotations

import base64

# Made for tests; they open nothing.
KEY = "QSBrZXkgbWFkZSBmb3IgdGVzdHMsIDMyIGJ5dGVzLi4="
SIGNATURE = "vpffS5w3jsVsgd7k12HoefkOoMnLH1wgVtYpAV5jcq4%3D"

TOKEN = f"SharedAccessSignature sr=lab.azure-devices.net%2Fdevices%2Fpump-1&sig={SIGNATURE}&se=1893456000"
HUB = f"HostName=lab.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey={KEY}"
DEVICE = f"HostName=lab.azure-devices.net;DeviceId=pump-1;SharedAccessKey={KEY}"
TOKEN_DEVICE = f"HostName=lab.azure-devices.net;DeviceId=pump-1;SharedAccessSignature={TOKEN}"
MODULE = DEVICE.replace("pump-1", "pump-1;ModuleId=m")
X509 = "HostName=lab.azure-devices.net;DeviceId=pump-1;x509=true"
EVENT_HUB = (
    "Endpoint=sb://ihsuprod.servicebus.windows.net/;SharedAccessKeyName=service;"
    f"SharedAccessKey={KEY};EntityPath=iothub-ehub-lab-1-abc"
)
DPS = f"HostName=dps.azure-devices-provisioning.net;SharedAccessKeyName=owner;SharedAccessKey={KEY}"


def leaks(text: str) -> bool:
    """Whether `text` holds eight characters in a row of the key or the signature."""
    return any(secret[at : at + 8] in text for secret in (KEY, SIGNATURE) for at in range(len(secret) - 7))


def hub_at(name: str) -> str:
    return HUB.replace("lab.azure-devices.net", name)


def hub_key(key: str) -> str:
    return HUB.replace(KEY, key)


def at_endpoint(name: str) -> str:
    return EVENT_HUB.replace("sb://ihsuprod.servicebus.windows.net/", name)


MALFORMED = [
    # not a connection string at all
    ("", "", "empty"),
    (" \n ", "", "empty"),
    ('""', "", "empty"),
    (KEY[:-1], "", "Name=Value"),
    (KEY, "", "part 1 of 1 has an unknown name"),
    ("myhub", "", "Name=Value"),
    ("lab.azure-devices.net", "", "Name=Value"),
    (TOKEN, "", "SAS token"),
    ('{"connectionString": "' + HUB + '"}', "", "--query connectionString"),
    ("{" + HUB + "}", "", "curly braces"),
    ("{" + DEVICE + "}", "", "Leave out the braces"),
    ("{ " + EVENT_HUB + " }", "", "curly braces"),
    ('"{' + HUB + '}"', "", "curly braces"),
    ('{"HostName": "lab.azure-devices.net"}', "", "JSON"),
    ("{\n", "", "JSON"),
    (f'export CS="{HUB}"', "", "HostName= stands at character 12"),
    (f"set CS={HUB}", "", "character 8"),
    (f'$env:CS = "{DEVICE}"', "", "from HostName= on alone"),
    (f'"connectionString": "{DEVICE}",', "", "from HostName= on alone"),
    (f'-l "{EVENT_HUB}"', "", "from Endpoint= on alone"),
    (f"AccountKey={KEY}", "", "a storage account's"),
    (HUB.replace("=", "%3D").replace(";", "%3B"), "", "URL-encoded"),
    (base64.b64encode(HUB.encode()).decode(), "", "in base64"),
    (f"Authorization: {TOKEN}", "", "SAS token"),
    (TOKEN.removeprefix("SharedAccessSignature "), "", "SAS token"),
    ("-----BEGIN CERTIFICATE-----", "", "PEM"),
    # an id with a semicolon
    (DEVICE.replace("pump-1", "X:1;X:22"), "DeviceId", "part 3 of 4"),
    (DEVICE.replace("pump-1", "X:1;X:2;X:3"), "DeviceId", "--device-id 'ID'"),
    (DEVICE.replace("pump-1", "X;Y=1"), "DeviceId", "--hub-name HUB"),
    (MODULE.replace("ModuleId=m", "ModuleId=m;n"), "ModuleId", "--hub-name HUB"),
    (DEVICE.replace(";SharedAccessKey=", ";SharedAcessKey="), "", "Did you mean SharedAccessKey?"),
    # parts
    ("HostName=lab.azure-devices.net", "", "quotation marks"),
    (HUB.replace("HostName=", "Hostname="), "", "Did you mean HostName?"),
    (HUB.replace("HostName=", "Host="), "", "HostName"),
    (HUB.replace("SharedAccessKey=", "SharedAcessKey="), "", "Did you mean SharedAccessKey?"),
    (HUB.replace("SharedAccessKey=", "SharedAccessKey"), "", "begins like SharedAccessKey"),
    (HUB.replace("SharedAccessKey=", "sharedaccesskey:"), "", "begins like SharedAccessKey"),
    (HUB.replace("SharedAccessKey=", ""), "", "part 3 of 3 has an unknown name"),
    (HUB.replace("SharedAccessKey=", "").rstrip("="), "", "part 3 of 3 has no '='"),
    (HUB.replace("HostName=", "HostName "), "", "begins like HostName"),
    (HUB.replace("HostName=lab.azure-devices.net", "HostName"), "", "Write HostName=VALUE"),
    (HUB.replace(";SharedAccessKeyName", "SharedAccessKeyName"), "HostName", "not a host name"),
    (HUB + ";DeviceID=pump-1", "", "Did you mean DeviceId?"),
    (HUB + f";SharedAccessKey={KEY}", "SharedAccessKey", "twice"),
    (HUB + ";HostName=other.azure-devices.net", "HostName", "twice"),
    (hub_key(""), "SharedAccessKey", "no value"),
    (hub_at(""), "HostName", "no value"),
    (HUB.replace("service", " "), "SharedAccessKeyName", "no value"),
    # missing parts
    (HUB.partition(";")[2], "HostName", "missing"),
    (HUB.replace("SharedAccessKeyName=service;", ""), "SharedAccessKeyName", "DeviceId"),
    (HUB.rpartition(";")[0], "SharedAccessKey", "missing"),
    (DEVICE.rpartition(";")[0], "SharedAccessKey", "missing"),
    (DEVICE.partition(";")[2], "HostName", "missing"),
    (DEVICE.replace("DeviceId=pump-1", "ModuleId=m"), "DeviceId", "missing"),
    (EVENT_HUB.partition(";")[2], "Endpoint", "missing"),
    (EVENT_HUB.rpartition(";")[0], "EntityPath", "Append ;EntityPath=NAME"),
    (EVENT_HUB.replace("SharedAccessKeyName=service;", ""), "SharedAccessKeyName", "missing"),
    (EVENT_HUB.replace(f"SharedAccessKey={KEY};", ""), "SharedAccessKey", "missing"),
    # parts that do not go together
    (EVENT_HUB + ";HostName=lab.azure-devices.net", "HostName", "Event Hub"),
    (EVENT_HUB + ";DeviceId=pump-1", "DeviceId", "Event Hub"),
    (DEVICE + ";SharedAccessKeyName=service", "SharedAccessKeyName", "both"),
    (DEVICE + ";x509=true", "x509", "beside SharedAccessKey"),
    (DEVICE + f";SharedAccessSignature={TOKEN}", "SharedAccessSignature", "beside SharedAccessKey"),
    (HUB.replace(f"SharedAccessKey={KEY}", f"SharedAccessSignature={TOKEN}"), "SharedAccessSignature", "renewed"),
    (DEVICE.replace(f"SharedAccessKey={KEY}", "x509=yes"), "x509", "true"),
    # hosts
    (hub_at("https://lab.azure-devices.net"), "HostName", "URL"),
    (hub_at("lab.azure-devices.net/"), "HostName", "URL"),
    (hub_at("lab.azure-devices.net:8883"), "HostName", "port"),
    (hub_at("lab"), "HostName", "domain"),
    (hub_at("azure-devices.net"), "HostName", "lacks the name"),
    (hub_at("lab.azure-device.net"), "HostName", "Did you mean lab.azure-devices.net?"),
    (hub_at("lab.azure-devices.com"), "HostName", "Did you mean lab.azure-devices"),
    (hub_at("lab.azureiotcentral.com"), "HostName", "unknown domain"),
    (hub_at("lab.example.org"), "HostName", "azure-devices.cn"),
    (hub_at("labazure-devices.net"), "HostName", "unknown domain"),
    (hub_at("lab..azure-devices.net"), "HostName", "not a host name"),
    (hub_at("-lab.azure-devices.net"), "HostName", "not a host name"),
    (hub_at("my lab.azure-devices.net"), "HostName", "not a host name"),
    (hub_at("lab\n.azure-devices.net"), "HostName", "not a host name"),
    (hub_at("làb.azure-devices.net"), "HostName", "not a host name"),
    (hub_at("localhost:0"), "HostName", "not a host name"),
    (hub_at("localhost:65536"), "HostName", "not a host name"),
    (hub_at("localhost:x"), "HostName", "not a host name"),
    (hub_at("ihsuprod.servicebus.windows.net"), "HostName", "Event Hubs namespace"),
    (DEVICE.replace("lab.azure-devices.net", "dps.azure-devices-provisioning.net"), "HostName", "Provisioning"),
    (at_endpoint("sb://lab.azure-devices.net/"), "Endpoint", "an IoT hub"),
    (at_endpoint("sb://ihsuprod.servicebus.windows.org/"), "Endpoint", "Did you mean ihsuprod.servicebus.windows.net?"),
    (at_endpoint("https://ihsuprod.servicebus.windows.net/"), "Endpoint", "sb://"),
    (at_endpoint("ihsuprod.servicebus.windows.net"), "Endpoint", "sb://"),
    (at_endpoint("sb:///"), "Endpoint", "not a host name"),
    (at_endpoint("sb://ihsuprod.servicebus.windows.net/hub"), "Endpoint", "URL"),
    # keys, each put where a part of a key may show
    (hub_at(KEY), "HostName", "not a host name"),
    (hub_at("a/" + KEY), "HostName", "URL"),
    (HUB.replace("HostName", KEY), "", "part 1 of 3"),
    (hub_key(KEY[:-1]), "SharedAccessKey", "multiple of 4"),
    (hub_key(KEY[:-9]), "SharedAccessKey", "multiple of 4"),
    (hub_key(KEY[:9] + " " + KEY[9:]), "SharedAccessKey", "space"),
    (hub_key(KEY[:9] + "\r\n" + KEY[9:]), "SharedAccessKey", "line break"),
    (hub_key(KEY[:9] + "ü" + KEY[9:]), "SharedAccessKey", "ASCII"),
    (hub_key(KEY[:9] + "\udcfc" + KEY[9:]), "SharedAccessKey", "ASCII"),
    (hub_key(f'"{KEY}"'), "SharedAccessKey", "quotation mark"),
    (hub_key(KEY.replace("=", "%3D")), "SharedAccessKey", "URL-encoded"),
    (hub_key(f"<{KEY}>"), "SharedAccessKey", "placeholder"),
    (hub_key("****"), "SharedAccessKey", "masked"),
    (hub_key(KEY[:4] + "****"), "SharedAccessKey", "masked"),
    (hub_key("..."), "SharedAccessKey", "masked"),
    (hub_key("xxxx"), "SharedAccessKey", "masked"),
    (hub_key("<redacted>"), "SharedAccessKey", "placeholder"),
    (DEVICE.replace(KEY, KEY[:-3]), "SharedAccessKey", "multiple of 4"),
    (DPS.replace(KEY, KEY[:-3]), "SharedAccessKey", "multiple of 4"),
    (EVENT_HUB.replace(KEY, KEY[:9] + " " + KEY[9:]), "SharedAccessKey", "space"),
    (EVENT_HUB.replace(KEY, KEY[:9] + "\udcfc" + KEY[9:]), "SharedAccessKey", "ASCII"),
    (TOKEN_DEVICE.replace("&se=1893456000", ""), "SharedAccessSignature", "se: is missing"),
    (TOKEN_DEVICE.replace("SharedAccessSignature sr=", "sr="), "SharedAccessSignature", "missing before it"),
    (TOKEN_DEVICE.replace("&se=", "&sE="), "SharedAccessSignature", "part 3"),
    (TOKEN_DEVICE.replace("sig=", ""), "SharedAccessSignature", "part 2"),
    # placeholders and names
    (hub_at("<hub>.azure-devices.net"), "HostName", "placeholder"),
    (hub_at("{your hub}.azure-devices.net"), "HostName", "placeholder"),
    (HUB.replace("service", "{policy}"), "SharedAccessKeyName", "placeholder"),
    (DEVICE.replace("pump-1", "<device>"), "DeviceId", "placeholder"),
    (DEVICE.replace("pump-1", "pump 1"), "DeviceId", "no id may have"),
    (DEVICE.replace("pump-1", "pump/1"), "DeviceId", "no id may have"),
    (DEVICE.replace("pump-1", "pümp"), "DeviceId", "no id may have"),
    (DEVICE.replace("pump-1", "p" * 129), "DeviceId", "longer than 128"),
    (DEVICE + ";ModuleId=a b", "ModuleId", "no id may have"),
    (DEVICE + ";GatewayHostName=https://edge", "GatewayHostName", "not a host name"),
    (EVENT_HUB.replace("iothub-ehub-lab-1-abc", "messages/events"), "EntityPath", "not the name"),
]
