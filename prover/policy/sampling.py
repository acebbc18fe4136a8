"""Draws token sequences from a causal language model: batched, with a KV cache, and with exact log-probabilities.

Knows only token ids. Each prompt is read once however many samples are drawn from it; sequences that end leave the batch, so that the
last long one does not pay for the rest. A request's draws come from its own seed, one uniform number for each token by inversion of the
cumulative distribution: what else is in the batch changes nothing but the rounding of the logits. In float32 that moves a draw
once in about a million tokens; in bfloat16 it is visible, and draws repeat only for equal batches.

Importing this module imports torch.
"""

import inspect
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

ROOM_TOKENS = 64
"""How many tokens a KV cache is made larger at once."""

KEPT_FROM = 2 / 3
"""Ended sequences leave the batch when no more than this share of it still goes: each leaving copies the cache."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is drawn after one prompt.

    Attributes:
        temperature: 0 takes the likeliest token.
        top_p: share of the probability that is drawn from, the likeliest tokens first.
        max_tokens: the end of the text included.
    """

    prompt: tuple[int, ...]
    samples: int
    temperature: float
    top_p: float
    max_tokens: int
    seed: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sequence.

    Attributes:
        tokens: the end of the text, where it was reached, is the last.
        logprobs: of each token at temperature 1 over the whole vocabulary, whatever it was drawn with.
        finished: the end was reached.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    finished: bool


def draw(model: Any, requests: Sequence[Request], ends: Collection[int]) -> list[list[Drawn]]:
    """Samples of every request, in order.

    Args:
        model: a transformers causal language model in evaluation mode.
        ends: token ids that end a text.
    """
    with torch.inference_mode():
        return _draw(model, requests, ends)


def _draw(model: Any, requests: Sequence[Request], ends: Collection[int]) -> list[list[Drawn]]:
    device = model.device
    tokens, mask = _left_padded([request.prompt for request in requests], device)
    reader = _Reader(model)
    logits = reader.read(tokens, mask, (mask.cumsum(-1) - 1).clamp(min=0))

    owner = [number for number, request in enumerate(requests) for _ in range(request.samples)]
    longest = max(request.max_tokens for request in requests)
    uniform = torch.cat([_uniform(request, longest) for request in requests]).to(device)
    settings = torch.tensor([(requests[q].temperature, requests[q].top_p, requests[q].max_tokens) for q in owner], device=device)
    end_tokens = torch.tensor(sorted(ends), device=device)
    drawn = torch.zeros((len(owner), longest), dtype=torch.long, device=device)
    logprobs = torch.zeros((len(owner), longest), device=device)
    lengths = torch.zeros(len(owner), dtype=torch.long, device=device)
    finished = torch.zeros(len(owner), dtype=torch.bool, device=device)

    rows = torch.arange(len(owner), device=device)
    open_ = torch.ones(len(owner), dtype=torch.bool, device=device)
    spread = torch.tensor(owner, device=device)
    logits, mask = logits[spread], reader.keep(spread, mask)
    for step in range(longest):
        distribution = torch.log_softmax(logits.float(), dim=-1)
        token = _pick(distribution, settings[rows, 0], settings[rows, 1], uniform[rows, step])
        drawn[rows, step] = token
        logprobs[rows, step] = distribution.gather(-1, token[:, None])[:, 0]
        lengths[rows] += open_
        finished[rows] |= open_ & torch.isin(token, end_tokens)
        open_ = open_ & ~finished[rows] & (step + 1 < settings[rows, 2])
        going = open_.nonzero()[:, 0]
        if len(going) == 0:
            break
        if len(going) <= KEPT_FROM * len(rows):
            rows, token, mask, open_ = rows[going], token[going], reader.keep(going, mask), open_[going]
        mask = torch.cat([mask, mask.new_ones((len(rows), 1))], dim=-1)
        positions = torch.where(open_[:, None], mask.sum(-1, keepdim=True) - 1, 0)  # an ended row reads on, and must not pass the last position
        logits = reader.read(token[:, None], mask, positions)
    return _by_request(requests, drawn.tolist(), logprobs.tolist(), lengths.tolist(), finished.tolist())


class _Reader:
    """A model and its KV cache; the rows of the cache are the rows of what it reads next."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._cache = DynamicCache(config=model.config)
        self._cache.layers = [_RoomyLayer() if type(layer) is DynamicLayer else layer for layer in self._cache.layers]
        # Not every architecture takes all of these: some have no positions, some compute every logit.
        self._takes = inspect.signature(model.forward).parameters.keys()

    def read(self, tokens: torch.Tensor, mask: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Reads tokens (rows × tokens); logits after the last of each row (rows × vocabulary)."""
        inputs = {"position_ids": positions, "logits_to_keep": 1}
        known = {name: value for name, value in inputs.items() if name in self._takes}
        output = self._model(input_ids=tokens, attention_mask=mask, past_key_values=self._cache, use_cache=True, **known)
        logits: torch.Tensor = output.logits[:, -1]
        return logits

    def keep(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Keeps these rows of the cache, in this order (one may be there several times), and drops the columns that pad all of them.

        Returns:
            The mask of what is left.
        """
        self._cache.batch_select_indices(rows)
        mask = mask[rows]
        if not all(isinstance(layer, _RoomyLayer) for layer in self._cache.layers):
            return mask
        padding = int((mask.cumsum(-1) == 0).sum(-1).min())
        for layer in self._cache.layers:
            layer.drop_left(padding)
        return mask[:, padding:]


class _RoomyLayer(DynamicLayer):  # type: ignore[misc]  # transformers is unknown to mypy here
    """A layer of the cache with room to grow: transformers' own copies all of it for every token, which on a CPU costs more than the model."""

    _stores: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        used = self.get_seq_length()
        needed = used + key_states.shape[-2]
        if self._stores is None or self._stores[0].shape[-2] < needed:
            shapes = [(*new.shape[:-2], needed + ROOM_TOKENS, new.shape[-1]) for new in (key_states, value_states)]
            self._stores = (key_states.new_empty(shapes[0]), value_states.new_empty(shapes[1]))
            if used:
                self._stores[0][..., :used, :] = self.keys
                self._stores[1][..., :used, :] = self.values
        self._stores[0][..., used:needed, :] = key_states
        self._stores[1][..., used:needed, :] = value_states
        return self._show(needed)

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        if self._stores is not None:
            self._stores = (self._stores[0][indices], self._stores[1][indices])
            self._show(self.get_seq_length())

    def drop_left(self, columns: int) -> None:
        """Forgets the first tokens of every row."""
        if self._stores is not None and columns:
            left = self.get_seq_length() - columns
            self._stores = (self._stores[0][..., columns:, :], self._stores[1][..., columns:, :])
            self._show(left)

    def _show(self, tokens: int) -> tuple[torch.Tensor, torch.Tensor]:
        assert self._stores is not None
        self.keys, self.values = (store[..., :tokens, :] for store in self._stores)
        return self.keys, self.values


def _left_padded(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and mask, padded on the left so that every prompt ends where the continuation begins. What pads is masked."""
    width = max(len(prompt) for prompt in prompts)
    tokens = [[0] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(tokens, device=device), torch.tensor(mask, device=device)


def _uniform(request: Request, longest: int) -> torch.Tensor:
    """The request's own numbers in [0, 1): samples × tokens, on the CPU, where a seed means the same on every machine."""
    generator = torch.Generator().manual_seed(request.seed % 2**63)
    numbers = torch.rand((request.samples, request.max_tokens), generator=generator, dtype=torch.float64)
    return torch.nn.functional.pad(numbers, (0, longest - request.max_tokens))


def _pick(distribution: torch.Tensor, temperature: torch.Tensor, top_p: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    """One token for each row of log-probabilities, by inversion: the first whose cumulative probability exceeds the row's number."""
    weights = torch.softmax(distribution / temperature.clamp(min=1e-6)[:, None], dim=-1)
    if bool((top_p < 1.0).any()):
        weights = _nucleus(weights, top_p)
    cumulative = weights.double().cumsum(-1)
    token = torch.searchsorted(cumulative, uniform[:, None] * cumulative[:, -1:], right=True)[:, 0].clamp(max=weights.shape[-1] - 1)
    return torch.where(temperature > 0, token, distribution.argmax(-1))


def _nucleus(weights: torch.Tensor, top_p: torch.Tensor) -> torch.Tensor:
    """Zeroes what lies outside the smallest set of likeliest tokens that holds `top_p` of the probability (arXiv:1904.09751)."""
    ordered, order = weights.sort(dim=-1, descending=True)
    before = ordered.cumsum(-1) - ordered
    outside = before >= top_p[:, None]
    outside[:, 0] = False
    return weights.masked_fill(torch.zeros_like(outside).scatter(-1, order, outside), 0.0)


def _by_request(
    requests: Sequence[Request], tokens: list[list[int]], logprobs: list[list[float]], lengths: list[int], finished: list[bool]
) -> list[list[Drawn]]:
    rows = iter([Drawn(tuple(t[:n]), tuple(p[:n]), end) for t, p, n, end in zip(tokens, logprobs, lengths, finished, strict=True)])
    return [[next(rows) for _ in range(request.samples)] for request in requests]
