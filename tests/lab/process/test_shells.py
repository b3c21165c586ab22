"""Files that shells load: every value arrives as it is, and what would lead elsewhere is gone."""

from __future__ import annotations

import subprocess

import pytest

from azext_iotdiag.lab.process import folder, shells

ODD = {"A": "it's $HOME", "B": 'a "b" `c` \\', "C": "100%PATH% & more", "D": "ü’s"}


@pytest.fixture
def written(tmp_path):
    folder.write_loaded(tmp_path / "login.sh", "the lab 'x'", ODD, ["ALL_PROXY"])
    return tmp_path


def test_a_shell_gets_every_value(written):
    say = '. "$1"; printf "%s|" "$A" "$B" "$C" "$D" "${ALL_PROXY-none}"'
    command = ["sh", "-euc", say, "sh", str(written / "login.sh")]
    run = subprocess.run(command, env={"ALL_PROXY": "x"}, capture_output=True, timeout=10, check=True)
    assert run.stdout.decode().split("|")[:-1] == [*ODD.values(), "none"]


def test_what_powershell_gets(written):
    data = (written / "login.ps1").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# the lab 'x'. Load it into PowerShell with: . FILE\n")
    assert data.decode("utf-8-sig").splitlines()[1:] == [
        "Remove-Item Env:ALL_PROXY -ErrorAction SilentlyContinue",
        "$env:A = 'it''s $HOME'",
        "$env:B = 'a \"b\" `c` \\'",
        "$env:C = '100%PATH% & more'",
        "$env:D = 'ü’’s'",
    ]


def test_what_cmd_gets(written):
    data = (written / "login.cmd").read_bytes()
    assert data.decode().split("\r\n") == [
        "@rem the lab 'x'. Load it into cmd with: call FILE",
        '@set "ALL_PROXY="',
        '@set "A=it\'s $HOME"',
        '@set "B=a "b" `c` \\"',
        '@set "C=100%%PATH%% & more"',
        '@set "D=ü’s"',
        "",
    ]


@pytest.mark.parametrize(("system", "typed"), [("posix", ". '/a b/login.sh'"), ("nt", ". '/a b/login.ps1'")])
def test_how_it_is_loaded(system, typed):
    assert shells.loading("/a b/login.sh", system) == typed
