"""Teacher forcing: what a model gives to tokens that it is shown, all read at once. The measure of every log-probability here."""

from collections.abc import Sequence
from typing import Any

import torch


def forced(model: Any, prompt: Sequence[int], tokens: Sequence[int]) -> list[float]:
    """Log-probabilities of tokens after a prompt, at temperature 1."""
    with torch.inference_mode():
        logits = model(torch.tensor([[*prompt, *tokens]])).logits[0, len(prompt) - 1 : -1]
    logprobs: list[float] = torch.log_softmax(logits.float(), -1).gather(-1, torch.tensor(tokens)[:, None])[:, 0].tolist()
    return logprobs
