"""A process that keeps the embedded redis-server for as long as anybody uses it.

Run as a script, with the server's command as its arguments, in the server's folder. Every user holds a shared lock on the file ``users``, which the
kernel frees however the user dies; the keeper waits for the exclusive one. When it gets it, nobody is left: it ends the server, which saves, and
only then itself. The server in turn is ended by the kernel when the keeper dies, and the keeper ends when the server does. So none of them stays
for ever, whoever is killed. The server holds a lock of its own, so that no second one touches its data before it is gone. Waits in the kernel and
costs nothing meanwhile; imports nothing but Python's own, for it starts with every first run.
"""

import ctypes
import fcntl
import os
import signal
import sys
from types import FrameType

_PR_SET_PDEATHSIG = 1


class _ServerEnded(Exception):
    pass


def _ended(_signal: int, _frame: FrameType | None) -> None:
    raise _ServerEnded


def keep(command: list[str]) -> None:
    """Runs the command until nobody holds a lock on ``users``."""
    os.umask(0o077)
    libc = ctypes.CDLL(None)
    users = os.open("users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    alone = os.open("server", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(alone, True)
    fcntl.flock(alone, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, _ended)
    server = 0
    try:
        server = os.fork()
        if server == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            os.execv(command[0], command)
        fcntl.flock(users, fcntl.LOCK_EX)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
    except _ServerEnded:
        os.waitpid(server, 0)


if __name__ == "__main__":
    keep(sys.argv[1:])
