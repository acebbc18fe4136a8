"""The native backend: found, built, launched and supervised. Where no native Lean is installed, shims stand for its `lake` and `lean`, and
the Lean that answers is the embedded one (see `native_shims`)."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from prover.lean.containment.policy import ALL_MEASURES
from prover.lean.native.build import KEPT_EXECUTABLES, RETRY_SECONDS, TARGET
from prover.lean.native.lean import PASSED_ON, STACK_KB, NativeLean
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import SourceError, StepLimits, Stepper
from prover.lean.toolchain import Toolchain, ToolchainError, cache_dir, choose, find_native
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Rejected
from tests.lean.contract import family, gone
from tests.lean.native_shims import ROOT, Shims, install

SHIM_MEASURES = ALL_MEASURES - {"landlock"}
"""The shims are scripts of this checkout, run by this Python: not what a toolchain may read."""

STEPWISE = """
import asyncio, json, sys
from pathlib import Path
from prover.lean.containment.policy import ALL_MEASURES
from prover.lean.process import Recipe
from prover.lean.toolchain import find_native
from prover.lean.worker import Worker

async def main() -> None:
    project, cache, program, environ = sys.argv[1:]
    lean = find_native(Path(project), json.loads(environ), cache=Path(cache))
    worker = Worker(Recipe(lean, Path(program), measures=ALL_MEASURES - {"landlock"}))
    worker.warm_up()
    while worker.pid is None:
        await asyncio.sleep(0.05)
    print(worker.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def shims(tmp_path: Path, toolchain: Toolchain) -> Shims:
    """An installed toolchain without a C compiler."""
    return install(tmp_path / "a toolchain", cache_dir(os.environ))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my project"
    (folder / "Sub" / "Module").mkdir(parents=True)
    (folder / "lakefile.toml").touch()
    return folder


@pytest.fixture
def lean(shims: Shims, project: Path, tmp_path: Path) -> NativeLean:
    return find_native(project, shims.environ, cache=tmp_path / "cache")


@pytest.fixture
def program() -> Path:
    return stepwise_program(cache_dir(os.environ))


class Said(list[str]):
    """What a user is told during a long stage."""

    def __call__(self, stage: str, _done: int, _total: int) -> None:
        self.append(stage)


# Finding it


def test_its_identity_names_version_commit_project_and_mathlib(lean: NativeLean, shims: Shims, project: Path, toolchain: Toolchain) -> None:
    assert lean.kind == "native"
    assert lean.lean_version == toolchain.lean_version
    assert lean.lean == shims.folder / "bin" / "lean"
    assert f"native Lean (version {toolchain.lean_version}" in lean.identity
    assert "commit 38f3c0c45b8d" in lean.identity
    assert lean.identity.endswith(f" in {project}")
    revision = "0123456789abcdef0123456789abcdef01234567"
    packages = [{"name": "batteries", "rev": "f" * 40}, {"name": "mathlib", "rev": revision, "inputRev": "v4.28.0"}]
    (project / "lake-manifest.json").write_text(json.dumps({"version": "1.1.0", "packages": packages}))
    assert find_native(project, shims.environ).identity.endswith(f" in {project}, Mathlib 0123456789ab (v4.28.0)")
    for broken in ("", "[]", '{"packages": 3}', '{"packages": [{"url": ""}]}'):
        (project / "lake-manifest.json").write_text(broken)
        assert find_native(project, shims.environ).mathlib == ""


def test_lake_is_asked_once_and_lean_gets_its_environment_and_nothing_else(lean: NativeLean, shims: Shims, project: Path) -> None:
    (asked,) = shims.calls("lake")
    assert asked["cwd"] == str(project)
    assert set(asked["env"]) - {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"} <= set(PASSED_ON), "the user's own variables stay with the user"
    assert lean.environ == {
        "HOME": str(shims.folder),
        "ELAN_TOOLCHAIN": "shim",
        "LAKE": str(shims.folder / "bin" / "lake"),
        "LAKE_HOME": str(shims.folder),
        "LEAN": str(shims.folder / "bin" / "lean"),
        "LEAN_PATH": f"{project}/.lake/build/lib/lean:{project}/elsewhere",
        "LEAN_SRC_PATH": str(project),
        "LEAN_STACK_SIZE_KB": str(STACK_KB),
        "LEAN_SYSROOT": str(shims.folder),
        "LD_LIBRARY_PATH": str(shims.folder / "lib"),
        "PATH": f"{shims.folder / 'bin'}:{shims.folder / 'bin'}:/usr/bin:/bin",
    }


def test_what_lake_prints_beside_the_environment_is_not_taken_for_it(shims: Shims, project: Path) -> None:
    real = shims.folder / "bin" / "lake.real"
    (shims.folder / "bin" / "lake").rename(real)
    (shims.folder / "bin" / "lake").write_text(f"#!/bin/sh\necho 'PATH=/nowhere'\necho 'info: cloning' >&2\nexec '{real}' \"$@\"\n")
    (shims.folder / "bin" / "lake").chmod(0o755)
    assert find_native(project, shims.environ).environ["PATH"].startswith(str(shims.folder))


def test_a_lake_that_does_not_name_its_toolchain_is_asked_for_lean(shims: Shims, project: Path) -> None:
    (shims.folder / "bin" / "lake").write_text('#!/bin/sh\nshift\nexec "$@"\n')
    lean = find_native(project, shims.environ)
    assert lean.prefix == shims.folder
    assert lean.environ["LEAN_SYSROOT"] == str(shims.folder)


def test_it_says_which_folders_its_processes_read(lean: NativeLean, shims: Shims, project: Path, tmp_path: Path) -> None:
    assert set(lean.readable) == {shims.folder, project, tmp_path / "cache" / "native"}
    outside = replace(lean, environ={**lean.environ, "LEAN_PATH": f"{project}/build:/another/package/lib:relative"})
    assert set(outside.readable) == {*lean.readable, Path("/another/package/lib")}


def test_what_a_native_lean_lacks_is_said_with_how_to_get_it(shims: Shims, project: Path, tmp_path: Path) -> None:
    environ = shims.environ
    with pytest.raises(ToolchainError, match=r"there is no folder"):
        find_native(tmp_path / "missing", environ)
    with pytest.raises(ToolchainError, match=r"neither lakefile.lean nor lakefile.toml"):
        find_native(tmp_path, environ)
    with pytest.raises(ToolchainError, match=r"not inside a Lake project.*--project"):
        find_native(None, environ, tmp_path)
    with pytest.raises(ToolchainError, match=r"no `lake` on PATH; install elan"):
        find_native(project, {"PATH": "/nowhere"})
    (shims.folder / "bin" / "lean").write_text("#!/bin/sh\necho 'no libraries' >&2; exit 1\n")
    with pytest.raises(ToolchainError, match=r"`lean --version` failed \(no libraries\)"):
        find_native(project, environ)
    (shims.folder / "bin" / "lean").write_text("#!/bin/sh\necho hello\n")
    with pytest.raises(ToolchainError, match=r"`lean --version` names no version"):
        find_native(project, environ)
    (shims.folder / "bin" / "lake").write_text("#!/bin/sh\necho 'no default toolchain configured' >&2; exit 1\n")
    with pytest.raises(ToolchainError, match=r"`lake env` failed \(no default toolchain configured\); install elan"):
        find_native(project, environ)


def test_automatic_choice_is_native_inside_a_project_whose_lean_is_there(shims: Shims, project: Path, tmp_path: Path) -> None:
    cache = cache_dir(os.environ)
    environ = shims.environ
    inside = project / "Sub" / "Module"
    assert choose("auto", None, inside, cache, environ).kind == "native"
    assert choose("native", None, inside, cache, environ).kind == "native"
    assert choose("embedded", None, inside, cache, environ).kind == "embedded"
    assert choose("auto", None, tmp_path, cache, environ).kind == "embedded"
    assert choose("auto", None, inside, cache, {"PATH": "/nowhere"}).kind == "embedded"
    assert choose("auto", project, tmp_path, cache, environ).kind == "native"
    with pytest.raises(ToolchainError, match=r"no `lake` on PATH"):
        choose("auto", project, tmp_path, cache, {"PATH": "/nowhere"})


# Building the program


def test_a_build_that_fails_is_said_and_remembered_and_the_program_interpreted(lean: NativeLean, shims: Shims, program: Path) -> None:
    assert lean.how(program) == "interpreted: not built yet"
    said = Said()
    lean.prepare(program, progress=said)
    lean.prepare(program, progress=said)
    assert len(shims.calls("lake", "build")) == 1
    assert said[0] == "building the Lean program, once"
    assert said[1] == said[2]
    assert "interpreted: it could not be built (`lake build stepwise`: error: could not execute external process 'clang'); remove " in said[1]
    assert lean.how(program) == "interpreted: `lake build stepwise`: error: could not execute external process 'clang'"
    assert lean.launch(program, ["/reply", "dedicated"], reply_fd=9).argv == (
        str(shims.folder / "bin" / "lean"),
        f"--tstack={STACK_KB}",
        "--run",
        str(program),
        "/reply",
        "dedicated",
    )
    (marker,) = lean.workshop.folder.glob("*.failed")
    assert sorted(path.name for path in lean.workshop.folder.iterdir()) == sorted(["lock", marker.name])

    shims.install_compiler()
    yesterday = time.time() - RETRY_SECONDS - 1
    os.utime(marker, (yesterday, yesterday))
    lean.prepare(program)
    assert lean.how(program) == "compiled"
    assert not marker.exists()


def test_a_program_is_built_once_for_its_text_and_its_lean(lean: NativeLean, shims: Shims, project: Path, program: Path, tmp_path: Path) -> None:
    shims.install_compiler()
    (project / "lean-toolchain").write_text("leanprover/lean4:v4.28.0\n")
    lean = find_native(project, shims.environ, cache=tmp_path / "cache")
    lean.prepare(program)
    lean.prepare(program)
    (build,) = shims.calls("lake", "build")
    assert build["args"] == ["build", TARGET]
    assert Path(build["cwd"]).parents[1] == lean.workshop.folder, "in a folder of its own below the cache"
    assert {"LEAN_PATH", "LEAN_SRC_PATH", "SECRET"}.isdisjoint(build["env"]), "the project's modules are not the program's"
    launch = lean.launch(program, ["/reply", "dedicated"], reply_fd=9)
    assert launch.argv[1:] == ("/reply", "dedicated")
    assert Path(launch.argv[0]).parent.parent == lean.workshop.folder
    assert (launch.env, launch.cwd, launch.stack_kb) == (lean.environ, project, STACK_KB)

    other = tmp_path / "Other.lean"
    other.write_text("module\npublic section\ndef main (_ : List String) : IO UInt32 := return 2\n")
    assert lean.how(other) == "interpreted: not built yet"
    for stranger in (replace(lean.workshop, lean="Lean (version 4.29.0)"), replace(lean.workshop, pin="leanprover/lean4:v4.29.0\n")):
        assert stranger.executable(program) is None
    assert lean.workshop.executable(program) is not None


def test_of_old_executables_a_few_are_kept(lean: NativeLean, shims: Shims, tmp_path: Path) -> None:
    shims.install_compiler()
    programs = [tmp_path / f"P{number}.lean" for number in range(KEPT_EXECUTABLES + 2)]
    for number, program in enumerate(programs):
        program.write_text(f"-- {number}\n")
        lean.prepare(programs[0])
        lean.prepare(program)
        time.sleep(0.01)
    compiled = [program for program in programs if lean.how(program) == "compiled"]
    assert compiled == [programs[0], *programs[-KEPT_EXECUTABLES + 1 :]], "the first was used all the time"


def test_an_executable_that_does_not_start_is_not_used(lean: NativeLean, shims: Shims, program: Path) -> None:
    shims.install_compiler()
    (shims.folder / "broken").touch()
    lean.prepare(program)
    assert lean.how(program) == "interpreted: the executable that Lake built does not start (exit code 127)"


def test_a_cache_that_cannot_be_written_costs_only_the_executable(shims: Shims, project: Path, program: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lean = find_native(project, shims.environ, cache=tmp_path / "file")
    said = Said()
    lean.prepare(program, progress=said)
    assert "the Lean program is interpreted: cannot build it below" in said[-1]
    assert "--run" in lean.launch(program, [], reply_fd=9).argv


def test_two_at_once_build_once(lean: NativeLean, shims: Shims, program: Path) -> None:
    shims.install_compiler()
    threads = [threading.Thread(target=lean.prepare, args=(program,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lean.how(program) == "compiled"
    assert len(shims.calls("lake", "build")) == 1


def test_a_program_that_is_not_there_is_said(lean: NativeLean, tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"cannot read the Lean program .*Missing\.lean"):
        lean.launch(tmp_path / "Missing.lean", [], reply_fd=9)


def test_setup_builds_and_doctor_says_so(shims: Shims, project: Path, tmp_path: Path) -> None:
    shims.install_compiler()
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "embedded").symlink_to(cache_dir(os.environ) / "embedded")
    path = f"{shims.folder / 'bin'}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "STEPWISE_CACHE": str(cache)}

    def prover(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "prover", *arguments, "--project", str(project)]
        return subprocess.run(command, cwd=project.parent, env=environ, capture_output=True, text=True, check=False)

    assert "the program is interpreted: not built yet" in prover("doctor", "--quick").stdout
    done = prover("setup")
    assert done.returncode == 0, done.stderr
    assert "building the Lean program, once …" in done.stderr
    assert done.stdout.splitlines()[1].endswith(f"in {project}; the program is compiled")
    assert "the program is compiled" in prover("doctor", "--quick").stdout


# Running it, on real Lean


async def assert_proves(stepper: Stepper) -> None:
    """From a file to a closed goal, and to a statement that is none."""
    (found,) = await stepper.scan("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  sorry\n")
    assert (found.statement.name, found.proof) == ("t", "sorry")
    state = await stepper.start(found.statement)
    split = await stepper.step(state, "constructor")
    assert isinstance(split, Advanced)
    assert [goal.target for goal in split.state.goals] == ["p", "q"]
    assert isinstance(await stepper.step(split.state, "exact hq"), Rejected)
    one = await stepper.step(split.state, "exact hp")
    assert isinstance(one, Advanced)
    closed = await stepper.step(one.state, "exact hq")
    assert isinstance(closed, Closed)
    assert closed.tactics == ("constructor", "exact hp", "exact hq")
    with pytest.raises(SourceError, match=r"Missing\.thing"):
        await stepper.start(Statement("bad", "", "theorem bad : Missing.thing = 1"))


@pytest.fixture(params=["interpreted", pytest.param("compiled", marks=pytest.mark.full)])
async def native_stepper(request: pytest.FixtureRequest, lean: NativeLean, shims: Shims, program: Path) -> AsyncIterator[Stepper]:
    if request.param == "compiled":
        shims.install_compiler()
    lean.prepare(program)
    assert lean.how(program).startswith(request.param)
    stepper = Stepper(Worker(Recipe(lean, program, measures=SHIM_MEASURES)), StepLimits(seconds=20.0))
    yield stepper
    await stepper.worker.close()


async def test_a_stepper_proves_with_it(native_stepper: Stepper, shims: Shims, lean: NativeLean, program: Path) -> None:
    await assert_proves(native_stepper)
    call = shims.calls("lean")[-1]
    *_, run, file, _, dedicated = call["args"]
    assert (run, dedicated) == ("--run", "dedicated")
    assert Path(file).read_bytes() == program.read_bytes()
    assert call["pid"] in (1, native_stepper.worker.pid), "Lean is our own child, or the first of its process namespace, and not a child of Lake"
    assert call["cwd"] == str(lean.project)
    shell, scratch = {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"}, {"HOME", "TMPDIR"}
    seen = {name: value for name, value in call["env"].items() if name not in shell | scratch}
    assert seen == {name: value for name, value in lean.environ.items() if name not in scratch}
    assert call["env"]["HOME"] == call["env"]["TMPDIR"] != lean.environ["HOME"]


@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
def test_lean_dies_with_a_parent_that_is_killed(lean: NativeLean, shims: Shims, program: Path, tmp_path: Path, compiled: bool) -> None:
    if compiled:
        shims.install_compiler()
    lean.prepare(program)
    assert (lean.how(program) == "compiled") == compiled
    arguments = [str(lean.project), str(tmp_path / "cache"), str(program), json.dumps(shims.environ)]
    parent = subprocess.Popen(
        [sys.executable, "-c", STEPWISE, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        processes = family(child)
        assert "node" in {Path(f"/proc/{process}/exe").resolve().name for process in processes}, "it is ready, and no Lean is there"
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert asyncio.run(gone(processes)), "Lean outlived its parent"
