"""vLLM in this process: its asynchronous engine on one or several GPUs, with tensor parallelism, prefix caching, LoRA and new weights between rounds.

vLLM batches by itself, continuously: questions go to it as they come. Log-probabilities are of the model as it is, at temperature 1, and include the
end of the text. vllm is imported when a policy is opened; it is not part of the usual installation.
"""

import asyncio
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.config import PolicyConfig
from prover.policy.causal_lm import chat_input, first_line
from prover.policy.completion import Completion, answer_of, does_not_fit
from prover.policy.model_folder import check_folder, is_folder_name, weights_hash
from prover.policy.prompts import PROMPTS, Prompt, through_template
from prover.proof.proposal import Answer, PolicyFault, Question

LORA_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""Those that vLLM has kernels for; a smaller adapter fits into the next."""

SHAPE = ("architectures", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads")
"""What new weights must have in common with the old."""

LOGGING = {"VLLM_LOGGING_STREAM": "ext://sys.stderr", "VLLM_LOGGING_LEVEL": "WARNING"}
"""Environment variables that are set where they are not. vLLM logs on the standard output, which is not its own here."""

CLOSE_SECONDS = 30.0
"""Then the engine is killed. vLLM's own 5 s are too few on a busy machine, and an engine that is killed leaves its workers behind."""


class VllmPolicy:
    """A running engine."""

    def __init__(self, engine: Any, tokenizer: Any, context: int, config: PolicyConfig, identity: Mapping[str, Any], lora: Any = None) -> None:
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
        self._unloaded = ""
        self.identity = identity

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order. A prompt that does not fit is answered by nothing and counted as truncated.

        Raises:
            PolicyFault: the engine failed, or did not answer in time; or it has no whole set of weights.
        """
        if self._unloaded:
            raise PolicyFault(self._unloaded)
        return list(await asyncio.gather(*(self._answer(question) for question in questions)))

    async def reload(self, folder: Path) -> None:
        """Takes new weights of the same architecture, as between two rounds of training. Nothing may be asked meanwhile. An adapter stays.

        Raises:
            PolicyFault: no model there, or one of another shape, and the old weights stay; or they cannot be read to their end, and the engine, which
                has no whole model then, answers nothing any more.
        """
        check_folder(folder)
        self._check_shape(folder)
        weights = await asyncio.to_thread(weights_hash, folder)
        try:
            await self._engine.collective_rpc("reload_weights", timeout=self._config.timeout, kwargs={"weights_path": str(folder)})
            forgotten = await self._engine.reset_prefix_cache()  # it was computed with the old weights
        except Exception as error:
            self._unloaded = f"vllm could not load the weights in {folder}, and has none now: {first_line(error)}"
            raise PolicyFault(self._unloaded) from error
        self._unloaded = "" if forgotten else f"vllm took the weights in {folder} while it was asked, and its cache is of the old ones: reload again"
        if self._unloaded:
            raise PolicyFault(self._unloaded)
        self.identity = {**self.identity, "model": folder.name, "weights": weights}

    async def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is None:
            return
        if engine.output_handler is not None:
            engine.output_handler.cancel()  # or it reports the end of the engine as an error
        await asyncio.to_thread(engine.shutdown, CLOSE_SECONDS)

    def _check_shape(self, folder: Path) -> None:
        old = self._engine.model_config.hf_config.to_dict()
        try:
            new = dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise PolicyFault(f"model {folder}: its config.json cannot be read: {first_line(error)}") from error
        for name in SHAPE:
            if new.get(name) is not None and new[name] != old.get(name):
                raise PolicyFault(f"vllm cannot take the weights in {folder}: {name} is {new[name]} there and {old.get(name)} here")

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
        return answer_of([self._completion(output) for output in outputs], self._prompt, len(tokens))

    async def _outputs(self, tokens: Sequence[int], wanted: Any) -> list[Any]:
        outputs: dict[int, Any] = {}
        request = f"question-{next(self._numbers)}"
        async for result in self._engine.generate({"prompt_token_ids": list(tokens)}, wanted, request, lora_request=self._lora):
            outputs.update({output.index: output for output in result.outputs})
        return [output for _, output in sorted(outputs.items())]

    def _completion(self, output: Any) -> Completion:
        if output.logprobs is None or output.finish_reason not in ("stop", "length"):
            raise PolicyFault(f"vllm ended a completion by {output.finish_reason}")
        logprobs = tuple(float(of[token].logprob) for token, of in zip(output.token_ids, output.logprobs, strict=True))
        text = output.text  # without the text of `policy.stop` that ended it
        if not isinstance(output.stop_reason, str):  # vLLM's own text leaves out a character that is cut off at its end
            text = self._tokenizer.decode(output.token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Completion(text, logprobs, output.finish_reason == "stop")


def start(config: PolicyConfig) -> VllmPolicy:
    """Starts the engine and loads `policy.model`; takes half a minute or more. To be called where the event loop runs: the engine binds to it.

    Raises:
        PolicyFault: vllm is not installed, no model there, or the engine does not start.
    """
    for variable, value in LOGGING.items():
        os.environ.setdefault(variable, value)  # read when vllm is imported, here and in its processes
    try:
        from transformers import AutoTokenizer
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.lora.request import LoRARequest
        from vllm.platforms import current_platform
        from vllm.v1.engine.async_llm import AsyncLLM
    except ImportError as error:
        raise PolicyFault(f"policy vllm needs vllm ({error}): pip install 'stepwise-prover[vllm]'") from error
    if not config.model:
        raise PolicyFault("policy vllm needs a model: give --model FOLDER or a hub name")
    local = is_folder_name(config.model)
    name = str(Path(config.model).expanduser()) if local else config.model
    if local:
        check_folder(Path(name))
    adapter = Path(config.lora).expanduser() if config.lora is not None else None
    if adapter is not None and not (adapter / "adapter_config.json").exists():
        raise PolicyFault(f"adapter {adapter}: this folder is no LoRA adapter, it has no adapter_config.json")
    on_cpu = current_platform.is_cpu()
    try:
        engine = AsyncLLM.from_engine_args(
            AsyncEngineArgs(
                model=name,
                revision=config.revision,
                dtype="float32" if on_cpu and config.dtype == "auto" else config.dtype,
                max_model_len=-1,  # the model's own context, or what the memory has room for
                tensor_parallel_size=config.tensor_parallel,
                gpu_memory_utilization=config.gpu_memory,
                enable_prefix_caching=config.prefix_caching,
                # On a CPU a prompt that is read in parts ends the engine if its request has a seed: CPU generators cannot be set back a step.
                enable_chunked_prefill=False if on_cpu else None,
                enforce_eager=config.eager,
                enable_lora=adapter is not None,
                max_lora_rank=next(rank for rank in LORA_RANKS if rank >= config.lora_rank),
            )
        )
        tokenizer = AutoTokenizer.from_pretrained(name, revision=config.revision)
    except Exception as error:
        raise PolicyFault(f"vllm does not start with {config.model}: {first_line(error)}") from error
    lora = LoRARequest("adapter", 1, str(adapter)) if adapter is not None else None
    weights = weights_hash(Path(name)) if local else str(config.revision)
    identity = {"kind": "vllm", "model": Path(name).name if local else name, "weights": weights}
    if adapter is not None:
        identity["lora"] = weights_hash(adapter)
    policy = VllmPolicy(engine, tokenizer, int(engine.model_config.max_model_len), config, identity, lora)
    del engine  # importing vllm keeps this frame, and an engine that lives to the interpreter's end fails in its finalizer
    return policy
