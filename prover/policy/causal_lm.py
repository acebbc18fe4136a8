"""Any causal language model that transformers can load, in this process, on CPU or GPU.

Synchronous, one batch at a time: `prover.policy.batching` puts the questions of all searches together and keeps the event loop free.
A prompt that leaves no room in the model's context, or is longer than `policy.max_prompt_tokens`, is not cut (a tactic for half a state is worth
nothing): its answer is empty and counts it as truncated. Importing this module imports neither torch nor transformers; `load` does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.config import PolicyConfig
from prover.policy.completion import Completion, answer_of, does_not_fit
from prover.policy.identity import Identity
from prover.policy.model_folder import check_folder, is_folder_name, weights_hash
from prover.policy.prompts import PROMPTS, Prompt, through_template
from prover.proof.proposal import Answer, PolicyFault, Question


class CausalLM:
    """A loaded model as an engine for `Batching`."""

    def __init__(self, model: Any, tokenizer: Any, prompt: Prompt, config: PolicyConfig, identity: Identity) -> None:
        """Args:
        model, tokenizer: of transformers; the model in evaluation mode.
        config: `temperature`, `top_p`, `max_tokens` and `max_prompt_tokens` are used.

        Raises:
            PolicyFault: the model has no end of text, no KV cache, or no chat template where the prompt needs one.
        """
        self.identity = identity
        self._model, self._tokenizer, self._config = model, tokenizer, config
        self._chat = prompt.chat
        self._prompt = through_template(prompt, lambda message: chat_input(tokenizer, message)) if prompt.chat else prompt
        if prompt.chat and not tokenizer.chat_template:
            raise PolicyFault(f"model {config.model}: its tokenizer has no chat template; choose another policy.prompt")
        self._ends = end_tokens(model, tokenizer)
        if not self._ends:
            raise PolicyFault(f"model {config.model}: neither it nor its tokenizer names an end-of-text token, so no proposal would ever end")
        self.context = int(getattr(model.config, "max_position_embeddings", None) or 2**31)
        """Tokens that the model reads and writes at most, together."""

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Draws for all questions in one batch."""
        from prover.policy.sampling import Request, draw

        answers: dict[int, Answer] = {}
        requests: dict[int, Request] = {}
        for number, question in enumerate(questions):
            tokens = self._encode(self._prompt.render(question.state))
            room = min(self._config.max_tokens, self.context - len(tokens))
            if room < 1 or len(tokens) > self._config.max_prompt_tokens:
                answers[number] = does_not_fit(len(tokens))
                continue
            temperature = self._config.temperature if question.temperature is None else question.temperature
            requests[number] = Request(tokens, question.samples, temperature, self._config.top_p, room, question.seed)
        drawn = draw(self._model, list(requests.values()), self._ends) if requests else []
        for (number, request), sequences in zip(requests.items(), drawn, strict=True):
            completions = [Completion(self._decode(one.tokens[:-1]), one.logprobs, one.finished) for one in sequences]
            answers[number] = answer_of(completions, self._prompt, len(request.prompt))
        return [answers[number] for number in range(len(questions))]

    def _encode(self, text: str) -> tuple[int, ...]:
        # A chat template writes the special tokens of its text itself.
        return tuple(self._tokenizer(text, add_special_tokens=not self._chat)["input_ids"])

    def _decode(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text


def load(config: PolicyConfig) -> CausalLM:
    """Loads `policy.model`, from a folder or from the hub.

    Raises:
        PolicyFault: transformers is not installed; no model there; the model cannot be used.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise PolicyFault(f"policy transformers needs torch and transformers ({error}): pip install 'stepwise-prover[models]'") from error
    if not config.model:
        raise PolicyFault("policy transformers needs a model: give --model FOLDER or a hub name")
    local = is_folder_name(config.model)
    name = str(Path(config.model).expanduser()) if local else config.model
    if local:
        check_folder(Path(name))
    device = config.device if config.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    dtype = config.dtype if config.dtype != "auto" else "float32" if device == "cpu" else "auto"
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=config.revision)
        model = AutoModelForCausalLM.from_pretrained(name, revision=config.revision, dtype=dtype).to(device).eval()
    except Exception as error:  # a file from anywhere can make a loader raise anything
        raise PolicyFault(f"model {config.model} cannot be loaded: {first_line(error)}") from error
    weights = weights_hash(Path(name)) if local else str(getattr(model.config, "_commit_hash", None) or config.revision)
    identity: Identity = {"kind": "transformers", "model": Path(name).name if local else name, "weights": weights}
    return CausalLM(model, tokenizer, PROMPTS[config.prompt], config, identity)


def chat_input(tokenizer: Any, message: str) -> str:
    text: str = tokenizer.apply_chat_template([{"role": "user", "content": message}], tokenize=False, add_generation_prompt=True)
    return text


def end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Token ids that end a text: all that the model's generation settings name (a chat model has several), and the tokenizer's."""
    generation = getattr(model, "generation_config", None)
    named = getattr(generation, "eos_token_id", None)
    several = named if isinstance(named, list) else [named]
    return frozenset(token for token in (*several, tokenizer.eos_token_id) if token is not None)


def first_line(error: BaseException) -> str:
    """An error as one line: its first that says anything, and its kind where that is nothing."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
