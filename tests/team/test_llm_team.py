"""A team whose planner is a chat server: real HTTP, real Lean, the real judge. The server is scripted, because a model does not err on cue."""

import json
from pathlib import Path

import pytest

from planners.chat.journal import FileJournal
from planners.chat.planner import connect
from prover.cache.off import NoCache
from prover.config import PlannerConfig, TeamConfig
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.proof.attempt import Attempt, Proved
from prover.proof.script import Proof, lines
from prover.proof.verdict import Verified
from prover.search.settings import Budget, SearchSettings
from prover.team.local import LocalProvers
from prover.team.places import Places
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.team import Team
from tests.planners.chat_server import Act, ChatServer, Refuses, Says, chat_server
from tests.search.scripted import Scripted
from tests.team.test_team import BY_INDUCTION, FROM_CLOSED_FORM, STATEMENT


def plan(*lemmas: tuple[str, str]) -> str:
    return json.dumps({"lemmas": [{"name": name, "statement": text, "uses": []} for name, text in lemmas], "uses": [name for name, _ in lemmas]})


RIGHT = Says((plan(("a", "(k : Nat) : S k = k")),))
FALSE = Says((plan(("a", "(k : Nat) : S k = k + k")),))
WRONG = Says((plan(("a", "(k : Nat) : S k = frob k")),))
IDLE = Says((plan(("b", ": 1 = 1")),))
MALFORMED = Says(("I would have used induction, and have no doubt that it works.",))
CUT = Says((plan(("a", "(k : Nat) : S k = k"))[:20],), finish="length")
# What stands behind a statement is cut off and forgotten: with a true statement each of these would be an honest plan.
HOSTILE = [
    Says((plan(("a", "(k : Nat) : S k = k + 1 := by sorry\n  exact foo")),)),
    Says((plan(("a; sorry", ": True")),)),
    Says((plan(("a", ": False → S n + S (n + 1) = 2 * n + 1")),)),
    Says((plan(("a", "(k : Nat) : S k = k + 2 := ?_\nall_goals sorry\nhave b : True")),)),
    Says(('{"lemmas": ' + "[" * 50_000,)),
    Says(("```lean\naxiom a : False\n```",)),
]


async def tried(lean: Pool, judge: Judge, journal: Path, *script: Act) -> tuple[Attempt, Team, ChatServer]:
    async def confirm(proof: Proof, heartbeats: int) -> bool:
        verdict, _ = await judge.judge(STATEMENT, lines(proof), heartbeats=heartbeats)
        return isinstance(verdict, Verified)

    with chat_server(*script) as server:
        config = PlannerConfig(kind="llm", endpoints=(server.url("script"),), samples=1, timeout=5.0, retries=2, calls=len(script))
        planner = await connect(config, "key", FileJournal(journal))
        settings = TeamSettings(
            TeamConfig(direct_seconds=0.0, check_seconds=5.0, subgoal_seconds=5.0, rounds=len(script)), SearchSettings(), Budget(90.0), "e", "p"
        )
        provers = LocalProvers(lean, Scripted(BY_INDUCTION, FROM_CLOSED_FORM))
        team = Team(provers, Sharing(NoCache(), lean), Places(4), planner, settings, confirm=confirm)
        attempt = await team.run(STATEMENT)
        await planner.close()
        return attempt, team, server


@pytest.mark.parametrize(
    "before",
    [[], [FALSE], [WRONG], [IDLE], [MALFORMED], [CUT], [Refuses(429, headers=(("Retry-After", "0"),))], [Refuses(500)], [FALSE, WRONG, MALFORMED]],
    ids=["at once", "false", "wrong", "idle", "malformed", "cut", "429", "500", "several"],
)
async def test_the_right_plan_is_found_in_the_end_and_its_proof_is_judged(lean: Pool, judge: Judge, tmp_path: Path, before: list[Act]) -> None:
    attempt, team, server = await tried(lean, judge, tmp_path / "planner.jsonl", *before, RIGHT)
    assert isinstance(attempt, Proved), (team.faults, server.questions)
    assert len(server.questions) >= len(before) + 1


async def test_what_was_false_is_said_with_a_counterexample(lean: Pool, judge: Judge, tmp_path: Path) -> None:
    square = Says((plan(("a", "(k : Nat) : S k = k"), ("square", "(k : Nat) : k * k = k")),))
    _, _, server = await tried(lean, judge, tmp_path / "planner.jsonl", square, RIGHT)
    assert "lemma square is false" in server.prompt(1)
    assert "k = 2" in server.prompt(1)


async def test_hostile_plans_prove_nothing_and_hang_nothing(lean: Pool, judge: Judge, tmp_path: Path) -> None:
    attempt, team, _ = await tried(lean, judge, tmp_path / "planner.jsonl", *HOSTILE)
    assert not isinstance(attempt, Proved)
    assert team.telemetry.refused == 0
