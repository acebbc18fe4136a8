"""How a team comes by plans: the planner is asked with what was learnt, and each plan is laid out and checked before it is followed."""

import asyncio
from contextlib import suppress

from planners.checks import Accepted, Checks
from planners.layout import Flawed, Layout, lay_out
from planners.plan import Plan
from planners.planner import Known, Planner, PlannerFault, PlanRequest, Rejected
from prover.proof.attempt import Proved
from prover.proof.script import Proof
from prover.proof.state import ProofState
from prover.team.agents import AgentLost, Job, StepProvers
from prover.team.board import Board, Branch, Problem
from prover.team.places import Places
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing, closed
from prover.team.spending import Spending

_BEFORE_SEARCHES = -100
"""Priority of a check's steps: it is short, and a whole plan waits for it."""


class Planning:
    """For one theorem.

    Attributes:
        faults: what the planner could not do, a line each.
    """

    def __init__(
        self,
        provers: StepProvers,
        sharing: Sharing,
        places: Places,
        planner: Planner,
        settings: TeamSettings,
        spending: Spending,
        theorem: str,
        board: Board,
    ) -> None:
        self._provers, self._sharing, self._places, self._planner = provers, sharing, places, planner
        self._settings, self._spending, self._theorem, self._board = settings, spending, theorem, board
        self._heartbeats: dict[Proof, int] = {}
        self._doubted: set[Plan] = set()
        self.faults: list[str] = []

    async def ask(self, problem: Problem) -> None:
        """Asks for plans once more. A planner that has none, or fails, is not asked about the problem again."""
        spending = self._spending
        began = spending.elapsed
        try:
            plans = await self._planner.plans(await self._request(problem))
        except PlannerFault as fault:
            self.faults.append(str(fault))
            plans = ()
        finally:
            spending.telemetry.planner_seconds += spending.elapsed - began
        problem.rounds = problem.rounds + 1 if plans else self._settings.team.rounds
        problem.waiting.extend(plans)

    async def consider(self, problem: Problem) -> Branch | None:
        """Looks at the problem's next plan; it is followed where it is sound. None: it is not, or was put off."""
        plan = problem.waiting.popleft()
        telemetry = self._spending.telemetry
        async with self._places.of(self._theorem):
            accepted = await self._checked(problem, plan)
        match accepted:
            case None:
                return None
            case Rejected():
                telemetry.plans_rejected += 1
                problem.rejected.append(accepted)
                return None
            case Accepted(layout, proofs):
                branch = self._board.follow(problem, layout, {name: (proof, self._heartbeats.get(proof, 0)) for name, proof in proofs.items()})
                telemetry.plans += 1
                telemetry.subgoals += len(branch.parts)
                return branch

    async def _request(self, problem: Problem) -> PlanRequest:
        similar = await self._sharing.cache.similar(self._settings.environment, closed(problem.state.goals[0]))
        lemmas = tuple(Known(f"known{number}", f": {claim.goal}") for number, claim in enumerate(similar, 1))
        return PlanRequest(problem.state, problem.rounds, self._board.known(problem), tuple(problem.rejected), lemmas)

    async def _checked(self, problem: Problem, plan: Plan) -> Accepted | Rejected | None:
        laid_out = await lay_out(self._provers.lean, problem.state, plan)
        if isinstance(laid_out, Flawed):
            return Rejected(plan, laid_out.reason)
        if problem.waiting and plan not in self._doubted and await self._said_to_be_false(laid_out):
            self._doubted.add(plan)
            problem.waiting.append(plan)  # it is hearsay: the plan has its turn, after the others
            return None
        seconds = self._settings.team.check_seconds
        checks = Checks(self._provers.lean, self._attempt, self._known, _keys_above(problem), seconds, self._disproved)
        return await checks.check(laid_out)

    async def _said_to_be_false(self, layout: Layout) -> bool:
        known = await asyncio.gather(*(self._sharing.look(self._settings.key(subgoal.state)) for subgoal in layout.subgoals))
        return any(knowledge.disproved for knowledge in known)

    async def _disproved(self, state: ProofState, how: str) -> None:
        self._spending.telemetry.subgoals_disproved += 1
        await self._sharing.cache.add_disproved(self._settings.key(state), how)

    async def _attempt(self, state: ProofState, seconds: float) -> Proof | None:
        """A short search."""
        job = Job(self._theorem, state, self._settings.search, self._spending.of(seconds), _BEFORE_SEARCHES)
        while True:
            with suppress(AgentLost):  # which says nothing of the plan
                attempt = await self._provers.search(job, self._spending.telemetry)
                break
        return self._noted(attempt.proof, attempt.heartbeats) if isinstance(attempt, Proved) else None

    async def _known(self, state: ProofState) -> Proof | None:
        """What is proved already."""
        fitting = await self._sharing.known(self._settings.key(state), state, self._spending.telemetry)
        return self._noted(fitting.proof, fitting.heartbeats) if fitting is not None else None

    def _noted(self, proof: Proof, heartbeats: int) -> Proof:
        self._heartbeats[proof] = heartbeats
        return proof


def _keys_above(problem: Problem) -> frozenset[str]:
    """Of the problem, and of those it is wanted for."""
    found: dict[Problem, None] = {problem: None}
    for one in (queue := [problem]):
        for branch in one.above:
            if branch.problem not in found:
                found[branch.problem] = None
                queue.append(branch.problem)
    return frozenset(one.state.key for one in found)
