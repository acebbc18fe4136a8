"""Plans laid out in the real Lean, and proofs put together from their parts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planners.layout import GOAL, Flawed, Layout, lay_out
from planners.plan import Lemma, Plan
from prover.lean.pool import Pool
from prover.proof.script import Proof, lines, path
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed

SEQUENCE = Statement("t", "", "theorem t (S : Nat → Nat) (h0 : S 0 = 0) (hs : ∀ n, S (n + 1) = S n + 1) (n : Nat) : S n + S (n + 1) = 2 * n + 1")
LINEAR = Lemma("a", "(k : Nat) : S k = k")
BY_INDUCTION = path(["induction k with\n| zero => ?_\n| succ k ih => ?_", "· exact h0\n· rw [hs, ih]"])


async def _laid_out(lean: Pool, root: ProofState, plan: Plan) -> Layout:
    layout = await lay_out(lean, root, plan)
    assert isinstance(layout, Layout), layout
    return layout


async def _holds(lean: Pool, root: ProofState, proof: Proof) -> bool:
    return isinstance(await lean.step(root, "\n".join(lines(proof))), Closed)


async def test_a_lemma_is_a_goal_of_its_own_and_the_goal_has_it_as_a_hypothesis(lean: Pool) -> None:
    layout = await _laid_out(lean, await lean.start(SEQUENCE), Plan((LINEAR,), uses=("a",)))
    lemma, goal = layout.subgoals
    assert (lemma.name, lemma.lemma, lemma.uses, goal.name, goal.lemma, goal.uses) == ("a", True, (), GOAL, False, ("a",))
    assert lemma.state.goals[0].target == "S k = k"
    assert [h.name for h in lemma.state.goals[0].hypotheses] == ["S", "h0", "hs", "n", "k"]
    assert goal.state.goals[0].target == layout.root.goals[0].target
    assert goal.state.goals[0].hypotheses[-1].type == "∀ (k : Nat), S k = k"


async def test_a_lemma_sees_the_lemmas_it_uses_and_no_others(lean: Pool) -> None:
    plan = Plan((LINEAR, Lemma("b", ": 0 < 1"), Lemma("c", ": S n = n", ("a",))), uses=("c",))
    layout = await _laid_out(lean, await lean.start(SEQUENCE), plan)
    names = {subgoal.name: [h.name for h in subgoal.state.goals[0].hypotheses][4:] for subgoal in layout.subgoals}
    assert names == {"a": ["k"], "b": [], "c": ["a"], GOAL: ["c"]}
    assert set(layout.graph().edges) == {("a", "c"), ("c", GOAL)}
    assert layout.needed == ("a", "c", GOAL)


async def test_proofs_of_the_parts_make_a_proof_of_the_goal_though_they_were_found_in_smaller_contexts(lean: Pool) -> None:
    root = await lean.start(SEQUENCE)
    plan = Plan((LINEAR, Lemma("idle", ": 1 = 1"), Lemma("b", ": S n = n", ("a",)), Lemma("c", "(n : Nat) : S (n + 1) = S n + 1")), uses=("b", "c"))
    layout = await _laid_out(lean, root, plan)
    proofs = {"a": BY_INDUCTION, "b": path(["exact a n"]), "c": path(["have a := hs n", "exact a"]), GOAL: path(["rw [c, b]", "omega"])}
    proof = layout.proof(proofs)
    assert await _holds(lean, root, proof)
    assert "idle" not in "\n".join(lines(proof))
    with pytest.raises(KeyError):
        layout.proof({"a": BY_INDUCTION})


async def test_the_cases_of_a_split_are_subgoals_with_the_lemmas_in_their_context(lean: Pool) -> None:
    root = await lean.start(SEQUENCE)
    plan = Plan((LINEAR,), split="cases n with\n| zero => ?_\n| succ m => ?_", uses=("a",))
    layout = await _laid_out(lean, root, plan)
    assert [case.name for case in layout.cases] == ["zero", "succ"]
    proofs = {"a": BY_INDUCTION, "zero": path(["simp [a]"]), "succ": path(["simp only [a]", "omega"])}
    assert await _holds(lean, root, layout.proof(proofs))


async def test_cases_without_names_of_their_own_are_numbered(lean: Pool) -> None:
    layout = await _laid_out(lean, await lean.start(SEQUENCE), Plan((Lemma("inl", ": 1 = 1"),), split="rcases Nat.lt_or_ge n 3 with h | h"))
    assert [case.name for case in layout.cases] == ["case 1", "case 2"]


async def test_a_split_that_leaves_one_goal_or_none(lean: Pool) -> None:
    root = await lean.start(Statement("t", "", "theorem t (a b : Nat) (h : a = b) : b = a"))
    one = await _laid_out(lean, root, Plan(split="symm"))
    assert await _holds(lean, root, one.proof({one.cases[0].name: path(["exact h"])}))
    none = await _laid_out(lean, root, Plan(split="exact h.symm"))
    assert none.subgoals == ()
    assert await _holds(lean, root, none.proof({}))


async def test_a_subgoal_can_be_planned_for_in_its_turn(lean: Pool) -> None:
    root = await lean.start(SEQUENCE)
    outer = await _laid_out(lean, root, Plan((LINEAR,), uses=("a",)))
    inner = await _laid_out(lean, outer.lemmas[0].state, Plan((Lemma("step", "(m : Nat) : S m = m → S (m + 1) = m + 1"),), "induction k", ("step",)))
    assert {case.name for case in inner.cases} == {"zero", "succ"}
    lemma = inner.proof({"step": path(["intro e", "rw [hs, e]"]), "zero": path(["exact h0"]), "succ": path(["exact step _ ‹_›"])})
    assert await _holds(lean, inner.root, lemma)
    assert await _holds(lean, root, outer.proof({"a": lemma, GOAL: path(["simp only [a]", "omega"])}))


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Plan(), "leaves the goal as it is"),
        (Plan((LINEAR,)), "leaves the goal as it is"),
        (Plan((Lemma("a b", ": 1 = 1"),), uses=("a b",)), "no name for a lemma"),
        (Plan((Lemma("a : 1 = 1 := rfl\nhave b", ": 1 = 1"),), "skip"), "no name for a lemma"),
        (Plan((Lemma("hs", ": 1 = 1"),), uses=("hs",)), "is taken"),
        (Plan((LINEAR, LINEAR), uses=("a",)), "is taken"),
        (Plan((LINEAR,), uses=("b",)), "the goal uses b, which the plan does not state"),
        (Plan((Lemma("a", ": 1 = 1", ("b",)), Lemma("b", ": 1 = 1", ("a",))), uses=("a",)), "in a circle"),
        (Plan((Lemma("a", ": 1 = 1", ("a",)),), uses=("a",)), "in a circle"),
        (Plan((Lemma("a", ": 0 < n"), Lemma("b", ": a = a")), uses=("b",)), "it speaks of a, which it does not list in its uses"),
        (Plan((Lemma("a", ": S n = undefined_thing"),), uses=("a",)), "undefined_thing"),
        (Plan((Lemma("a", ": Nat"),), uses=("a",)), "not a proposition"),
        (Plan((Lemma("a", ": S ?x = 0"),), uses=("a",)), "no mere statement"),
        (Plan((Lemma("a", ": 1 = 1 := rfl\nhave b : 2 = 2"),), uses=("a",)), "no mere statement"),
        (Plan((Lemma("a", ": 1 = 1 := rfl\nclear a hs\nhave a : 2 = 2"),), uses=("a",)), "no mere statement"),
        (Plan((Lemma("a", ": ∃ k, k = n := ?_\nobtain ⟨k, rfl⟩ := a\nhave a : 1 = 1"),), uses=("a",)), "no mere statement"),
        (Plan((Lemma("a", ": n = n := by\n  rfl"),), uses=("a",)), "lemma a: "),
        (Plan((Lemma("a", ": (by sorry : Prop)"),), uses=("a",)), "sorry"),
        (Plan((Lemma("a", ": 1 = 1 -- and so on"),), uses=("a",)), "lemma a: "),
        (Plan((Lemma("a", ""),), uses=("a",)), "lemma a: "),
        (Plan(split="cases x"), "the split `cases x` fails"),
        (Plan(split="sorry"), "proves nothing"),
        (Plan(split="refine Exists.elim (p := fun k : Nat => k = ?y) ?_ ?_"), "unknowns in common"),
    ],
)
async def test_a_flawed_plan_says_what_is_wrong_with_it(lean: Pool, plan: Plan, reason: str) -> None:
    flawed = await lay_out(lean, await lean.start(SEQUENCE), plan)
    assert isinstance(flawed, Flawed)
    assert reason in flawed.reason
    assert "\n" not in flawed.reason


@pytest.mark.parametrize(
    "text",
    [
        ": let x : Nat := 2; x = 1 + 1",
        "{k : Nat} (hk : k = n := by rfl) : S k = S n",
        "(n : Nat) : n ≤ n * n",
        "(m : Nat) :\n  m = 0 ∨\n    0 < m",
        "(f : Nat → Nat) (h : ∀ k, f k = (fun x => x + 1) k) : f 0 = 1",
    ],
)
async def test_statements_with_layout_binders_and_definitions_survive(lean: Pool, text: str) -> None:
    root = await lean.start(SEQUENCE)
    layout = await _laid_out(lean, root, Plan((Lemma("a", text),), uses=("a",)))
    goal = layout.cases[0].state
    shown = await lean.step(goal, "revert a")
    assert isinstance(shown, Advanced)


@st.composite
def _plans(draw: st.DrawFn) -> Plan:
    names = [f"l{number}" for number in range(draw(st.integers(1, 5)))]
    lemmas = []
    for number, name in enumerate(names):
        uses = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        lemmas.append(Lemma(name, f": {number} < n + {number + 1}", tuple(uses)))
    uses = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    return Plan(tuple(draw(st.permutations(lemmas))), draw(st.sampled_from(["", "cases n"])), tuple(uses))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=_plans())
async def test_any_graph_of_lemmas_is_put_together_in_an_order_and_in_contexts_that_hold(lean: Pool, plan: Plan) -> None:
    root = await lean.start(Statement("t", "", "theorem t (n : Nat) : 0 < n + 1"))
    layout = await _laid_out(lean, root, plan)
    proofs = {}
    for subgoal in layout.subgoals:
        hidden = {lemma.name for lemma in plan.lemmas} - set(subgoal.uses)
        sees = [f"have _seen := {name}" for name in subgoal.uses]
        proofs[subgoal.name] = path([*sees, *(f"fail_if_success have _seen := {name}" for name in sorted(hidden)), "omega"])
    assert await _holds(lean, root, layout.proof({name: proof for name, proof in proofs.items() if name in layout.needed}))
