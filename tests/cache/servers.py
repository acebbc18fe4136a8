"""A real redis-server for tests, of which everything can be asked: passwords, being killed, being stopped, coming back."""

import signal
import socket
import subprocess
import time
from pathlib import Path

import redis

from prover.cache.embedded import executable


def free_port() -> int:
    """Low enough for the second port of a cluster's node, which is 10 000 above."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            if (port := int(probe.getsockname()[1])) < 55_000:
                return port


class RedisServer:
    """Keeps its data in a folder, so that it comes back with them."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options, self.port = folder, options, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(executable()), "--port", str(self.port), "--bind", "127.0.0.1", "--appendonly", "yes", *self.options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("redis-server did not start")

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(10)

    def close(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def ready_cluster(self) -> bool:
        """As a node: whether it knows all the others."""
        done = subprocess.run([str(executable().with_name("redis-cli")), "-p", str(self.port), "cluster", "info"], capture_output=True, check=False)
        return b"cluster_state:ok" in done.stdout

    def client(self) -> "redis.Redis":
        """For doing to the data what a stranger could do."""
        return redis.Redis(port=self.port)
