"""One supervised Lean process.

Promises: every request ends by its deadline, with a reply or with an exception; a process that missed one is killed with its whole
process group and replaced while nobody waits; a reply can never be taken for another request's; nothing that the process
prints can block it; it dies with its parent. Knows frames and processes, not what a request means.
Costs: a start takes about ten seconds of one core with the embedded Lean, and 2.5 GB.
"""

import asyncio
import ctypes
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from prover.lean.toolchain import Launch, Toolchain
from prover.lean.wire import MAX_FRAME, FrameError, Reply, decode, encode

START_SECONDS = 300.0
"""A start on a machine with more Leans than cores takes minutes; longer means that something is wrong."""

STDERR_LINES = 40
_PR_SET_PDEATHSIG = 1


class WorkerDied(Exception):
    """The process ended, or broke the protocol, before it answered."""


class DeadlinePassed(Exception):
    """The process was killed because it had not answered in time."""


class Worker:
    """A Lean process that is always there, or on its way.

    ``generation`` grows when a process is given up, before its successor is there: whatever a caller remembers about the inside of
    one (ids of headers and states) is void from then on. One request at a time; callers queue on an internal lock.
    """

    def __init__(self, toolchain: Toolchain, program: Path, *, start_seconds: float = START_SECONDS) -> None:
        self._toolchain = toolchain
        self._program = program
        self._start_seconds = start_seconds
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._replies: asyncio.StreamReader | None = None
        self._transport: asyncio.ReadTransport | None = None
        self._drains: list[asyncio.Task[None]] = []
        self._starting: asyncio.Task[None] | None = None
        self._next_id = 0
        self.generation = 0
        self.restarts = 0
        self.noise: deque[str] = deque(maxlen=STDERR_LINES)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def resident_bytes(self) -> int:
        """Resident memory of the process, 0 while there is none."""
        if self._process is None:
            return 0
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize()

    def warm_up(self) -> None:
        """Starts the process in the background; the next request waits for it."""
        if self._process is None and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self._start())

    async def request(self, message: Mapping[str, object], seconds: float) -> Reply:
        """Sends one request and waits for its reply.

        Args:
            message: the request without its id.
            seconds: wall-clock limit, counted from when the process is ready and free.

        Raises:
            DeadlinePassed: no reply in time; the process was killed and its successor is starting.
            WorkerDied: the process ended or sent garbage; its successor is starting.
        """
        async with self._lock:
            await self._ready()
            self._next_id += 1
            request_id = self._next_id
            try:
                async with asyncio.timeout(seconds):
                    return await self._exchange({"id": request_id, **message}, request_id)
            except TimeoutError:
                await self._replace()
                raise DeadlinePassed(f"no reply within {seconds:g} s") from None
            except (WorkerDied, FrameError, ConnectionError) as error:
                await self._replace()
                raise WorkerDied(self._epitaph(error)) from error
            except asyncio.CancelledError:
                # The reply to a cancelled request may come later: only a new process is free of it.
                await self._replace()
                raise

    async def close(self) -> None:
        """Kills the process and everything it started. Idempotent."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
            self._starting = None
        await self._kill()

    async def _ready(self) -> None:
        # A process that exists may still be on its way to its greeting: only the end of its start makes it ready.
        self.warm_up()
        assert self._starting is not None
        await asyncio.shield(self._starting)

    async def _replace(self) -> None:
        self.restarts += 1
        await self._kill()
        self.warm_up()

    async def _exchange(self, message: Mapping[str, object], request_id: int) -> Reply:
        process, replies = self._process, self._replies
        assert process is not None
        assert process.stdin is not None
        assert replies is not None
        process.stdin.write(encode(message))
        await process.stdin.drain()
        reply = await self._read(replies)
        if reply["id"] != request_id:
            raise FrameError(f"a reply to request {reply['id']} where {request_id} was asked")
        return reply

    async def _read(self, replies: asyncio.StreamReader) -> Reply:
        try:
            line = await replies.readline()
        except ValueError as error:
            raise FrameError(f"a reply longer than {MAX_FRAME} bytes") from error
        if not line:
            raise WorkerDied("Lean ended")
        return decode(line)

    async def _start(self) -> None:
        read_fd, write_fd = os.pipe()
        try:
            arguments = [self._toolchain.reply_path(write_fd), *(["dedicated"] if self._toolchain.kind == "native" else [])]
            launch = self._toolchain.launch(self._program, arguments, reply_fd=write_fd)
            self._process = await asyncio.create_subprocess_exec(
                *launch.argv,
                env=dict(launch.env),
                cwd=launch.cwd,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(write_fd,),
                start_new_session=True,
                preexec_fn=_child_setup(launch),
            )
        except BaseException:
            os.close(read_fd)
            raise
        finally:
            os.close(write_fd)
        replies = asyncio.StreamReader(limit=MAX_FRAME)
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(replies), os.fdopen(read_fd, "rb", 0)
        )
        self._replies = replies
        assert self._process.stdout is not None
        self._drains = [asyncio.create_task(self._drain(self._process.stdout))]
        try:
            async with asyncio.timeout(self._start_seconds):
                await self._read(replies)
        except TimeoutError:
            await self._kill()
            raise WorkerDied(f"Lean was not ready within {self._start_seconds:g} s") from None
        except (WorkerDied, FrameError) as error:
            epitaph = self._epitaph(error)
            await self._kill()
            raise WorkerDied(f"Lean did not start: {epitaph}") from error
        except asyncio.CancelledError:
            await self._kill()
            raise

    async def _drain(self, stream: asyncio.StreamReader) -> None:
        """Keeps the last lines of what the process prints, and the pipe empty."""
        while chunk := await stream.read(65536):
            for line in chunk.decode("utf-8", "replace").splitlines():
                if line.strip() and not line.startswith("[DEBUG"):
                    self.noise.append(line[:500])

    def _epitaph(self, error: Exception) -> str:
        return f"{error}{f' ({self.noise[-1]})' if self.noise else ''}"

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self.generation += 1
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if self._transport is not None:
            self._transport.close()
        for drain in self._drains:
            drain.cancel()
        await asyncio.gather(*self._drains, return_exceptions=True)
        self._drains, self._transport, self._replies = [], None, None


def _child_setup(launch: Launch) -> Callable[[], None]:
    """What the child does between fork and exec: die with the parent, and the stack that Lean's deep recursion needs."""
    libc = ctypes.CDLL(None, use_errno=True)
    stack_bytes = launch.stack_kb * 1024 if launch.stack_kb else None

    def setup() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if stack_bytes is not None:
            _, hard = resource.getrlimit(resource.RLIMIT_STACK)
            soft = stack_bytes if hard == resource.RLIM_INFINITY else min(stack_bytes, hard)
            resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))

    return setup
