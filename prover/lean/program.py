"""The Lean program that every worker runs, as one file.

`lean_project/` is an ordinary Lake package of small modules. A native Lake project would build them once; the embedded Lean pays
several seconds of start-up for every file it compiles, so it is given all of them in one: same text, module headers merged.
"""

import hashlib
import os
import re
from pathlib import Path

from prover.resources import resource

_MODULE_HEADER = re.compile(r"\Amodule\n((?:public import .*\n)*)public section\n")
_OWN = re.compile(r"^public import (Stepwise\..*)$", re.MULTILINE)


def merged(root: Path) -> str:
    """Main.lean with every module that it needs, dependencies first.

    Raises:
        ValueError: a file that does not start with `module`, imports and `public section`.
    """
    order: list[str] = []
    _visit(root, "Main", order)
    bodies = []
    for name in order:
        text = _read(root, name)
        header = _MODULE_HEADER.match(text)
        if header is None:
            raise ValueError(f"{name}: not a module of the usual shape")
        bodies.append(text[header.end() :].strip())
    return "module\npublic import Lean\npublic section\n\n" + "\n\n".join(bodies) + "\n"


def stepwise_program(cache: Path) -> Path:
    """The merged program in the cache folder, under a name that changes with its content. Safe for many processes at once."""
    text = merged(resource("lean_project"))
    path = cache / "programs" / f"Stepwise{hashlib.sha256(text.encode()).hexdigest()[:16]}.lean"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    return path


def _read(root: Path, name: str) -> str:
    return (root / f"{name.replace('.', '/')}.lean").read_text(encoding="utf-8")


def _visit(root: Path, name: str, order: list[str]) -> None:
    for imported in _OWN.findall(_read(root, name)):
        if imported not in order:
            _visit(root, imported, order)
    if name not in order:
        order.append(name)
