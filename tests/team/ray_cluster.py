"""A Ray cluster on the loopback of this namespace. Its nodes have addresses of their own, and can be killed like machines."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

HEAD = "127.0.0.1:6379"
_MARK = "STEPWISE_TEST_NODE"
_START = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats", f"--object-store-memory={80 * 1024**2}"]


class RayCluster:
    """Attributes:
    folder: of Ray's session and of the nodes' output.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, number: int = 1, *, cpus: int = 1) -> None:
        """A node; the first is the head."""
        address = f"127.0.0.{number}"
        where = ["--head", "--port=6379", "--include-dashboard=false", f"--temp-dir={self.folder}"] if number == 1 else [f"--address={HEAD}"]
        with (self.folder / f"node{number}.log").open("ab") as log:
            subprocess.Popen(
                [*_START, f"--num-cpus={cpus}", f"--node-ip-address={address}", *where],
                env={**os.environ, _MARK: str(number)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, number: int) -> None:
        """Everything on the node, at once."""
        for pid in marked(number):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def marked(number: int) -> list[int]:
    """Processes of a node, of Ray and its workers."""
    return [pid for pid in processes() if f"{_MARK}={number}".encode() in _read(pid, "environ").split(b"\0")]


def hosts(number: int) -> list[int]:
    """Host processes of a node."""
    return [pid for pid in marked(number) if _read(pid, "cmdline").startswith(b"ray::Host")]


def called(start: str) -> list[int]:
    """Processes whose command line starts like this, whosever they are."""
    return [pid for pid in processes() if _read(pid, "cmdline").startswith(start.encode())]


def below(*parents: int) -> list[int]:
    """Their children, the children of these, and so on: of a host, its Lean."""
    children: dict[int, list[int]] = {}
    for pid in processes():
        if fields := _stat(pid):
            children.setdefault(int(fields[1]), []).append(pid)
    found, waiting = [], list(parents)
    while waiting:
        young = children.get(waiting.pop(), [])
        found += young
        waiting += young
    return found


async def gone(pids: Iterable[int], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while set(pids) & set(processes()):
            await asyncio.sleep(0.1)


def processes() -> list[int]:
    """Those that live; nobody here buries the dead of others."""
    return [pid for entry in Path("/proc").iterdir() if entry.name.isdigit() if _stat(pid := int(entry.name))[:1] not in ([], [b"Z"])]


def _stat(pid: int) -> list[bytes]:
    """Its state, its parent, …"""
    return _read(pid, "stat").rpartition(b")")[2].split()


def _read(pid: int, name: str) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""


@asynccontextmanager
async def ray_cluster(*nodes: int) -> AsyncIterator[RayCluster]:
    """A cluster of these nodes. They end with the namespace that they are in."""
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    cluster = RayCluster(Path(tempfile.mkdtemp(prefix="ray-")))
    for number in nodes:
        cluster.start(number)
        if number == 1:
            await answering(HEAD)
    yield cluster


async def answering(address: str, seconds: float = 60.0) -> None:
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(seconds):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.close()
                return
            await asyncio.sleep(0.1)
