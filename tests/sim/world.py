"""What is true in the simulated mathematics, how long its proofs are, and which plans reach it. Pure, and the same for the same seed.

A proposition is a word. Its proof is a path of letters, one a tactic; from beside the path a search finds more or less to try, and no proof. Some
words can be proved only with certain others among the hypotheses, some only by cases, some are false, and some are true and out of everybody's reach.
"""

import random
import zlib
from dataclasses import dataclass
from enum import Enum

LETTERS = "abc"


class Kind(Enum):
    DIRECT = "direct"
    """A search proves it."""
    LEMMAS = "lemmas"
    """It follows from two to six lemmas, which only a plan has."""
    CASES = "cases"
    """It is proved by cases, which only a plan has."""
    NEVER = "never"
    """Nobody proves it; the search runs out of ideas, or goes on for ever."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Attributes:
    length: of its proof; 0 where no search finds one.
    needs: words that must be among the hypotheses for that.
    cases: what `split` leaves; nothing where it fails.
    true: where not, the negation has a proof of one step.
    decided: Lean decides small instances, so that it is seen at once whether it is false.
    spread: wrong steps that go on, of ten. Four and more: a search never runs out of them.
    """

    length: int = 0
    needs: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    true: bool = True
    decided: bool = True
    spread: int = 2


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the theorems; what is left is proved directly.

    Attributes:
        endless: share of what is never proved that a search does not run out of ideas about.
    """

    lemmas: float = 0.16
    cases: float = 0.05
    never: float = 0.09
    endless: float = 0.25


class World:
    """Theorems `t0`, `t1`, …; lemmas `l0`, …, some used by many theorems; false words `f…`; words out of reach `x…`."""

    def __init__(self, seed: int, theorems: int, mix: Mix) -> None:
        self.seed = seed
        self.facts: dict[str, Fact] = {}
        self._kinds: dict[str, Kind] = {}
        rng = random.Random(seed)
        lemmas = [f"l{number}" for number in range(max(20, theorems // 8))]  # those of the last quarter need one of the others
        plain = lemmas[: len(lemmas) * 3 // 4]
        for number, lemma in enumerate(lemmas):
            needs: tuple[str, ...] = () if number < len(plain) else (rng.choice(plain),)
            self.facts[lemma] = Fact(1 if rng.random() < 0.75 else 2, needs, decided=rng.random() < 0.7)
        for number in range(theorems):
            name, drawn = f"t{number}", rng.random()
            if drawn < mix.lemmas:
                needs = tuple(rng.sample(lemmas, rng.randint(2, 6)))
                self._add(name, Kind.LEMMAS, Fact(1, needs))
            elif drawn < mix.lemmas + mix.cases:
                cases = tuple(f"{name}.{case}" for case in range(rng.randint(2, 3)))
                self.facts |= {case: Fact(rng.randint(1, 2)) for case in cases}
                self._add(name, Kind.CASES, Fact(cases=cases))
            elif drawn < mix.lemmas + mix.cases + mix.never:
                self._add(name, Kind.NEVER, Fact(spread=4 if rng.random() < mix.endless else 2))
            else:
                self._add(name, Kind.DIRECT, Fact(rng.randint(1, 3 if rng.random() < 0.2 else 2)))

    def _add(self, name: str, kind: Kind, fact: Fact) -> None:
        self._kinds[name] = kind
        self.facts[name] = fact

    @property
    def theorems(self) -> list[str]:
        return list(self._kinds)

    def kind(self, theorem: str) -> Kind:
        return self._kinds[theorem]

    def fact(self, word: str) -> Fact | None:
        """None: there is no such word."""
        match word[:1]:
            case "f":
                return Fact(true=False, decided=self.draw(10, word) < 7)
            case "x":
                return Fact(spread=2 + 2 * self.draw(2, word))
            case "¬":
                denied = self.fact(word[1:])
                return Fact(0 if denied is None or denied.true else 1)
            case _:
                return self.facts.get(word)

    def draw(self, below: int, *about: object) -> int:
        """A number that is always the same about the same."""
        return zlib.crc32(f"{self.seed} {about}".encode()) % below

    def right(self, word: str, place: int) -> str:
        """The letter of its proof at a place."""
        return LETTERS[self.draw(len(LETTERS), word, place)]
