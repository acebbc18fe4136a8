"""Goals that share no metavariable are separate problems: opened, proved apart, and put together in one script that the judge accepts."""

import pytest

from prover.lean.judge import Judge
from prover.lean.stepper import Stepper
from prover.proof.script import assemble
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Rejected
from prover.proof.verdict import Verified


async def after(stepper: Stepper, declaration: str, *tactics: str) -> ProofState:
    state = await stepper.start(Statement("t", "", declaration))
    for tactic in tactics:
        step = await stepper.step(state, tactic)
        assert isinstance(step, Advanced), step
        state = step.state
    return state


async def proved(stepper: Stepper, state: ProofState, *tactics: str) -> tuple[str, ...]:
    step: object = None
    for tactic in tactics:
        step = await stepper.step(state, tactic)
        if isinstance(step, Advanced):
            state = step.state
    assert isinstance(step, Closed), step
    return step.tactics


@pytest.mark.parametrize(
    ("declaration", "tactics", "groups"),
    [
        ("theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r", ["refine ⟨?_, ?_, ?_⟩"], ((0,), (1,), (2,))),
        ("theorem t : ∃ n : Nat, n = 3 ∧ 0 < 1", ["refine ⟨?w, ?a, ?b⟩"], ((0, 1), (2,))),
        ("theorem t (f : Nat → Nat) (h : ∀ a b, a = b → f a = f b) : f 1 = f 1 ∧ True", ["constructor", "rotate_left"], ((0,), (1,))),
        # Joined only by the type of a metavariable that neither goal is: ?x : Fin ?n in the first, ?n in the second.
        (
            "theorem t (P : (n : Nat) → Fin n → Prop) (Q : Nat → Prop) (h : ∀ n x, P n x) (k : ∀ n, Q n) : ∃ (n : Nat) (x : Fin n), P n x ∧ Q n",
            ["refine ⟨?n, ?x, ?p, ?q⟩"],
            ((0, 1, 2, 3),),
        ),
    ],
)
async def test_groups_are_closed_over_what_goals_share(
    stepper: Stepper, declaration: str, tactics: list[str], groups: tuple[tuple[int, ...], ...]
) -> None:
    state = await after(stepper, declaration, *tactics)
    assert tuple(sorted(tuple(sorted(group)) for group in state.groups)) == groups


async def test_groups_are_proved_apart_and_put_together(stepper: Stepper, judge: Judge) -> None:
    state = await after(stepper, "theorem t (p : Prop) (hp : p) : (∃ n : Nat, n = 3) ∧ p ∧ ∀ m : Nat, m + 0 = m", "refine ⟨⟨?w, ?e⟩, ?_, ?_⟩")
    proofs = {}
    for group in state.groups:
        opened = await stepper.open_goals(state, group)
        assert [goal.pp for goal in opened.goals] == [state.goals[index].pp for index in sorted(group)]
        if len(group) > 1:
            proofs[tuple(sorted(group))] = await proved(stepper, opened, "rotate_left", "exact rfl")
        elif opened.goals[0].target == "p":
            proofs[group] = await proved(stepper, opened, "exact hp")
        else:
            proofs[group] = await proved(stepper, opened, "intro m", "rfl")
    script = (*state.tactics, *assemble(proofs))
    verdict, text = await judge.judge(state.statement, script)
    assert isinstance(verdict, Verified), (verdict, text)


async def test_an_opened_state_is_a_value_that_any_process_can_be_brought_to(stepper: Stepper) -> None:
    state = await after(stepper, "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q ∧ p", "refine ⟨?_, ?_⟩")
    opened = await stepper.open_goals(state, (1,))
    split = await stepper.step(opened, "constructor")
    assert isinstance(split, Advanced)
    await stepper.worker.renew()
    assert (await proved(stepper, split.state, "exact hq", "exact hp")) == ("constructor", "exact hq", "exact hp")


async def test_an_opened_goal_is_closed_by_a_proof_only(stepper: Stepper) -> None:
    state = await after(stepper, "theorem t (p q : Prop) (hp : p) : p ∧ q", "constructor")
    opened = await stepper.open_goals(state, (1,))
    assert isinstance(await stepper.step(opened, "exact hp"), Rejected)
    assert isinstance(await stepper.step(opened, "assumption"), Rejected)


async def test_part_of_a_group_cannot_be_opened(stepper: Stepper) -> None:
    state = await after(stepper, "theorem t : ∃ n : Nat, n = 3", "refine ⟨?w, ?a⟩")
    with pytest.raises(ValueError, match="no whole groups"):
        await stepper.open_goals(state, (0,))
    with pytest.raises(ValueError, match="no whole groups"):
        await stepper.open_goals(state, (0, 1, 2))
