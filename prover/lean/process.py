"""One Lean process, from its launch to its end.

Promises: a reply can never be taken for another request's; nothing that the process prints can block it; killing it kills its process group
and everything else that descends from it; it dies with its parent. Neither restarts nor judges what it is asked (see `worker`).
Costs: a start takes about eight seconds of one core with the embedded Lean, and 1 GB.
"""

import asyncio
import os
import resource
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prover.lean.containment.policy import ALL_MEASURES, Containment, Limits, Measure, program_pid
from prover.lean.counters import Counters
from prover.lean.launch import Launch, Role
from prover.lean.toolchain import Toolchain
from prover.lean.wire import MAX_FRAME, FrameError, Reply, decode, encode

START_SECONDS = 300.0
"""A start on a machine with more Leans than cores takes minutes; longer means that something is wrong."""

NOISE_LINES = 40
_FILE_BYTES, _OPEN_FILES = 2 * 1024**3, 4096
_KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)  # the second from the launcher of a process namespace
_STARVED_SHARE = 0.6


class WorkerDied(Exception):
    """The process ended, or broke the protocol, before it answered.

    ``killed``: somebody else ended it, by SIGKILL: what it was asked is not to blame.
    """

    def __init__(self, message: str, *, killed: bool = False) -> None:
        super().__init__(message)
        self.killed = killed


class DeadlinePassed(Exception):
    """The process was killed because it had not answered in time.

    ``starved``: it spent most of that time waiting for a processor, so the machine is to blame and not what it was asked.
    """

    def __init__(self, seconds: float, *, starved: bool = False) -> None:
        super().__init__(seconds)  # as it is, so that it can be pickled
        self.seconds, self.starved = seconds, starved

    def __str__(self) -> str:
        return f"no reply within {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a process: all that is the same for every one of a role."""

    toolchain: Toolchain
    program: Path
    role: Role = "search"
    measures: frozenset[Measure] = ALL_MEASURES
    start_seconds: float = START_SECONDS

    @property
    def held(self) -> frozenset[Measure]:
        """The measures that its processes can live with: lean-dojo talks to Lean over a terminal, which needs devices and more calls."""
        return self.measures - {"landlock", "seccomp"} if self.toolchain.kind == "dojo" else self.measures

    @property
    def has_children(self) -> bool:
        """Native Lean and lean-dojo can start processes of their own; the embedded Lean, in WebAssembly, cannot."""
        return self.toolchain.kind != "embedded"


class Process:
    """A running Lean. Made by `start`; every use of it may raise `WorkerDied`, after which it is only good for `kill`."""

    def __init__(self, process: asyncio.subprocess.Process, replies: asyncio.StreamReader, transport: asyncio.ReadTransport, scratch: Path) -> None:
        self._process, self._replies, self._transport, self._scratch = process, replies, transport, scratch
        self._program_pid = process.pid
        self._next_id = 0
        self._noise: deque[str] = deque(maxlen=NOISE_LINES)
        assert process.stdout is not None
        self._drain = asyncio.create_task(self._keep_last_lines(process.stdout))
        self.busy = False
        self.over_memory = self._ended = False
        self.waited_before: float | None = None
        self.seconds_to_start = 0.0

    @classmethod
    async def start(cls, recipe: Recipe) -> "Process":
        """Launches a process and waits for its greeting.

        Raises:
            WorkerDied: it ended, said something else, or was not ready within ``recipe.start_seconds``.
            ToolchainError: there is nothing to launch.
        """
        began = time.monotonic()
        try:
            process = await cls._launch(recipe)
        except OSError as error:
            raise WorkerDied(f"Lean did not start: {error}") from error
        try:
            async with asyncio.timeout(recipe.start_seconds):
                await process._read(None)
        except TimeoutError:
            await process.kill()
            raise WorkerDied(f"Lean was not ready within {recipe.start_seconds:g} s") from None
        except (WorkerDied, FrameError) as error:
            epitaph = await process.epitaph(error)
            await process.kill()
            raise WorkerDied(f"Lean did not start: {epitaph}") from error
        except BaseException:
            await process.kill()
            raise
        process.seconds_to_start = time.monotonic() - began
        process._program_pid = program_pid(process.pid)
        return process

    @classmethod
    async def _launch(cls, recipe: Recipe) -> "Process":
        scratch = Path(tempfile.mkdtemp(prefix="stepwise-"))
        read_fd, write_fd = os.pipe()
        try:
            toolchain = recipe.toolchain
            arguments = [toolchain.reply_path(write_fd), *(["dedicated"] if toolchain.kind == "native" else [])]
            launch = toolchain.launch(recipe.program, arguments, reply_fd=write_fd, role=recipe.role)
            argv, env = containment_of(launch, scratch, recipe).command(launch.argv, launch.env)
            process = await asyncio.create_subprocess_exec(
                *argv,
                env=env,
                cwd=launch.cwd,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(write_fd,),
                start_new_session=True,
            )
        except BaseException:
            os.close(read_fd)
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        finally:
            os.close(write_fd)
        replies = asyncio.StreamReader(limit=MAX_FRAME)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(replies), os.fdopen(read_fd, "rb", 0))
        return cls(process, replies, transport, scratch)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def resident_bytes(self) -> int:
        """Resident memory, 0 once the process is gone."""
        with suppress(OSError, IndexError):
            return int(Path(f"/proc/{self._program_pid}/statm").read_text().split()[1]) * resource.getpagesize()
        return 0

    @property
    def stopped(self) -> bool:
        """Somebody sent it SIGSTOP: it will not answer by itself."""
        return (fields := _stat(self._program_pid)) is not None and fields[0] == "T"

    @property
    def waited_seconds(self) -> float:
        """How long its main thread has been ready to run and was not let, since its start; 0 where the kernel does not say."""
        with suppress(OSError, IndexError, ValueError):
            return int(Path(f"/proc/{self._program_pid}/schedstat").read_text().split()[1]) / 1e9
        return 0.0

    async def exchange(self, message: Mapping[str, object], seconds: float, counters: Counters) -> Reply:
        """Sends one request and waits for its reply. One at a time.

        Raises:
            DeadlinePassed: no reply within that many seconds.
            WorkerDied: it ended, or answered something that is no reply to this request.
            Whatever is raised, the process is not to be used again: a late reply may still come.
        """
        self._next_id += 1
        frame = encode({"id": self._next_id, **message})
        self.busy = True
        self.waited_before = None
        try:
            async with asyncio.timeout(seconds):
                assert self._process.stdin is not None
                self._process.stdin.write(frame)
                await self._process.stdin.drain()
                reply = await self._read(counters)
        except TimeoutError:
            waited = 0.0 if self.waited_before is None else self.waited_seconds - self.waited_before
            raise DeadlinePassed(seconds, starved=waited > _STARVED_SHARE * seconds) from None
        except (WorkerDied, FrameError, ConnectionError) as error:
            epitaph = await self.epitaph(error)
            raise WorkerDied(epitaph, killed=not self.over_memory and self._process.returncode in _KILLED) from error
        finally:
            self.busy = False
        if reply["id"] != self._next_id:
            raise WorkerDied(f"a reply to request {reply['id']} where {self._next_id} was asked")
        counters.requests += 1
        counters.bytes_out += len(frame)
        counters.lean_seconds += reply["us"] / 1e6 if isinstance(reply.get("us"), int) else 0.0
        return reply

    async def _read(self, counters: Counters | None) -> Reply:
        try:
            line = await self._replies.readline()
        except ValueError as error:
            raise FrameError(f"a reply longer than {MAX_FRAME} bytes") from error
        if not line:
            raise WorkerDied("Lean ended")
        if counters is not None:
            counters.bytes_in += len(line)
        return decode(line)

    async def _keep_last_lines(self, stream: asyncio.StreamReader) -> None:
        """Keeps the last lines of what the process prints, and the pipe empty."""
        while chunk := await stream.read(65536):
            for line in chunk.decode("utf-8", "replace").splitlines():
                if line.strip() and not line.startswith("[DEBUG"):
                    self._noise.append(line[:500])

    async def epitaph(self, error: Exception) -> str:
        """What is known of the end of this process, in one line. Waits a moment for its last words."""
        if self.over_memory:
            return "it outgrew its memory limit"
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await self._process.wait()
        await asyncio.sleep(0)
        return f"{error}{f' ({self._noise[-1]})' if self._noise else ''}"

    async def kill(self) -> None:
        """Ends the process, its process group, and whatever else descends from it. Idempotent."""
        descendants = _descendants(self.pid) if self.alive else []
        if not self._ended:  # later its number may be somebody else's
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        for pid in descendants:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            await self._process.wait()
        finally:
            self._ended = True
            self._transport.close()
            self._drain.cancel()
            shutil.rmtree(self._scratch, ignore_errors=True)
        await asyncio.gather(self._drain, return_exceptions=True)


def containment_of(launch: Launch, scratch: Path, recipe: Recipe) -> Containment:
    """What a process of this recipe may touch: what its launch needs, and a scratch folder of its own."""
    limits = Limits(stack_kb=launch.stack_kb, file_bytes=_FILE_BYTES, open_files=_OPEN_FILES)
    return Containment(scratch, launch.readable, launch.writable, limits, pid_namespace=recipe.has_children, measures=recipe.held)


def not_enforced(recipe: Recipe) -> tuple[str, ...]:
    """What this machine does not hold a process of the recipe to, a sentence each. Probes the machine once."""
    return Containment(Path(), pid_namespace=recipe.has_children, measures=recipe.held).not_enforced


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the state on, None once the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _descendants(pid: int) -> list[int]:
    """Children, their children, and so on, that the kernel still knows to be such: also those that left the process group."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                pids = [int(text) for text in children.read_text().split()]
                found += pids
                waiting += pids
    return found
