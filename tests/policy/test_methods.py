"""Methods that look before they propose: what they find is proposed, and what they can tell to be hopeless is not."""

from prover.policy.automation.descent import descent
from prover.policy.automation.header import Definition, definitions, inductives
from prover.policy.automation.modular import settled_residues
from prover.policy.automation.moves import Context, Family
from prover.policy.automation.policy import ranked
from prover.policy.automation.positivity import positive_coefficients
from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement

TREE = """inductive Tree where
  | leaf : Tree
  | node (left : Tree) (x : Nat) : Tree → Tree

def Tree.mirror : Tree → Tree
  | .leaf => .leaf
  | .node l x r => .node r.mirror x l.mirror
"""
SORT = """def place (a : Nat) : List Nat → List Nat
  | [] => [a]
  | x :: xs => if a ≤ x then a :: x :: xs else x :: place a xs

def sortUp : List Nat → List Nat
  | [] => []
  | x :: xs => place x (sortUp xs)
"""
SUM = """def sumFrom : List Nat → Nat → Nat
  | [], acc => acc
  | x :: xs, acc => sumFrom xs (acc + x)
"""


def numbers(kind: str, names: str, *facts: str, target: str, head: str) -> Goal:
    data = [Hypothesis(x, kind, "data", kind, "") for x in names]
    heads = {"=": "Eq", "≤": "LE.le", "<": "LT.lt"}
    props = [Hypothesis(f"h{k}", fact, "prop", next(heads[s] for s in heads if f" {s} " in fact), kind) for k, fact in enumerate(facts)]
    return Goal("", (*data, *props), target, head, kind, f"⊢ {target}")


def proposed(family: Family, goal: Goal, header: str = "") -> list[str]:
    return [move.tactic for move in family(Context(goal, Statement("t", header, "theorem t : True")))]


def test_types_and_functions_are_read_from_the_header() -> None:
    [tree] = inductives(TREE)
    assert (tree.name, tree.constructors) == ("Tree", (("leaf", ()), ("node", ("Tree", "Nat", "Tree"))))
    assert definitions(TREE) == [Definition("Tree.mirror", ("Tree",), "Tree")]
    assert definitions(SORT) == [Definition("place", ("Nat", "List Nat"), "List Nat"), Definition("sortUp", ("List Nat",), "List Nat")]


def test_descent_is_proposed_only_where_every_solution_is_a_multiple() -> None:
    assert "Fin 4" in proposed(descent, numbers("Nat", "ab", "a * a = 2 * (b * b)", target="b = 0", head="Eq"))[0]
    assert proposed(descent, numbers("Nat", "ab", "a * a = 4 * (b * b)", target="b = 0", head="Eq")) == []
    assert proposed(descent, numbers("Nat", "ab", "a * a = b", target="b = 0", head="Eq")) == []


def test_residues_are_proposed_only_where_they_settle_the_goal() -> None:
    assert proposed(settled_residues, numbers("Nat", "xy", "x * x = 5 * y + 2", target="False", head="False"))
    assert proposed(settled_residues, numbers("Nat", "xy", "x * x = 5 * y + 1", target="False", head="False")) == []


def test_positive_coefficients_are_found_along_chains_and_never_claimed_in_vain() -> None:
    ordered = ("0 ≤ c", "c ≤ b", "b ≤ a")
    assert proposed(positive_coefficients, numbers("Int", "abc", *ordered, target="b * c ≤ a * b", head="LE.le"))
    assert proposed(positive_coefficients, numbers("Int", "abc", *ordered, target="a * b ≤ b * c", head="LE.le")) == []
    assert proposed(positive_coefficients, numbers("Int", "abc", "c ≤ b", "b ≤ a", target="b * c ≤ a * b", head="LE.le")) == []


def ranked_for(header: str, variable: str, kind: str, target: str, head: str = "Eq", carrier: str = "") -> list[str]:
    goal = Goal("", (Hypothesis(variable, kind, "data", kind, ""),), target, head, carrier, f"{variable} : {kind}\n⊢ {target}")
    return [p.tactic for p in ranked(ProofState(Statement("t", header, "theorem t : True"), (), (goal,), "key", ()))]


def test_a_type_of_the_header_is_induced_over_with_a_hypothesis_for_each_part() -> None:
    tactics = ranked_for(TREE, "t", "Tree", "t.mirror.mirror = t")
    assert "induction t with\n| leaf => ?_\n| node t0 x1 t2 iht0 iht2 => ?_" in tactics[:8]


def test_an_accumulator_is_let_free() -> None:
    tactics = ranked_for(SUM, "xs", "List Nat", "sumFrom xs 0 = xs.sum", carrier="Nat")
    assert any("∀ a, sumFrom xs a = (a + (xs.sum))" in tactic for tactic in tactics[:8])


def test_what_a_function_does_to_members_is_known_before_what_a_composition_does() -> None:
    tactics = ranked_for(SORT, "xs", "List Nat", "List.Pairwise (fun a b => a ≤ b) (sortUp xs)", head="List.Pairwise")
    assert any("y ∈ place a0 l ↔ y = a0 ∨ y ∈ l" in tactic and "generalize sortUp _ = l at *" in tactic for tactic in tactics[:12])
