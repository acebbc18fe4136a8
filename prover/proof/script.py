"""Putting the proofs of separate goals together in one script. Pure text: whether the script holds is for Lean and the judge to say."""

from collections.abc import Mapping, Sequence


def bullet(tactics: Sequence[str]) -> str:
    """One goal's tactics as a `·` block, which closes the first goal and sees no other."""
    lines = "\n".join(tactics).split("\n")
    return "\n".join([f"· {lines[0]}", *(f"  {line}" if line.strip() else line for line in lines[1:])])


def assemble(proofs: Mapping[tuple[int, ...], Sequence[str]]) -> tuple[str, ...]:
    """The tactics that close a state, from the tactics that close each group of its goals.

    A group of one goal becomes a `·` block, the goal rotated to the front where it is not there. A group of several stays as it is, without
    a block of its own: it comes when nothing else is left, or when the rest lies behind it, where tactics that work on the first
    goal do not look.

    Args:
        proofs: by group, the indices of its goals; together all goals of the state.

    Raises:
        ValueError: the groups do not cover the goals 0, 1, … once each, or several groups of several goals are interleaved.
    """
    goals = sorted(index for group in proofs for index in group)
    if goals != list(range(len(goals))):
        raise ValueError(f"groups {list(proofs)} are no partition of a state's goals")
    script: list[str] = []
    left = goals
    for group in sorted(proofs):
        if len(group) == 1:
            left = _to_front(left, group[0], script)[1:]
            script.append(bullet(proofs[group]))
    for group in sorted(group for group in proofs if len(group) > 1):
        left = _to_front(left, min(group), script)
        if left[: len(group)] != sorted(group):
            raise ValueError(f"the goals {group} cannot be brought together: others lie between them")
        left = left[len(group) :]
        script += proofs[group]
    return tuple(script)


def _to_front(goals: list[int], goal: int, script: list[str]) -> list[int]:
    at = goals.index(goal)
    if at:
        script.append(f"rotate_left {at}")
    return goals[at:] + goals[:at]
