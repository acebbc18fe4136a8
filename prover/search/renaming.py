"""A proof of one goal, made to fit an equal goal whose hypotheses have other names or another order.

Pure text: whether it fits is for Lean to say.
"""

from collections.abc import Sequence

from prover.proof.script import ALL, Proof
from prover.proof.state import Goal, ProofState


def renamed(proof: Proof, names: Sequence[str], target: ProofState) -> Proof | None:
    """The proof behind a tactic that gives the hypotheses of ``target`` the names that the proof speaks of.

    Args:
        names: of the hypotheses where the proof was found, in the canonical order (`Goal.names`).

    Returns:
        None where there is nothing to rename, or where it is not known which hypotheses correspond.
    """
    if len(target.goals) != 1:
        return None
    goal = target.goals[0]
    if not names or len(names) != len(goal.names) or tuple(names) == goal.names:
        return None
    place = dict(zip(goal.order, names, strict=True))
    return Proof(renaming(goal, [place[index] for index in range(len(goal.hypotheses))]), ((ALL, proof),))


def renaming(goal: Goal, names: list[str]) -> str:
    """A tactic that gives the goal's hypotheses these names, in their order. A name that cannot be written (``✝``) is given to nobody."""
    hidden = [hypothesis for hypothesis in goal.hypotheses if not hypothesis.accessible]
    lines = [f"rename_i {' '.join(f'hidden{number}' for number in range(len(hidden)))}"] if hidden else []
    numbers = iter(range(len(hidden)))
    present = [hypothesis.name if hypothesis.accessible else f"hidden{next(numbers)}" for hypothesis in goal.hypotheses]
    lines.append(f"revert {' '.join(present)}")
    lines.append(f"intro {' '.join('_' if '✝' in name else name for name in names)}")
    return "\n".join(lines)
