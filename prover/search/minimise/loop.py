"""Makes a proof shorter, rule by rule, until none helps or the limits are reached."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from prover.proof.length import length
from prover.proof.script import Proof, lines, path
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced
from prover.search.minimise.readable import READABLE, structured
from prover.search.minimise.replay import Lean, MinimiseLimits, Replay, Spent, opened
from prover.search.minimise.rules import SHORTER, Rule
from prover.search.minimise.unfold import unfolded

_LAST_SECONDS = 20.0
"""Running the finished script once more is no part of the limits: without it nothing of what was found could be used."""

_Accept = Callable[[Proof], None]
_Measure = Callable[[Proof], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Minimised:
    """A proof that was made shorter, and what that took.

    Attributes:
        heartbeats: what the steps of the proof spend; 0 where it is the proof that was given.
        lean_steps: tactics run to find it.
        seconds: wall clock.
    """

    proof: Proof
    heartbeats: int
    lean_steps: int
    seconds: float


async def minimise(lean: Lean, statement: Statement, proof: Proof, *, limits: MinimiseLimits | None = None) -> Proof:
    """A proof of the statement that is never longer than the given one; see `minimised`."""
    return (await minimised(lean, statement, proof, limits=limits)).proof


async def minimised(lean: Lean, statement: Statement, proof: Proof, *, limits: MinimiseLimits | None = None) -> Minimised:
    """A proof of the statement, never longer than the given one in tactics (`length`), each change of it run by Lean.

    The same inputs give the same proof, unless the seconds run out. Cancellable at every await.

    Raises:
        SourceError: the statement does not elaborate (from `Lean.start`).
    """
    root = await lean.start(statement)
    work = _Minimisation(Replay(lean, limits or MinimiseLimits()))
    best, heartbeats = await work.run(root, proof)
    return Minimised(best, heartbeats, work.replay.steps, work.replay.seconds)


def shorter(proof: Proof) -> tuple[int, ...]:
    """Tactics, then characters."""
    return (length(proof), sum(len(node.tactic) for node in proof.walk()))


def readable(proof: Proof) -> tuple[int, ...]:
    """Tactics, then nodes: what is one tactic to a reader is one node."""
    return (length(proof), len(proof))


def _as_it_is(proof: Proof) -> Proof:
    return proof


class _Minimisation:
    """One run; single-use. ``_best`` is always a proof that Lean has accepted."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self._best: Proof | None = None

    async def run(self, root: ProofState, raw: Proof) -> tuple[Proof, int]:
        try:
            self._best = await unfolded(self.replay, root, raw)
            self.replay.no_dearer()
            for rules, measure in ((SHORTER, shorter), (READABLE, readable)):
                if self._best is not None:
                    self._best = await self._improved(root, self._best, rules, measure, self._accept)
        except Spent:
            pass
        return await self._presentable(root, raw)

    def _accept(self, proof: Proof) -> None:
        self._best = proof

    async def _improved(self, state: ProofState, proof: Proof, rules: Sequence[Rule], measure: _Measure, accept: _Accept) -> Proof:
        """Rules at the top, then in each part, until nothing changes."""
        while True:
            proof = await self._at_the_top(state, proof, rules, measure, accept)
            below = await self._in_the_parts(state, proof, rules, measure, accept)
            if below == proof:
                return proof
            proof = below

    async def _at_the_top(self, state: ProofState, proof: Proof, rules: Sequence[Rule], measure: _Measure, accept: _Accept) -> Proof:
        found: Proof | None = proof
        while found is not None:
            proof = found
            accept(proof)
            found = await self._smaller(state, proof, rules, measure)
        return proof

    async def _smaller(self, state: ProofState, proof: Proof, rules: Sequence[Rule], measure: _Measure) -> Proof | None:
        size = measure(proof)
        for rule in rules:
            for candidate in rule(proof):
                if measure(candidate) < size and (closed := await self.replay.closed(state, candidate)) is not None:
                    return closed
        return None

    async def _in_the_parts(self, state: ProofState, proof: Proof, rules: Sequence[Rule], measure: _Measure, accept: _Accept) -> Proof:
        step = await self.replay.step(state, proof.tactic)
        if not isinstance(step, Advanced):
            return proof
        for number, (group, part) in enumerate(proof.parts):

            def with_part(changed: Proof, whole: Proof = proof, number: int = number, group: tuple[int, ...] = group) -> Proof:
                return replace(whole, parts=(*whole.parts[:number], (group, changed), *whole.parts[number + 1 :]))

            def accept_part(changed: Proof, with_part: Callable[[Proof], Proof] = with_part) -> None:
                accept(with_part(changed))

            proof = with_part(await self._improved(opened(step.state, group), part, rules, measure, accept_part))
        return proof

    async def _presentable(self, root: ProofState, raw: Proof) -> tuple[Proof, int]:
        """The best proof if its script, as it is printed, closes the statement; else the raw one."""
        best = self._best
        if best is None or length(best) > length(raw):
            return raw, 0
        for form in (structured, _as_it_is):
            replay = Replay(self.replay.lean, MinimiseLimits(_LAST_SECONDS, lean_steps=2 * len(best) + 1))
            with suppress(Spent, ValueError):  # goals that share metavariables may lie so that no script proves them in turn
                proof = form(best)
                script = path(lines(proof))
                if await replay.closed(root, script) is not None:
                    return proof, await replay.heartbeats(root, script)
        return raw, 0
