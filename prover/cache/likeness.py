"""How much two propositions have in common, by their words. Cheap, and only good for finding what is worth looking at."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d][\w.']*|\d+|[^\s\w]")


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Words in common among all words, counted as often as they occur: from 0 to 1, 1 where they have the same words."""
    union = (one | other).total()
    return (one & other).total() / union if union else 0.0


def likest(text: str, candidates: Iterable[tuple[str, str]], limit: int) -> Sequence[str]:
    """Names of those candidates (name, text) that have most in common with a text, the likest first; never the text itself."""
    mine, same = words(text), text.split()
    scored = [(likeness(mine, words(other)), name) for name, other in candidates if other.split() != same]
    return [name for score, name in sorted(scored, key=lambda pair: -pair[0])[:limit] if score > 0]
