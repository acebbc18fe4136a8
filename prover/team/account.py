"""What a team did for one theorem, for the run directory: its plans with what became of each subgoal, and the best partial proof."""

from typing import Any

from planners.record import PlanRecord, Status, to_data
from prover.proof.script import Proof, lines
from prover.proof.statement import Statement, render
from prover.team import board as boards
from prover.team.board import Board, Branch, Problem


def account(board: Board, faults: list[str]) -> dict[str, Any]:
    """As JSON: every plan that was followed or rejected, for the theorem and for subgoals of it, in the order in which they came."""
    return {
        "problems": [_problem(problem) for problem in board if problem.branches or problem.rejected],
        "planner_faults": faults,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    followed = [branch.layout.plan for branch in problem.branches]
    return {
        "name": problem.name,
        "goal": problem.state.pp,
        "status": problem.status.value,
        "rounds": problem.rounds,
        "plans": [
            {"round": branch.round, "given_up": branch.dead, "seconds": _seconds(branch), **to_data(record_of(branch))} for branch in problem.branches
        ],
        "rejected": [{"origin": one.plan.origin, "reason": one.reason} for one in problem.rejected if one.plan not in followed],
    }


def record_of(branch: Branch) -> PlanRecord:
    """The plan as it stands now."""
    record = PlanRecord.of(branch.layout)
    for name, part in branch.parts.items():
        record = record.having(name, _status(part), proof=part.proof if part.status is boards.Status.PROVED else None, note=part.note)
    return record


def _status(problem: Problem) -> Status:
    if problem.status is boards.Status.OPEN and problem.searching:
        return "proving"
    return problem.status.value


def _seconds(branch: Branch) -> dict[str, float]:
    return {name: round(part.seconds, 1) for name, part in branch.parts.items()}


def partial(statement: Statement, board: Board) -> str | None:
    """A file with the best plan's proved subgoals, and `sorry` in place of the others; None where no subgoal of any plan was proved."""
    branch = board.best()
    if branch is None:
        return None
    missing = [name for name, part in branch.parts.items() if part.status is not boards.Status.PROVED]
    proofs = {name: part.proof or Proof("sorry") for name, part in branch.parts.items()}
    note = f"-- Not a proof: {len(missing)} of {len(branch.parts)} subgoals are sorry ({', '.join(missing)})."
    return f"{note}\n{render(statement, lines(branch.layout.proof(proofs)))}"
