"""The user's own server: there for whoever comes, gone with the last of them, and nothing is lost."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cache.embedded import Embedded
from prover.cache.link import Back, Health
from prover.cache.opening import open_redis
from prover.cache.server import CacheUnavailable
from prover.config import CacheConfig
from tests.cache.claims import claim, key

EMBEDDED = CacheConfig(server="embedded")
USER = """
import asyncio, sys
from pathlib import Path
from prover.cache.opening import open_redis
from prover.config import CacheConfig
from tests.cache.claims import claim, key

async def main():
    async with open_redis(CacheConfig(server="embedded"), Path(sys.argv[1])) as cache:
        await cache.add_proved(key(int(sys.argv[2])), claim())
        print("ready", flush=True)
        await asyncio.sleep(float(sys.argv[3]))

asyncio.run(main())
"""


def user(folder: Path, number: int, seconds: float = 60.0) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", USER, str(folder), str(number), str(seconds)], stdout=subprocess.PIPE, text=True)


def processes(folder: Path) -> list[int]:
    """Keeper and server: what runs in the folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").resolve() == folder / "proofs" and (process / "stat").read_text().split()[2] != "Z":
                found.append(int(process.name))
        except OSError:
            continue
    return found


def server_of(folder: Path) -> int:
    return next(pid for pid in processes(folder) if "redis-server" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0])


async def gone(folder: Path) -> None:
    async with asyncio.timeout(20):
        while processes(folder):
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for pid in processes(tmp_path):
        os.kill(pid, signal.SIGKILL)


async def test_runs_share_it_and_it_ends_with_the_last(folder: Path) -> None:
    async with open_redis(EMBEDDED, folder) as mine:
        async with open_redis(EMBEDDED, folder) as theirs:
            await mine.add_proved(key(), claim())
            assert (await theirs.look(key())).proved
            server = server_of(folder)
        assert (await mine.look(key())).proved
        assert server_of(folder) == server
    await gone(folder)
    async with open_redis(EMBEDDED, folder) as again:
        assert (await again.look(key())).proved, "what it knew is kept"


async def test_many_that_start_at_once_get_one_server(folder: Path) -> None:
    users = [user(folder, number, 3.0) for number in range(5)]
    for one in users:
        assert one.stdout is not None
        assert await asyncio.to_thread(one.stdout.readline) == "ready\n"
    assert len(processes(folder)) == 2, "one keeper, one server"
    async with open_redis(EMBEDDED, folder) as cache:
        for number in range(5):
            assert (await cache.look(key(number))).proved
        for one in users:
            assert await asyncio.to_thread(one.wait, 20) == 0
        assert (await cache.look(key())).proved, "whoever started it is gone, and it stays"
    await gone(folder)


async def test_it_goes_when_all_users_are_killed(folder: Path) -> None:
    users = [user(folder, number) for number in range(2)]
    for one in users:
        assert one.stdout is not None
        assert await asyncio.to_thread(one.stdout.readline) == "ready\n"
    for one in users:
        one.kill()
        one.wait(10)
    await gone(folder)


@pytest.mark.parametrize("victim", ["server", "keeper"])
async def test_killed_in_mid_run_it_comes_back_with_everything(folder: Path, victim: str) -> None:
    told: list[Health] = []
    async with open_redis(EMBEDDED, folder, tell=told.append) as cache:
        for number in range(50):
            await cache.add_proved(key(number), claim())
        server = server_of(folder)
        keeper = next(pid for pid in processes(folder) if pid != server)
        os.kill(server if victim == "server" else keeper, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while server in processes(folder):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        async with asyncio.timeout(20):
            await cache.look(key())
            await cache.link.up.wait()
        for number in range(50):
            assert (await cache.look(key(number))).proved == (claim(),), "nothing that was proved is lost"
        assert server_of(folder) != server
    await gone(folder)
    assert all(isinstance(health, Back) for health in told[1::2])


async def test_only_the_user_can_reach_it(folder: Path) -> None:
    async with open_redis(EMBEDDED, folder):
        kept = folder / "proofs"
        assert kept.stat().st_mode & 0o777 == 0o700
        assert all(file.stat().st_mode & 0o077 == 0 for file in kept.iterdir())
        server = server_of(folder)
        sockets = {match[1] for link in Path(f"/proc/{server}/fd").iterdir() if (match := re.match(r"socket:\[(\d+)\]", os.readlink(link)))}
        for table in ("tcp", "tcp6"):
            rows = [row.split() for row in Path(f"/proc/{server}/net/{table}").read_text().splitlines()[1:]]
            assert not [row for row in rows if row[9] in sockets], "no port"


async def test_a_long_path_is_no_obstacle(folder: Path) -> None:
    long = folder / ("x" * 100) / ("y" * 100)
    async with open_redis(EMBEDDED, long) as cache:
        await cache.add_proved(key(), claim())
        assert (await cache.look(key())).proved
    await gone(long)


async def test_data_that_cannot_be_read_are_set_aside(folder: Path) -> None:
    kept = folder / "proofs"
    kept.mkdir()
    (kept / "appendonly.aof").write_bytes(b"*3\r\n$nonsense" * 100)
    async with open_redis(EMBEDDED, folder) as cache:
        await cache.add_proved(key(), claim())
        assert (await cache.look(key())).proved
    assert (kept / "appendonly.aof.set-aside").exists()
    await gone(folder)


async def test_a_folder_that_cannot_be_used_is_one_line(folder: Path) -> None:
    (folder / "proofs").write_text("a file")
    with pytest.raises(CacheUnavailable, match=r"proof cache: its folder .* cannot be used"):
        async with Embedded.at(folder / "proofs"):
            pass
