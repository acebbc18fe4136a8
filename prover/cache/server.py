"""A Redis server by its address: connected to, and seen to be one that the cache can use.

Knows TLS, passwords, databases and clusters as far as the client library does. Addresses in messages never hold a password.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, InvalidResponse, NoPermissionError, RedisError, ResponseError

OLDEST = (6, 2)
"""The first Redis that has everything that is used here (`ZRANDMEMBER`)."""

CONNECTIONS = 16
"""Of one process: so many questions are under way at once; whoever asks keeps to it."""

Command = tuple[Any, ...]


class CacheUnavailable(Exception):
    """The proof cache cannot be used as asked for. One line for the user."""


def shown(address: str) -> str:
    """The address without user, password and options, even where it is malformed."""
    scheme, separator, rest = address.partition("://") if "://" in address else ("", "", address)
    return f"{scheme}{separator}{rest.rpartition('@')[2].partition('?')[0]}"


class Server:
    """Connections to one server or cluster. Made by `connect`."""

    def __init__(self, name: str, client: Redis, cluster: RedisCluster | None, seconds: float) -> None:
        self.name, self._client, self._cluster, self._seconds = name, client, cluster, seconds

    @classmethod
    async def connect(cls, address: str, password: str | None, seconds: float, name: str = "") -> "Server":
        """Opens the first connection.

        Args:
            password: used where the address has none.
            seconds: for everything together.
            name: how messages call it [default: the address].

        Raises:
            CacheUnavailable: nothing is there, it is no Redis, it is too old, or it does not let us in.
        """
        name = name or shown(address)
        try:
            parse_url(address)
        except ValueError as error:
            hint = "such as redis://:password@host:6379/0, with %2F for a / in the password, and so on"
            raise CacheUnavailable(f"proof cache: {name} is no address of a Redis server, {hint}") from error
        client: Redis | None = None
        try:
            async with asyncio.timeout(seconds):
                client = _client(address, password, seconds)
                mode = await _examined(client, name)
                cluster = _cluster(address, password, seconds) if mode == "cluster" else None
                return cls(name, client, await cluster.initialize() if cluster is not None else None, seconds)
        except (RedisError, OSError, TimeoutError, ValueError, TypeError) as error:
            if client is not None:
                await client.aclose()
            raise CacheUnavailable(_explained(error, name, seconds)) from error
        except BaseException:
            if client is not None:
                await client.aclose()
            raise

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """Replies to commands sent at once; a reply may be a `ResponseError`, for its command alone. Waits for as long as the caller does.

        Raises:
            RedisError, OSError: no replies.
        """
        pipeline = self._cluster.pipeline() if self._cluster is not None else self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return list(await pipeline.execute(raise_on_error=False))

    def subscription(self) -> Any:
        """Something to subscribe with; in a cluster, any node hears everything."""
        return self._client.pubsub(ignore_subscribe_messages=False)

    async def keys(self, pattern: str, each: Callable[[bytes], None]) -> None:
        """Calls back with every key that a glob matches.

        Raises:
            CacheUnavailable: the server does not answer.
        """
        found = (self._cluster or self._client).scan_iter(match=pattern, count=1_000)
        try:
            while True:
                async with asyncio.timeout(self._seconds):
                    if (key := await anext(found, None)) is None:
                        return
                each(key)
        except (RedisError, OSError, TimeoutError) as error:
            raise CacheUnavailable(f"proof cache: {self.name} does not answer any more: {error}") from error

    async def forget_connections(self) -> None:
        """Closes what is open and idle: after the server was away, none of it is of use."""
        if self._cluster is None:
            await self._client.connection_pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        await self._client.aclose()
        if self._cluster is not None:
            await self._cluster.aclose()


def _options(password: str | None, seconds: float) -> dict[str, Any]:
    # An idle connection may have been closed by the other side: tried once more before anybody calls it lost. Deadlines are the callers':
    # the client's own makes a task of every command and, on Python 3.11, loses a cancellation that comes with the end of it (`asyncio.wait_for`).
    options: dict[str, Any] = {"protocol": 2, "socket_timeout": None, "socket_connect_timeout": seconds, "retry": Retry(NoBackoff(), 1)}
    return {**options, "password": password} if password else options


def _client(address: str, password: str | None, seconds: float) -> Redis:
    pool = BlockingConnectionPool.from_url(address, max_connections=CONNECTIONS + 4, timeout=seconds, **_options(password, seconds))
    return Redis.from_pool(pool)


def _cluster(address: str, password: str | None, seconds: float) -> RedisCluster:
    return RedisCluster.from_url(address, max_connections=CONNECTIONS + 4, **_options(password, seconds))


async def _examined(client: Redis, name: str) -> str:
    """Sees that this is a Redis that will do; its mode (`standalone`, `cluster`, …)."""
    await client.ping()
    try:
        info = await client.info("server")
    except NoPermissionError:  # a careful administrator; what is missing will be refused then
        return ""
    version = str(info.get("redis_version", ""))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if len(numbers) == 2 and numbers < OLDEST:
        raise CacheUnavailable(f"proof cache: {name} is Redis {version}; {'.'.join(map(str, OLDEST))} or newer is needed")
    return str(info.get("redis_mode", ""))


def _explained(error: BaseException, name: str, seconds: float) -> str:
    said = " ".join(str(error).split())
    match error:
        case AuthenticationError() | AuthorizationError() | NoPermissionError():
            reason = f"does not let us in: {said} (a password belongs into the address, or into the variable that cache.password_variable names)"
        case InvalidResponse():
            reason = f"does not answer as a Redis does ({said})"
        case TimeoutError():
            reason = f"does not answer within {seconds:g} s"
        case ResponseError():
            reason = f"refuses to be used: {said}"
        case _ if "Protocol Error" in said:
            reason = f"does not answer as a Redis does ({said})"
        case ValueError() | TypeError():
            reason = f"cannot be used: {said}"
        case _:
            reason = f"cannot be reached: {said}"
    return f"proof cache: {name} {reason}"
