"""vLLM in this process: its asynchronous engine on one or several GPUs, with tensor parallelism, prefix caching, LoRA and new weights between rounds.

vLLM batches by itself, continuously: questions go to it as they come. Log-probabilities are of the model as it is, at temperature 1, and include the
end of the text. vllm is imported when a policy is opened; it is not part of the usual installation.
"""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.config import PolicyConfig
from prover.policy.causal_lm import chat_input, first_line
from prover.policy.completion import Completion, answer_of, does_not_fit
from prover.policy.identity import Identity
from prover.policy.model_folder import check_folder, is_folder_name, weights_hash
from prover.policy.prompts import PROMPTS, Prompt, through_template
from prover.proof.proposal import Answer, PolicyFault, Question


class VllmPolicy:
    """A running engine."""

    def __init__(self, engine: Any, tokenizer: Any, context: int, config: PolicyConfig, identity: Identity, lora: Any = None) -> None:
        """Args:
        engine: `vllm.v1.engine.async_llm.AsyncLLM`.
        context: tokens that the model reads and writes at most.
        lora: a `LoRARequest` that goes with every question.
        """
        prompt = PROMPTS[config.prompt]
        if prompt.chat and not tokenizer.chat_template:
            raise PolicyFault(f"model {config.model}: its tokenizer has no chat template; choose another policy.prompt")
        self._chat = prompt.chat
        self._prompt: Prompt = through_template(prompt, lambda message: chat_input(tokenizer, message)) if prompt.chat else prompt
        self._engine, self._tokenizer, self._context, self._config, self._lora = engine, tokenizer, context, config, lora
        self._numbers = itertools.count()
        self.identity = identity

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order. A prompt that does not fit is answered by nothing and counted as truncated.

        Raises:
            PolicyFault: the engine failed, or did not answer in time.
        """
        return list(await asyncio.gather(*(self._answer(question) for question in questions)))

    async def reload(self, folder: Path) -> None:
        """Takes new weights of the same architecture, as between two rounds of training. Nothing may be asked meanwhile.

        Raises:
            PolicyFault: no model there, or the engine cannot load it.
        """
        check_folder(folder)
        try:
            await self._engine.collective_rpc("reload_weights", timeout=self._config.timeout, kwargs={"weights_path": str(folder)})
            await self._engine.reset_prefix_cache()  # it was computed with the old weights
        except Exception as error:
            raise PolicyFault(f"vllm cannot take the weights in {folder}: {first_line(error)}") from error
        self.identity = {"kind": "vllm", "model": folder.name, "weights": await asyncio.to_thread(weights_hash, folder)}

    async def close(self) -> None:
        await asyncio.to_thread(self._engine.shutdown)

    async def _answer(self, question: Question) -> Answer:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        tokens = self._tokenizer(self._prompt.render(question.state), add_special_tokens=not self._chat)["input_ids"]
        room = min(self._config.max_tokens, self._context - len(tokens))
        if room < 1 or len(tokens) > self._config.max_prompt_tokens:
            return does_not_fit(len(tokens))
        temperature = self._config.temperature if question.temperature is None else question.temperature
        draws = question.samples if temperature > 0 else 1  # at temperature 0 all samples are one, and vLLM refuses to be asked for more
        wanted = SamplingParams(
            n=draws,
            temperature=temperature,
            top_p=self._config.top_p,
            max_tokens=room,
            stop=list(self._config.stop) or None,
            seed=question.seed,
            logprobs=0,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
        try:
            async with asyncio.timeout(self._config.timeout):
                outputs = await self._outputs(tokens, wanted)
        except TimeoutError as error:
            raise PolicyFault(f"vllm did not answer within {self._config.timeout:g} s") from error
        except Exception as error:
            raise PolicyFault(f"vllm failed: {type(error).__name__}: {first_line(error)}") from error
        if len(outputs) != draws:
            raise PolicyFault(f"vllm gave {len(outputs)} completions where {draws} were asked for")
        return answer_of([_completion(output) for output in outputs], self._prompt, len(tokens))

    async def _outputs(self, tokens: Sequence[int], wanted: Any) -> list[Any]:
        outputs: dict[int, Any] = {}
        request = f"question-{next(self._numbers)}"
        async for result in self._engine.generate({"prompt_token_ids": list(tokens)}, wanted, request, lora_request=self._lora):
            outputs.update({output.index: output for output in result.outputs})
        return [output for _, output in sorted(outputs.items())]


def _completion(output: Any) -> Completion:
    if output.logprobs is None or output.finish_reason not in ("stop", "length"):
        raise PolicyFault(f"vllm ended a completion by {output.finish_reason}")
    logprobs = tuple(float(of[token].logprob) for token, of in zip(output.token_ids, output.logprobs, strict=True))
    return Completion(output.text, logprobs, output.finish_reason == "stop")


def start(config: PolicyConfig) -> VllmPolicy:
    """Starts the engine and loads `policy.model`; takes half a minute or more. To be called where the event loop runs: the engine binds to it.

    Raises:
        PolicyFault: vllm is not installed, no model there, or the engine does not start.
    """
    try:
        from transformers import AutoTokenizer
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.lora.request import LoRARequest
        from vllm.v1.engine.async_llm import AsyncLLM
    except ImportError as error:
        raise PolicyFault(f"policy vllm needs vllm ({error}): pip install 'stepwise-prover[vllm]'") from error
    if not config.model:
        raise PolicyFault("policy vllm needs a model: give --model FOLDER or a hub name")
    local = is_folder_name(config.model)
    name = str(Path(config.model).expanduser()) if local else config.model
    if local:
        check_folder(Path(name))
    try:
        engine = AsyncLLM.from_engine_args(
            AsyncEngineArgs(
                model=name,
                revision=config.revision,
                dtype=config.dtype,
                tensor_parallel_size=config.tensor_parallel,
                gpu_memory_utilization=config.gpu_memory,
                enable_prefix_caching=config.prefix_caching,
                enable_lora=config.lora is not None,
                max_lora_rank=config.lora_rank,
            )
        )
        tokenizer = AutoTokenizer.from_pretrained(name, revision=config.revision)
    except Exception as error:
        raise PolicyFault(f"vllm does not start with {config.model}: {first_line(error)}") from error
    lora = LoRARequest("adapter", 1, config.lora) if config.lora is not None else None
    weights = weights_hash(Path(name)) if local else str(config.revision)
    identity = {"kind": "vllm", "model": Path(name).name if local else name, "weights": weights}
    if config.lora is not None:
        identity["lora"] = weights_hash(Path(config.lora))
    return VllmPolicy(engine, tokenizer, int(engine.model_config.max_model_len), config, identity, lora)
