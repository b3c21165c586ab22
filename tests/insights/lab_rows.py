"""What clients do wrong at a lab, and clients that are well: each leaves rows in the log, by what really happened."""

from __future__ import annotations

from azext_iotdiag.lab.hub import failover
from azext_iotdiag.lab.hub.identities import new_key
from tests.plugins.lab_devices import GRACE, HOUR, MINUTE, NODE, LabPlay, PlayedDevice, Steps

DAY = 24 * HOUR


async def _others(play: LabPlay, count: int = 4) -> list[PlayedDevice]:
    """Devices of other sites that are connected."""
    found = [play.device(f"other-{number}", address=f"198.51.{100 + number}.3") for number in range(count)]
    for each in found:
        await each.connects(7 * DAY)
    return found


async def _hours(play: LabPlay, devices: list[PlayedDevice], hours: int) -> None:
    """Hours in which devices read their twins, and stay connected."""
    for _ in range(hours):
        for each in devices:
            play.wait(play.chance(100, 500))
            await each.reads_twin()
        play.wait(HOUR - 300 * len(devices))


async def renewed_by_reconnect(play: LabPlay) -> None:
    """Tokens of an hour, which are renewed after 48 min."""
    device = play.device("pump-1")
    await device.connects()
    for _ in range(10):
        play.wait(48 * MINUTE + play.chance(-5, 5))
        await device.renews()


async def token_without_life(play: LabPlay) -> None:
    """The clock of the device is an hour slow: each token has ended when the hub sees it next."""
    device = play.device("slow-clock")
    for _ in range(10):
        assert await device.connects(life=2) == 0
        play.wait(play.chance(300, 360))
        await device.pings()
        await device.is_ended()
        play.wait(play.chance(2, 8))


async def token_renewal_failed(play: LabPlay) -> None:
    """A device whose token ends, and that does not come back, beside others that go on."""
    others = await _others(play, 3)
    device = play.device("never-back")
    await device.connects()
    play.wait(HOUR + GRACE)
    await device.pings()
    await device.is_ended()
    await _hours(play, others, 3)


async def identity_shared(play: LabPlay) -> None:
    """Two clients with one connection string, which take the connection from each other."""
    clients = [play.device("twice"), play.device("twice", address="192.0.2.9", sdk=NODE)]
    await clients[0].connects()
    for number in range(1, 14):
        play.wait(play.chance(5, 25))
        await clients[number % 2].connects()
        await clients[(number + 1) % 2].is_ended()


async def connection_lost_often(play: LabPlay) -> None:
    """A device in a bad network."""
    device = play.device("in-the-field")
    for _ in range(14):
        await device.connects(DAY)
        play.wait(play.source.choice((40, 300, 1500, 4000, 9000)) * play.chance(0.6, 1.8))
        await device.drops()
        play.wait(play.source.choice((5, 30, 400)) * play.chance(0.5, 2))


async def idle_connection_cut(play: LabPlay) -> None:
    """A NAT forgets the connection 4 min after its last use."""
    device = play.device("behind-nat")
    for _ in range(12):
        await device.connects(DAY)
        for _ in range(play.source.choice((0, 1, 3))):
            play.wait(play.chance(20, 180))
            await device.reads_twin()
        play.wait(240 + play.chance(0, 4))
        await device.drops()
        play.wait(play.chance(1, 5))


async def dropped_after_operation(play: LabPlay) -> None:
    """A report that the hub refuses, after which the client throws its connection away."""
    device = play.device("writer")
    for _ in range(10):
        await device.connects(DAY)
        play.wait(play.chance(5, 60))
        await device.reports(b'{"readings":[1,null]}')
        play.wait(play.chance(0.5, 1.5))
        await device.drops()
        play.wait(play.chance(5, 30))


async def silent_after_sessions(play: LabPlay) -> None:
    """Boards with a leak: about 40 sessions until the memory is used up, and one without."""
    boards = [play.device(f"esp-{number}", address=f"203.0.{number}.5") for number in range(5)]
    left = {board.name: 40 + number % 3 - 1 for number, board in enumerate(boards)}
    good = play.device("esp-good", address="203.0.99.5")
    for number in range(90):
        play.wait(10 * MINUTE if number > 44 else 0)
        for board in [*(each for each in boards if left[each.name]), good]:
            await board.connects()
            play.wait(play.chance(15, 45))
            await board.leaves()
            left[board.name] = left.get(board.name, 99) - 1
            play.wait(play.chance(20, 60))


async def reconnect_storm(play: LabPlay) -> None:
    """Forty devices of many sites lose the hub and come back in the same half minute."""
    pumps = [play.device(f"pump-{number:02}", address=f"203.0.{number}.5") for number in range(40)]
    for pump in pumps:
        play.wait(play.chance(0, 60))
        await pump.connects(DAY)
    play.wait(HOUR)
    for pump in pumps:
        play.wait(play.chance(0, 4))
        await pump.drops()
    play.wait(3 * MINUTE)
    for pump in pumps:
        play.wait(play.chance(0, 1))
        await pump.connects(DAY)


async def devices_throttled(play: LabPlay) -> None:
    """The hub answers four devices, which send over HTTPS, with 429."""
    devices = [play.device(f"meter-{number}") for number in range(4)]
    assert await devices[0].posts() == 204
    play.state.faults.start("http-messages", {"status": 429, "seconds": 0, "times": 0})
    for _ in range(30):
        for device in devices:
            assert await device.posts() == 429
        play.wait(30)


async def back_end_throttled(play: LabPlay) -> None:
    """A back end reads twins faster than the hub allows. The lab has one unit of S1."""
    for number in range(4):
        play.device(f"meter-{number}")
    for _ in range(3):
        for number in range(130):
            await play.asks("GET", f"/twins/meter-{number % 4 if number < 20 else 0}")
        play.wait(30)


async def site_refused(play: LabPlay) -> None:
    """A rule keeps a network out, in which there are six devices."""
    others = await _others(play)
    site = [play.device(f"site-{number}") for number in range(6)]
    for device in site:
        await device.connects(DAY)
    await _hours(play, [*others], 1)
    rule = {"filterName": "closed", "action": "Reject", "ipMask": "203.0.113.0/24"}
    play.hub.settings.properties["ipFilterRules"] = [rule]
    for device in site:
        await device.drops()
    for _ in range(6):
        play.wait(60)
        for device in site:
            assert await device.connects(DAY) == 5
    for device in others:
        await device.renews(DAY)
        play.wait(play.chance(60, 200))


async def hub_refuses_all(play: LabPlay) -> None:
    """SAS tokens of devices are switched off."""
    devices = [play.device(f"all-{number}", address=f"203.0.{number}.5") for number in range(8)]
    for device in devices:
        play.wait(play.chance(10, 90))
        await device.connects(DAY)
    play.wait(HOUR)
    play.hub.settings.properties["disableDeviceSAS"] = True
    for device in devices:
        await device.leaves()
    for _ in range(6):
        for device in devices:
            play.wait(play.chance(2, 9))
            assert await device.connects(DAY) == 5


async def key_refused_since(play: LabPlay) -> None:
    """The key of a device is renewed, and the device keeps the old one."""
    others = await _others(play)
    device = play.device("old-key")
    await device.connects(DAY)
    await _hours(play, others, 2)
    known = play.hub.devices["old-key"]
    known.primary, known.secondary = new_key(), new_key()
    await device.drops()
    for _ in range(8):
        play.wait(play.chance(40, 80))
        assert await device.connects(DAY) == 5
    await _hours(play, others, 1)


async def certificate_refused_since(play: LabPlay) -> None:
    """A certificate of two days ends, and is not renewed."""
    others = await _others(play)
    device = play.device("edge-est")
    device.by_certificate(days=2)
    for _ in range(4):
        assert await device.connects() == 0
        play.wait(12 * HOUR - play.chance(100, 900))
        await device.drops()
        play.wait(play.chance(10, 30))
    play.wait(2 * HOUR)
    for _ in range(8):
        play.wait(play.chance(40, 80))
        assert await device.connects() == 5
    await _hours(play, others, 1)


async def hub_failed_over(play: LabPlay) -> None:
    """The hub goes on in its other region, and the devices come back one by one."""
    devices = [play.device(f"moved-{number}", address=f"203.0.{number}.5") for number in range(6)]
    for device in devices:
        play.wait(play.chance(10, 90))
        await device.connects(DAY)
    play.wait(HOUR)
    failover.fail_over(play.runtime)
    for device in devices:
        await device.is_ended()
    for device in devices:
        play.wait(play.chance(20, 200))
        await device.connects(DAY)
        await device.reads_twin()


async def group_lost_together(play: LabPlay) -> None:
    """The network of one site is down for an hour."""
    others = await _others(play, 8)
    site = [play.device(f"north-{number}") for number in range(6)]
    for device in site:
        play.wait(play.chance(10, 90))
        await device.connects(DAY)
    await _hours(play, others, 2)
    for device in site:
        play.wait(play.chance(1, 30))
        await device.drops()
    await _hours(play, others, 1)
    for device in site:
        play.wait(play.chance(60, 200))
        await device.connects(DAY)


async def steady(play: LabPlay) -> None:
    """Devices that connect once and stay."""
    await _hours(play, await _others(play, 8), 6)


async def duty_cycle(play: LabPlay) -> None:
    """Devices that connect every quarter of an hour, send, and leave."""
    devices = [play.device(f"cycle-{number}") for number in range(4)]
    for _ in range(20):
        for device in devices:
            await device.connects()
            play.wait(play.chance(8, 20))
            await device.leaves()
            play.wait(50)
        play.wait(15 * MINUTE - 260)


async def restarted_now_and_then(play: LabPlay) -> None:
    """Devices that people restart, at no particular time."""
    devices = [play.device(f"desk-{number}", address=f"192.0.2.{number}") for number in range(6)]
    for device in devices:
        await device.connects(DAY)
    for _ in range(12):
        play.wait(play.chance(1000, 9000))
        device = play.source.choice(devices)
        await (device.leaves() if play.source.random() < 0.7 else device.drops())
        play.wait(play.chance(10, 900))
        await device.connects(DAY)


# The code that must be recognised, what happens, and the units of the hub where its limits count.
PLAYED: tuple[tuple[str, Steps, int], ...] = (
    ("token-renewed-by-reconnect", renewed_by_reconnect, 0),
    ("token-without-life", token_without_life, 0),
    ("token-renewal-failed", token_renewal_failed, 0),
    ("identity-shared", identity_shared, 0),
    ("connection-lost-often", connection_lost_often, 0),
    ("idle-connection-cut", idle_connection_cut, 0),
    ("dropped-after-operation", dropped_after_operation, 0),
    ("silent-after-sessions", silent_after_sessions, 0),
    ("reconnect-storm", reconnect_storm, 0),
    ("devices-throttled", devices_throttled, 0),
    ("devices-throttled", back_end_throttled, 1),
    ("site-refused", site_refused, 0),
    ("hub-refuses-all", hub_refuses_all, 0),
    ("key-refused-since", key_refused_since, 0),
    ("certificate-refused-since", certificate_refused_since, 0),
    ("hub-failed-over", hub_failed_over, 0),
    ("group-lost-together", group_lost_together, 0),
)
HEALTHY: tuple[Steps, ...] = (steady, duty_cycle, restarted_now_and_then)
