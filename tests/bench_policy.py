"""The part `policy` of `make bench`: what batching is worth to a model in this process."""

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from prover.config import PolicyConfig
from prover.policy.batching import Batching
from prover.policy.causal_lm import load
from prover.proof.proposal import Question
from prover.proof.state import ProofState
from tests.policy.states import RECORDED, recorded

SAMPLES = 8
SECONDS = 8.0
REPEATS = 3


async def proposals_per_second(policy: Batching, states: list[ProofState], askers: int) -> tuple[float, int]:
    """Many searches, each asking its next question when it has its answer."""
    seeds = itertools.count()
    until = time.perf_counter() + SECONDS

    async def search() -> int:
        found = 0
        while time.perf_counter() < until:
            seed = next(seeds)
            [answer] = await policy.propose([Question(states[seed % len(states)], SAMPLES, seed=seed)])
            found += len(answer.proposals)
        return found

    began = time.perf_counter()
    found = sum(await asyncio.gather(*(search() for _ in range(askers))))
    return found / (time.perf_counter() - began), found


async def policy_batching() -> dict[str, dict[str, Any]]:
    """Proposals a second of the transformers policy (tiny model, CPU, a thread for each processor), 16 searches against one; median of three."""
    import torch

    from tests.policy.tiny_model import trained_tiny

    torch.set_num_threads(os.cpu_count() or 1)
    states = [recorded(name) for name in sorted(RECORDED)]
    ratios, rates, n = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        trained_tiny(Path(folder) / "tiny")
        policy = Batching(load(PolicyConfig(kind="transformers", model=f"{folder}/tiny", max_tokens=48, device="cpu")), 16 * SAMPLES)
        await proposals_per_second(policy, states, 16)
        for _ in range(REPEATS):
            alone, few = await proposals_per_second(policy, states, 1)
            together, many = await proposals_per_second(policy, states, 16)
            ratios.append(together / alone)
            rates.append(together)
            n += few + many
        await policy.close()
    return {
        "policy_batching_speedup": {"value": round(statistics.median(ratios), 3), "unit": "×", "n": n},
        "policy_proposals_per_s_16": {"value": round(statistics.median(rates), 3), "unit": "1/s", "n": n},
    }
