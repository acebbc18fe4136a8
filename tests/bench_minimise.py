"""`make bench ONLY=minimiser`: how much shorter the proofs of the valid split become. What the judge does not verify counts as raw."""

import json
import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from prover.config import MinimiseConfig
from prover.evaluation.minimising import Minimiser
from prover.lean.judge import Judge
from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits
from prover.lean.toolchain import Toolchain, cache_dir
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Proved
from prover.proof.length import length
from prover.proof.script import lines
from prover.proof.statement import Statement
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings

ROWS = Path(__file__).parents[1] / "data" / "core.jsonl"
SEARCH_SECONDS = float(os.environ.get("MINIMISER_SEARCH_SECONDS", "8"))
MINIMISE_SECONDS = float(os.environ.get("MINIMISER_SECONDS", "15"))


def statements() -> Iterator[Statement]:
    """The valid split; no other row is looked at beyond the name of its split."""
    for row in map(json.loads, ROWS.read_text(encoding="utf-8").splitlines()):
        if row["split"] == "valid":
            yield Statement(row["name"], row["header"], row["statement"].removesuffix("sorry").rstrip().removesuffix(":= by").rstrip())


async def minimiser(toolchain: Toolchain) -> dict[str, Any]:
    """Lengths before and after, in tactics wherever they stand, and in top-level tactics; over all proofs, and over those of two or more."""
    program = stepwise_program(cache_dir(os.environ))
    pool = Pool(Recipe(toolchain, program), PoolSettings(workers=1, spares=0), StepLimits())
    judge = Judge(toolchain, program)
    work = Minimiser(pool, judge, MinimiseConfig(seconds=MINIMISE_SECONDS))
    lengths: list[tuple[int, int]] = []
    tops: list[tuple[int, int]] = []
    for statement in statements():
        found = await Search(pool, AutomationPolicy(), SearchSettings(), Budget(seconds=SEARCH_SECONDS)).run(statement)
        if isinstance(found, Proved):
            raw = found.proof
            best = await work.shortened(statement, raw)
            proof = best.proof if best is not None else raw
            lengths.append((length(raw), length(proof)))
            tops.append((len(lines(raw)), len(lines(proof))))
            if lengths[-1] > (1, 1):
                Console().print(
                    f"{statement.name}: {lengths[-1][0]} → {lengths[-1][1]}\n  " + "\n".join(lines(proof)).replace("\n", "\n  "), markup=False
                )
        await pool.forget(statement)
    await pool.close()
    await judge.close()
    several = [pair for pair in lengths if pair[0] > 1]
    return {
        "minimised_length_ratio": ratio(lengths),
        "minimised_length_ratio_of_two_or_more": ratio(several),
        "minimised_top_level_ratio": ratio(tops),
        "minimised_total_ratio": {"value": round(_sum(lengths, 1) / _sum(lengths, 0), 3), "unit": "of raw", "n": len(lengths)},
    }


def ratio(pairs: list[tuple[int, int]]) -> dict[str, Any]:
    """Median after through median before."""
    before, after = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    return {"value": round(after / before, 3), "unit": f"{after:g} of {before:g} tactics", "n": len(pairs)}


def _sum(pairs: list[tuple[int, int]], place: int) -> int:
    return sum(pair[place] for pair in pairs)
