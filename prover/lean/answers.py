"""What the stepper's replies say, as values: states, declarations, and errors that are the text's own. Sends nothing."""

from dataclasses import dataclass, replace
from typing import Any

from prover.lean.process import WorkerDied
from prover.lean.wire import Reply
from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement


class SourceError(Exception):
    """Lean did not accept a header, a file or a statement.

    Attributes:
        kind: syntax, elaboration or import.
        line, column: one-based, in the text that was given; 0 when Lean named none.
    """

    def __init__(self, kind: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.kind, self.message, self.line, self.column = kind, message, line, column


@dataclass(frozen=True, slots=True)
class Declaration:
    """A theorem as Lean's parser found it in a file.

    Attributes:
        statement: header included; what comes before it in the file, without theorems that are still `sorry`.
        proof: "sorry" (or missing), "partial" (a `sorry` somewhere inside), "given".
        error: Lean's message when the statement does not elaborate.
    """

    statement: Statement
    proof: str
    line: int
    column: int
    error: SourceError | None


def checked(reply: Reply) -> Reply:
    """The reply, unless it says that the request could not be carried out.

    Raises:
        SourceError: because of the text it was about.
        WorkerDied: because client and process no longer understand each other.
    """
    if reply["status"] == "failed":
        if reply["error"] in ("syntax", "elaboration", "import"):
            raise SourceError(reply["error"], reply["message"], reply["line"], reply["column"])
        raise WorkerDied(f"the stepper answered {reply['message']!r}")
    return reply


def state_of(bare: ProofState, reply: Reply) -> ProofState:
    """The state with what Lean said of it."""
    goals = tuple(_goal(goal) for goal in reply["goals"])
    return replace(bare, goals=goals, key=reply["key"], groups=tuple(tuple(group) for group in reply["groups"]))


def declaration_of(entry: dict[str, Any]) -> Declaration:
    error = entry.get("error")
    return Declaration(
        Statement(entry["name"], entry["header"], entry["declaration"]),
        entry["proof"],
        entry["line"],
        entry["column"],
        SourceError(error["error"], error["message"], error["line"], error["column"]) if error else None,
    )


def _goal(goal: dict[str, Any]) -> Goal:
    hypotheses = tuple(Hypothesis(h["name"], h["type"], h["kind"], h["head"], h["carrier"], h.get("value")) for h in goal["hypotheses"])
    return Goal(goal["case"], hypotheses, goal["target"], goal["head"], goal["carrier"], goal["pp"])
