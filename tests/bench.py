"""`make bench`: measures, prints a table, writes bench.json. `make bench ONLY="lean steps"` runs some parts.

Parts: `lean` (start-up, memory), `steps` (overhead, throughput of one process), `pool` (two processes against one; a killed process's
state again; its counters), `verdict` (the judge), `search` (Python's time, a million nodes), `ratio` (the default search against BFS-Prover-V2's),
`busy` (share of the wall in which Lean works, one theorem), `minif2f` (needs ../shared/data), `bundled` (the test split), `minimiser` (length of
proofs), `policy` (batching of a model), `cluster` (two Ray nodes: start, a search's overhead, cancellation), and, only when it is named, `soak`
(20 minutes with processes killed at random).
Each entry of bench.json has value, unit, sample size, machine and commit. Nothing here is asserted: a figure is a figure.
"""

import asyncio
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from prover.lean.counters import Counters
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import Stepper
from prover.lean.toolchain import Toolchain, cache_dir, provision_embedded
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Rejected
from prover.proof.verdict import Verified
from tests import bench_search, bench_team
from tests.bench_cluster import cluster
from tests.bench_minimise import minimiser
from tests.bench_policy import policy_batching
from tests.bench_runs import bundled_rows, entry, pool_of, prove, prove_rows, ready
from tests.lean import chaos

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "bench.json"
MINIF2F = ROOT.parent / "shared" / "data" / "minif2f_valid.jsonl"
SOAK_SECONDS = float(os.environ.get("SOAK_SECONDS", "1200"))

MIX: list[tuple[str, list[str]]] = [
    ("theorem m (p q : Prop) (hp : p) (hq : q) : p ∧ q", ["constructor", "exact ⟨hp, hq⟩", "simp_all", "exact hp", "intro h"]),
    ("theorem m (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1", ["omega", "simp", "rw [h]", "cases n", "have h' : n = n := rfl", "norm_num"]),
    ("theorem m (a b : Int) : (a + b) * (a + b) = a * a + 2 * a * b + b * b", ["grind", "rw [Int.add_mul]", "simp [Int.mul_add]", "rfl"]),
    (
        "theorem m (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
        ["simp", "induction xs", "rw [List.length_append]", "grind", "cases ys"],
    ),
    ("theorem m (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n + 2) (h0 : f 0 = 1) : f 3 = 7", ["simp [h, h0]", "rw [h]", "have := h 2", "decide"]),
]
"""The fixed mix of steps: closing, advancing and failing ones, cheap and dear."""


async def lean(toolchain: Toolchain) -> dict[str, Any]:
    """Seconds to the first reply and resident memory then, three starts."""
    ready, resident = [], []
    for _ in range(3):
        worker = Worker(Recipe(toolchain, stepwise_program(cache_dir(os.environ))))
        began = time.perf_counter()
        await worker.request({"op": "stats"}, 60)
        ready.append(time.perf_counter() - began)
        resident.append(worker.resident_bytes / 1024**2)
        await worker.close()
    return {"lean_ready_s": entry(statistics.median(ready), "s", 3), "lean_rss_mb": entry(statistics.median(resident), "MB", 3)}


async def steps(toolchain: Toolchain) -> dict[str, Any]:
    """The fixed mix on one worker: client time minus Lean's own, and steps per second."""
    stepper = Stepper(Worker(Recipe(toolchain, stepwise_program(cache_dir(os.environ)))))
    states = [(await stepper.start(Statement(f"m{i}", "", declaration)), tactics) for i, (declaration, tactics) in enumerate(MIX)]
    overhead, total = [], 0.0
    for repeat in range(21):
        for state, tactics in states:
            for tactic in tactics:
                began = time.perf_counter()
                result = await stepper.step(state, tactic)
                seconds = time.perf_counter() - began
                if isinstance(result, Advanced):
                    await stepper.release([result.state])
                if repeat and isinstance(result, Advanced | Closed | Rejected):
                    overhead.append(1000 * (seconds - result.cost.lean_seconds))
                    total += seconds
    await stepper.worker.close()
    return {
        "step_overhead_ms_p50": entry(statistics.median(overhead), "ms", len(overhead)),
        "step_overhead_ms_p95": entry(statistics.quantiles(overhead, n=20)[-1], "ms", len(overhead)),
        "steps_per_s_1": entry(len(overhead) / total, "1/s", len(overhead)),
    }


async def throughput(toolchain: Toolchain, workers: int) -> tuple[float, int]:
    """Steps a second of the chaos test's mixed walks, eight statements at once, after a round that warms up."""
    pool = pool_of(toolchain, workers)
    await ready(pool)
    chosen = await chaos.statements(pool, 60)
    await chaos.Workload(pool, seed=1).run(chosen[: 30 * workers], 20, at_once=8)
    workload = chaos.Workload(pool, seed=2)
    began = time.perf_counter()
    await workload.run(chosen, 25, at_once=8)
    workload.seed = 3
    await workload.run(chosen, 25, at_once=8)
    seconds = time.perf_counter() - began
    await pool.close()
    return workload.steps / seconds, workload.steps


async def replay(pool: Pool) -> list[float]:
    """Seconds from a step on a state of depth 5, whose process was killed just before, to its answer; a warm spare is there each time."""
    seconds = []
    declaration = "theorem r (p q r : Prop) (f : Nat → Nat) (h : ∀ n, f n = n) (hp : p) (hq : q) : p → q → r → f 3 = 3 ∧ p ∧ q"
    for _ in range(11):
        state = await pool.start(Statement("r", "", declaration))
        for tactic in ("intro a b c", "constructor", "rw [h]", "constructor", "exact hp"):
            step = await pool.step(state, tactic)
            assert isinstance(step, Advanced), step
            state = step.state
        while pool.spares_ready == 0:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        for worker in pool.workers:
            if worker.pid is not None:
                os.kill(worker.pid, signal.SIGKILL)
        began = time.perf_counter()
        assert isinstance(await pool.step(state, "exact hq"), Closed)
        seconds.append(time.perf_counter() - began)
    return seconds


async def pool(toolchain: Toolchain) -> dict[str, Any]:
    """Two processes against one on two cores; a killed process's state again; what was counted meanwhile."""
    one, n = await throughput(toolchain, 1)
    two, _ = await throughput(toolchain, 2)
    single = pool_of(toolchain, 1, spares=1)
    await ready(single, spares=1)
    seconds = await replay(single)
    show(single.counters())
    await single.close()
    return {
        "steps_scaling_2": entry(two / one, "×", n),
        "steps_per_s_2": entry(two, "1/s", n),
        "replay_s_p50": entry(statistics.median(seconds), "s", len(seconds)),
    }


async def verdict(toolchain: Toolchain) -> dict[str, Any]:
    """Seconds of a verdict on the proofs of the valid split, warm."""
    judge = Judge(toolchain, stepwise_program(cache_dir(os.environ)))
    seconds = []
    for number, path in enumerate(sorted((ROOT / "data" / "proofs" / "valid").glob("*.lean"))):
        text = path.read_text(encoding="utf-8")
        asked = (await judge.read_challenge(text))[-1].statement
        found = await judge.judge_file(asked, text)
        assert isinstance(found, Verified), found
        if number >= 10:
            seconds.append(found.circumstances.seconds)
    await judge.close()
    return {
        "verdict_s_p50": entry(statistics.median(seconds), "s", len(seconds)),
        "verdict_s_p95": entry(statistics.quantiles(seconds, n=20)[-1], "s", len(seconds)),
    }


async def soak(toolchain: Toolchain) -> dict[str, Any]:
    """The chaos test's workload and its disturber for SOAK_SECONDS: growth of Python's resident memory after the first tenth."""
    lean = pool_of(toolchain, 2, spares=1)
    await ready(lean)
    chosen = await chaos.statements(lean, 100)
    workload = chaos.Workload(lean, seed=0)
    disturber = asyncio.create_task(chaos.monkey(lean, workload, seed=3))
    began, sizes, largest = time.monotonic(), [], 0
    while time.monotonic() - began < SOAK_SECONDS:
        workload.seed += 1
        workload.answers.clear()
        await workload.run(chosen[:25], 8)
        sizes.append((time.monotonic() - began, own_bytes()))
        largest = max(largest, *(worker.resident_bytes for worker in lean.workers))
        at, size = sizes[-1]
        Console().print(f"{at:.0f} s, {workload.steps} steps, Python {size / 1024**2:.1f} MB, largest Lean {largest / 1024**2:.0f} MB")
    disturber.cancel()
    Console().print(f"disturbed: {await disturber}")
    show(lean.counters())
    await lean.close()
    settled = next(size for at, size in sizes if at > SOAK_SECONDS / 10)
    return {
        "soak_growth_mb": entry((sizes[-1][1] - settled) / 1024**2, "MB", workload.steps),
        "soak_largest_lean_mb": entry(largest / 1024**2, "MB", workload.steps),
    }


def own_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def show(counters: Counters) -> None:
    table = Table("counter", "value")
    for name, value in asdict(counters).items():
        table.add_row(name, f"{value:.1f}" if isinstance(value, float) else str(value))
    Console().print(table)


async def minif2f(toolchain: Toolchain) -> dict[str, Any]:
    """miniF2F valid under `--header core`: statements proved and verified, of those that core Lean can express."""
    if not MINIF2F.exists():
        return {}
    records = prove(MINIF2F, "--header", "core")
    supported = [record for record in records if record["status"] != "unsupported"]
    proved = sum(record["status"] == "proved" for record in supported)
    return {"minif2f_valid_core_proved": entry(proved, f"of {len(supported)}", len(supported))}


async def bundled(toolchain: Toolchain) -> dict[str, Any]:
    """The bundled test split: share proved and verified."""
    records = prove_rows(bundled_rows("test"))
    return {"bundled_test_rate": entry(100 * sum(r["status"] == "proved" for r in records) / len(records), "%", len(records))}


PARTS: dict[str, Callable[[Toolchain], Any]] = {
    "lean": lean,
    "steps": steps,
    "pool": pool,
    "verdict": verdict,
    "search": bench_search.search,
    "ratio": bench_search.ratio,
    "busy": bench_search.busy,
    "minif2f": minif2f,
    "bundled": bundled,
    "minimiser": minimiser,
    "policy": lambda _: policy_batching(),
    "team": bench_team.team,
    "cache": bench_team.cache,
    "cluster": cluster,
    "soak": soak,
}
ONLY_WHEN_NAMED = {"soak", "team"}


def machine() -> str:
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), platform.machine())
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}"


def commit() -> str:
    run = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout.strip() or "unknown"


def main(parts: list[str]) -> None:
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise SystemExit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    toolchain = provision_embedded(cache_dir(os.environ))
    entries: dict[str, Any] = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else {}
    for part in parts or [part for part in PARTS if part not in ONLY_WHEN_NAMED]:
        measured = asyncio.run(PARTS[part](toolchain))
        for name, values in measured.items():
            entries[name] = {**values, "machine": machine(), "commit": commit()}
        OUTPUT.write_text(json.dumps(entries, indent=2) + "\n")
    table = Table("figure", "value", "unit", "n", "commit")
    for name, values in entries.items():
        table.add_row(name, str(values["value"]), values["unit"], str(values["n"]), values["commit"])
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
