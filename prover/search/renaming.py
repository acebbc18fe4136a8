"""A proof of one goal, made to fit an equal goal whose hypotheses have other names or another order.

Pure text: whether it fits is for Lean to say.
"""

from prover.proof.script import ALL, Proof
from prover.proof.state import Goal, ProofState


def renamed(proof: Proof, source: ProofState, target: ProofState) -> Proof | None:
    """The proof of ``source`` behind a tactic that gives the hypotheses of ``target`` the names of their counterparts.

    None where there is nothing to rename, or where it is not known which hypotheses correspond.
    """
    if len(source.goals) != 1 or len(target.goals) != 1:
        return None
    names = counterparts(source.goals[0], target.goals[0])
    if not names or names == [hypothesis.name for hypothesis in target.goals[0].hypotheses]:
        return None
    return Proof(renaming(target.goals[0], names), ((ALL, proof),))


def counterparts(source: Goal, target: Goal) -> list[str]:
    """For each hypothesis of ``target``, the name of its counterpart in ``source``; none at all where their orders do not say."""
    if not source.order or len(source.order) != len(target.order):
        return []
    place = {there: source.hypotheses[here].name for here, there in zip(source.order, target.order, strict=True)}
    return [place[index] for index in range(len(target.hypotheses))]


def renaming(goal: Goal, names: list[str]) -> str:
    """A tactic that gives the goal's hypotheses these names, in their order. A name that cannot be written (``✝``) is given to nobody."""
    hidden = [hypothesis for hypothesis in goal.hypotheses if not hypothesis.accessible]
    lines = [f"rename_i {' '.join(f'hidden{number}' for number in range(len(hidden)))}"] if hidden else []
    numbers = iter(range(len(hidden)))
    present = [hypothesis.name if hypothesis.accessible else f"hidden{next(numbers)}" for hypothesis in goal.hypotheses]
    lines.append(f"revert {' '.join(present)}")
    lines.append(f"intro {' '.join('_' if '✝' in name else name for name in names)}")
    return "\n".join(lines)
