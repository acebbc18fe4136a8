"""What the stepper's replies say, as values: states, declarations, and errors that are the text's own. Sends nothing.

A reply may have been written by the code of a tactic. Every field is checked for its type before anybody else sees it; what has another shape is
`Nonsense`.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import NonNegativeInt, TypeAdapter, ValidationError

from prover.lean.process import WorkerDied
from prover.lean.wire import Reply
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Cost, Rejected, RejectionKind, StepResult

T = TypeVar("T")


class SourceError(Exception):
    """Lean did not accept a header, a file or a statement.

    Attributes:
        kind: syntax, elaboration or import.
        line, column: one-based, in the text that was given; 0 when Lean named none.
    """

    def __init__(self, kind: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(kind, message, line, column)  # all of them, so that it can be pickled
        self.kind, self.message, self.line, self.column = kind, message, line, column

    def __str__(self) -> str:
        return self.message


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


class Nonsense(WorkerDied):
    """The process answered, and not as the protocol has it: what a model wrote may have answered in its place. It cannot be trusted any more."""


def checked(reply: Reply) -> Reply:
    """The reply, unless it says that the request could not be carried out.

    Raises:
        SourceError: because of the text it was about.
        Nonsense: because client and process no longer understand each other.
    """
    match reply.get("status"):
        case "failed":
            error = _read(_ERROR, reply)
            if error.error in ("syntax", "elaboration", "import"):
                raise SourceError(error.error, error.message, error.line, error.column)
            raise Nonsense(f"the stepper answered {error.message!r}")
        case str():
            return reply
    raise Nonsense("a reply without a status")


def number_in(reply: Reply, key: str) -> int:
    """The number of a header or state.

    Raises:
        Nonsense: there is none.
    """
    return _read(_NUMBER, reply.get(key))


def state_of(bare: ProofState, reply: Reply) -> ProofState:
    """The state with what Lean said of it.

    Raises:
        Nonsense: it said something else.
    """
    goals = _read(_GOALS, reply.get("goals"))
    groups = _read(_GROUPS, reply.get("groups"))
    if sorted(index for group in groups for index in group) != list(range(len(goals))):
        raise Nonsense(f"groups {groups} of {len(goals)} goals")
    keys = _read(_KEYS, reply.get("group_keys", ()))
    if keys and len(keys) != len(groups):
        raise Nonsense(f"{len(keys)} keys of {len(groups)} groups")
    if any(sorted(goal.order) != list(range(len(goal.hypotheses))) for goal in goals if goal.order):
        raise Nonsense("an order that is none")
    return replace(bare, goals=goals, key=_read(_TEXT, reply.get("key")), groups=groups, group_keys=keys)


def result_of(state: ProofState, reply: Reply) -> StepResult:
    """What a step on the state came to.

    Raises:
        Nonsense: it cannot be told.
    """
    match checked(reply)["status"]:
        case "advanced":
            bare = ProofState(state.statement, (*state.tactics, _read(_TEXT, reply.get("tactic"))), (), "", (), state.opened)
            return Advanced(state_of(bare, reply), _cost(reply))
        case "closed":
            return Closed((*state.tactics, _read(_TEXT, reply.get("tactic"))), _cost(reply))
        case "rejected":
            return Rejected(_read(_KIND, reply.get("kind")), _read(_TEXT, reply.get("message")), _cost(reply))
        case other:
            raise Nonsense(f"a step that is {other!r}")


def declarations_of(reply: Reply) -> list[Declaration]:
    """The theorems that a scan found.

    Raises:
        SourceError, Nonsense: see `checked`.
    """
    return [
        Declaration(
            Statement(entry.name, entry.header, entry.declaration),
            entry.proof,
            entry.line,
            entry.column,
            SourceError(entry.error.error, entry.error.message, entry.error.line, entry.error.column) if entry.error else None,
        )
        for entry in _read(_ENTRIES, checked(reply).get("declarations"))
    ]


def _cost(reply: Reply) -> Cost:
    return Cost(_read(_NUMBER, reply.get("us")) / 1e6, _read(_NUMBER, reply.get("heartbeats", 0)))


@dataclass(frozen=True, slots=True)
class _Error:
    error: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    header: str
    declaration: str
    proof: str
    line: int
    column: int
    error: _Error | None = None


# Made once: each compiles a validator.
_NUMBER: TypeAdapter[int] = TypeAdapter(NonNegativeInt)
_TEXT = TypeAdapter(str)
_KIND: TypeAdapter[RejectionKind] = TypeAdapter(RejectionKind)
_GOALS = TypeAdapter(tuple[Goal, ...])
_GROUPS = TypeAdapter(tuple[tuple[int, ...], ...])
_KEYS = TypeAdapter(tuple[str, ...])
_ERROR = TypeAdapter(_Error)
_ENTRIES = TypeAdapter(list[_Entry])


def _read(shape: TypeAdapter[T], value: object) -> T:
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise Nonsense(f"a reply of the wrong shape: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
