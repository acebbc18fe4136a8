"""This process in a Ray cluster.

Promises: one clear line where there is no cluster to be had, in bounded time; Ray's own words stay in its log files. Ray keeps one session for a
process, so this does too. Ray is imported here, when it is first needed.

Ray can neither be hurried nor stopped while it looks for a cluster, and writes to the terminal as it does. So another process tries first.
"""

import asyncio
import importlib.util
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import ModuleType

_NAMESPACE = "stepwise"
_REACH_SECONDS = 5.0
_LEAVE_SECONDS = 10.0
_DEFAULT_PORT = 6379
_TRY = "import sys; from prover.team.session import refusal; sys.stdout.write(refusal(sys.argv[1]))"


class ClusterUnavailable(Exception):
    """There is no cluster to work on; one line for the user."""


@asynccontextmanager
async def joined(address: str, seconds: float) -> AsyncIterator[ModuleType]:
    """Joins the cluster, and leaves it at the end; gives the module `ray`.

    Args:
        address: ``HOST:PORT`` of its head, or ``auto`` for the one that this machine is part of.
        seconds: to wait at most.

    Raises:
        ClusterUnavailable: there is none, or it does not take this program.
    """
    if importlib.util.find_spec("ray") is None:
        raise ClusterUnavailable("a cluster needs ray: pip install 'stepwise-prover[cluster]'")
    if address != "auto":
        await _reach(address)
    await _try(address, seconds)
    import ray

    if ray.is_initialized():
        raise ClusterUnavailable("this process is part of a Ray session already")
    try:
        if reason := await asyncio.to_thread(refusal, address, stay=True):
            raise ClusterUnavailable(reason)
        yield ray
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAVE_SECONDS):
                await asyncio.to_thread(ray.shutdown)


async def _reach(address: str) -> None:
    """Whether anybody is there at all."""
    if "://" in address:
        raise ClusterUnavailable(f"{address}: give HOST:PORT of the cluster's head, on a machine that is part of it (`ray start --address …`)")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ClusterUnavailable(f"{address}: a cluster's address is HOST:PORT, the port usually {_DEFAULT_PORT}; or auto")
    try:
        await knock(address)
    except (OSError, TimeoutError) as error:
        raise ClusterUnavailable(f"no cluster answers at {address} ({_line(error)}); start one with `ray start --head --port {port}`") from error


async def knock(address: str) -> None:
    """Raises OSError or TimeoutError where nobody listens at ``HOST:PORT``. Ray itself would not say so before a minute has passed."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(_REACH_SECONDS):
        _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    writer.close()


async def _try(address: str, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _TRY, address, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate()
    except TimeoutError:
        raise ClusterUnavailable(f"no answer from the cluster at {address} within {seconds:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if said or process.returncode:
        raise ClusterUnavailable(said.decode() or f"the cluster at {address} cannot be joined: Ray ended with {process.returncode}")


def refusal(address: str, *, stay: bool = False) -> str:
    """Why the cluster cannot be joined, in one line; empty where it can. With ``stay`` this process is part of it then."""
    import ray

    # What Ray hears of any process's end it prints to standard output, where results belong, and has no option that keeps it from that.
    ray._private.worker.print_to_stdstream = _keep_quiet
    try:
        ray.init(address=address, namespace=_NAMESPACE, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        reason = _line(error.__cause__ or error)
        if isinstance(error, ray.exceptions.AuthenticationError) or "AuthToken" in reason:
            return (
                f"the cluster at {address} wants its token: put it in RAY_AUTH_TOKEN, or in ~/.ray/auth_token, and set RAY_AUTH_MODE=token"
                if "no authentication token" in reason or "disabled" in reason
                else f"the cluster at {address} does not take the token of RAY_AUTH_TOKEN, or of ~/.ray/auth_token"
            )
        return f"the cluster at {address} cannot be joined: {reason}"
    if not stay:
        ray.shutdown()
    return ""


def _keep_quiet(*_: object, **__: object) -> None: ...


def _line(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__
