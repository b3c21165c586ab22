"""`key test`: what this tool would trim, and a device's SDK would not, is a finding with its place."""

from __future__ import annotations

import json

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az

ROWS = [
    (lambda text: text.replace(";DeviceId", " ;DeviceId"), 4, "string-not-exact", "HostName ends with a blank, at"),
    (lambda text: f"\ufeff{text}", 4, "string-not-exact", "The string begins with a byte order mark, at character 1"),
    (lambda text: f'"{text}"', 4, "string-not-exact", "The string stands in quotation marks, at character 1"),
    (lambda text: text.replace("DeviceId=", "DeviceId= "), 4, "string-not-exact", "DeviceId begins with a blank, at"),
    (lambda text: text.replace("=lab-hub", "=LAB-hub"), 0, "string-not-exact", "written with capital letters, at"),
    (lambda text: f"{text};", 0, "string-not-exact", "holds an empty part"),
    (lambda text: text.replace("=lab-hub", "=https://lab-hub"), 4, "key-malformed", "HostName is a URL"),
    (lambda text: text.replace(".net;", ".net/;"), 4, "key-malformed", "HostName is a URL"),
    (lambda text: text.replace("=;", "%3D;").removesuffix("=") + "%3D", 4, "key-malformed", "as if URL-encoded"),
    (lambda text: text.removesuffix("="), 4, "key-cut", "is the beginning of one of the device's keys"),
    (lambda text: text, 0, "", ""),
]


@pytest.mark.parametrize("compared", [True, False], ids=["with-the-registry", "tried"])
@pytest.mark.parametrize(("change", "code", "found", "says"), ROWS)
def test_each_is_found(flow: Flow, change, code: int, found: str, says: str, compared: bool) -> None:
    text = change(flow.strings["devices"]["device-1"])
    login = ("--login", flow.strings["iothubowner"], "-d", "device-1") if compared else ()
    if found == "key-cut" and not compared:
        found, says = "key-malformed", "its end may be lost"
    if says == "as if URL-encoded" and compared:
        found, says = "key-recoded", ""  # the registry has the key, so that it is sure
    run = az.az("iot", "diag", "key", "test", "--cs", text, *login, "-o", "json", environment=flow.environment)
    findings = [each for check in json.loads(run.out)["checks"] for each in check["findings"]]
    assert run.code == code, run.err
    codes = [each["code"] for each in findings]
    tried = [] if compared or code else ["works-here"]  # only a string that is right as it stands says that
    assert codes == [*([found] if found else []), *tried]
    assert says in "".join(each["message"] for each in findings)


def test_a_services_string_is_read_with_a_note(flow: Flow) -> None:
    text = flow.strings["service"].replace(";SharedAccessKeyName", " ;SharedAccessKeyName")
    run = flow.monitor("--duration", "1", AZURE_IOTDIAG_LOGIN=text)
    assert "HostName ends with a blank, at character 35; read without." in run.err
