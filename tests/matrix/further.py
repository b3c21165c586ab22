"""Further public cases that were played, beside the 62. `public.FURTHER` has their addresses."""

from __future__ import annotations

from tests.matrix.accesses import Access
from tests.matrix.provoking import (
    OTHER_HUB,
    deleted,
    enrolled,
    enrolled_by_certificate,
    gives_string,
    heard,
    holds_key_behind_gateway,
    holds_key_encoded_twice,
    holds_key_of_neighbour,
    holds_policy_key,
    holds_token_of_wrong_path,
    missed,
    misspelt,
    named,
    private_endpoint,
    registered,
    settings,
    sku,
)  # fmt: skip
from tests.matrix.row import NONE, Provoke, Row, said
from tests.matrix.stage import HOUR, MINUTE

NEVER = "connection device-never-seen"
NOT_IN = "admission device-not-let-in"
CLOSED = "? registry-refused"
LACKS_TIER = "? hub-403010"
PLANT = {"filterName": "plant", "action": "Allow", "ipMask": "203.0.113.0/24"}
OTHERS_OUT = [
    {"filterName": "me", "action": "Accept", "ipMask": "127.0.0.1"},
    {"filterName": "all", "action": "Reject", "ipMask": "0.0.0.0/0"},
]
HUB_SAYS = '{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized"}'


def failed(name: str, code: str, number: str, error: int, message: str, *provoke: Provoke) -> Row:
    """A registration that ended so."""
    steps = (*(provoke or (enrolled(),)), registered("failed", error_code=error, error_message=message))
    return Row(name, code, steps, said(f"provisioning {code}", service=NEVER, device=None), number)


ROWS = (
    Row("id with a letter too many", "device-unknown", (misspelt,),
        said("admission device-unknown", device=NOT_IN), "F21"),
    Row("basic tier, and the twin is missed", "hub-403010", (sku("B1"), missed("twin"), heard(MINUTE)),
        said("admission hub-403010", service=LACKS_TIER), "F22, F51", sample=True),
    Row("basic tier, and methods are missed", "hub-403010",
        (sku("B1"), missed("methods"), heard(MINUTE, connected=True)),
        said("admission hub-403010", service=LACKS_TIER)),
    Row("basic tier, and a client that writes its twin", "hub-403010", (sku("B1"), heard(MINUTE)),
        said(NONE, f"{NONE} messages-not-readable", LACKS_TIER), "F22"),
    Row("key of a policy", "key-is-a-policys", (holds_policy_key, gives_string),
        said("admission key-is-a-policys", "admission key-is-not-the-devices", NEVER, None), "F23", sample=True),
    Row("key of another device of the hub", "key-is-another-devices", (holds_key_of_neighbour, gives_string),
        said("admission key-is-another-devices", service=NEVER, device=None)),
    Row("key encoded twice", "key-recoded", (holds_key_encoded_twice, gives_string),
        said("admission key-recoded", service=NEVER, device=None), "F25"),
    Row("token for /module/", "sas-path-differs", (holds_token_of_wrong_path,),
        said(NEVER, device="device sas-path-differs"), "F26"),
    failed("linked hub is unknown", "dps-linked-hub-unknown", "F27", 401001, "IoT Hub not found"),
    failed("linked hub refuses", "dps-linked-hub-refuses", "F28", 401002, HUB_SAYS),
    failed("function wants a key", "dps-400207", "F29", 400207, "Custom allocation failed with status code: 401"),
    failed("authority is not verified", "dps-certificate-refused", "F30, F52", 401002, "Invalid certificate",
           enrolled_by_certificate),
    failed("another authority", "dps-certificate-refused", "F31", 401002,
           "Signing certificate info did not match chain elements."),
    failed("refused without a word on why", "dps-registration-unauthorized", "", 401002, "Unauthorized"),
    Row("id with a wildcard of MQTT", "id-unfit-for-mqtt", (named("Pump#7"),),
        said("admission id-unfit-for-mqtt"), "F32"),
    Row("key, gateway in the string, and no child", "not-a-child", (holds_key_behind_gateway, gives_string),
        said("device not-a-child", service=NEVER, device=None), "F33"),
    Row("moved, and does not register again", "device-assigned-elsewhere",
        (enrolled(), registered(hub=OTHER_HUB, seconds_ago=HOUR), deleted),
        dict.fromkeys((Access.KEYS, Access.READER), "provisioning device-assigned-elsewhere"), "F34"),
    Row("rules let in others alone", "address rules", (settings(ipFilterRules=OTHERS_OUT),),
        said(NEVER), "F35"),
    Row("rules let in the plant alone", "address rules",
        (settings(networkRuleSets={"defaultAction": "Deny", "ipRules": [PLANT]}),),
        said(CLOSED, device=NOT_IN)),
    Row("private endpoint that the device does not use", "private endpoint",
        (settings(publicNetworkAccess="Disabled"), private_endpoint("Approved")),
        said(CLOSED, device=NOT_IN), "F36"),
)  # fmt: skip
