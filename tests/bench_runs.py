"""What benchmarks share: warm Lean processes, and `prover prove` in a process and a run directory of its own."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits, Stepper
from prover.lean.toolchain import Toolchain, cache_dir

ROOT = Path(__file__).parents[1]
SECONDS = 60
WORKERS = 2


def entry(value: float, unit: str, n: int) -> dict[str, Any]:
    """One figure, and the sample that it is of."""
    return {"value": round(value, 3), "unit": unit, "n": n}


def prove(file: Path, *options: str) -> list[dict[str, Any]]:
    """One `prover prove` run in a run directory of its own; its records."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "records.jsonl"
        command = [sys.executable, "-m", "prover", "prove", str(file), "--no-minimise", "--timeout", str(SECONDS), "--workers", str(WORKERS)]
        done = subprocess.run([*command, "--out", f"{folder}/run", "--json", str(lines), *options], check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"prover prove ended with {done.returncode}")
        return [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]


def pool_of(toolchain: Toolchain, workers: int, spares: int = 0) -> Pool:
    recipe = Recipe(toolchain, stepwise_program(cache_dir(os.environ)))
    return Pool(recipe, PoolSettings(workers, spares), StepLimits(seconds=60.0))


async def ready(pool: Pool, spares: int = 0) -> None:
    """Waits until every process has answered, so that no start is measured."""
    pool.warm_up()
    if spares:
        pool.warm_up_spares()
    await asyncio.gather(*(Stepper(worker).stats() for worker in pool.workers))
    while pool.spares_ready < spares:
        await asyncio.sleep(0.1)


def bundled_rows(split: str) -> list[str]:
    """The bundled statements of a split, a JSON line each."""
    return [line for line in (ROOT / "data" / "core.jsonl").read_text(encoding="utf-8").splitlines() if json.loads(line)["split"] == split]


def prove_rows(rows: list[str], *options: str) -> list[dict[str, Any]]:
    """The records of a run over these statements."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements.jsonl"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return prove(file, *options)
