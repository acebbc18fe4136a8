"""The loop: on real Lean with policies that propose on cue, and on scripted words for what Lean cannot be made to do."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import pytest

from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.lean.stepper import SourceError
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.lean import Lean
from prover.proof.proposal import Answer, PolicyFault, Proposal, Question
from prover.proof.script import Proof, lines
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.verdict import Verified
from prover.search import export
from prover.search.best_first import Search
from prover.search.graph import Node
from prover.search.protocols import Policy
from prover.search.settings import Budget, SearchSettings
from tests.search.scripted import STATEMENT, Scripted, Words

CONJUNCTION = Statement("t", "", "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q")
EVERYTHING = SearchSettings(samples=16, ahead=1)


async def proof_of(lean: Lean, policy: Policy, statement: Statement, settings: SearchSettings = EVERYTHING) -> tuple[tuple[str, ...], Search]:
    search = Search(lean, policy, settings, Budget(), at_once=3)
    attempt = await search.run(statement)
    assert isinstance(attempt, Proved), attempt
    return lines(attempt.proof), search


async def test_goals_that_share_nothing_are_proved_apart_and_put_together(lean: Pool, judge: Judge) -> None:
    statement = Statement("t", "", "theorem t (p q r : Prop) (f : p → q) (hp : p) (hr : r) : (∃ n : Nat, n = 3) ∧ (p ∧ q) ∧ r")
    policy = Scripted("refine ⟨⟨?_, ?_⟩, ?_, ?_⟩", "constructor", "rotate_left", "exact rfl", "exact hp", "exact hr", "exact f hp")
    script, search = await proof_of(lean, policy, statement)
    verdict, text = await judge.judge(statement, script)
    assert isinstance(verdict, Verified), text
    _, whole = await proof_of(lean, policy, statement, SearchSettings(samples=16, ahead=1, nodes="states"))
    assert search.telemetry.expansions < whole.telemetry.expansions


async def test_equal_problems_are_proved_once_whatever_their_hypotheses_are_called(lean: Pool, judge: Judge) -> None:
    """p by hp and q by hq are one problem; a proof that names hp is carried over to hq by renaming."""
    policy = Scripted("constructor", "exact hp")
    script, search = await proof_of(lean, policy, CONJUNCTION)
    assert len(policy.asked) == 2
    assert (search.telemetry.merged, search.telemetry.cache_hits, search.telemetry.cache_misses) == (1, 1, 0)
    verdict, text = await judge.judge(CONJUNCTION, script)
    assert isinstance(verdict, Verified), text


async def test_hypotheses_that_were_only_reordered_make_no_new_node(lean: Pool) -> None:
    statement = Statement("t", "", "theorem t (p q r : Prop) : p → q → r")
    search = Search(lean, Scripted("intro a b", "intro c d; revert c; intro e"), EVERYTHING, Budget())
    assert isinstance(await search.run(statement), Exhausted)
    assert (search.telemetry.nodes, search.telemetry.merged) == (1, 1)


async def test_equal_states_are_expanded_once(lean: Pool) -> None:
    statement = Statement("t", "", "theorem t (p q r : Prop) (hp : p) (hq : q) : (p ∧ q) ∧ r")
    policy = Scripted("constructor", "apply And.intro", "exact hp", "exact hq")
    search = Search(lean, policy, EVERYTHING, Budget())
    assert isinstance(await search.run(statement), Exhausted)
    assert search.telemetry.merged > 0
    assert max(policy.asked.count(pp) for pp in set(policy.asked)) <= 2, "once for the proposals, once more to hear that there are no others"


@pytest.mark.parametrize(
    ("budget", "limit"), [(Budget(expansions=3), "expansions"), (Budget(lean_steps=5), "lean_steps"), (Budget(seconds=0.001), "seconds")]
)
async def test_every_limit_ends_the_search_and_is_named(lean: Pool, budget: Budget, limit: str) -> None:
    statement = Statement("t", "", "theorem t (a b c : Nat) : a + b = c")
    search = Search(lean, AutomationPolicy(), SearchSettings(), budget, at_once=3)
    attempt = await search.run(statement)
    assert isinstance(attempt, OutOfBudget)
    assert attempt.limit == limit
    assert search.telemetry.expansions <= budget.expansions
    assert search.telemetry.lean_steps <= budget.lean_steps


async def test_the_same_seed_expands_the_same_states(lean: Pool) -> None:
    statement = Statement("t", "", "theorem t (a b : Nat) (f : Nat → Nat) (h : f a = b) : ∃ x, f x = b ∧ x = a ∧ a = a")
    orders = []
    for _ in range(2):
        seen: list[str] = []

        def remember(node: Node, telemetry: Telemetry, seen: list[str] = seen) -> None:
            seen.append(node.state.key)

        await Search(lean, AutomationPolicy(), SearchSettings(ahead=1), Budget(expansions=12), at_once=3, watch=remember).run(statement)
        orders.append(seen)
    assert orders[0] == orders[1]


async def test_a_proof_that_is_not_confirmed_sends_the_search_on(lean: Pool) -> None:
    offered: list[tuple[str, ...]] = []

    async def second_only(proof: Proof, heartbeats: int) -> bool:
        offered.append(lines(proof))
        return len(offered) == 2

    search = Search(lean, Scripted("simp_all", "exact ⟨hp, hq⟩"), SearchSettings(), Budget(), confirm=second_only)
    attempt = await search.run(CONJUNCTION)
    assert isinstance(attempt, Proved)
    assert offered == [("simp_all",), ("exact ⟨hp, hq⟩",)]
    assert attempt.telemetry.refused == 1


async def test_a_proof_is_not_lost_to_a_judge_that_takes_longer_than_the_search_has_left() -> None:
    async def slow(proof: Proof, heartbeats: int) -> bool:
        await asyncio.sleep(0.6)
        return True

    search = Search(Words(lambda word, tactic: []), Scripted("done"), SearchSettings(), Budget(seconds=0.3), confirm=slow)
    assert isinstance(await search.run(STATEMENT), Proved)


async def test_the_time_that_a_refusal_took_is_not_the_searches() -> None:
    async def refuse(proof: Proof, heartbeats: int) -> bool:
        await asyncio.sleep(0.6)
        return len(lines(proof)) > 1

    lean = Words(lambda word, tactic: [] if tactic == "done" else ["more"] if word == "root" else None)
    search = Search(lean, Scripted("done", "on"), SearchSettings(ahead=1), Budget(seconds=0.5), confirm=refuse)
    assert isinstance(await search.run(STATEMENT), Proved)
    assert search.telemetry.seconds < 0.5


async def test_a_statement_that_does_not_elaborate_is_said_to_be_so(lean: Pool) -> None:
    with pytest.raises(SourceError, match="nonsense"):
        await Search(lean, AutomationPolicy(), SearchSettings(), Budget()).run(Statement("t", "", "theorem t : nonsense"))


async def test_a_finisher_closes_a_node_before_the_policy_is_asked_and_is_marked(lean: Pool) -> None:
    statement = Statement("t", "", "theorem t (a b : Nat) (h : a < b) : a ≤ b ∧ True")
    policy = Scripted("constructor")
    settings = SearchSettings(finishers=("omega", "trivial"), ahead=1)
    search = Search(lean, policy, settings, Budget())
    attempt = await search.run(statement)
    assert isinstance(attempt, Proved)
    assert [(step.tactic, step.finisher) for step in attempt.proof.walk()] == [("constructor", False), ("omega", True), ("trivial", True)]
    assert search.telemetry.finished == 2
    assert len(policy.asked) == 1


async def test_the_graph_can_be_drawn_and_read_again(lean: Pool, tmp_path: Path) -> None:
    _, search = await proof_of(lean, Scripted("constructor", "exact hp", "exact hq"), CONJUNCTION)
    assert search.graph is not None
    export.write(search.graph, tmp_path, "t")
    drawn = nx.read_graphml(tmp_path / "t.graphml")
    again = nx.node_link_graph(json.loads((tmp_path / "t.json").read_text()), edges="edges")
    for graph in (drawn, again):
        kinds = nx.get_node_attributes(graph, "kind")
        assert sorted(set(kinds.values())) == ["problem", "step"]
        assert graph.nodes["p0"]["status"] == "proved"
        assert {graph.nodes[step]["tactic"] for step in graph if graph.nodes[step].get("on_proof")} == {"constructor", "exact hp"}, (
            "p and q are one problem up to names"
        )


# On scripted words


def halves(word: str, tactic: str) -> list[str] | None:
    """A word of n letters falls into two by `cut`, loses its last letter by `drop`; `x` alone can be closed."""
    match tactic:
        case "cut" if len(word) > 1:
            return [word[: len(word) // 2], word[len(word) // 2 :]]
        case "drop" if len(word) > 1:
            return [word[:-1]]
        case "close" if word == "x":
            return []
    return None


async def test_equal_subproblems_are_solved_once_and_a_power_is_linear() -> None:
    lean = Words(halves, "x" * 1024)
    _, search = await proof_of(lean, Scripted("cut", "close"), STATEMENT, SearchSettings(again=-100.0, ahead=1))
    assert search.telemetry.expansions <= 11
    assert search.telemetry.merged == 10


async def test_a_node_whose_every_proposal_failed_is_asked_about_again() -> None:
    lean = Words(lambda word, tactic: [] if tactic == "late" else None)
    script, search = await proof_of(lean, Scripted("a", "b", "c", "d", "late"), STATEMENT, SearchSettings(samples=2))
    assert script == ("late",)
    assert search.telemetry.expansions == 3
    search = Search(lean, Scripted("a", "b", "c", "d", "late"), SearchSettings(samples=2, max_asks=2), Budget())
    assert isinstance(await search.run(STATEMENT), Exhausted)


async def test_what_was_proposed_before_is_not_run_again() -> None:
    class Stubborn:
        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            return [Answer((Proposal("no", -0.1), Proposal("no", -0.1), Proposal("never", -0.1))) for _ in questions]

    lean = Words(lambda word, tactic: None)
    search = Search(lean, Stubborn(), SearchSettings(), Budget(expansions=50))
    assert isinstance(await search.run(STATEMENT), OutOfBudget)
    assert sorted(tactic for _, tactic in lean.tried) == ["never", "no"]
    assert (search.telemetry.proposals, search.telemetry.unique_proposals) == (150, 2)


@pytest.mark.parametrize(("ahead", "least"), [(1, 4), (4, 8)])
async def test_steps_of_a_node_and_of_several_nodes_run_side_by_side(ahead: int, least: int) -> None:
    lean = Words(lambda word, tactic: [word + tactic] if len(word) < 8 else None, seconds=0.002)
    search = Search(lean, Scripted("a", "b", "c", "d"), SearchSettings(samples=4, ahead=ahead), Budget(expansions=100), at_once=8)
    await search.run(STATEMENT)
    assert least <= lean.most_running <= 8


async def test_no_more_steps_are_run_at_once_than_allowed() -> None:
    lean = Words(lambda word, tactic: [word + tactic] if len(word) < 8 else None, seconds=0.001)
    search = Search(lean, Scripted("a", "b", "c", "d"), SearchSettings(samples=4, ahead=8), Budget(expansions=50), at_once=3)
    await search.run(STATEMENT)
    assert lean.most_running == 3


async def test_a_cancelled_search_leaves_nothing_running() -> None:
    lean = Words(lambda word, tactic: [word + tactic], seconds=0.01)
    task = asyncio.create_task(Search(lean, Scripted("a", "b"), SearchSettings(ahead=4), Budget(), at_once=4).run(STATEMENT))
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lean.running == 0
    assert not [left for left in asyncio.all_tasks() if "Search" in repr(left)]


async def test_a_fault_of_the_policy_ends_the_search_as_what_it_is() -> None:
    class Broken:
        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            raise PolicyFault("the server is gone")

    with pytest.raises(PolicyFault, match="gone"):
        await Search(Words(halves), Broken(), SearchSettings(ahead=2), Budget()).run(STATEMENT)


async def test_a_policy_that_hangs_is_a_fault_and_no_failed_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.search.meter.PATIENCE_SECONDS", 0.2)

    class Hanging(Scripted):
        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            if len(self.asked) >= 3:
                await asyncio.sleep(60)
            return await super().propose(questions)

    lean = Words(lambda word, tactic: [word + tactic])
    with pytest.raises(PolicyFault, match="did not answer"):
        await Search(lean, Hanging("a", "b"), SearchSettings(ahead=1), Budget(seconds=0.6)).run(STATEMENT)


async def test_a_model_that_writes_nothing_of_use_is_asked_again_and_one_that_writes_nothing_is_not() -> None:
    class Useless:
        def __init__(self, tokens: int) -> None:
            self.tokens = tokens

        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            return [Answer((), tokens_in=9, tokens_out=self.tokens, truncated=1) for _ in questions]

    for tokens, expansions in ((40, 5), (0, 1)):
        search = Search(Words(halves), Useless(tokens), SearchSettings(max_asks=5), Budget())
        assert isinstance(await search.run(STATEMENT), Exhausted)
        assert search.telemetry.expansions == expansions


async def test_each_pass_begins_anew_with_its_own_alpha_and_seed() -> None:
    seeds: list[int] = []

    class Remembering(Scripted):
        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            seeds.extend(question.seed for question in questions)
            return await super().propose(questions)

    settings = SearchSettings(passes=3, alpha=(0.0, 2.0), max_asks=1, samples=4)
    search = Search(Words(lambda word, tactic: None), Remembering("a"), settings, Budget())
    assert isinstance(await search.run(STATEMENT), Exhausted)
    assert search.telemetry.passes == 3
    assert len(set(seeds)) == 3
    settings = SearchSettings(passes=3, pass_expansions=5, samples=4)
    search = Search(Words(lambda word, tactic: [word + tactic]), Scripted("a", "b"), settings, Budget())
    attempt = await search.run(STATEMENT)
    assert isinstance(attempt, OutOfBudget)
    assert (attempt.limit, search.telemetry.expansions) == ("passes", 15)


async def test_depth_and_width_are_limits() -> None:
    def grow(word: str, tactic: str) -> list[str] | None:
        return [word + tactic]

    search = Search(Words(grow, ""), Scripted("a", "b", "c"), SearchSettings(max_depth=3, max_width=2), Budget())
    assert isinstance(await search.run(STATEMENT), Exhausted)
    assert search.telemetry.nodes == 2 + 4 + 8


async def test_a_schedule_of_temperatures_goes_with_the_questions() -> None:
    asked: list[float | None] = []

    class Thermometer:
        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            asked.extend(question.temperature for question in questions)
            return [Answer((Proposal(f"t{len(asked)}", -1.0),)) for _ in questions]

    settings = SearchSettings(temperatures=(0.7, 1.0, 1.3), max_asks=5)
    await Search(Words(lambda word, tactic: None), Thermometer(), settings, Budget()).run(STATEMENT)
    assert asked == [0.7, 1.0, 1.3, 1.3, 1.3]


async def test_a_value_function_decides_between_equals() -> None:
    class Length:
        async def remaining(self, states: Sequence[ProofState]) -> list[float]:
            return [float(len(state.pp)) for state in states]

    lean = Words(lambda word, tactic: {"long": ["looooong"], "short": ["s"]}.get(tactic) if word == "root" else ([] if word == "s" else None))
    policy = Scripted("long", "short", "close")
    search = Search(lean, policy, SearchSettings(value_weight=1.0, ahead=1), Budget(), value=Length())
    assert isinstance(await search.run(STATEMENT), Proved)
    assert policy.asked == ["root", "s"]


async def test_mean_log_probability_does_not_punish_long_tactics() -> None:
    class Tokens:
        def __init__(self) -> None:
            self.asked: list[str] = []

        async def propose(self, questions: Sequence[Question]) -> list[Answer]:
            self.asked += [question.state.pp for question in questions]
            return [Answer((Proposal("short", -2.0, (-2.0,)), Proposal("long", -5.0, (-1.0,) * 5))) for _ in questions]

    for logprob, second in (("sum", "short"), ("mean", "long")):
        policy = Tokens()
        settings = SearchSettings(logprob=logprob)  # type: ignore[arg-type]
        await Search(Words(lambda word, tactic: [tactic] if word == "root" else None), policy, settings, Budget(expansions=2)).run(STATEMENT)
        assert policy.asked == ["root", second]


async def test_the_telemetry_adds_up() -> None:
    lean = Words(halves, "x" * 8)
    _, search = await proof_of(lean, Scripted("cut", "drop", "close", "no"), STATEMENT)
    telemetry = search.telemetry
    assert telemetry.lean_steps == sum(telemetry.outcomes.values()) == lean.steps
    assert telemetry.unique_proposals == telemetry.proposals >= telemetry.lean_steps
    assert telemetry.solved_expansions == telemetry.expansions
    assert telemetry.solved_seconds is not None
    assert search.graph is not None
    assert telemetry.nodes + 1 == len(search.graph)
