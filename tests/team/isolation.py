"""Tests in namespaces of their own: a network in which nobody else is, and a process tree that is gone when the test ends, however it ends."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

_INSIDE = "STEPWISE_TEST_INSIDE"
_NAMESPACES = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
_LOOPBACK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def inside(*command: str) -> list[str]:
    """The command that runs this one in new namespaces."""
    return [*_NAMESPACES, *_LOOPBACK, *command]


@functools.cache
def missing() -> str:
    """Why this machine lets nobody have namespaces; empty where it does."""
    for tool in ("unshare", "ip"):
        if shutil.which(tool) is None:
            return f"no {tool} on this machine"
    tried = subprocess.run(inside("true"), capture_output=True, text=True, timeout=30, check=False)
    return tried.stderr.strip() if tried.returncode else ""


def isolated(seconds: float, *, first: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Runs a test by another pytest, within namespaces; it fails where that does not pass in so many seconds. Skipped where there are none.

    Args:
        first: a fixture that is made before, outside: there is no network within.
    """

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        if os.environ.get(_INSIDE):
            return test

        def apart(request: pytest.FixtureRequest) -> None:
            if why := missing():
                pytest.skip(f"needs network and process namespaces: {why}")
            if first:
                request.getfixturevalue(first)
            with tempfile.TemporaryDirectory(prefix="stepwise-test-", ignore_cleanup_errors=True) as folder:
                environ = {**os.environ, _INSIDE: "1", "TMPDIR": folder}
                command = inside(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid)
                try:
                    done = subprocess.run(
                        command, env=environ, cwd=request.config.rootpath, capture_output=True, text=True, timeout=seconds, check=False
                    )
                except subprocess.TimeoutExpired as late:
                    pytest.fail(f"not done within {seconds:g} s\n{(late.stdout or b'').decode()}", pytrace=False)
            if done.returncode:
                pytest.fail(done.stdout + done.stderr, pytrace=False)

        apart.__name__, apart.__doc__, apart.__module__ = test.__name__, test.__doc__, test.__module__
        for mark in getattr(test, "pytestmark", []):
            apart = getattr(pytest.mark, mark.name)(*mark.args, **mark.kwargs)(apart)
        return apart

    return decorate
