"""Step-provers of words, for nodes: a search for "short" ends at once, one for "endless" does not end by itself."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prover.lean.answers import SourceError
from prover.proof.attempt import Attempt
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import Job
from prover.team.node import Unfit
from tests.search.scripted import Scripted, Words, state_of

WRONG = Statement("wrong", "", "theorem wrong : nonsense")
ENDLESS = SearchSettings(max_depth=10_000, samples=1)


def job(word: str, seconds: float = 60.0) -> Job:
    return Job("t", state_of(word), ENDLESS, Budget(seconds=seconds))


def _rules(word: str, tactic: str) -> Sequence[str] | None:
    return [word + "'"] if word.startswith("endless") else []


class _Words(Words):
    async def start(self, statement: Statement) -> ProofState:
        if statement == WRONG:
            raise SourceError("elaboration", "unknown identifier 'nonsense'", 1, 17)
        return await super().start(statement)


class WordProvers:
    def __init__(self, places: int) -> None:
        self.lean = _Words(_rules, "short", seconds=0.01)
        self.places = places

    async def search(self, job: Job) -> Attempt:
        return await Search(self.lean, Scripted("go"), job.settings, job.budget).close(job.state)


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
