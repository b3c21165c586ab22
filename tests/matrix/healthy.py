"""Devices that are well: none of them may raise an alarm. To add one, write its row."""

from __future__ import annotations

from tests.matrix.accesses import Access
from tests.matrix.central import in_central, sends_json
from tests.matrix.edge import below, runtime
from tests.matrix.provoking import (
    after_failover,
    connects,
    device,
    enrolled,
    every_minute_until,
    gateway_in_string,
    heard,
    holds_secondary,
    module_sends,
    no_string,
    others_send,
    private_endpoint,
    queued,
    quota,
    reconnects,
    registered,
    renews,
    reports,
    route,
    routing,
    sends,
    sends_over_https,
    sent,
    settings,
    sku,
)  # fmt: skip
from tests.matrix.row import HEALTHY, NONE, Provoke, Row, in_app, said
from tests.matrix.stage import DAY, HOUR, MINUTE

UNREAD = f"{NONE} messages-not-readable"
WELL = said(NONE, UNREAD, NONE)
X509 = {"authentication": "selfSigned", "thumbprints": ("A" * 40, "B" * 40)}
THIS_MACHINE = {"filterName": "me", "action": "Allow", "ipMask": "127.0.0.1"}


def well(name: str, *provoke: Provoke, sample: bool = False, says=WELL) -> Row:
    """A row of a device that is well."""
    return Row(name, HEALTHY, provoke, says, sample=sample)


ROWS = (
    well("with a key", sends, sample=True),
    well("with its secondary key", sends, holds_secondary),
    well("with a certificate", sends, device(**X509), no_string, sample=True, says=said(NONE, UNREAD, NONE, None)),
    well("with a certificate of an authority", sends, device(authentication="certificateAuthority"), no_string,
         says=said(NONE, UNREAD, NONE, None)),
    well("with a certificate, at a hub that takes no keys", sends, device(**X509), settings(disableDeviceSAS=True),
         no_string, says=said(NONE, UNREAD, NONE, None)),
    well("a module that sends", module_sends, sample=True),
    well("an edge device", device(edge=True), sends),
    well("an edge device whose modules send", runtime(), sends, sample=True, says=said(NONE, UNREAD, NONE, None)),
    well("an edge device without a route of its own", runtime(routes={"in": "FROM /messages/* INTO "
         'BrokeredEndpoint("/modules/filter/inputs/in")'}), sends, says=said(NONE, UNREAD, NONE, None)),
    well("an edge device with a module that is stopped", runtime(modules={"filter": "stopped"}), sends,
         says=said(NONE, UNREAD, NONE, None)),
    well("behind a gateway that is well", below(shown=True), sends, says=said(NONE, UNREAD, NONE, None)),
    well("behind a gateway, and left after it sent", below(shown=False), sent(HOUR), heard(HOUR),
         says=said(NONE, UNREAD, NONE, None)),
    well("HTTPS only", sends_over_https, sample=True),
    well("HTTPS only, and the hub shows no sign of it", sends_over_https, device(last_activity=None), sample=True,
         says={Access.KEYS: NONE, Access.SERVICE: NONE}),
    well("one message a day", sent(23 * HOUR)),
    well("one message a week", heard(6 * DAY)),
    well("four messages a day", sent(23 * HOUR, 17 * HOUR, 11 * HOUR, 5 * HOUR)),
    well("a message each minute", every_minute_until(20), sample=True),
    well("bursts", sent(*(7 * HOUR - each for each in range(30)), *(2 * HOUR - each for each in range(30)))),
    well("connected, and silent by nature", connects, sample=True),
    well("came, said nothing, and left", heard(HOUR), sample=True),
    well("reported properties alone", reports),
    well("left cleanly after it sent", reconnects, sample=True),
    well("reports, sends and leaves", reports, reconnects),
    well("renewed its token over MQTT", renews, sample=True),
    well("kept its connection over AMQP", sent(3 * HOUR, 2 * HOUR, HOUR, 5), heard(5, connected=True)),
    well("behind a gateway with its own authority", sends, gateway_in_string),
    well("behind a private endpoint", sends, private_endpoint("Approved"),
         settings(networkRuleSets={"defaultAction": "Deny", "ipRules": [THIS_MACHINE]})),
    well("let in by an address rule", settings(networkRuleSets={"defaultAction": "Deny", "ipRules": [THIS_MACHINE]}),
         sends),
    well("a route to the built-in endpoint, fallback off", routing(route("true", "events"), fallback=False), sends,
         sample=True),
    well("a copy goes elsewhere", routing(route(), route("true", "events", name="s"), fallback=False), sends),
    well("alarms go elsewhere", routing(route("alarm = 'yes'")), sends),
    well("a condition leads to the built-in endpoint", routing(route("level = 'low'", "events"), fallback=False),
         sends),
    well("silent by nature, while alarms go elsewhere", routing(route("alarm = 'yes'")), connects),
    well("silent by nature, while a condition leads to the built-in endpoint",
         routing(route("$body.level > 5", "events"), fallback=False), connects, sample=True),
    well("half of the quota", quota(0.5), sends),
    well("gone, and no other device sends", quota(0.5), heard(2 * HOUR), sample=True),
    well("enabled again", device(status="enabled"), lambda stage: stage.set(status_updated=stage.ago(HOUR)), sends),
    well("with a model", device(model_id="dtmi:com:example:Pump;1"), sends),
    well("messages wait for it", queued(3), sends),
    well("provisioned here", enrolled(), registered(), sends, says=said(NONE, UNREAD, NONE)),
    well("at a hub of the free tier", sku("F1"), sends),
    well("at a hub of the basic tier", sku("B1"), sends, says=said(NONE, UNREAD, f"{NONE} hub-403010")),
    well("after a failover", after_failover, sends),
    well("on a busy hub", others_send, sends, others_send),
    well("at a hub without policies", sends, settings(disableLocalAuth=True), says={Access.READER: UNREAD}),
    well("in IoT Central", in_central(), sends_json(temperature=21.5, humidity=40.5), says=in_app(NONE), sample=True),
    well("in IoT Central, with properties alone", in_central(), says=in_app(NONE)),
    well("not asked at provisioning", sent(20 * MINUTE), heard(10 * MINUTE)),
)  # fmt: skip
