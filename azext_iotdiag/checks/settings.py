"""How much the settings of a service say: they tell what is, and not since when."""

from __future__ import annotations

from azext_iotdiag.model.finding import Certainty, Finding, weighed

# A device that came through within this time shows that a setting does not keep it out, whenever that was changed:
# the resource manager does not tell when. A session that was open before may live on, so it is no longer than this.
PROOF_MS = 15 * 60_000


def of_setting(finding: Finding, now: float, certainty: Certainty = Certainty.SURE) -> Finding:
    """The finding, as one of a setting of unknown age. `now` is in seconds since 1970."""
    return weighed(finding, certainty=certainty, since=int(now * 1000) - PROOF_MS, dated=False)
