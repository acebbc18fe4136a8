"""Which plans are the same plan."""

from collections.abc import Iterable

from planners.plan import Plan


def distinct(plans: Iterable[Plan], without: Iterable[Plan] = ()) -> list[Plan]:
    """The plans, each once, in their order, and none of those that are not wanted."""
    seen = {_sense(plan) for plan in without}
    found = []
    for plan in plans:
        if (sense := _sense(plan)) not in seen:
            seen.add(sense)
            found.append(plan)
    return found


def _sense(plan: Plan) -> object:
    """Equal for plans that differ in their origins, in white space, or in the order of what is used."""
    lemmas = frozenset((lemma.name, _folded(lemma.text), frozenset(lemma.uses)) for lemma in plan.lemmas)
    return lemmas, _folded(plan.split), frozenset(plan.uses)


def _folded(text: str) -> str:
    return " ".join(text.split())
