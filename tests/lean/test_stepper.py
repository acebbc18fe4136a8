"""A step is trustworthy: what Lean would only warn about, recover from or hide is a rejection here."""

import pytest

from prover.lean.stepper import SourceError, Stepper
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Rejected

CORE = 'import Std\nset_option autoImplicit false\nnotation "ℕ" => Nat\n'
CONJUNCTION = Statement("both", CORE, "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q")


async def started(stepper: Stepper, declaration: str, header: str = CORE) -> ProofState:
    return await stepper.start(Statement("t", header, declaration))


async def test_a_proof_in_steps(stepper: Stepper) -> None:
    state = await stepper.start(CONJUNCTION)
    split = await stepper.step(state, "constructor")
    assert isinstance(split, Advanced)
    assert [goal.case for goal in split.state.goals] == ["left", "right"]
    left = await stepper.step(split.state, "exact hp")
    assert isinstance(left, Advanced)
    right = await stepper.step(left.state, "exact hq")
    assert isinstance(right, Closed)
    assert right.tactics == ("constructor", "exact hp", "exact hq")


async def test_the_state_text_is_leandojos(stepper: Stepper) -> None:
    state = await started(stepper, "theorem t (a b : ℕ) (h : a < b) (p : Prop) : ∃ x, a < x ∧ (p → x ≤ b)")
    assert state.pp == "a b : ℕ\nh : a < b\np : Prop\n⊢ ∃ x, a < x ∧ (p → x ≤ b)"
    step = await stepper.step(state, "refine ⟨b, ?_, ?_⟩")
    assert isinstance(step, Advanced)
    hypotheses = "a b : ℕ\nh : a < b\np : Prop"
    assert step.state.pp == f"case refine_1\n{hypotheses}\n⊢ a < b\n\ncase refine_2\n{hypotheses}\n⊢ p → b ≤ b"


async def test_goals_are_structured(stepper: Stepper) -> None:
    state = await started(stepper, "theorem t (n : ℕ) (h : n % 5 = 3) : 2 * n % 5 = 1")
    (goal,) = state.goals
    assert [(h.name, h.type, h.kind, h.head, h.carrier) for h in goal.hypotheses] == [
        ("n", "ℕ", "data", "Nat", ""),
        ("h", "n % 5 = 3", "prop", "Eq", "ℕ"),
    ]
    assert (goal.target, goal.head, goal.carrier) == ("2 * n % 5 = 1", "Eq", "ℕ")


@pytest.mark.parametrize(
    "tactic",
    [
        "have h : p := by\n  exact hp\nexact ⟨h, hq⟩",
        "constructor\n· exact hp\n· exact hq",
        "exact ⟨hp, hq⟩ -- a comment",
        "  exact ⟨hp, hq⟩\n",
        "(constructor <;> assumption)",
        "exact?",
        "simp_all?",
        "set_option linter.unusedVariables false in simp_all",
    ],
)
async def test_blocks_comments_and_searches_close(stepper: Stepper, tactic: str) -> None:
    assert isinstance(await stepper.step(await stepper.start(CONJUNCTION), tactic), Closed)


async def test_a_search_tactic_is_recorded_as_what_it_found(stepper: Stepper) -> None:
    step = await stepper.step(await stepper.start(CONJUNCTION), "exact?")
    assert isinstance(step, Closed)
    assert step.tactics == ("exact ⟨hp, hq⟩",)


@pytest.mark.parametrize(
    ("tactic", "kind"),
    [
        ("sorry", "forbidden"),
        ("exact sorry", "forbidden"),
        ("admit", "forbidden"),
        ("stop simp", "forbidden"),
        ("first | sorry | simp_all", "forbidden"),
        ("exact ⟨by sorry, by sorry⟩", "forbidden"),
        ("all_goals sorry", "forbidden"),
        ("native_decide", "forbidden"),
        ("decide +native", "forbidden"),
        ("decide (config := {native := true})", "forbidden"),
        ("bv_decide", "forbidden"),
        ("run_tac Lean.Elab.Tactic.done", "forbidden"),
        ("exact by_elab return .const ``sorryAx []", "forbidden"),
        ("open Nat in simp", "forbidden"),
        ("set_option maxHeartbeats 0 in simp", "forbidden"),
        ("set_option debug.skipKernelTC true in simp", "forbidden"),
        ("exact absurd sorryAx sorryAx", "forbidden"),
        ("exact (unsafe hp)", "forbidden"),
        ("constructor <;> exact?", "forbidden"),
        ("/- unterminated", "parse"),
        ("exact hp)", "parse"),
        ("exact ⟨hp, hq⟩\ntheorem evil : False := by simp", "parse"),
        ("exact ⟨hp, hq⟩\n#exit", "parse"),
        ("norm_num", "parse"),
        ("", "parse"),
        ("exact both p q hp hq", "error"),
        ("exact ⟨hp, ?x⟩", "error"),
        ("exact ⟨hp, by simp⟩", "error"),
        ("simp", "error"),
        ("exact ⟨hp, _⟩", "error"),
    ],
)
async def test_what_proves_nothing_is_rejected_with_its_kind(stepper: Stepper, tactic: str, kind: str) -> None:
    step = await stepper.step(await stepper.start(CONJUNCTION), tactic)
    assert isinstance(step, Rejected), step
    assert step.kind == kind, step.message
    assert step.message


async def test_the_theorem_is_not_visible_to_its_own_proof(stepper: Stepper) -> None:
    state = await started(stepper, "theorem self : ∀ n : ℕ, n = n + 0")
    for tactic in ("exact self", "simp [self]", "apply self", "exact t"):
        assert isinstance(await stepper.step(state, tactic), Rejected)


async def test_heartbeats_are_per_step(stepper: Stepper) -> None:
    state = await started(stepper, "theorem t (f : ℕ → ℕ) (h : ∀ n, f (n + 1) = f n + 1) : f 40 = f 0 + 40")
    poor = await stepper.step(state, "simp [h]", heartbeats=1)
    assert isinstance(poor, Rejected)
    assert poor.kind == "heartbeats"
    assert isinstance(await stepper.step(state, "simp [h]"), Advanced | Closed)


async def test_a_tactic_too_long_is_not_sent(stepper: Stepper) -> None:
    step = await stepper.step(await stepper.start(CONJUNCTION), "simp " + " " * 1_000_000)
    assert isinstance(step, Rejected)
    assert step.kind == "too_long"


async def test_the_key_ignores_names_and_nothing_else(stepper: Stepper) -> None:
    first = await started(stepper, "theorem t (a b : ℕ) (h : a < b) : ∀ c, c = a → c < b")
    renamed = await started(stepper, "theorem t (x y : ℕ) (k : x < y) : ∀ d, d = x → d < y")
    other = await started(stepper, "theorem t (x y : ℕ) (k : y < x) : ∀ d, d = x → d < y")
    stronger = await started(stepper, "theorem t (a b : ℕ) : ∀ c, c = a → c < b")
    assert first.key == renamed.key
    assert len({first.key, other.key, stronger.key}) == 3


async def test_goals_that_share_a_metavariable_are_one_group(stepper: Stepper) -> None:
    state = await started(stepper, "theorem t : (∃ x : ℕ, x * x = 49 ∧ x < 10) ∧ 1 + 1 = 2")
    step = await stepper.step(state, "constructor")
    assert isinstance(step, Advanced)
    assert step.state.groups == ((0,), (1,))
    step = await stepper.step(step.state, "refine ⟨?w, ?_, ?_⟩")
    assert isinstance(step, Advanced)
    names = [goal.target for goal in step.state.goals]
    shared = {i for i, target in enumerate(names) if "?w" in target or target == "ℕ"}
    assert shared in [set(group) for group in step.state.groups]
    assert len(step.state.groups) == 2


async def test_a_released_state_comes_back_by_replay(stepper: Stepper) -> None:
    state = await stepper.start(CONJUNCTION)
    split = await stepper.step(state, "constructor")
    assert isinstance(split, Advanced)
    before = (await stepper.stats())["live"]
    await stepper.release([state, split.state])
    assert (await stepper.stats())["live"] == before - 2
    again = await stepper.step(split.state, "exact hp")
    assert isinstance(again, Advanced)


async def test_universes_namespaces_and_variables(stepper: Stepper) -> None:
    text = """namespace A
universe u
variable {α : Type u} (xs : List α)

structure Pair (β : Type u) where
  left : β

theorem len : xs.length = xs.length := by sorry
end A
"""
    (found,) = await stepper.scan(text)
    assert found.statement.name == "A.len"
    assert isinstance(await stepper.step(await stepper.start(found.statement), "rfl"), Closed)


async def test_a_statement_that_needs_a_match(stepper: Stepper) -> None:
    state = await started(stepper, "theorem t (n : ℕ) : (match n with | 0 => 1 | k + 1 => k + 2) = n + 1")
    assert isinstance(await stepper.step(state, "cases n <;> rfl"), Closed)


@pytest.mark.parametrize(
    ("proof", "kind"),
    [
        ("", "sorry"),
        (" := sorry", "sorry"),
        (" := by", "sorry"),
        (" := by sorry", "sorry"),
        (" := by\n  sorry\n", "sorry"),
        (" := by rfl", "given"),
        (" := by\n  constructor\n  sorry", "partial"),
    ],
)
async def test_every_way_to_leave_a_proof_open(stepper: Stepper, proof: str, kind: str) -> None:
    found = await stepper.scan(f"theorem t : 1 = 1{proof}\n\ntheorem u : 2 = 2 := by sorry\n", everything=True)
    assert [d.statement.name for d in found] == ["t", "u"]
    assert found[0].proof == kind
    assert found[0].statement.declaration == "theorem t : 1 = 1"


async def test_lemmas_examples_docstrings_attributes_and_options(stepper: Stepper) -> None:
    text = """/-- A sum. -/
@[simp] lemma l (n : Nat) : n + 0 = n := sorry

example : 1 = 1 := by sorry

set_option maxRecDepth 2000 in
private theorem p : 2 = 2 := by sorry

theorem proved : 3 = 3 := rfl
theorem last : 3 = 3 := by sorry
"""
    found = await stepper.scan(text)
    assert [(d.statement.name, d.line, d.proof) for d in found] == [
        ("l", 2, "sorry"),
        ("example_L4", 4, "sorry"),
        ("p", 7, "sorry"),
        ("proved", 9, "given"),
        ("last", 10, "sorry"),
    ]
    assert "theorem l (n : Nat)" in found[0].statement.declaration
    assert "theorem proved : 3 = 3 := rfl" in found[4].statement.header
    assert "sorry" not in found[4].statement.header
    for declaration in found:
        assert isinstance(await stepper.step(await stepper.start(declaration.statement), "first | rfl | simp"), Closed)


async def test_a_syntax_error_is_reported_where_it_is(stepper: Stepper) -> None:
    with pytest.raises(SourceError) as caught:
        await stepper.scan("theorem a : 1 = 1 := by rfl\n\ntheorem b : 1 + = 2 := by sorry\n")
    assert (caught.value.kind, caught.value.line, caught.value.column) == ("syntax", 3, 16)


async def test_a_missing_import_is_named(stepper: Stepper) -> None:
    with pytest.raises(SourceError, match="Mathlib") as caught:
        await stepper.scan("import Mathlib\ntheorem a : 1 = 1 := by sorry\n")
    assert caught.value.kind == "import"
