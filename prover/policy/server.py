"""Any server that speaks OpenAI's completions protocol: `vllm serve` on CPU or GPU, llama.cpp, a hosted one.

It must give `n` completions and the log-probabilities of their tokens; one that silently does not is refused, as a search without
probabilities would be another search. Log-probabilities are passed on as the server gives them. vLLM's are of the model as it is, at
temperature 1, and include the end of the text (its default, `--logprobs-mode raw_logprobs`; checked by `make test-vllm`); a server that gives
them after temperature and top_p is used in that knowledge. Every request has a deadline. The key is only ever put into the request's header.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from prover.config import PolicyConfig
from prover.policy.completion import answer_of, does_not_fit
from prover.policy.identity import Identity
from prover.policy.prompts import PROMPTS, Prompt, through_template
from prover.proof.proposal import Answer, PolicyFault, Question
from prover.service.faults import ServiceFault, TooLong

if TYPE_CHECKING:
    import openai

    from prover.service.server import Server


class ServerPolicy:
    """Questions as requests, one each, many in flight."""

    def __init__(self, server: "Server", prompt: Prompt, config: PolicyConfig, model: str) -> None:
        self._server, self._prompt, self._config, self._model = server, prompt, config, model

    @property
    def identity(self) -> Identity:
        return {"kind": "server", "model": self._model}

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order. A prompt that the server finds too long is answered by nothing and counted as truncated.

        Raises:
            PolicyFault: no endpoint answered, or one answered what cannot be used.
        """
        return list(await asyncio.gather(*(self._answer(question) for question in questions)))

    async def close(self) -> None:
        await self._server.close()

    async def _answer(self, question: Question) -> Answer:
        from prover.policy.reply import completions, parse

        try:
            reply, url = await self._server.ask(lambda client: self._request(client, question), parse)
        except TooLong:
            return does_not_fit(0)
        except ServiceFault as fault:
            raise PolicyFault(str(fault)) from fault
        try:
            drawn = completions(reply, self._draws(question))
        except PolicyFault as fault:
            raise PolicyFault(f"policy server {url} cannot be used: {fault}") from fault
        return answer_of(drawn, self._prompt, reply.usage.prompt_tokens if reply.usage is not None else 0)

    def _temperature(self, question: Question) -> float:
        return self._config.temperature if question.temperature is None else question.temperature

    def _draws(self, question: Question) -> int:
        """At temperature 0 all samples are one, and vLLM refuses to be asked for more."""
        return question.samples if self._temperature(question) > 0 else 1

    def _request(self, client: "openai.AsyncOpenAI", question: Question) -> AbstractAsyncContextManager[Any]:
        config = self._config
        optional: dict[str, Any] = {}
        if config.send_seed:
            optional["seed"] = question.seed
        if config.stop:
            optional["stop"] = list(config.stop)
        return client.completions.with_streaming_response.create(
            model=self._model,
            prompt=self._prompt.render(question.state),
            n=self._draws(question),
            logprobs=1,
            temperature=self._temperature(question),
            top_p=config.top_p,
            max_tokens=config.max_tokens,
            **optional,
        )


async def connect(config: PolicyConfig, environ: Mapping[str, str]) -> ServerPolicy:
    """Opens a server policy: asks which models are served, so that a wrong address or name is known before a search begins.

    Raises:
        PolicyFault: openai is not installed; nobody there; the model is not served.
    """
    try:
        from prover.service.server import Server
    except ImportError as error:
        raise PolicyFault(f"policy server needs openai and tenacity ({error}): pip install 'stepwise-prover[server]'") from error
    prompt = _prompt(config)
    server = Server(
        "policy server",
        config.endpoints,
        key=environ.get(config.api_key_variable),
        key_variable=config.api_key_variable,
        timeout=config.timeout,
        retries=config.retries,
        concurrency=config.concurrency,
    )
    try:
        return ServerPolicy(server, prompt, config, await server.model(config.model, "--model"))
    except ServiceFault as fault:
        await server.close()
        raise PolicyFault(str(fault)) from fault
    except BaseException:
        await server.close()
        raise


def _prompt(config: PolicyConfig) -> Prompt:
    prompt = PROMPTS[config.prompt]
    if not prompt.chat:
        return prompt
    if config.tokenizer is None:
        raise PolicyFault("policy server with the prompt chat needs the chat template of a tokenizer: set policy.tokenizer to its folder or hub name")
    try:
        from transformers import AutoTokenizer

        from prover.policy.causal_lm import chat_input

        tokenizer = AutoTokenizer.from_pretrained(config.tokenizer)
    except (ImportError, OSError, ValueError) as error:
        raise PolicyFault(f"tokenizer {config.tokenizer} cannot be loaded: {' '.join(str(error).split())[:200]}") from error
    return through_template(prompt, lambda message: chat_input(tokenizer, message))
