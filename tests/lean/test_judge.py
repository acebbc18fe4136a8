"""The judge accepts proofs of the statement asked for, and nothing else, with no help from the guard."""

from pathlib import Path

import pytest

from prover.lean.containment.policy import ALL_MEASURES
from prover.lean.judge import Judge
from prover.lean.toolchain import Toolchain
from prover.proof.statement import Statement, render
from prover.proof.verdict import CannotJudge, Refused, Verified

HEADER = "import Std\nset_option autoImplicit false\n"


@pytest.mark.parametrize(
    ("declaration", "tactics"),
    [
        ("theorem t (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1", ["omega"]),
        ("theorem t (a b : Int) : (a + b) * (a + b) = a * a + 2 * a * b + b * b", ["grind"]),
        ("theorem t (p : Prop) : p ∨ ¬p", ["exact Classical.em p"]),
        ("theorem t : 12345 * 6789 = 83810205", ["decide"]),
        ("theorem t : (List.range 500).foldl (· + ·) 0 = 124750", ["decide +kernel"]),
        ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q", ["constructor", "exact hp", "exact hq"]),
        ("theorem t (n : Nat) : (match n with | 0 => 1 | k + 1 => k + 2) = n + 1", ["cases n", "· rfl", "· rfl"]),
        ("theorem t.{u} (α : Type u) (xs : List α) : xs.reverse.reverse = xs", ["simp"]),
        (
            "theorem t (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n + 1) (h0 : f 0 = 0) (n : Nat) : f n = n",
            ["induction n with\n| zero => exact h0\n| succ n ih => rw [h, ih]"],
        ),
    ],
)
async def test_proofs_are_verified(judge: Judge, declaration: str, tactics: list[str]) -> None:
    verdict, text = await judge.judge(Statement("t", HEADER, declaration), tactics)
    assert isinstance(verdict, Verified), verdict
    assert verdict.circumstances.lean
    assert verdict.circumstances.kernels
    assert verdict.circumstances.compared
    assert declaration in text


FALSE = Statement("t", HEADER, "theorem t : (2 : Nat) + 2 = 5")


@pytest.mark.parametrize(
    ("tactics", "reason"),
    [
        (["sorry"], "sorry"),
        (["exact sorryAx _"], "sorry"),
        (["native_decide"], ""),
        (["simp"], ""),
        (["set_option debug.skipKernelTC true in", "decide"], ""),
        (["exact t"], ""),
        (["trivial", "done", "#exit"], ""),
    ],
)
async def test_what_is_no_proof_is_refused(judge: Judge, tactics: list[str], reason: str) -> None:
    verdict, _ = await judge.judge(FALSE, tactics)
    assert isinstance(verdict, Refused), verdict
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "cheat",
    [
        "axiom bad : (2 : Nat) + 2 = 5\n{statement} := bad\n",
        'local notation "five" => 4\nlocal instance : OfNat Nat 5 := ⟨4⟩\n{statement} := rfl\n',
        "theorem t : (2 : Nat) + 2 = 4 := rfl\n",
        "theorem t (h : False) : (2 : Nat) + 2 = 5 := h.elim\n",
        "def t : (2 : Nat) + 2 = 5 := sorry\n",
        "theorem u : True := trivial\n",
        "opaque oops : (2 : Nat) + 2 = 5 := sorry\n{statement} := oops\n",
        'macro "win" : tactic => `(tactic| exact sorryAx _)\n{statement} := by win\n',
        "namespace N\n{statement} := by sorry\nend N\ntheorem t : True := trivial\n",
        "theorem big : 12345678 * 87654321 = 1082152022374638 := by native_decide\n{statement} := by exact absurd big (by native_decide)\n",
        "",
    ],
)
async def test_whole_files_that_cheat_are_refused(judge: Judge, cheat: str) -> None:
    text = HEADER + "\n" + cheat.format(statement=FALSE.declaration)
    assert isinstance(await judge.judge_file(FALSE, text), Refused)


async def test_native_decide_is_refused_even_when_what_it_says_is_true(judge: Judge) -> None:
    verdict, _ = await judge.judge(Statement("t", HEADER, "theorem t : 12345 * 6789 = 83810205"), ["native_decide"])
    assert isinstance(verdict, Refused)
    assert "ofReduceBool" in verdict.reason


async def test_a_definition_of_the_statement_may_not_change_on_the_way(judge: Judge) -> None:
    statement = Statement("t", f"{HEADER}structure Claim where\n  n : Nat\nabbrev claim : Prop := 1 = 2\n", "theorem t : claim")
    honest = render(statement, ["decide"])
    assert isinstance(await judge.judge_file(statement, honest), Refused)
    assert isinstance(await judge.judge_file(statement, honest.replace("1 = 2", "1 = 1")), Refused)


async def test_a_statement_that_does_not_elaborate_cannot_be_judged(judge: Judge) -> None:
    verdict, _ = await judge.judge(Statement("t", HEADER, "theorem t : nonsense"), ["simp"])
    assert isinstance(verdict, CannotJudge)


async def test_a_long_proof_gets_the_heartbeats_that_its_steps_had(judge: Judge) -> None:
    _, text = await judge.judge(Statement("t", HEADER, "theorem t : True"), ["trivial"], heartbeats=150_000)
    assert "set_option maxHeartbeats 600000 in\ntheorem t" in text


@pytest.mark.parametrize(
    "text",
    [
        "prelude\ninductive False : Prop where\n  | intro : False\ntheorem t : False := False.intro\n",
        "axiom oops : False\ntheorem t : False := oops\n",
        "theorem u : True := trivial\n",
    ],
)
async def test_without_a_challenge_a_file_still_proves_nothing_with_a_world_of_its_own(judge: Judge, text: str) -> None:
    assert not isinstance(await judge.judge_own("t", text), Verified)


async def test_without_a_challenge_the_files_own_meaning_is_shown(judge: Judge) -> None:
    text = "instance (priority := high) : HAdd Nat Nat Nat := ⟨fun _ _ => 5⟩\ntheorem t : (2 : Nat) + 2 = 5 := rfl\n"
    verdict = await judge.judge_own("t", text)
    assert isinstance(verdict, Verified)
    assert not verdict.circumstances.compared
    assert "file's own: instHAddNat" in verdict.circumstances.statement


NAMES = '{"str":{"pre":0,"str":"t"},"in":1}\n{"str":{"pre":0,"str":"Nat"},"in":2}\n'
PROP = '{"sort":0,"ie":0}\n'


@pytest.mark.parametrize(
    ("modules", "export"),
    [
        (["Init", "Std.«../../evil»"], ""),
        (["Init", "«/tmp/evil»"], ""),
        (["Init", "StepwisePrograms.P0"], ""),
        (["Init"], ""),
        (["Init"], "no JSON\n"),
        (["Init"], "{}\n"),
        (["Init"], '{"ie":5,"bvar":0}\n'),
        (["Init"], '{"ie":0,"app":{"fn":1,"arg":1}}\n'),
        (["Init"], '{"in":1,"str":{"pre":7,"str":"x"}}\n'),
        (["Init"], '{"ie":0,"natVal":"-5"}\n'),
        (["Init"], NAMES + PROP + '{"axiom":{"name":1,"levelParams":[],"type":0,"isUnsafe":false}}\n'),
        (["Init"], NAMES + PROP + '{"thm":{"name":2,"levelParams":[],"type":0,"value":0,"all":[]}}\n'),
        (["Init"], NAMES + PROP + '{"def":{"name":1,"levelParams":[],"type":0,"value":0,"hints":"opaque","safety":"unsafe","all":[]}}\n'),
        (["Init"], NAMES + PROP + '{"inductive":{"types":[],"ctors":[],"recs":[]}}\n'),
        (["Init"], NAMES + PROP + '{"quot":{"name":1,"levelParams":[],"type":0,"kind":"type"}}\n'),
    ],
)
async def test_data_that_a_hostile_process_hands_over_is_refused(judge: Judge, modules: list[str], export: str) -> None:
    """The replaying process is asked directly: whatever comes from the other side, it is never verified, and it is never the end of the process."""
    request = {"op": "judge", "name": "t", "modules": modules, "export": export, "bodies": 0}
    reply = await judge._kernel.request(request, 60)
    assert reply["status"] == "refused", reply
    assert (await judge._kernel.request({"op": "stats"}, 60))["status"] == "ok"


def test_what_is_not_enforced_is_in_the_verdict(toolchain: Toolchain, tmp_path: Path) -> None:
    """Every measure that is off is said, whoever switched it off; no Lean is started."""
    everything = Judge(toolchain, tmp_path).unjudged("").circumstances.not_enforced
    less = Judge(toolchain, tmp_path, measures=ALL_MEASURES - {"namespaces", "seccomp", "landlock"}).unjudged("").circumstances.not_enforced
    assert set(everything) < set(less)
    assert any("network access is not blocked" in gap for gap in less)
    assert any("can be read" in gap for gap in less)
    assert any("imported library" in gap for gap in everything), "what the embedded Lean cannot check is always said"
