"""How much two propositions have in common, by their words. Cheap, and only good for finding what is worth looking at."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[^\W\d][\w.']*|\d+|[^\s\w]")
_REMEMBERED = 2_048

Features = frozenset[str | tuple[str, str]]


@lru_cache(_REMEMBERED)
def features(text: str) -> Features:
    """Its words, and its pairs of neighbours. Remembered: the same goals are compared again and again."""
    words = _WORD.findall(text)
    return frozenset([*words, *pairwise(words)])


def likeness(one: Features, other: Features) -> float:
    """Features in common among all features (Jaccard): from 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def likest(text: str, candidates: Iterable[tuple[str, str]], limit: int) -> Sequence[str]:
    """Names of those candidates (name, text) that have most in common with a text, the likest first; never the text itself."""
    mine, same = features(text), text.split()
    scored = [(likeness(mine, features(other)), name) for name, other in candidates if other.split() != same]
    return [name for score, name in sorted(scored, key=lambda pair: -pair[0])[:limit] if score > 0]
