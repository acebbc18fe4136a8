"""What a contained program may not do fails in a real child, what it may do works, and what cannot be had is said."""

import ast
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest

from prover.lean.containment.policy import ALL_MEASURES, LAUNCHER, Containment, Effect, Enforced, Limits, Measure, probe, program_pid

EVERYTHING = frozenset(get_args(Effect))
PYTHON = os.path.realpath(sys.executable)
PYTHON_FILES = (Path(sys.base_prefix), Path(sys.base_exec_prefix))

ATTEMPT = """
import sys
def attempt(deed):
    try:
        deed()
    except (OSError, MemoryError) as error:
        print(type(error).__name__, getattr(error, "strerror", ""))
    else:
        print("done")
"""


def needs(effect: Effect) -> None:
    if effect not in probe().effects:
        pytest.skip(f"this machine does not permit it: {effect}")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def containment(scratch: Path) -> Containment:
    return Containment(scratch, PYTHON_FILES)


def variant(
    base: Containment,
    *,
    readable: tuple[Path, ...] = (),
    limits: Limits | None = None,
    pid_namespace: bool = False,
    measures: frozenset[Measure] = ALL_MEASURES,
) -> Containment:
    return Containment(base.scratch, (*PYTHON_FILES, *readable), (), limits or Limits(), pid_namespace, measures)


def run(
    containment: Containment, code: str, *arguments: object, env: Mapping[str, str] | None = None, pass_fds: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    argv, launcher_env = containment.command([PYTHON, "-I", "-S", "-c", ATTEMPT + code, *map(str, arguments)], env or {})
    return subprocess.run(argv, env=launcher_env, capture_output=True, text=True, timeout=60, check=False, pass_fds=pass_fds)


def said(containment: Containment, code: str, *arguments: object) -> str:
    done = run(containment, code, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wait_until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def gone(pid: int) -> bool:
    """Ended; where nobody reaps, a zombie will do."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_file_outside_the_scratch_folder_is_not_written(containment: Containment, tmp_path: Path) -> None:
    needs("writes")
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("kept")
    assert said(containment, "attempt(lambda: open(sys.argv[1], 'w'))", new).startswith("PermissionError")
    assert said(containment, "attempt(lambda: open(sys.argv[1], 'w'))", old).startswith("PermissionError")
    assert said(containment, "import os; attempt(lambda: os.unlink(sys.argv[1]))", old).startswith("PermissionError")
    assert said(containment, "import os; attempt(lambda: os.rename(sys.argv[1], sys.argv[2]))", old, containment.scratch / "stolen") != "done"
    assert not new.exists()
    assert old.read_text() == "kept"


def test_the_mode_of_a_file_outside_is_not_changed(containment: Containment, tmp_path: Path) -> None:
    needs("modes")
    file = tmp_path / "file"
    file.touch(0o600)
    assert said(containment, "import os; attempt(lambda: os.chmod(sys.argv[1], 0o666))", file).startswith("PermissionError")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_is_read_where_that_is_allowed_and_nowhere_else(containment: Containment, tmp_path: Path) -> None:
    needs("reads")
    for name in ("open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("text")
    allowed = variant(containment, readable=(tmp_path / "open",))
    read = "attempt(lambda: print(open(sys.argv[1]).read()))"
    assert said(allowed, read, tmp_path / "open" / "file") == "text\ndone"
    assert said(allowed, read, tmp_path / "closed" / "file").startswith("PermissionError")
    assert said(allowed, "attempt(lambda: open(sys.argv[1], 'w'))", tmp_path / "open" / "file").startswith("PermissionError")
    assert said(allowed, "import os; attempt(lambda: os.listdir(sys.argv[1]))", Path.home()).startswith("PermissionError")


def test_the_environment_of_the_parent_is_not_read(containment: Containment) -> None:
    needs("secrets")
    assert said(containment, "attempt(lambda: open(f'/proc/{sys.argv[1]}/environ').read())", os.getpid()).startswith("PermissionError")


def test_scratch_and_writable_folders_can_be_used(containment: Containment, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    code = """
import os, sys
for folder in sys.argv[1:]:
    os.mkdir(folder + "/sub"); open(folder + "/sub/file", "w").write("text"); os.rename(folder + "/sub/file", folder + "/file")
    assert open(folder + "/file").read() == "text"; os.truncate(folder + "/file", 1); os.rmdir(folder + "/sub")
open("/dev/null", "w").write("x"); open("/dev/urandom", "rb").read(1)
"""
    both = Containment(containment.scratch, PYTHON_FILES, (more, tmp_path / "not there"))
    said(both, code, containment.scratch, more)
    assert (more / "file").read_text() == (containment.scratch / "file").read_text() == "t"


@pytest.mark.parametrize("off", [frozenset(), frozenset({"seccomp"}), frozenset({"namespaces"})], ids=["all", "no seccomp", "no namespaces"])
def test_a_listening_server_is_not_reached(containment: Containment, off: frozenset[Measure]) -> None:
    using = variant(containment, measures=ALL_MEASURES - off)
    if "network" not in probe(using.wanted).effects:
        pytest.skip("this machine does not permit it: network")
    code = "import socket; attempt(lambda: socket.create_connection(('127.0.0.1', int(sys.argv[1])), 3))"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert said(variant(containment, measures=frozenset()), code, port) == "done"
        server.accept()[0].close()
        assert said(using, code, port) != "done"
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_environment_is_what_was_given(containment: Containment) -> None:
    given = {"A": "1", "LC_ALL": "C", "ODD": os.fsdecode("ü ' \" \\ \n 𝕜".encode() + b"\xff")}
    done = run(containment, "import os, json; print(json.dumps({os.fsdecode(k): os.fsdecode(v) for k, v in os.environb.items()}))", env=given)
    scratch = str(containment.scratch)
    seen = json.loads(done.stdout)
    assert seen.pop("LC_CTYPE", "C.UTF-8") == "C.UTF-8", "the Python of this test may set it for itself"
    assert seen == {**given, "HOME": scratch, "TMPDIR": scratch}


@pytest.mark.parametrize(
    ("limits", "deed"),
    [
        (
            Limits(file_bytes=100_000),
            "[open(sys.argv[1] + '/large', 'ab', 0).write(bytes(100_000)) for _ in range(2)]",
        ),
        (Limits(address_bytes=300_000_000), "bytearray(400_000_000)"),
        (Limits(open_files=16), "[open('/dev/null') for _ in range(20)]"),
    ],
    ids=["file size", "memory", "open files"],
)
def test_limits_hold(containment: Containment, limits: Limits, deed: str) -> None:
    code = f"attempt(lambda: {deed})"
    assert said(containment, code, containment.scratch) == "done"
    assert said(variant(containment, limits=limits), code, containment.scratch) != "done"


def test_processor_time_and_stack_are_limited(containment: Containment) -> None:
    assert run(variant(containment, limits=Limits(cpu_seconds=1)), "while True: pass").returncode == -signal.SIGKILL
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_STACK)[0], resource.getrlimit(resource.RLIMIT_CORE))"
    assert said(variant(containment, limits=Limits(stack_kb=4096)), code) == f"{4096 * 1024} (0, 0)"


@pytest.fixture
def in_between(containment: Containment) -> Iterator[Callable[[bool], tuple[subprocess.Popen[str], int]]]:
    """Starts a contained sleeper from a process in between, and gives that process and the sleeper's pid."""
    started: list[subprocess.Popen[str]] = []

    def start(pid_namespace: bool) -> tuple[subprocess.Popen[str], int]:
        code = f"""
import subprocess, sys, time
from pathlib import Path
from prover.lean.containment.policy import Containment, program_pid
argv, env = Containment(Path(sys.argv[1]), pid_namespace={pid_namespace}).command(["sleep", "300"], {{}})
child = subprocess.Popen(argv, env=env, start_new_session=True)
name = lambda pid: Path(f"/proc/{{pid}}/comm").read_text().strip()
while name(program_pid(child.pid)) != "sleep": time.sleep(0.02)
print(program_pid(child.pid), flush=True)
time.sleep(300)
"""
        process = subprocess.Popen([sys.executable, "-c", code, str(containment.scratch)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("pid_namespace", [False, True])
def test_it_dies_with_its_parent(in_between: Callable[[bool], tuple[subprocess.Popen[str], int]], pid_namespace: bool) -> None:
    needs("lifetime")
    parent, pid = in_between(pid_namespace)
    assert not gone(pid)
    parent.send_signal(signal.SIGKILL)
    assert wait_until(lambda: gone(pid))


def test_it_does_not_start_for_a_parent_that_is_already_gone(containment: Containment) -> None:
    needs("lifetime")
    argv, env = containment.command(["true"], {})
    policy = {**ast.literal_eval(argv[4]), "parent": 1}
    done = subprocess.run([*argv[:4], ascii(policy), *argv[5:]], env=env, check=False)
    assert done.returncode == 125


def test_what_daemonised_dies_too_in_a_process_namespace(containment: Containment) -> None:
    needs("processes")
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.readlink("/proc/self"), flush=True)
    else:
        os._exit(0)
time.sleep(300)
"""
    argv, env = variant(containment, pid_namespace=True).command([PYTHON, "-I", "-S", "-c", code], {})
    process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    daemon = int(process.stdout.readline())
    assert not gone(daemon)
    program = program_pid(process.pid)
    assert program not in {process.pid, daemon}
    os.kill(process.pid, signal.SIGKILL)  # not its group: the daemon has left it anyway
    process.communicate(timeout=10)
    assert wait_until(lambda: gone(daemon) and gone(program))


@pytest.mark.parametrize("pid_namespace", [False, True])
def test_how_the_program_ended_is_handed_on(containment: Containment, pid_namespace: bool) -> None:
    using = variant(containment, pid_namespace=pid_namespace)
    assert run(using, "import os; os._exit(7)").returncode == 7
    assert run(using, "import ctypes; ctypes.string_at(0)").returncode == -signal.SIGSEGV
    assert run(using, "print('text')").stdout == "text\n"


def test_the_program_starts_with_the_signals_of_any_program(containment: Containment) -> None:
    argv, env = containment.command(["grep", "SigIgn", "/proc/self/status"], {})
    any_program = subprocess.run(["grep", "SigIgn", "/proc/self/status"], capture_output=True, check=True)  # under nohup, that ignores some
    assert subprocess.run(argv, env=env, capture_output=True, check=True).stdout == any_program.stdout


@pytest.mark.parametrize("pid_namespace", [False, True])
def test_an_inherited_pipe_can_be_opened_again(containment: Containment, pid_namespace: bool) -> None:
    read_fd, write_fd = os.pipe()
    code = "open(f'/proc/self/fd/{sys.argv[1]}', 'w').write('a reply')"
    done = run(variant(containment, pid_namespace=pid_namespace), code, write_fd, pass_fds=(write_fd,))
    os.close(write_fd)
    with os.fdopen(read_fd) as pipe:
        assert (pipe.read(), done.stderr) == ("a reply", "")


@pytest.mark.parametrize("version", range(1, 8))
def test_older_landlocks_hold_what_they_can(tmp_path: Path, version: int) -> None:
    needs("writes")
    code = """
import os, sys
from prover.lean.containment import launcher
kernel = launcher._syscall
launcher._syscall = lambda number, *rest: min(kernel(number, *rest), int(sys.argv[2])) if rest[0] is None else kernel(number, *rest)
launcher._prctl(38, 1)
folder = sys.argv[1]
assert launcher.restrict_files([], [os.fsencode(folder + "/in")])
open(folder + "/in/new", "w").write("x")
for path in ("/new", "/old"):
    try:
        open(folder + path, "w")
    except PermissionError:
        continue
    raise SystemExit(path)
"""
    (tmp_path / "in").mkdir()
    (tmp_path / "old").touch()
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path), str(version)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def test_it_talks_through_the_pipes_of_a_supervisor(containment: Containment) -> None:
    argv, env = containment.command(["cat"], {})
    process = await asyncio.create_subprocess_exec(
        *argv, env=env, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert (await asyncio.wait_for(process.communicate(b"text"), 10))[0] == b"text"


def test_a_trial_that_cannot_be_held_claims_nothing_and_takes_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    assert probe.__wrapped__(ALL_MEASURES) == Enforced(ALL_MEASURES, frozenset())


def test_a_program_that_is_not_there_is_said(containment: Containment, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no program nowhere"):
        containment.command(["nowhere"], {})
    argv, env = containment.command(["true"], {})
    done = subprocess.run([*argv[:6], str(tmp_path / "nowhere")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {126, 127}
    assert "nowhere cannot be run" in done.stderr


def test_the_measures_of_this_machine_are_named_where_they_are_missing(containment: Containment) -> None:
    missing = variant(containment, pid_namespace=True).not_enforced
    assert len(missing) == len(EVERYTHING - probe().effects)
    assert all("switched off" not in sentence for sentence in missing)


def test_measures_that_are_forced_off_are_reported_and_change_nothing_else(containment: Containment, tmp_path: Path) -> None:
    off = variant(containment, measures=ALL_MEASURES - {"namespaces", "seccomp"})
    assert "network access is not blocked (user namespaces switched off, seccomp switched off)" in off.not_enforced
    lost = probe(containment.wanted).effects - probe(off.wanted).effects
    assert lost <= {"network", "sockets", "modes", "secrets"}
    assert len(off.not_enforced) == len(containment.not_enforced) + len(lost)
    if "writes" in probe().effects:
        assert said(off, "attempt(lambda: open(sys.argv[1], 'w'))", tmp_path / "new").startswith("PermissionError")
    nothing = variant(containment, measures=frozenset(), pid_namespace=True)
    assert len(nothing.not_enforced) == len(EVERYTHING)
    said(nothing, "open(sys.argv[1], 'w')", tmp_path / "new")
    assert run(nothing, "import os; print(os.environ['HOME'])").stdout.strip() == str(containment.scratch)


def test_a_measure_that_the_machine_refuses_is_left_out_and_said(containment: Containment) -> None:
    """A user namespace in which no further one may be made stands for a machine without them."""
    code = """
from pathlib import Path
from prover.lean.containment.policy import Containment
import subprocess, sys
contained = Containment(Path(sys.argv[1]), pid_namespace=True)
argv, env = contained.command(["true"], {})
print(subprocess.run(argv, env=env).returncode, *contained.not_enforced, sep="; ")
"""
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all -- "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", sys.executable, "-c", code, str(containment.scratch)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no `unshare`")
    if done.returncode != 0:
        pytest.skip(f"no such machine can be made here: {done.stderr.strip()[-200:]}")
    assert done.stdout.startswith("0;")
    assert "processes that Lean starts can outlive it (no process namespaces)" in done.stdout


def test_the_launcher_is_quick(containment: Containment) -> None:
    argv, env = containment.command(["true"], {})
    best = min(timed(argv, env) for _ in range(5))
    assert best < 0.5, f"{LAUNCHER.name} takes {best:.3f} s"


def timed(argv: tuple[str, ...], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, env=env, check=True)
    return time.perf_counter() - began
