"""No key, token or connection string in what the validators say, however wrong the string is that holds it."""

from __future__ import annotations

import configparser
import traceback
from pathlib import Path

import pytest
from azure.cli.core.azclierror import AzCLIError
from knack.config import CLIConfig

from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MALFORMED, MODULE, TOKEN, TOKEN_DEVICE, leaks
from tests.validating import command, logged, monitor, refuse_sockets, said, simulate


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    refuse_sockets(monkeypatch)


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    return command(str(tmp_path), monkeypatch)


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


def everything_of(fault: BaseException) -> str:
    """All that could be shown of an exception and of what led to it."""
    texts, seen = ["".join(traceback.format_exception(fault))], [fault]
    while seen:
        each = seen.pop()
        texts += [str(each), repr(each), repr(vars(each)), repr(each.args)]
        seen += [cause for cause in (each.__cause__, each.__context__) if cause is not None]
    return "\n".join(texts)


def refused(run, cmd, **given) -> BaseException:
    with pytest.raises(AzCLIError) as caught:
        run(cmd, **given)
    return caught.value


# Wrong by their kind for one command or the other, and those that are wrong for both.
WRONG_LOGINS = [text for text, _, _ in MALFORMED] + [DEVICE, TOKEN_DEVICE, MODULE, DPS, "@" + HUB]
WRONG_DEVICES = [text for text, _, _ in MALFORMED] + [HUB, EVENT_HUB, DPS]


@pytest.mark.parametrize(
    ("run", "name", "text"),
    [
        *((monitor, "login", text) for text in WRONG_LOGINS),
        *((simulate, "connection_string", text) for text in WRONG_DEVICES),
    ],
)
def test_no_key_shows_in_an_error(cmd, log, monkeypatch, run, name, text):
    option = f"--{name.replace('_', '-')}"
    typed = refused(run, cmd, **{name: text})
    assert option in str(typed)
    assert not leaks(everything_of(typed))
    if text.strip() and "\udcfc" not in text:
        monkeypatch.setenv(f"AZURE_IOTDIAG_{name.upper()}", text)
        from_environment = refused(run, cmd, **{name: None})
        assert f"AZURE_IOTDIAG_{name.upper()}" in str(from_environment)
        assert not leaks(everything_of(from_environment))
    assert not leaks("\n".join(log))


def test_no_key_shows_when_azs_configuration_cannot_be_read(cmd, log):
    """A '%' there begins an interpolation, and configparser's own error quotes what follows it."""
    folder = cmd.cli_ctx.config.config_dir
    Path(folder, "config").write_text(f"[iotdiag]\nconnection_string = {TOKEN_DEVICE}\n", encoding="utf-8")
    cmd.cli_ctx.config = CLIConfig(config_dir=folder, config_env_var_prefix="AZURE")
    fault = refused(simulate, cmd, connection_string=None)
    assert "%%" in said(fault)
    assert not leaks(everything_of(fault) + "\n".join(log))


def test_a_namespace_that_was_judged_does_not_show_its_key(cmd, log):
    judged = [monitor(cmd), simulate(cmd), simulate(cmd, connection_string=TOKEN_DEVICE)]
    shown = repr([vars(namespace) for namespace in judged])
    assert "***" in shown
    assert not leaks(shown + "\n".join(log))


def test_the_search_for_leaks_finds_them():
    """A search that finds nothing proves nothing: the errors that Python itself makes do hold the text."""
    with pytest.raises(UnicodeEncodeError) as encoding:
        (KEY + "\udcfc").encode()
    assert leaks(everything_of(encoding.value))
    with pytest.raises(configparser.Error) as reading:
        configparser.BasicInterpolation().before_get(configparser.ConfigParser(), "s", "o", TOKEN, {})
    hiding = AzCLIError("hidden")
    hiding.__context__ = reading.value
    assert leaks(everything_of(hiding))
    assert leaks(f"x{KEY[5:13]}x")
    assert not leaks(KEY[5:12])
