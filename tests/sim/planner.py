"""A policy that knows nothing and a planner that knows the answer, but does not always say it at first."""

import asyncio
from collections.abc import Sequence

from planners.plan import Lemma, Plan
from planners.planner import PlannerFault, PlanRequest
from prover.proof.proposal import Answer, Proposal, Question
from tests.sim.world import LETTERS, World

_LOGPROBS = (-0.6, -1.2, -1.8)


class Policy:
    """Proposes each letter once, in an order of its own for each state and seed."""

    def __init__(self, world: World, seconds: float) -> None:
        self._world, self._seconds = world, seconds

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        await asyncio.sleep(self._seconds)
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question) -> Answer:
        if question.asked:
            return Answer(())
        first = self._world.draw(len(LETTERS), question.state.goals[0].target, question.seed)
        letters = LETTERS[first:] + LETTERS[:first]
        return Answer(tuple(Proposal(letter, logprob) for letter, logprob in zip(letters, _LOGPROBS, strict=True)))


class Planner:
    """What it says first is right, or Lean does not understand it, or it is false, or does not suffice, or needs what nobody can prove.

    Attributes:
        faults: times that there was no answer; only about what no plan helps with.
        said: plans by what they are.
    """

    def __init__(self, world: World, seconds: float) -> None:
        self._world, self._seconds = world, seconds
        self.faults = 0
        self.said: dict[str, int] = {}

    @property
    def identity(self) -> dict[str, object]:
        return {"planner": "scripted"}

    async def plans(self, request: PlanRequest) -> Sequence[Plan]:
        word = request.state.goals[0].target
        await asyncio.sleep(self._seconds * (0.5 + self._world.draw(100, "planner", word, request.round) / 100))
        plans = self._plans(word, request.round)
        for plan in plans:
            self.said[plan.origin] = self.said.get(plan.origin, 0) + 1
        return plans

    def _plans(self, word: str, turn: int) -> list[Plan]:
        draw, fact = self._world.draw, self._world.fact(word)
        if fact is None or not (fact.needs or fact.cases):
            if draw(5, "fault", word, turn) == 0:
                self.faults += 1
                raise PlannerFault("the planner does not answer")
            return [self._wrong(word, turn, 0)] if word.startswith("t") and turn < 2 else []
        right = Plan(split="split", origin="right") if fact.cases else self._from_lemmas(fact.needs, turn, "right")
        match draw(10, "first", word) if turn == 0 else 9:
            case 0 | 1 | 2:
                return [self._wrong(word, turn, 0), right]
            case 3 | 4:
                return [self._wrong(word, turn, 0), self._wrong(word, turn, 1)]
            case _:
                return [right]

    def _wrong(self, word: str, turn: int, place: int) -> Plan:
        """One that does not help, for one of four reasons."""
        fact = self._world.fact(word)
        needs = fact.needs if fact is not None else ()
        number = self._world.draw(1_000_000, "wrong", word, turn, place)
        match (place + number) % 4:
            case 0:
                return self._from_lemmas((*needs, "undefined"), turn, "not understood")
            case 1:
                return self._from_lemmas((*needs, f"f{number}"), turn, "false")
            case 2:
                return self._from_lemmas(needs[1:] or (f"l{number % 20}",), turn, "insufficient")
            case _:
                # Beside a word that is out of reach, what would suffice is in the plan: where it was proved, that is kept.
                return self._from_lemmas((*needs, f"x{number}"), turn, "out of reach")

    def _from_lemmas(self, words: Sequence[str], turn: int, origin: str) -> Plan:
        """The words as lemmas, before them those that they need; half of the plans forget the latter, which are then planned for in their turn."""
        listed: dict[str, tuple[str, ...]] = {}

        def list_with_needs(word: str) -> None:
            fact = self._world.fact(word)
            needs = fact.needs if fact is not None and self._world.draw(2, "forgets", words) else ()
            for needed in needs:
                list_with_needs(needed)
            listed.setdefault(word, needs)

        for word in words:
            list_with_needs(word)
        names = {word: f"h{turn}_{place}" for place, word in enumerate(listed)}
        lemmas = tuple(Lemma(names[word], f": {word}", tuple(names[needed] for needed in needs)) for word, needs in listed.items())
        return Plan(lemmas, uses=tuple(names[word] for word in words), origin=origin)
