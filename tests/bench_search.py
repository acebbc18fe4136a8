"""What the search itself costs, on a Lean whose states are numbers: Python's time per expansion, and a graph of a million nodes."""

import asyncio
import math
import random
import resource
import time
from collections.abc import Sequence
from typing import Any

from prover.lean.toolchain import Toolchain
from prover.policy.automation import AutomationPolicy
from prover.proof.proposal import Answer, Proposal, Question
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Cost, Rejected, StepResult
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings
from tests.bench_runs import ROOT, WORKERS, bundled_rows, entry, pool_of, prove_rows, ready

STATEMENT = Statement("t", "", "theorem t : True")
RATIO_EXPANSIONS = 60

HARD = Statement(
    "hard",
    "",
    "theorem hard (f : Nat → Nat) (h : ∀ m n, f (m + n) + f (m * n) = f m * f n + 1) (h1 : f 1 = 2) : ∀ n, f n = n * n * n + 1",
)
"""False, so that nobody proves it; with products, recursion and hypotheses, so that there is much to try."""

TACTICS = tuple(Proposal(f"tactic {number}", -0.5 - 0.3 * number) for number in range(8))


class Numbers:
    """Each tactic leads to a new state half of the time, to one that is known in a tenth, leaves two goals in a tenth, and fails else."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._last = 0

    async def start(self, statement: Statement) -> ProofState:
        return self._state(())

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        drawn = self._rng.random()
        if drawn < 0.3:
            return Rejected("error", "no", Cost())
        if drawn < 0.4:
            return Advanced(self._state((*state.tactics, tactic), str(self._rng.randrange(self._last + 1))), Cost())
        words = [self._new() for _ in range(2 if drawn < 0.5 else 1)]
        return Advanced(self._state((*state.tactics, tactic), *words), Cost())

    def _new(self) -> str:
        self._last += 1
        return str(self._last)

    def _state(self, tactics: tuple[str, ...], *words: str) -> ProofState:
        goals = tuple(Goal("", (), word, "", "", word) for word in words)
        return ProofState(STATEMENT, tactics, goals, " ".join(words), tuple((index,) for index in range(len(goals))), None, words)


class Always:
    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        return [Answer(TACTICS) for _ in questions]


async def grown(nodes: int) -> tuple[Search, float, list[tuple[int, float]]]:
    """A search with that many nodes, its seconds of processor time, and the moments of its expansions."""
    marks: list[tuple[int, float]] = []

    def watch(node: object, telemetry: object) -> None:
        marks.append((search.telemetry.nodes, time.process_time()))
        if search.telemetry.nodes >= nodes:
            task.cancel()

    search = Search(Numbers(1), Always(), SearchSettings(max_depth=10_000), Budget(seconds=1e6), at_once=3, watch=watch)
    began = time.process_time()
    task = asyncio.ensure_future(search.run(STATEMENT))
    await asyncio.gather(task, return_exceptions=True)
    return search, time.process_time() - began, marks


def per_expansion(marks: list[tuple[int, float]], low: int, high: int) -> float:
    """Milliseconds of processor time per expansion while the graph had that many nodes."""
    times = [at for nodes, at in marks if low <= nodes < high]
    return 1000 * (times[-1] - times[0]) / (len(times) - 1)


async def overhead() -> dict[str, tuple[float, str, int]]:
    """Python's time per expansion of eight proposals at 10 000 nodes; and how it grew from a thousand on, per doubling of the graph."""
    _, _, marks = await grown(10_500)
    early, late = per_expansion(marks, 900, 1_500), per_expansion(marks, 9_500, 10_500)
    return {
        "search_overhead_ms": (late, "ms", len(marks)),
        "search_overhead_growth_per_doubling": ((late / early - 1) / math.log2(10), "share", len(marks)),
    }


async def million() -> dict[str, tuple[float, str, int]]:
    """A graph of a million nodes: memory that it added, and seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    search, seconds, marks = await grown(1_000_000)
    growth = per_expansion(marks, 900_000, 1_000_000) / per_expansion(marks, 9_000, 20_000)
    return {
        "graph_1e6_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before, "MB", search.telemetry.nodes),
        "graph_1e6_s": (seconds, "s", search.telemetry.expansions),
        "graph_1e6_expansion_growth": (growth, "× of that at 10 000 nodes", search.telemetry.expansions),
    }


async def search(toolchain: Toolchain) -> dict[str, Any]:
    """Everything above."""
    figures = {**await overhead(), **await million()}
    return {name: entry(*figure) for name, figure in figures.items()}


async def ratio(toolchain: Toolchain) -> dict[str, Any]:
    """The default search against the released BFS-Prover-V2's: same policy, statements, seed and budget, of which every third of the valid split."""
    rows = bundled_rows("valid")[::3]
    budget = ("--max-expansions", str(RATIO_EXPANSIONS), "--timeout", "120")
    ours, theirs = (prove_rows(rows, "--config", str(ROOT / "configs" / f"{name}.toml"), *budget) for name in ("default", "bfs-prover-v2"))
    solved = [{r["name"]: r["telemetry"] for r in records if r["status"] == "proved"} for records in (ours, theirs)]
    both = solved[0].keys() & solved[1].keys()
    spent = {key: [sum(run[name][key] for name in both) for run in solved] for key in ("solved_expansions", "solved_seconds", "lean_steps")}
    return {
        "solved_default": entry(len(solved[0]), f"of {len(rows)}", len(rows)),
        "solved_v2": entry(len(solved[1]), f"of {len(rows)}", len(rows)),
        "expansions_ratio_to_v2": entry(100 * spent["solved_expansions"][0] / spent["solved_expansions"][1], "%", len(both)),
        "seconds_ratio_to_v2": entry(100 * spent["solved_seconds"][0] / spent["solved_seconds"][1], "%", len(both)),
        "lean_steps_ratio_to_v2": entry(100 * spent["lean_steps"][0] / spent["lean_steps"][1], "%", len(both)),
    }


async def busy(toolchain: Toolchain) -> dict[str, Any]:
    """One theorem that the policy does not prove, two warm workers, a minute: Lean's own seconds over what two processes could have worked."""
    pool = pool_of(toolchain, WORKERS)
    await ready(pool)
    search = Search(pool, AutomationPolicy(), SearchSettings(), Budget(seconds=60), at_once=WORKERS + 1)
    began = pool.counters().lean_seconds
    await search.run(HARD)
    spent, telemetry = pool.counters().lean_seconds - began, search.telemetry
    await pool.close()
    return {"lean_busy_share": entry(100 * spent / (WORKERS * telemetry.seconds), "%", telemetry.lean_steps)}
