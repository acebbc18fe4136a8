"""A team on real Lean: planners and policies that propose on cue, so that only a plan can reach the proof."""

import asyncio
from collections.abc import Callable, Sequence

from planners.plan import Lemma, Plan
from planners.planner import PlannerFault, PlanRequest
from prover.cache.off import NoCache
from prover.config import TeamConfig
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.proof.attempt import Attempt, Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.script import Proof, lines
from prover.proof.statement import Statement
from prover.proof.verdict import Verified
from prover.search.protocols import Policy
from prover.search.settings import Budget, SearchSettings
from prover.team.account import account, partial
from prover.team.agents import AgentLost, Job
from prover.team.local import LocalProvers
from prover.team.places import Places
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.team import Team
from tests.search.scripted import Scripted

STATEMENT = Statement("t", "", "theorem t (S : Nat → Nat) (h0 : S 0 = 0) (hs : ∀ n, S (n + 1) = S n + 1) (n : Nat) : S n + S (n + 1) = 2 * n + 1")
CLOSED_FORM = Lemma("a", "(k : Nat) : S k = k")
RIGHT = Plan((CLOSED_FORM,), uses=("a",), origin="the right one")
FALSE = Plan((Lemma("a", "(k : Nat) : S k = k + k"), CLOSED_FORM), uses=("a",), origin="a false one")
INLINE = "have b (k : Nat) : S k = k := by\n  induction k with\n  | zero => exact h0\n  | succ k ih => rw [hs, ih]"
BY_INDUCTION = "induction k with\n| zero => exact h0\n| succ k ih => rw [hs, ih]"
FROM_CLOSED_FORM = "simp only [a]; omega"


class OnCue:
    """A planner that has its plans written down, a list for each question."""

    def __init__(self, *rounds: Sequence[Plan] | PlannerFault) -> None:
        self._rounds = list(rounds)
        self.asked: list[PlanRequest] = []

    @property
    def identity(self) -> dict[str, object]:
        return {"planner": "on cue"}

    async def plans(self, request: PlanRequest) -> Sequence[Plan]:
        self.asked.append(request)
        answer = self._rounds.pop(0) if self._rounds else ()
        if isinstance(answer, PlannerFault):
            raise answer
        return answer


class Lossy(LocalProvers):
    """Loses the first agents that search."""

    def __init__(self, pool: Pool, policy: Policy, losses: int) -> None:
        super().__init__(pool, policy)
        self.losses = losses

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        if self.losses:
            self.losses -= 1
            raise AgentLost("gone")
        return await super().search(job, spent)


def team_of(
    lean: Pool,
    planner: OnCue | None,
    *tactics: str,
    seconds: float = 30.0,
    subgoal_seconds: float = 20.0,
    rounds: int = 3,
    provers: Callable[[Pool, Policy], LocalProvers] = LocalProvers,
    **options: object,
) -> Team:
    """A team whose policy proposes these tactics everywhere, and whose planner is asked at once."""
    config = TeamConfig(direct_seconds=0.0, check_seconds=10.0, subgoal_seconds=subgoal_seconds, rounds=rounds)
    policy = Scripted(*(tactics or (BY_INDUCTION, FROM_CLOSED_FORM)))
    settings = TeamSettings(config, SearchSettings(), Budget(seconds), "environment", "policy")
    return Team(provers(lean, policy), Sharing(NoCache(), lean), Places(4), planner, settings, **options)  # type: ignore[arg-type]


async def test_a_theorem_is_proved_through_a_lemma_that_only_the_plan_has(lean: Pool, judge: Judge) -> None:
    team = team_of(lean, OnCue([RIGHT]))
    attempt = await team.run(STATEMENT)
    assert isinstance(attempt, Proved)
    verdict, text = await judge.judge(STATEMENT, lines(attempt.proof), heartbeats=attempt.heartbeats)
    assert isinstance(verdict, Verified), text
    assert (team.telemetry.plans, team.telemetry.subgoals_proved) == (1, 1)
    assert team.telemetry.solved_seconds is not None


async def test_without_a_plan_it_is_not(lean: Pool) -> None:
    assert isinstance(await team_of(lean, None).run(STATEMENT), Exhausted)
    assert isinstance(await team_of(lean, OnCue()).run(STATEMENT), Exhausted)


async def test_a_plan_with_a_false_lemma_is_given_up_and_the_planner_hears_why(lean: Pool) -> None:
    planner = OnCue([FALSE], [RIGHT])
    assert isinstance(await team_of(lean, planner).run(STATEMENT), Proved)
    [rejected] = planner.asked[1].rejected
    assert rejected.plan == FALSE
    assert "a" in rejected.reason


async def test_a_plan_that_lean_does_not_understand_is_given_up_with_leans_own_words(lean: Pool) -> None:
    planner = OnCue([Plan((Lemma("a", "(k : Nat) : S k = frob k"),), uses=("a",))], [RIGHT])
    assert isinstance(await team_of(lean, planner).run(STATEMENT), Proved)
    assert "frob" in planner.asked[1].rejected[0].reason


async def test_what_is_proved_is_kept_when_another_subgoal_is_stuck(lean: Pool) -> None:
    stuck = Plan((CLOSED_FORM, Lemma("b", ": S n * S n = n * n")), uses=("a", "b"))
    planner = OnCue([stuck], [], [RIGHT])  # no idea for b itself, then another plan for the theorem
    team = team_of(lean, planner, BY_INDUCTION, FROM_CLOSED_FORM.replace("a]", "a] at *"), FROM_CLOSED_FORM)
    assert isinstance(await team.run(STATEMENT), Proved)
    [again] = [request for request in planner.asked if request.round == 1]
    assert [(known.name, known.text) for known in again.known] == [("a", "(k : Nat) : S k = k")]
    assert again.rejected[0].stuck == ("b",)


async def test_a_subgoal_that_is_stuck_is_planned_for_itself(lean: Pool) -> None:
    doubled = Plan((Lemma("d", "(k : Nat) : S k + S k = k + k"),), uses=("d",))
    planner = OnCue([doubled], [Plan((Lemma("a", "(m : Nat) : S m = m"),), uses=("a",))])
    by_induction = BY_INDUCTION.replace("k", "m")
    attempt = await team_of(lean, planner, by_induction, "simp only [a]", "have := d n; rw [hs]; omega").run(STATEMENT)
    assert isinstance(attempt, Proved)
    assert [request.state.goals[0].target for request in planner.asked] == ["S n + S (n + 1) = 2 * n + 1", "S k + S k = k + k"]


async def test_the_proof_of_the_theorem_itself_ends_everything_at_once(lean: Pool) -> None:
    attempt = await team_of(lean, OnCue([RIGHT]), INLINE.replace("b (", "a ("), FROM_CLOSED_FORM).run(STATEMENT)
    assert isinstance(attempt, Proved)
    assert not [task for task in asyncio.all_tasks() if "Team." in str(task.get_coro())]


async def test_agents_that_are_lost_cost_time_and_nothing_else(lean: Pool) -> None:
    team = team_of(lean, OnCue([RIGHT]), provers=lambda pool, policy: Lossy(pool, policy, losses=3))
    assert isinstance(await team.run(STATEMENT), Proved)


async def test_a_planner_that_fails_leaves_the_search_as_it_is(lean: Pool) -> None:
    team = team_of(lean, OnCue(PlannerFault("no tokens left")), "rw [hs]", "nothing")
    assert isinstance(await team.run(STATEMENT), Exhausted)
    assert team.faults == ["no tokens left"]


async def test_a_proof_that_the_judge_refuses_does_not_count(lean: Pool) -> None:
    asked: list[Proof] = []

    async def refuse(proof: Proof, heartbeats: int) -> bool:
        asked.append(proof)
        return False

    team = team_of(lean, OnCue([RIGHT]), confirm=refuse)
    assert not isinstance(await team.run(STATEMENT), Proved)
    assert asked
    assert team.telemetry.refused == len(asked)


async def test_a_proof_is_not_lost_to_a_judge_that_takes_longer_than_the_team_has_left(lean: Pool) -> None:
    async def slow(proof: Proof, heartbeats: int) -> bool:
        await asyncio.sleep(2.0)
        return True

    await lean.start(STATEMENT)
    team = team_of(lean, None, INLINE.replace("b (", "a ("), FROM_CLOSED_FORM, seconds=2.0, confirm=slow)
    assert isinstance(await team.run(STATEMENT), Proved)


async def test_a_lemma_proved_in_one_theorem_is_not_searched_for_in_another(lean: Pool) -> None:
    """The same lemma under other names, in a theorem that states it in another order."""
    other = Statement("u", "", "theorem u (T : Nat → Nat) (step : ∀ n, T (n + 1) = T n + 1) (z : T 0 = 0) (m : Nat) : T m + 1 = m + 1")
    sharing = Sharing(NoCache(), lean)
    config = TeamConfig(direct_seconds=0.0, check_seconds=10.0, subgoal_seconds=20.0)

    def team(plan: Plan, *tactics: str) -> Team:
        settings = TeamSettings(config, SearchSettings(), Budget(30.0), "environment", "policy")
        return Team(LocalProvers(lean, Scripted(*tactics)), sharing, Places(4), OnCue([plan]), settings)

    easy = Plan((Lemma("a", ": S n = n"),), uses=("a",))
    first = team(easy, INLINE, "exact b n", "rw [hs, a]; omega")
    assert isinstance(await first.run(STATEMENT), Proved)
    second = team(Plan((Lemma("l", ": T m = m"),), uses=("l",)), "rw [l]")
    assert isinstance(await second.run(other), Proved)
    assert second.telemetry.cache_hits == 1


async def test_the_best_partial_proof_is_kept_with_what_is_missing_marked(lean: Pool) -> None:
    stuck = Plan((CLOSED_FORM, Lemma("b", ": S n * S n = n * n")), uses=("a", "b"))
    tactics = (BY_INDUCTION, "clear b; " + FROM_CLOSED_FORM, "rw [Nat.mul_comm]")
    team = team_of(lean, OnCue([stuck]), *tactics, rounds=1)
    assert isinstance(await team.run(STATEMENT), OutOfBudget | Exhausted)
    assert team.board is not None
    text = partial(STATEMENT, team.board)
    assert text is not None
    assert text.startswith("-- Not a proof: 1 of 3 subgoals are sorry (b).")
    [problem] = [one for one in account(team.board, team.faults)["problems"] if one["name"] == "theorem"]
    assert {subgoal["name"]: subgoal["status"] for subgoal in problem["plans"][0]["parts"]} == {"a": "proved", "b": "stuck", "goal": "proved"}
