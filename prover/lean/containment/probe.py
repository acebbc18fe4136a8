"""Tries what a contained program must not be able to do, and prints what indeed failed: ``python -I -S probe.py FACTS``

A stand-alone script that `policy` runs through `launcher`; nothing else should. FACTS is a Python literal: paths, ports and the
parent's pid. It harms nothing but the files that were made for it.
"""

import ctypes
import os
import resource
import socket
import sys
from collections.abc import Callable
from typing import Any


def refused(*deeds: Callable[[], object]) -> bool:
    """Whether the machine refuses every one of these."""
    for deed in deeds:
        try:
            deed()
        except OSError:
            continue
        return False
    return True


def write(path: str, size: int = 1) -> None:
    with open(path, "ab") as file:
        file.write(b"x" * size)


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1)


def connect(family: int, address: Any, kind: int = socket.SOCK_STREAM) -> None:
    with socket.socket(family, kind) as connection:
        connection.settimeout(2)
        connection.connect(address)
        if kind == socket.SOCK_DGRAM:
            connection.send(b"x")


def death_signal() -> int:
    number = ctypes.c_int(0)
    ctypes.CDLL(None).prctl(2, ctypes.byref(number), 0, 0, 0)
    return number.value


def main() -> None:
    facts: dict[str, Any] = eval(sys.argv[1], {"__builtins__": {}})
    outside, secret, ports = facts["outside"], facts["secret"], facts["ports"]
    loopback = [("127.0.0.1", port) for port in ports]
    held = {
        "reads": refused(lambda: read(secret), lambda: os.listdir(outside)),
        "secrets": refused(lambda: read(f"/proc/{facts['parent']}/environ")),
        "writes": refused(
            lambda: write(f"{outside}/new"), lambda: write(secret), lambda: os.truncate(secret, 0), lambda: os.mkdir(f"{outside}/folder")
        ),
        "modes": refused(lambda: os.chmod(secret, 0o600), lambda: os.chown(secret, -1, -1)),
        "network": refused(
            lambda: connect(socket.AF_INET, loopback[0]),
            lambda: connect(socket.AF_INET, loopback[1], socket.SOCK_DGRAM),
        ),
        "sockets": refused(lambda: connect(socket.AF_UNIX, facts["socket"]), lambda: connect(socket.AF_UNIX, "\0" + facts["abstract"])),
        "signals": refused(lambda: os.kill(facts["parent"], 0)),
        "limits": resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) and refused(lambda: write(f"{facts['scratch']}/large", 2 * facts["largest"])),
        "lifetime": death_signal() == 9,
        "processes": os.getpid() == 1,
    }
    sys.stdout.write(" ".join(effect for effect, holds in held.items() if holds) + " end\n")


if __name__ == "__main__":
    main()
