"""What a team and its cache are worth: theorems that a plan reaches and the search does not, and a second run that has the first one's proofs.

A team leaves the theorem to the search for its first seconds. What the search proves in these counts for both, and both are tried on the rest.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from prover.cache.embedded import Embedded
from prover.config import TeamConfig
from prover.lean.toolchain import Toolchain
from tests.bench_runs import ROOT, WORKERS, bundled_rows, entry

MINIF2F = ROOT.parent / "shared" / "data" / "minif2f_valid.jsonl"
SECONDS = 120
CACHED_SECONDS = 20
CACHED_STATEMENTS = 100


def records_of(rows: list[str], *options: str) -> tuple[dict[str, str], float]:
    """Status by name, and the seconds that the whole command took."""
    with tempfile.TemporaryDirectory() as folder:
        file, lines = Path(folder) / "statements.jsonl", Path(folder) / "records.jsonl"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "prover", "prove", str(file), "--no-minimise", "--workers", str(WORKERS), "--out", f"{folder}/run"]
        began = time.monotonic()
        done = subprocess.run([*command, "--json", str(lines), *options], check=False)
        took = time.monotonic() - began
        if done.returncode not in (0, 1):
            raise SystemExit(f"prover prove ended with {done.returncode}")
        return {record["name"]: record["status"] for record in map(json.loads, lines.read_text(encoding="utf-8").splitlines())}, took


def compared(rows: list[str], *options: str) -> dict[str, Any]:
    """Solved by search alone and by a team, with the same budget; prints who solves what alone."""
    easy, _ = records_of(rows, *options, "--timeout", str(TeamConfig().direct_seconds))
    proved = {name for name, status in easy.items() if status == "proved"}
    left = [row for row in rows if easy[json.loads(row)["name"]] not in ("proved", "unsupported")]
    plain, _ = records_of(left, *options, "--timeout", str(SECONDS))
    team, _ = records_of(left, *options, "--timeout", str(SECONDS), "--planner", "structural")
    by_plain, by_team = ({name for name, status in run.items() if status == "proved"} for run in (plain, team))
    print("only the team:", ", ".join(sorted(by_team - by_plain)) or "none")  # noqa: T201
    print("only the search:", ", ".join(sorted(by_plain - by_team)) or "none")  # noqa: T201
    return {"plain": len(proved | by_plain), "team": len(proved | by_team), "of": len(left) + len(proved)}


def solved(name: str, counts: dict[str, Any]) -> dict[str, Any]:
    return {f"{who}_solved_{name}": entry(counts[who], f"of {counts['of']}", counts["of"]) for who in ("plain", "team")}


async def team(toolchain: Toolchain) -> dict[str, Any]:
    """The bundled test split, and what core Lean can express of miniF2F valid, where it is there."""
    figures = solved("bundled_test", compared(bundled_rows("test")))
    if MINIF2F.exists():
        figures |= solved("minif2f_valid", compared(MINIF2F.read_text(encoding="utf-8").splitlines(), "--header", "core"))
    return figures


async def cache(toolchain: Toolchain) -> dict[str, Any]:
    """The same command twice, with a cache that lasts: everything that was proved is replayed and judged again, nothing else is tried again."""
    rows = bundled_rows("valid")[:CACHED_STATEMENTS]
    options = ["--planner", "structural", "--timeout", str(CACHED_SECONDS), "--set", "cache.retry=false"]
    with tempfile.TemporaryDirectory() as folder:
        async with Embedded.at(Path(folder)) as server:
            socket = f"unix://{folder}/{server.address.rpartition('/')[2]}"  # its address is for this process
            first, slow = records_of(rows, *options, "--cache", socket)
            second, fast = records_of(rows, *options, "--cache", socket)
    if first != second:
        raise SystemExit("the second run has other results")
    return {"cache_speedup": entry(slow / fast, "×", len(rows)), "cached_run_s": entry(fast, "s", len(rows))}
