"""From settings to a policy that can be asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from prover.config import PolicyConfig
from prover.policy.automation import AutomationPolicy
from prover.policy.identity import OpenPolicy


@asynccontextmanager
async def policy_of(config: PolicyConfig, environ: Mapping[str, str]) -> AsyncIterator[OpenPolicy]:
    """Opens the policy that the settings ask for; closes it at the end, however it ends.

    Args:
        environ: where a server's key is.

    Raises:
        PolicyFault: it cannot be opened; the message says what to do.
    """
    policy = await _opened(config, environ)
    try:
        yield policy
    finally:
        await policy.close()


async def _opened(config: PolicyConfig, environ: Mapping[str, str]) -> OpenPolicy:
    match config.kind:
        case "automation":
            return AutomationPolicy()
        case "transformers":
            from prover.policy.batching import Batching
            from prover.policy.causal_lm import load

            return Batching(await asyncio.to_thread(load, config), config.batch)
        case "server":
            from prover.policy.server import connect

            return await connect(config, environ)
        case "vllm":
            from prover.policy.vllm_engine import start

            return start(config)
        case "mixture":
            from prover.policy.mixture import Member, Mixture

            model = await _opened(config.model_copy(update={"kind": config.mixture_model}), environ)
            weight, share = config.automation_weight, config.automation_share
            return Mixture([Member(AutomationPolicy(), weight, share), Member(model, 1 - weight, 1 - share)])
