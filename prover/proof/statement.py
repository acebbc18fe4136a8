"""A statement: a theorem without its proof, and the file that a proof of it is written to.

Knows nothing of Lean's syntax beyond what the stepper's scan reported; in particular it never parses.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

DEFAULT_HEARTBEATS = 200_000
"""Lean's own limit for one declaration, in thousands of small allocations (`maxHeartbeats`)."""


@dataclass(frozen=True)
class Statement:
    """What is to be proved.

    Attributes:
        name: full name of the theorem, e.g. ``Foo.bar``.
        header: everything that the file has before it (imports, `open`s, options, definitions).
        declaration: the theorem's text up to, and without, ``:=``.
    """

    name: str
    header: str
    declaration: str

    @cached_property
    def hash(self) -> str:
        """SHA-256 of header and declaration (white space folded), 16 hex digits: what a result is filed under."""
        text = "\0".join(" ".join(part.split()) for part in (self.header, self.declaration))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def indent(tactic: str) -> str:
    """One tactic as the line or lines of a `by` block."""
    return "\n".join(f"  {line}" if line.strip() else line for line in tactic.split("\n"))


def render(statement: Statement, tactics: Sequence[str], *, heartbeats: int = DEFAULT_HEARTBEATS) -> str:
    """The complete file of a proof, as the judge elaborates it and as anyone can check it with plain `lean`.

    Heartbeats are counted per step in a search, but per declaration in a file: a proof that needs more than Lean's
    default says so in its own `set_option` line.
    """
    options = f"set_option maxHeartbeats {heartbeats} in\n" if heartbeats > DEFAULT_HEARTBEATS else ""
    body = "\n".join(indent(tactic) for tactic in tactics)
    header = statement.header.rstrip()
    # A declaration may end in a comment, which must not swallow what follows.
    separator = "\n  " if "--" in statement.declaration.rpartition("\n")[2] else " "
    return (f"{header}\n\n" if header else "") + f"{options}{statement.declaration}{separator}:= by\n{body}\n"
