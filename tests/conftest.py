"""What every test may use, and what none may touch: the user's own az settings."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"
SIEGE_EXAMPLES = 5000  # of each property test, in place of hypothesis's 100
# How long a case takes says nothing on a machine that does much else.
hypothesis.settings.register_profile("loaded", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
# `make quick` tries fewer random cases of each test that does not set a number of its own.
hypothesis.settings.register_profile(
    "quick", max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# `make mutants` wants to know that a case fails, and not the smallest one that does.
hypothesis.settings.register_profile(
    "mutants", hypothesis.settings.get_profile("quick"), phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    database=None, derandomize=True,
)  # fmt: skip
AZ_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what came out into tests/golden/")
    parser.addoption("--part", metavar="N/PARTS", help="run the files of one part alone; all parts hold each file once")


def pytest_configure(config: pytest.Config) -> None:
    """Give az a folder of its own, before any test module can import it: az reads these variables once, on import."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a shell's background job, all that is started here would ignore Ctrl-C, too; the tests send it on purpose.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    settings.register_profile("siege", max_examples=SIEGE_EXAMPLES, deadline=None)
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("siege" if os.environ.get("IOTDIAG_SIEGE") else "loaded")
    folder = tempfile.TemporaryDirectory(prefix="iotdiag-tests-")
    config.stash[AZ_FOLDER] = folder
    os.environ["AZURE_CONFIG_DIR"] = folder.name
    os.environ["AZURE_EXTENSION_DIR"] = str(Path(folder.name, "cliextensions"))
    os.environ["AZURE_CORE_COLLECT_TELEMETRY"] = "no"
    os.environ["AZURE_CORE_NO_COLOR"] = "yes"
    # az is started hundreds of times, and a lab twice as often. Compiling this extension anew costs each up to 0.5 s.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(AZ_FOLDER, None):
        folder.cleanup()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    from tests.plugins import collecting

    return collecting.in_another_part(collection_path, config) or None


def pytest_collection(session: pytest.Session) -> None:
    from tests.plugins import collecting

    collecting.begin(session.config)


def pytest_collection_finish() -> None:
    from tests.plugins import collecting

    collecting.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out."""
    from tests.plugins.starting import starts_something

    for item in items:
        if starts_something(item):
            item.add_marker("starts")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was left out, so that a green run without other people's clients does not pass for a full one."""
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if "conformance" in Path(one.nodeid).parts]
    terminalreporter.write_line(f"conformance tests skipped for want of a client: {len(skipped)}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/golden/; with --update, write it there instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists():
            pytest.fail(f"tests/golden/{name} does not exist; pytest --update writes it")
        assert text == path.read_text(encoding="utf-8")

    return compare
