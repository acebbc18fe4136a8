"""What test nodes are equipped with: one Lean each, or words.

A search for "short" ends at once, one for "endless" when its seconds have passed, one for "stuck" not even then.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prover.config import Settings
from prover.lean.answers import SourceError
from prover.lean.toolchain import Toolchain
from prover.proof.attempt import Attempt, Telemetry
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import Job
from prover.team.node import NodeEquipment, Unfit
from tests.search.scripted import Scripted, Words, state_of

WRONG = Statement("wrong", "", "theorem wrong : nonsense")
EASY = [
    Statement("easy1", "", "theorem easy1 (p q : Prop) (hp : p) (hq : q) : p ∧ q"),
    Statement("easy2", "", "theorem easy2 (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1"),
    Statement("easy3", "", "theorem easy3 (p q : Prop) (h : p ∨ q) : q ∨ p"),
]
HARD = Statement("hard", "", "theorem hard (a b c n : Nat) (h : 2 < n) (ha : 0 < a) (hb : 0 < b) : a ^ n + b ^ n ≠ c ^ n")
ENDLESS = SearchSettings(max_depth=10_000, samples=1)


def job(word: str, seconds: float = 60.0) -> Job:
    return Job("t", state_of(word), ENDLESS, Budget(seconds=seconds))


def _rules(word: str, tactic: str) -> Sequence[str] | None:
    return [word + "'"] if word.startswith("endless") else []


def real_equipment(toolchain: Toolchain) -> NodeEquipment:
    return NodeEquipment.like(toolchain, Settings.model_validate({"lean": {"workers": 1, "spares": 0}}))


class _Words(Words):
    async def start(self, statement: Statement) -> ProofState:
        if statement == WRONG:
            raise SourceError("elaboration", "unknown identifier 'nonsense'", 1, 17)
        return await super().start(statement)


class WordProvers:
    def __init__(self, places: int) -> None:
        self.lean = _Words(_rules, "short", seconds=0.01)
        self.places = places

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        if job.state.pp == "stuck":
            await asyncio.sleep(3600)
        search = Search(self.lean, Scripted("go"), job.settings, job.budget)
        try:
            return await search.close(job.state)
        finally:
            spent.include(search.telemetry)


@dataclass(frozen=True)
class WordEquipment:
    """Attributes:
    unfit: number of a node that has no step-provers.
    """

    places: int = 2
    unfit: str = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[WordProvers]:
        if os.environ["STEPWISE_TEST_NODE"] == self.unfit:
            raise Unfit("no Lean: nobody brought one")
        yield WordProvers(self.places)
