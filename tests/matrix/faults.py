"""The faults and habits of the matrix. To add one, write its row; where a public case names it, with its number."""

from __future__ import annotations

from azext_iotdiag.lab.dps.service import LinkedHub
from azext_iotdiag.lab.hub.identities import new_key
from tests.matrix.accesses import Access
from tests.matrix.edge import UPSTREAM, below, runtime
from tests.matrix.provoking import (
    OTHER_HUB,
    asks_dps,
    connects,
    deleted,
    desired_since,
    device,
    disabled,
    dps_network,
    enrolled,
    every_minute_until,
    fault,
    gives_string,
    heard,
    holds_certificate_behind_gateway,
    holds_key_of_other_letters,
    holds_other_key,
    holds_policy_string,
    key_changed,
    key_cut,
    linked,
    misbehaves,
    missed,
    no_address,
    other_letters,
    private_endpoint,
    queued,
    quota,
    registered,
    replaced,
    route,
    routing,
    sends,
    sent,
    settings,
    string,
    swapped_letters,
    through_proxy,
)  # fmt: skip
from tests.matrix.row import NONE, Row, only, said
from tests.matrix.stage import DAY, HOUR, MINUTE

NEVER = "connection device-never-seen"
NOT_IN = "admission device-not-let-in"
UNREAD = f"{NONE} messages-not-readable"  # no fault, as far as a reader without keys sees
CLOSED = "? registry-refused"
REJECT_ALL = [{"filterName": "all", "action": "Reject", "ipMask": "0.0.0.0/0"}]
THUMBPRINTS = ("A" * 40, "B" * 40)

ADMISSION = (
    Row("disabled", "device-disabled", (disabled(HOUR),),
        said("admission device-disabled", device=NOT_IN), sample=True),
    Row("disabled after it sent", "device-disabled", (sent(2 * HOUR), disabled(HOUR)),
        said("admission device-disabled", device=NOT_IN)),
    Row("deleted", "device-unknown", (sent(HOUR), deleted),
        said("admission device-unknown", device=NOT_IN), sample=True),
    Row("never made", "device-unknown", (deleted,),
        said("admission device-unknown", device=NOT_IN)),
    Row("id in small letters, made in large ones", "device-unknown", (other_letters(str.upper, str.lower),),
        said("admission device-unknown", device=NOT_IN), "I1", sample=True),
    Row("id in large letters, made in small ones", "device-unknown", (other_letters(str.lower, str.upper),),
        said("admission device-unknown", device=NOT_IN), "I2"),
    Row("id with letters exchanged", "device-unknown", (swapped_letters,),
        said("admission device-unknown", device=NOT_IN), "I1"),
    Row("key of another device", "wrong key at the device", (holds_other_key, misbehaves("wrong-key")),
        said(NEVER, device=NOT_IN), sample=True),
    Row("key changed, device still away", "key changed", (sent(HOUR), heard(5 * MINUTE), key_changed),
        said(NONE, UNREAD, NONE, NOT_IN), "I4", sample=True),
    Row("clock behind", "clock of the device", (misbehaves("expired-token"),),
        said(NEVER), "M1", sample=True),
    Row("hub takes no keys", "device-keys-off", (settings(disableDeviceSAS=True),),
        said("admission device-keys-off", service=NEVER, device=NOT_IN), sample=True),
    Row("certificate at the hub, key at the device", "wrong kind of credential",
        (device(authentication="selfSigned", thumbprints=THUMBPRINTS),), said(NEVER, device=NOT_IN)),
    Row("public access off", "public-access-off", (settings(publicNetworkAccess="Disabled"),),
        said("admission public-access-off", service=CLOSED, device=NOT_IN), "H1", sample=True),
    Row("public access off, private endpoint pending", "public-access-off",
        (settings(publicNetworkAccess="Disabled"), private_endpoint("Pending")),
        said("admission public-access-off", service=CLOSED, device=NOT_IN)),
    Row("address rejected", "address rules", (settings(ipFilterRules=REJECT_ALL),),
        said(CLOSED, device=NOT_IN)),
    Row("all denied, no rule", "addresses-restricted", (settings(networkRuleSets={"defaultAction": "Deny"}),),
        said("admission addresses-restricted", service=CLOSED, device=NOT_IN)),
    Row("failing over", "hub-not-active", (settings(state="FailingOver"),),
        said("admission hub-not-active", service=NEVER), "P7", sample=True),
    Row("suspended", "hub-not-active", (settings(state="Suspended"),),
        said("admission hub-not-active", service=NEVER)),
    Row("slash in HostName", "key-malformed", (string(HostName="{host}/"),),
        said(NEVER, device="device key-malformed"), sample=True),
    Row("blank in HostName", "string-not-exact", (string(HostName="{host} "),),
        said(NEVER, device="device string-not-exact")),
    Row("string of another hub", "name-not-resolved", (string(HostName=OTHER_HUB),),
        said(NEVER, device="network name-not-resolved")),
    Row("string of a policy", "wrong-kind-of-string", (holds_policy_string,),
        said(NEVER, device="device wrong-kind-of-string"), sample=True),
    Row("key cut", "key-malformed", (key_cut,), said(NEVER, device="device key-malformed")),
    Row("key in other letters", "wrong key at the device", (holds_key_of_other_letters,), said(NEVER, device=NOT_IN)),
    Row("module that does not exist", "module that does not exist", (string(ModuleId="runner"),),
        said(NEVER, device="? module-not-tried"), "L4"),
)  # fmt: skip

PROVISIONING = (
    Row("not enrolled", "dps-404201", (asks_dps,),
        said("provisioning dps-404201", service=NEVER, device=None), sample=True),
    Row("enrollment off", "dps-disabled", (enrolled(enabled=False),),
        said("provisioning dps-disabled", service=NEVER, device=None)),
    Row("enrolled, never registered", "registration-missing", (enrolled(),),
        said("provisioning registration-missing", service=NEVER, device=None), "P1", sample=True),
    Row("linked hub refuses", "dps-linked-hub-refuses",
        (enrolled(), registered("failed", error_code=401002, error_message="Refused")),
        said("provisioning dps-linked-hub-refuses", service=NEVER, device=None)),
    Row("assigning for an hour", "dps-assigning", (enrolled(), registered("assigning", seconds_ago=HOUR)),
        said("provisioning dps-assigning", service=NEVER, device=None)),
    Row("assigned to another hub", "device-assigned-elsewhere", (enrolled(), registered(hub=OTHER_HUB)),
        said("provisioning device-assigned-elsewhere", service=NEVER, device=None), sample=True),
    Row("assigned here, identity deleted", "device-unknown", (enrolled(), registered(), deleted),
        said("admission device-unknown", device=None), "P6", sample=True),
    Row("assigned here, never connected", "assigned-and-never-seen", (enrolled(), registered()),
        said("connection assigned-and-never-seen", service=NEVER, device=None), "P5"),
    Row("no hub linked", "registration-missing", (enrolled(), linked()),
        said("provisioning registration-missing", service=NEVER, device=None)),
    Row("other hub linked", "registration-missing",
        (enrolled(), linked(LinkedHub(OTHER_HUB, "iothubowner", new_key()))),
        said("provisioning registration-missing", service=NEVER, device=None)),
    Row("provisioning without public access", "dps-public-access-off",
        (enrolled(), dps_network(publicNetworkAccess="Disabled")),
        said("provisioning dps-public-access-off", service=NEVER, device=None)),
)  # fmt: skip

CONNECTION = (
    Row("never came", "device off", (), said(NEVER), sample=True),
    Row("identity made again", "identity-made-again", (sent(HOUR), replaced),
        said("admission identity-made-again", NEVER, NONE, NOT_IN), "P5", sample=True),
    Row("silent from the start", "sends nothing", (misbehaves("silent"),), said(NONE, UNREAD, NONE)),
    Row("connected and silent", "sends nothing", (connects,), said(NONE, UNREAD, NONE), sample=True),
    Row("gone for a day", "device off", (heard(DAY),), said(NONE, UNREAD, NONE)),
    Row("rhythm broken", "rhythm-broken", (every_minute_until(2 * HOUR),),
        said("stream rhythm-broken", UNREAD, "stream rhythm-broken"), "C1", sample=True),
    Row("two clients of one identity", "identity used twice", (misbehaves("same-identity-twice"),),
        said(NONE, UNREAD, NONE), "I3", sample=True),
    Row("no keep-alive", "keep-alive", (misbehaves("no-keep-alive"),), said(NONE, UNREAD, NONE), "N4"),
)  # fmt: skip

INGRESS = (
    Row("quota used up", "hub-403002", (quota(1), heard(2 * HOUR)),
        said("ingress hub-403002", service=NONE), "H2", sample=True),
    Row("quota nearly used up", "quota-ends-soon", (quota(0.95), sends),
        said("coming", "coming messages-not-readable", NONE)),
    Row("too large", "too large", (misbehaves("too-large"),), said(NONE, UNREAD, NONE), sample=True),
    Row("wrong topic", "wrong topic", (misbehaves("wrong-topic"),), said(NONE, UNREAD, NONE)),
    Row("quality 2", "quality 2", (misbehaves("quality-2"),), said(NONE, UNREAD, NONE), "L5"),
)  # fmt: skip

# Habits of clients that leave no trace beside a session that ended: only the hub's log, or the device, would tell.
HABITS = (
    Row("no api-version in the user name", "api-version", (misbehaves("no-api-version"),), said(NONE, UNREAD, NONE),
        "L1, L2"),
    Row("no question mark in the user name", "question mark", (misbehaves("no-question-mark"),),
        said(NONE, UNREAD, NONE), "L3"),
    Row("module of a sample's configuration", "module that does not exist", (misbehaves("unknown-module"),),
        said(NEVER), "L4"),
    Row("key used as text", "wrong key at the device", (misbehaves("key-as-text"),), said(NEVER), "P9"),
    Row("field in other letters", "payload", (misbehaves("field-case"),), said(NONE, UNREAD, NONE), "Y1"),
    Row("reported dot in a key", "report refused", (misbehaves("dot-in-key"),), said(NONE, UNREAD, NONE), "T6"),
    Row("reports null in an array", "report refused", (misbehaves("bad-patch-again"),), said(NONE, UNREAD, NONE),
        "T5"),
    Row("no method handler", "no method handler", (misbehaves("no-method-handler"),), said(NONE, UNREAD, NONE), "D1"),
    Row("subscribes late", "subscribes late", (misbehaves("subscribes-late"),), said(NONE, UNREAD, NONE), "B2"),
    Row("renewal with a restart", "restart", (misbehaves("restarts-at-renewal"),), said(NONE, UNREAD, NONE), "M5"),
    Row("silent after some sessions", "leak", (misbehaves("stops-after-sessions"),), said(NONE, UNREAD, NONE), "M6"),
    Row("token not renewed", "token not renewed", (misbehaves("token-not-renewed"),), said(NONE, UNREAD, NONE), "C5"),
)  # fmt: skip

COMMANDS = (
    Row("desired change missed while away", "desired-behind",
        (missed("twin"), desired_since(HOUR), heard(MINUTE, connected=True)),
        said("commands desired-behind"), "T2", sample=True),
    Row("fifty messages wait", "hub-403004", (missed("c2d"), queued(50), heard(MINUTE, connected=True)),
        said("commands hub-403004"), "B1"),
)  # fmt: skip

ROUTING = (
    Row("fallback off, no route", "fallback-off", (routing(fallback=False), connects),
        said("routing fallback-off", service=NONE), "R1"),
    Row("all routed elsewhere", "routed-elsewhere", (routing(route()), connects),
        said("routing routed-elsewhere", service=NONE), "R1", sample=True),
    Row("route off, fallback off", "fallback-off", (routing(route(enabled=False), fallback=False), connects),
        said("routing fallback-off", service=NONE), "R1"),
    Row("no fallback at all", "fallback-off", (routing(fallback=None), connects),
        said("routing fallback-off", service=NONE), "R2", sample=True),
    Row("route on the body never matches", "body without content type",
        (routing(route("$body.level > 5", "events"), fallback=False), misbehaves("no-content-type")),
        said(NONE, UNREAD, NONE), "R3", sample=True),
    Row("condition leads elsewhere", "route with a condition", (routing(route("alarm = 'yes'")), connects),
        said(NONE, UNREAD, NONE)),
)  # fmt: skip

TOOL = (
    Row("clock of this machine", "clock-skew", (fault("clock-ahead"),),
        said(CLOSED, NEVER, CLOSED, "machine clock-skew"), sample=True),
    Row("policies off", "policies off", (settings(disableLocalAuth=True), sends),
        {Access.KEYS: CLOSED, Access.SERVICE: CLOSED}),
    Row("port 5671 refused", "connection-refused", (sends, fault("port-blocked")),
        said("? connection-refused", UNREAD, "? connection-refused"), sample=True),
    Row("messages: token refused", "token-refused", (sends, fault("token-refused")),
        said("? token-refused", UNREAD, "? token-refused")),
    Row("messages: partitions denied", "token-refused", (sends, fault("partition-denied")),
        said("? token-refused", UNREAD, "? token-refused")),
    Row("port 5671 speaks HTTP", "not-an-event-hub", (sends, fault("not-amqp")),
        said("? not-an-event-hub", UNREAD, "? not-an-event-hub")),
    Row("no such Event Hub", "entity-missing", (sends, fault("entity-missing")),
        said("? entity-missing", UNREAD, "? entity-missing")),
    Row("too many readers", "too-many-readers", (sends, fault("too-many-readers")),
        said("? too-many-readers", UNREAD, "? too-many-readers")),
    Row("certificate of an unknown authority", "tls-intercepted", (fault("unknown-ca"),),
        only("? certificate-untrusted", "network tls-intercepted"), "N2", sample=True),
    Row("certificate expired", "certificate-expired", (fault("certificate-expired"),),
        only("? certificate-expired", "network certificate-expired")),
    Row("certificate of another host", "certificate-for-another-name", (fault("certificate-wrong-name"),),
        only("? certificate-for-another-name", "network certificate-for-another-name"), "N5"),
    Row("no TLS", "tls-handshake-failed", (fault("tls-broken"),),
        only("? tls-handshake-failed", "network tls-handshake-failed")),
    Row("proxy refuses", "proxy-refuses", (through_proxy, fault("proxy-refuses")), only("? proxy-refuses")),
    Row("proxy wants a password", "proxy-wants-password", (through_proxy, fault("proxy-wants-password")),
        only("? proxy-wants-password"), sample=True),
    Row("proxy answers with a page", "proxy-is-none", (through_proxy, fault("proxy-answers-html")),
        only("? proxy-is-none")),
    Row("name not found", "name-not-resolved", (no_address,),
        only("? name-not-resolved", "network name-not-resolved"), "M8"),
    Row("hub answers 500", "hub-500001", (fault("http-twins", status=500), fault("http-identities", status=500)),
        said("? hub-500001")),
    Row("hub answers 429", "hub-throttles", (fault("http-twins", status=429), fault("http-identities", status=429)),
        said("? hub-throttles")),
    Row("device API answers 429", "device API throttles", (sends, fault("http-messages", status=429)),
        said(NONE, UNREAD, NONE, "? admission-undecided")),
)  # fmt: skip

EDGE = (
    Row("edge: a route is refused", "edge-hub-refuses", (
        runtime(hub={"code": 400, "description": "Error while parsing desired properties"},
                routes={"all": UPSTREAM, "odd": "FROM /messages/modules/<FROM_MODULE_NAME>/outputs INTO $upstream"}),
        heard(2 * HOUR)), said("device edge-hub-refuses", device=None), "F1", sample=True),
    Row("edge: an image cannot be pulled", "edge-deployment-failed", (
        runtime(agent={"code": 500, "description": "Could not pull image r.azurecr.io/filter:1, manifest unknown"}),
        heard(2 * HOUR)), said("device edge-deployment-failed", device=None), "F2, F7"),
    Row("edge: a module in backoff", "edge-module-down", (runtime(modules={"filter": "backoff"}), heard(2 * HOUR)),
        said("device edge-module-down", device=None), "F3", sample=True),
    Row("edge: its hub has failed", "edge-module-down", (runtime(modules={"edgeHub": "failed"}), heard(2 * HOUR)),
        said("device edge-module-down", device=None)),
    Row("edge: no deployment", "edge-without-deployment", (
        runtime(agent={"code": 417, "description": "The device's deployment configuration is not set"}, hub=None),
        heard(2 * HOUR)), said("device edge-without-deployment", device=None)),
    Row("edge: reports no status", "edge-reports-nothing", (
        runtime(agent={"code": 406, "description": ""}, modules={"edgeHub": "unknown", "filter": "unknown"}),
        heard(2 * HOUR)), said("connection edge-reports-nothing", device=None), "F4"),
    Row("edge: never reported", "edge-reports-nothing", (runtime(agent=None, hub=None), heard(2 * HOUR)),
        said("connection edge-reports-nothing", device=None)),
    Row("edge: deployment not taken up", "edge-deployment-behind", (runtime(behind=1), heard(2 * HOUR)),
        said("connection edge-deployment-behind", device=None)),
    Row("edge: no route leads to the hub", "edge-no-route-upstream", (
        runtime(routes={"in": 'FROM /messages/* INTO BrokeredEndpoint("/modules/filter/inputs/in")'}),
        heard(2 * HOUR)), said("device edge-no-route-upstream", device=None), sample=True),
    Row("edge: a route names no module", "edge-no-route-upstream", (
        runtime(routes={"up": "FROM /messages/modules/fliter/outputs/* INTO $upstream"}), heard(2 * HOUR)),
        said("device edge-no-route-upstream", device=None), "F6"),
    Row("behind a gateway that is away", "gateway-disconnected", (below(connected=False), heard(2 * HOUR)),
        said("connection gateway-disconnected", device=None), sample=True),
    Row("never came to its gateway", "device-not-at-gateway", (below(),),
        said("connection device-not-at-gateway", device=None)),
    Row("certificate, gateway in the string, and no child", "not-a-child", (
        device(authentication="selfSigned", thumbprints=THUMBPRINTS), holds_certificate_behind_gateway, gives_string),
        said("device not-a-child", service=NEVER, device=None), "F5"),
)  # fmt: skip

ROWS = (*ADMISSION, *PROVISIONING, *CONNECTION, *INGRESS, *HABITS, *COMMANDS, *ROUTING, *EDGE, *TOOL)
