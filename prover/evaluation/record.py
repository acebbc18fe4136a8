"""One result as one JSON line: what `--json` prints and what a run directory keeps."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from prover.proof.attempt import Attempt, Exhausted, Faulted, OutOfBudget, Proved, Unsupported
from prover.proof.script import lines
from prover.proof.statement import Statement
from prover.proof.verdict import Verdict, Verified, details, status

Status = Literal["proved", "exhausted", "out_of_budget", "unsupported", "faulted"]
Record = dict[str, Any]


def status_of(attempt: Attempt, verdict: Verdict | None) -> Status:
    """A proof counts with a verdict and not before; no verdict on a proof is a fault, not a failure."""
    match attempt:
        case Proved():
            return "proved" if isinstance(verdict, Verified) else "faulted"
        case Exhausted():
            return "exhausted"
        case OutOfBudget():
            return "out_of_budget"
        case Unsupported():
            return "unsupported"
        case Faulted():
            return "faulted"


def record_of(
    statement: Statement, attempt: Attempt, verdict: Verdict | None, *, lean_version: str, shortened: Sequence[str] | None = None
) -> Record:
    """The line of one attempt.

    Args:
        verdict: on the proof that is the result: the shortened one where there is one.
        shortened: the script in place of the one that the search found.
    """
    telemetry = attempt.telemetry
    raw = list(lines(attempt.proof)) if isinstance(attempt, Proved) else None
    return {
        "name": statement.name,
        "status": status_of(attempt, verdict),
        "proof": list(shortened) if shortened else raw,
        "raw_proof": raw,
        "message": _message(attempt),
        "seconds": round(telemetry.seconds, 3),
        "expansions": telemetry.expansions,
        "lean_steps": telemetry.lean_steps,
        "verdict": _verdict(verdict) if verdict is not None else None,
        "statement_hash": statement.hash,
        "lean_version": lean_version,
        "telemetry": {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(telemetry).items()},
    }


def _message(attempt: Attempt) -> str:
    match attempt:
        case Unsupported(message, _) | Faulted(message, _):
            return message
        case OutOfBudget(limit, _):
            return f"out of {limit}"
        case Proved() | Exhausted():
            return ""


def _verdict(verdict: Verdict) -> Record:
    return {"status": status(verdict), **details(verdict)}
