import platform
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import mongod
from deploy.local.mongod import missing_libraries
from deploy.local.ports import Ports
from deploy.local.prerequisites import check_platform
from deploy.local.problems import LocalProblem

SCRIPT = Path(mongod.__file__).with_name("prerequisites.sh")


@pytest.mark.parametrize(
    ("system", "machine", "library", "line"),
    [
        ("darwin", "arm64", ("", ""), "need Linux on x86-64, this is .* on arm64: use docker compose up"),
        ("linux", "aarch64", ("glibc", "2.36"), "need Linux on x86-64, this is .* on aarch64: use docker compose up"),
        ("linux", "x86_64", ("glibc", "2.31"), "need glibc 2.35 .*, this is glibc 2.31: use docker compose up"),
        ("linux", "x86_64", ("", ""), "need glibc 2.35 .*, this is another C library: use docker compose up"),
    ],
)
def test_a_machine_that_cannot_run_the_servers_is_told_the_other_way(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, library: tuple[str, str], line: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "libc_ver", lambda: library)

    with pytest.raises(LocalProblem, match=line):
        check_platform()


@pytest.mark.parametrize("version", ["2.35", "2.36", "3.0"])
def test_a_recent_glibc_is_enough(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", version))

    check_platform()


def a_command(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_missing_libraries_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "libcurl.so.4 => not found\\nlibm.so.6 => /lib/libm.so.6\\n/lib/libc.so.6: version \\`GLIBC_2.35' not found"
    a_command(tmp_path, "ldd", f'printf "{told}\\n"')
    monkeypatch.setenv("PATH", str(tmp_path))

    assert missing_libraries(Path("mongod")) == ["/lib/libc.so.6: version `GLIBC_2.35' not found", "libcurl.so.4"]


def test_a_missing_library_is_said_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "missing_libraries", lambda _: ["libcurl.so.4"])

    with pytest.raises(LocalProblem, match=r"^MongoDB needs libcurl.so.4: apt-get install libcurl4 libssl3"):
        mongod.mongod_program()


def test_make_setup_is_told_everything_that_is_missing_in_one_line(tmp_path: Path) -> None:
    a_command(tmp_path, "ldconfig", "echo 'libssl.so.3 (libc6,x86-64) => /lib/libssl.so.3'")
    a_command(tmp_path, "uname", "case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac")
    a_command(tmp_path, "python3", "exit 1")

    done = subprocess.run(
        [shutil.which("sh") or "sh", SCRIPT], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.endswith("sudo apt-get install python3 python3-venv libcurl4\n")


@pytest.mark.parametrize("base", [80, 65_528, -1])
def test_a_port_base_beyond_the_range_is_refused(base: int) -> None:
    with pytest.raises(LocalProblem, match=rf"from 1024 to 65527, not {base}: .*PORT_BASE"):
        Ports.from_base(base)


def test_ports_follow_the_base_in_a_row() -> None:
    assert (Ports.from_base(9000).portal, Ports.from_base(9000).broker) == (9000, 9008)
