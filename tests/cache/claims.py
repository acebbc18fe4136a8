"""Claims and goals to fill caches with."""

from prover.cache.entries import Key, ProvedClaim, Tried
from prover.proof.script import path

ENVIRONMENT = "0123456789abcdef"
POSITIVE = "∀ (n : Nat), 0 < n → n ≠ 0"


def key(number: int = 0, environment: str = ENVIRONMENT) -> Key:
    return Key(environment, f"{number}-{number}")


def claim(*tactics: str, goal: str = POSITIVE) -> ProvedClaim:
    return ProvedClaim(path(tactics or ("omega",)), ("n", "h"), 12, goal)


TRIED = Tried("settings", 20.0, 300)
