"""Any server that speaks OpenAI's completions protocol: `vllm serve` on CPU or GPU, llama.cpp, a hosted one.

It must give `n` completions and the log-probabilities of their tokens; one that silently does not is refused, as a search without
probabilities would be another search. Log-probabilities are passed on as the server gives them. vLLM's are of the model as it is, at
temperature 1, and include the end of the text (its default, `--logprobs-mode raw_logprobs`; checked by `make test-vllm`); a server that gives
them after temperature and top_p is used in that knowledge. Every request has a deadline. The key is only ever put into the request's header.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prover.config import PolicyConfig
from prover.policy.completion import answer_of, does_not_fit
from prover.policy.identity import Identity
from prover.policy.prompts import PROMPTS, Prompt, through_template
from prover.proof.proposal import Answer, PolicyFault, Question

if TYPE_CHECKING:
    from prover.policy.endpoints import Endpoint, Endpoints
    from prover.policy.reply import Reply

MAY_PASS = frozenset({408, 409, 425, 429})
"""Refusals that another try may not meet; so may every 5xx."""

LONGEST_QUOTE = 200


class _TooLong(Exception):
    """The server says that the prompt does not fit into the model's context."""


class ServerPolicy:
    """Questions as requests, one each, many in flight."""

    def __init__(self, endpoints: "Endpoints", prompt: Prompt, config: PolicyConfig, model: str, redact: Callable[[str], str]) -> None:
        self._endpoints, self._prompt, self._config, self._model, self._redact = endpoints, prompt, config, model, redact

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
        await self._endpoints.close()

    async def _answer(self, question: Question) -> Answer:
        from prover.policy.reply import completions

        try:
            reply, url = await self._endpoints.call(lambda endpoint: self._request(endpoint, question))
        except _TooLong:
            return does_not_fit(0)
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

    async def _request(self, endpoint: "Endpoint", question: Question) -> "tuple[Reply, str]":
        from prover.policy.endpoints import Unavailable
        from prover.policy.reply import parse

        config = self._config
        optional: dict[str, Any] = {}
        if config.send_seed:
            optional["seed"] = question.seed
        if config.stop:
            optional["stop"] = list(config.stop)
        content = await asked(
            endpoint,
            config,
            self._redact,
            lambda client: client.completions.with_raw_response.create(
                model=self._model,
                prompt=self._prompt.render(question.state),
                n=self._draws(question),
                logprobs=1,
                temperature=self._temperature(question),
                top_p=config.top_p,
                max_tokens=config.max_tokens,
                **optional,
            ),
        )
        try:
            return parse(content), endpoint.url
        except ValueError as error:
            raise Unavailable(f"{endpoint.url} answered what is no completion: {_quoted(error)}") from error


async def asked(endpoint: "Endpoint", config: PolicyConfig, redact: Callable[[str], str], request: Callable[[Any], Any]) -> bytes:
    """The body of an endpoint's answer to a request.

    Raises:
        Unavailable: another try may help.
        PolicyFault: none will.
    """
    import openai

    from prover.policy.endpoints import Unavailable

    try:
        async with asyncio.timeout(config.timeout):  # the client's own timeout starts anew with every byte
            response = await request(endpoint.client)
            content: bytes = response.content
            return content
    except (TimeoutError, openai.APITimeoutError) as error:
        raise Unavailable(f"{endpoint.url} did not answer within {config.timeout:g} s") from error
    except openai.APIStatusError as error:
        said = redact(_quoted(error))
        if error.status_code >= 500 or error.status_code in MAY_PASS:
            raise Unavailable(f"{endpoint.url} answered {error.status_code}: {said}") from error
        if error.status_code in (401, 403):
            raise PolicyFault(f"policy server {endpoint.url} refuses the key in ${config.api_key_variable} ({error.status_code})") from error
        if error.code == "context_length_exceeded" or "context length" in str(error):
            raise _TooLong from error
        raise PolicyFault(f"policy server {endpoint.url} refused the question ({error.status_code}): {said}") from error
    except openai.APIConnectionError as error:
        raise Unavailable(f"{endpoint.url} cannot be reached: {_quoted(error.__cause__ or error)}") from error
    except openai.OpenAIError as error:
        raise Unavailable(f"{endpoint.url} answered nonsense: {redact(_quoted(error))}") from error


async def connect(config: PolicyConfig, environ: Mapping[str, str]) -> ServerPolicy:
    """Opens a server policy: asks which models are served, so that a wrong address or name is known before a search begins.

    Raises:
        PolicyFault: openai is not installed; nobody there; the model is not served.
    """
    try:
        import openai

        from prover.policy.endpoints import Endpoint, Endpoints
    except ImportError as error:
        raise PolicyFault(f"policy server needs openai and tenacity ({error}): pip install 'stepwise-prover[server]'") from error
    key = environ.get(config.api_key_variable) or "none"

    def redact(text: str) -> str:
        return text if key == "none" else text.replace(key, "…")

    prompt = _prompt(config)
    endpoints = Endpoints(
        [
            Endpoint(
                url,
                openai.AsyncOpenAI(base_url=url, api_key=key, timeout=config.timeout, max_retries=0),
                asyncio.Semaphore(config.concurrency),
            )
            for url in config.endpoints
        ],
        config.retries,
    )
    try:
        model = await endpoints.call(lambda endpoint: _served(endpoint, config, redact))
    except BaseException:
        await endpoints.close()
        raise
    return ServerPolicy(endpoints, prompt, config, model, redact)


async def _served(endpoint: "Endpoint", config: PolicyConfig, redact: Callable[[str], str]) -> str:
    """The name of the model that is to be asked. A server that lists no models is believed to have the one that the settings name."""
    import json

    from prover.policy.endpoints import Unavailable

    try:
        content = await asked(endpoint, config, redact, lambda client: client.models.with_raw_response.list())
    except PolicyFault:
        if config.model:
            return config.model
        raise
    try:
        names = [str(model["id"]) for model in json.loads(content)["data"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{endpoint.url} answered no list of models: {_quoted(error)}") from error
    if config.model is None and len(names) == 1:
        return names[0]
    if config.model in names:
        return str(config.model)
    raise PolicyFault(f"policy server {endpoint.url} serves {', '.join(names) or 'no model'}: give one of them as --model")


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
        raise PolicyFault(f"tokenizer {config.tokenizer} cannot be loaded: {_quoted(error)}") from error
    return through_template(prompt, lambda message: chat_input(tokenizer, message))


def _quoted(error: BaseException) -> str:
    """An error's text on one line, and no more of it than a line holds: servers answer with whole pages."""
    return " ".join(str(error).split())[:LONGEST_QUOTE] or type(error).__name__
