"""What a run is about: statements, each with where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from prover.proof.statement import Statement


@dataclass(frozen=True, slots=True)
class Task:
    """One statement to prove.

    Attributes:
        origin: "FILE.lean:12" or "FILE.jsonl:3", for messages.
        unsupported: Lean's message when the statement does not elaborate, else empty.
    """

    statement: Statement
    origin: str
    unsupported: str = ""


class DuplicateStatements(Exception):
    """Two different statements under one name; one line for the user."""


def unique(tasks: Sequence[Task]) -> list[Task]:
    """Drops repeated tasks.

    Raises:
        DuplicateStatements: two tasks of one name ask for different things.
    """
    seen: dict[str, Task] = {}
    for task in tasks:
        other = seen.setdefault(task.statement.name, task)
        if other.statement.hash != task.statement.hash:
            raise DuplicateStatements(
                f"{task.origin} and {other.origin} both declare {task.statement.name}, but not the same statement; prove them in separate runs"
            )
    return list(seen.values())
