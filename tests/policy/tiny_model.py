"""A tiny model that has learnt something: to say, and to end, what the built-in policy says about the recorded goals.

A randomly initialised model hardly ever ends its text, so every proposal of it is truncated; this one answers like a model in use.
"""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from prover.policy.automation.policy import ranked
from prover.policy.prompts import PROMPTS
from prover.policy.tiny import build_tiny
from tests.policy.states import RECORDED, recorded

TACTICS_EACH = 6
SHORT_STATES = 10


def lessons() -> list[tuple[str, str]]:
    """Prompt and tactic, of the shortest states."""
    states = sorted((recorded(name) for name in sorted(RECORDED)), key=lambda state: len(state.pp))[:SHORT_STATES]
    return [(PROMPTS["stepwise"].render(state), p.tactic) for state in states for p in ranked(state)[:TACTICS_EACH] if len(p.tactic) < 60]


def trained_tiny(folder: Path, *, steps: int = 80, context: int = 2_048) -> None:
    """Builds and trains one on the CPU, in a few seconds."""
    pairs = lessons()
    build_tiny(folder, [prompt + tactic for prompt, tactic in pairs], vocabulary=512, context=context)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    end = tokenizer.eos_token_id
    rows = [(tokenizer(prompt)["input_ids"], tokenizer(tactic)["input_ids"] + [end]) for prompt, tactic in pairs]
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(steps):
        batch = [rows[i] for i in torch.randint(len(rows), (4,), generator=generator).tolist()]
        width = max(len(prompt) + len(tactic) for prompt, tactic in batch)
        ids = torch.tensor([prompt + tactic + [end] * (width - len(prompt) - len(tactic)) for prompt, tactic in batch])
        labels = torch.tensor([[-100] * len(prompt) + tactic + [-100] * (width - len(prompt) - len(tactic)) for prompt, tactic in batch])
        model(input_ids=ids, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
