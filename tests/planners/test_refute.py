"""False subgoals are seen to be false, with the countermodel; true ones never are."""

import pytest

from planners.refute import Refuted, Unrefuted, refute
from prover.lean.pool import Pool
from prover.proof.script import Proof
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed

SQUARES = "(S : Nat → Nat) (h0 : S 0 = 0) (hs : ∀ n, S (n + 1) = S n + (n + 1) ^ 2) (n : Nat)"
FIBONACCI = "(F : Nat → Int) (h0 : F 0 = 0) (h1 : F 1 = 1) (hs : ∀ n, F (n + 2) = F (n + 1) + F n) (n : Nat)"


async def _state(lean: Pool, goal: str, header: str = "") -> ProofState:
    return await lean.start(Statement("t", header, f"theorem t {goal}"))


@pytest.mark.parametrize(
    ("goal", "countermodel"),
    [
        (": 2 + 2 = 5", "it is false as it stands"),
        ("(n k : Nat) (h : 0 < n) : k < n * n", "n = 1, k = 1"),
        ("(n : Nat) (h : 4 ≤ n) : n ^ 2 < 2 ^ n", "n = 4"),
        ("(n : Nat) (h : 40 < n) : n % 2 = 1", "n = 42"),
        ("(x y : Int) : x * y ≤ x * x", "x = 1, y = 2"),
        ("(x : Rat) (h : 0 < x) : x ≤ x * x", "x = 1/2"),
        ("(xs : List Nat) (h : xs.length < 3) : xs.sum ≤ xs.length", "xs = [2]"),
        ("(a : Fin 7) : a * a = a", "a = 2"),
        ("(p q : Prop) (h : p ∨ q) : p", "p = False, q = True"),
        ("(f : Bool → Bool) (b : Bool) : f (f b) = b", "f = fun _ => true, b = false"),
        ("(α : Type) (f : α → α) (h : ∀ x, f (f x) = x) (x : α) : f x = x", "α = Bool, f = fun x => !x, x = true"),
        ("(P : Nat → Prop) (h : P 0) (hs : ∀ n, P n → P (n + 3)) (n : Nat) : P n", "P = fun x => x % 3 = 0, n = 1"),
        (f"{SQUARES} : S n = n * n", "S as the hypotheses define it, n = 2"),
        (f"{FIBONACCI} : F n ≤ n", "F as the hypotheses define it, n = 6"),
    ],
)
async def test_what_is_false_is_refuted_by_small_values(lean: Pool, goal: str, countermodel: str) -> None:
    assert await refute(lean, await _state(lean, goal), seconds=20.0) == Refuted(countermodel)


@pytest.mark.parametrize(
    "goal",
    [
        "(n : Nat) (h : 5 ≤ n) : n ^ 2 < 2 ^ n",
        f"{SQUARES} : 6 * S n = n * (n + 1) * (2 * n + 1)",
        f"{FIBONACCI} : F n ≤ 2 ^ n",
        "(α : Type) (f : α → α) (h : ∀ x, f (f x) = x) (x : α) : f (f (f x)) = f x",
        "(p q : Prop) (h : p ∨ q) : q ∨ p",
        ": ∃ x : Nat, x * x = 49",
        "(x : Rat) (h : 0 ≤ x) (h1 : x ≤ 1) : x ^ 2 ≤ x",
    ],
)
async def test_what_is_true_is_not(lean: Pool, goal: str) -> None:
    assert isinstance(await refute(lean, await _state(lean, goal), seconds=20.0), Unrefuted)


@pytest.mark.parametrize(
    "goal",
    [
        "(n : Nat) (h : n < 0) : n = 17",
        "(n : Nat) (h : n < 3) (h' : 5 < n) : n * n = 2",
        "(f : Nat → Nat) (h : ∀ n, f (n + 1) < f n) : f 0 = 3",
        "(f : Nat → Nat) (h : ∀ n, f n = n) (h' : f 0 = 1) (n : Nat) : f n = n + 1",
        "(p : Prop) (h : p ∧ ¬p) (x : Int) : x = 3",
        f"{SQUARES.replace('h0 : S 0 = 0', 'h0 : S 0 = 0 ∧ S 1 = 5')} : S n = n",
    ],
)
async def test_what_holds_because_its_hypotheses_contradict_one_another_is_true(lean: Pool, goal: str) -> None:
    assert isinstance(await refute(lean, await _state(lean, goal), seconds=20.0), Unrefuted)


async def test_hypotheses_without_names_and_values_are_no_obstacle(lean: Pool) -> None:
    root = await _state(lean, "(n : Nat) (h : 0 < n) : ∀ k, k < n → k * k < n")
    hidden = await lean.step(root, "intro _ _")
    assert isinstance(hidden, Advanced)
    refuted = await refute(lean, hidden.state, seconds=20.0)
    assert isinstance(refuted, Refuted)
    assert refuted.how.startswith("n = 3, ")
    valued = await lean.step(root, "let m := n + 1")
    assert isinstance(valued, Advanced)
    assert await refute(lean, valued.state) == Unrefuted(tested=False)


async def test_where_no_values_can_be_tried_the_negation_is_searched(lean: Pool) -> None:
    state = await _state(lean, "(x y : Colour) : x = y", "inductive Colour where\n  | red | green\n  deriving DecidableEq")
    asked: list[ProofState] = []

    async def attempt(negation: ProofState, seconds: float) -> Proof | None:
        asked.append(negation)
        proof = Proof("exact fun h => nomatch h .red .green")
        return proof if isinstance(await lean.step(negation, proof.tactic), Closed) else None

    assert await refute(lean, state, attempt) == Refuted("its negation has a proof")
    assert [goal.target for goal in asked[0].goals] == ["¬∀ (x y : Colour), x = y"]


async def test_where_values_were_tried_it_is_not(lean: Pool) -> None:
    async def attempt(negation: ProofState, seconds: float) -> Proof | None:
        raise AssertionError

    assert await refute(lean, await _state(lean, "(n : Nat) : n ≤ n * n"), attempt, seconds=20.0) == Unrefuted(tested=True)
