"""What a Lean process may touch, and whether this machine can hold it to that.

A theorem's text is a program: elaborating it runs whatever code it carries. `Containment` says what that code may reach; `launcher` is
the script that puts it into force between fork and exec; `probe` finds out, by trying, what the machine really refuses.
Promises: nothing is called enforced that was not seen to fail; what the machine cannot do is said in a sentence and never stops a
start. Nothing here needs root or another program.
Costs: the first probe of a process takes about a tenth of a second, later ones nothing; each start takes about 20 ms more.
Not covered: the names, sizes and times of other files can be seen, times of the user's own files be set, and whatever /proc tells
everybody about processes be read. Where root runs it, files that belong to others are closed to it unless their modes say otherwise.
"""

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

Measure = Literal["landlock", "namespaces", "capabilities", "seccomp", "pid_namespace", "limits", "lifetime"]
"""What can be put on a process, each on its own. ``namespaces``: a user namespace with its own network and System V IPC;
``capabilities``: root keeps no power beyond owning its files, in particular none over the files of others."""

Effect = Literal["reads", "writes", "modes", "secrets", "network", "sockets", "signals", "limits", "lifetime", "processes"]
"""What is then refused, or held to."""

ALL_MEASURES: frozenset[Measure] = frozenset(get_args(Measure))

READABLE_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store"),
    *("/proc", "/sys"),  # Node reads its limits there; other processes' secrets stay closed, see the probe
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/ssl/openssl.cnf", "/etc/ssl/certs"),
)
"""What programs need of a system to start. Not the homes, /root, /tmp, /var, /run, the rest of /etc; of /dev only null, zero, urandom."""

LAUNCHER = Path(__file__).with_name("launcher.py")
_PROBE = Path(__file__).with_name("probe.py")
_PROBE_SECONDS = 20.0
_PROBE_FILE_BYTES = 100_000

_NAMES: dict[Measure, str] = {
    "landlock": "recent Landlock",
    "namespaces": "user namespaces",
    "capabilities": "dropping of capabilities",
    "seccomp": "seccomp",
    "pid_namespace": "process namespaces",
    "limits": "resource limits",
    "lifetime": "parent-death signal",
}
_PROMISES: dict[Effect, tuple[str, tuple[Measure, ...]]] = {
    "reads": ("files outside the allowed folders can be read", ("landlock",)),
    "writes": ("files outside the scratch folder can be changed", ("landlock",)),
    "modes": ("permissions and owners of files can be changed", ("seccomp",)),
    "secrets": ("other processes' environments can be read", ("namespaces", "capabilities")),
    "network": ("network access is not blocked", ("namespaces", "seccomp")),
    "sockets": ("local services can be reached by their sockets", ("seccomp",)),
    "signals": ("other processes of this user can be sent signals", ("landlock", "pid_namespace")),
    "limits": ("memory, processor time and file sizes are not limited", ("limits",)),
    "lifetime": ("a Lean process can outlive the program that started it", ("lifetime",)),
    "processes": ("processes that Lean starts can outlive it", ("pid_namespace",)),
}


@dataclass(frozen=True, slots=True)
class Enforced:
    """What was seen on this machine: the ``measures`` that a program still runs under, and the ``effects`` that they had together."""

    measures: frozenset[Measure] = frozenset()
    effects: frozenset[Effect] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Resource limits, None for the parent's own. None is ever raised above the parent's hard limit.

    ``address_bytes`` counts address space, not memory: V8 and native Lean reserve many times what they use.
    """

    stack_kb: int | None = None
    address_bytes: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None
    open_files: int | None = None

    def by_name(self) -> dict[str, int]:
        """By the name of the RLIMIT; no core dumps in any case."""
        stack = None if self.stack_kb is None else self.stack_kb * 1024
        named = {"STACK": stack, "AS": self.address_bytes, "CPU": self.cpu_seconds, "FSIZE": self.file_bytes, "NOFILE": self.open_files}
        return {"CORE": 0, **{name: value for name, value in named.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Containment:
    """What one program may do.

    It reads and executes below ``readable`` and `READABLE_SYSTEM`, and reads and writes below ``writable`` and ``scratch``, an existing
    folder that is its HOME and TMPDIR too; it executes nothing there. It opens no socket. ``measures``: those that may be used at all.
    ``pid_namespace``: everything it ever started dies with it; the process that the caller starts is then its parent, see `program_pid`.
    """

    scratch: Path
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    pid_namespace: bool = False
    measures: frozenset[Measure] = ALL_MEASURES

    @property
    def wanted(self) -> frozenset[Measure]:
        return self.measures if self.pid_namespace else self.measures - {"pid_namespace"}

    @property
    def not_enforced(self) -> tuple[str, ...]:
        """What this machine does not hold the program to, a sentence each; empty when it is held to everything. Probes once."""
        effects = probe(self.wanted).effects
        promised = [effect for effect in _PROMISES if self.pid_namespace or effect != "processes"]
        return tuple(self._complaint(effect) for effect in promised if effect not in effects)

    def command(self, argv: Sequence[str], env: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """The command and environment that run ``argv`` under this containment. Probes once.

        To be started by this very process, in a thread that lives as long as the program should (`start_new_session` is the caller's).
        The program itself is executable wherever it lies; what it loads from its own folder must be ``readable``. It gets ``env``,
        with HOME and TMPDIR replaced, and nothing else: the returned environment is the launcher's.

        Raises:
            FileNotFoundError: no such program on the PATH of ``env``.
        """
        found = shutil.which(argv[0], path=env.get("PATH", os.defpath))
        if found is None:
            raise FileNotFoundError(f"no program {argv[0]}")
        program = os.path.abspath(found)
        scratch = str(self.scratch.absolute())
        return _launch(
            [program, *argv[1:]],
            {**env, "HOME": scratch, "TMPDIR": scratch},
            readable=[program, *(str(path.absolute()) for path in self.readable)],
            writable=[scratch, *(str(path.absolute()) for path in self.writable)],
            limits=self.limits,
            measures=probe(self.wanted).measures,
        )

    def _complaint(self, effect: Effect) -> str:
        what, providers = _PROMISES[effect]
        why = [f"no {_NAMES[one]}" if one in self.measures else f"{_NAMES[one].removeprefix('recent ')} switched off" for one in providers]
        return f"{what} ({', '.join(why)})"


def program_pid(pid: int) -> int:
    """The process that runs the program, where a command with ``pid_namespace`` was started as ``pid``; ``pid`` itself in any other case."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        launching = str(LAUNCHER).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return pid
    return int(children[0]) if launching and children else pid


@functools.lru_cache(maxsize=64)
def probe(measures: frozenset[Measure] = ALL_MEASURES) -> Enforced:
    """Tries these measures in short-lived children, once in the life of this process, and reports what they were seen to refuse.

    A measure under which a program does not even start is left out of the result.
    """
    try:
        effects = _attempt(measures)
        if effects is None:
            measures = frozenset(measure for measure in measures if _attempt(frozenset({measure})) is not None)
            effects = _attempt(measures)
    except (OSError, subprocess.TimeoutExpired):
        # The trial could not be held. The measures stay on, for what they are worth; nothing is claimed of them.
        return Enforced(measures)
    return Enforced() if effects is None else Enforced(measures, effects)


def _launch(
    argv: Sequence[str], env: Mapping[str, str], readable: Sequence[str], writable: Sequence[str], limits: Limits, measures: frozenset[Measure]
) -> tuple[tuple[str, ...], dict[str, str]]:
    # Bytes, in ASCII's letters: names reach the system as they left it, whatever the two processes take to be its encoding.
    policy = {
        "parent": os.getpid(),
        "env": {os.fsencode(name): os.fsencode(value) for name, value in env.items()},
        "readable": [os.fsencode(path) for path in (*READABLE_SYSTEM, *readable)],
        "writable": [os.fsencode(path) for path in writable],
        "limits": limits.by_name(),
        "measures": sorted(measures),
    }
    return (sys.executable, "-I", "-S", str(LAUNCHER), ascii(policy), "--", *argv), _own_environment()


def _own_environment() -> dict[str, str]:
    """What a Python in a place of its own may need to find its library, and nothing else."""
    return {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}


def _attempt(measures: frozenset[Measure]) -> frozenset[Effect] | None:
    """The effects that a probing child saw under these measures; None when it did not get to its end.

    Raises:
        OSError, subprocess.TimeoutExpired: no place for the trial, or no time.
    """
    with ExitStack() as stack:
        # A socket's path has room for about a hundred bytes.
        roomy = "/tmp" if len(os.fsencode(tempfile.gettempdir())) > 60 else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stepwise-probe-", dir=roomy))).resolve()
        scratch, outside = folder / "scratch", folder / "outside"
        scratch.mkdir()
        outside.mkdir()
        secret = outside / "secret"
        secret.write_text("secret")
        # Goals for the connections that must fail. Loopback only; closed again in a moment.
        tcp, udp = stack.enter_context(socket.socket()), stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        named, abstract = (stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2))
        for endpoint in (tcp, udp):
            endpoint.bind(("127.0.0.1", 0))
        named.bind(str(folder / "socket"))
        abstract.bind(f"\0{folder.name}")
        for listener in (tcp, named, abstract):
            listener.listen()
        facts = {
            "outside": str(outside),
            "secret": str(secret),
            "scratch": str(scratch),
            "largest": _PROBE_FILE_BYTES,
            "ports": [tcp.getsockname()[1], udp.getsockname()[1]],
            "parent": os.getpid(),
            "socket": str(folder / "socket"),
            "abstract": folder.name,
        }
        python = os.path.realpath(sys.executable)
        argv, env = _launch(
            [python, "-I", "-S", str(_PROBE), ascii(facts)],
            _own_environment(),
            readable=[sys.base_prefix, sys.base_exec_prefix, python, str(_PROBE)],
            writable=[str(scratch)],
            limits=Limits(file_bytes=_PROBE_FILE_BYTES),
            measures=measures,
        )
        done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    words = done.stdout.decode("ascii", "replace").split()
    return frozenset(effect for effect in get_args(Effect) if effect in words) if words[-1:] == ["end"] else None
