"""The check `model-known`."""

from azext_iotdiag.checks.payload.model_known import model_known
from tests.checks.facts import identity


def test_both() -> None:
    [found] = model_known.run(identity(model="dtmi:com:example:Pump;1"))
    assert found.entry.code == "twin-with-model" and "dtmi:com:example:Pump;1" in found.message
    [found] = model_known.run(identity())
    assert found.entry.code == "twin-without-model"
