"""A language model as a planner.

A question about a goal is asked for several answers at once; those that are plans are the answer. Where none is, it is asked again at once with
what was wrong. All exchanges are in the journal, and what is there is not asked again: a run that was killed goes on with the plans that it had.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planners.chat.answer import Malformed, read
from planners.chat.exchange import Exchange, Query, Said, Usage
from planners.chat.journal import Journal, JournalError
from planners.chat.meter import Allowance, Meter
from planners.chat.prompts import VERSION, Message, Prompts
from planners.chat.reply import parse
from planners.distinct import distinct
from planners.plan import Plan
from planners.planner import PlannerFault, PlanRequest
from prover.config import PlannerConfig
from prover.proof.statement import Statement
from prover.service.faults import Refused, ServiceFault

if TYPE_CHECKING:
    import openai

    from prover.service.server import Server

TRIES = 3
"""Questions in a row about one goal when no answer is a plan."""

NOTHING = Usage(0, 0, estimated=True)
"""Tokens of a question without an answer, as far as is known."""

REMEMBERED = 4
"""Reasons, the latest, why answers about one goal were no plans."""


@dataclass(slots=True)
class _Theorem:
    """What has been asked about one theorem.

    Attributes:
        attempts: by question (the digest of its first attempt), the numbers of those that are answered or in flight.
        unread: by goal, why answers were no plans, since the last that was one.
    """

    meter: Meter
    attempts: dict[str, set[int]] = field(default_factory=dict)
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)


class ChatPlanner:
    """Plans of one model. Safe to be asked about many goals at once."""

    def __init__(
        self,
        server: "Server",
        model: str,
        config: PlannerConfig,
        journal: Journal,
        prompts: Prompts,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server, self._model, self._config, self._journal, self._prompts, self._clock = server, model, config, journal, prompts, clock
        self._theorems: dict[str, _Theorem] = {}
        self._counts: Counter[str] = Counter()
        self._one_each = False  # the server gives one answer, however many are asked for
        self._limit_name = "max_tokens"

    @property
    def identity(self) -> dict[str, object]:
        return {
            "kind": "llm",
            "model": self._model,
            "prompts": {"version": VERSION, "hash": self._prompts.hash},
            "samples": self._config.samples,
            "temperature": self._config.temperature,
            "max_tokens": self._config.max_tokens,
        }

    @property
    def counts(self) -> Mapping[str, int]:
        """Answers so far: ``plans``, ``cut`` at their limit, ``malformed``, ``repeated`` (a plan that is there or was given up); and ``recalled`` and
        ``asked``, questions answered by the journal and by the server."""
        return dict(self._counts)

    async def plans(self, request: PlanRequest) -> list[Plan]:
        """Plans for the goal, in the order in which the model gave them.

        Raises:
            PlannerFault: a budget of the theorem is spent, the server does not answer, or the journal cannot be written.
        """
        theorem = self._about(request.state.statement)
        goal = request.state.pp
        for _ in range(TRIES):
            said = await self._drawn(theorem, request.state.statement, self._prompts.messages(request, theorem.unread.get(goal, ())))
            plans, wrong = self._read(said, request)
            if plans:
                theorem.unread.pop(goal, None)
                return plans
            theorem.unread[goal] = (*theorem.unread.get(goal, ()), *wrong)[-REMEMBERED:]
        return []

    async def close(self) -> None:
        await self._server.close()

    def _about(self, statement: Statement) -> _Theorem:
        if statement.hash not in self._theorems:
            allowance = Allowance(self._config.calls, self._config.tokens, self._config.seconds)
            self._theorems[statement.hash] = _Theorem(Meter(statement.name, allowance))
        return self._theorems[statement.hash]

    def _read(self, said: list[Said], request: PlanRequest) -> tuple[list[Plan], list[str]]:
        """The plans among the answers, and what is wrong with the others."""
        plans, wrong = [], []
        for number, one in enumerate(said, start=1):
            if one.cut:
                self._counts["cut"] += 1
                wrong.append(f"the answer was cut at {self._config.max_tokens} tokens: think less, and write a shorter plan")
                continue
            try:
                plans.append(read(one.text, request, f"llm: {number} of {len(said)}"))
            except Malformed as malformed:
                self._counts["malformed"] += 1
                wrong.append(str(malformed))
        new = distinct(plans, without=(rejected.plan for rejected in request.rejected))
        self._counts["plans"] += len(new)
        self._counts["repeated"] += len(plans) - len(new)
        if plans and not new:
            wrong.append("the plan was given up before: write another")
        return new, wrong

    async def _drawn(self, theorem: _Theorem, statement: Statement, messages: list[Message]) -> list[Said]:
        """As many answers as are wanted, or as there are before a fault."""
        wanted = self._config.samples if self._config.temperature > 0 else 1
        said = [] if self._one_each else await self._asked(theorem, statement, messages, wanted)
        missing = wanted - len(said)
        if missing <= 0:
            return said[:wanted]
        self._one_each = self._one_each or len(said) == 1
        singles = (self._asked(theorem, statement, messages, 1) for _ in range(missing))
        results = await asyncio.gather(*singles, return_exceptions=True)
        for result in results:
            if not isinstance(result, BaseException):
                said += result[:1]
            elif not isinstance(result, PlannerFault):
                raise result
        if not said:
            raise next(result for result in results if isinstance(result, PlannerFault))
        return said

    async def _asked(self, theorem: _Theorem, statement: Statement, messages: list[Message], samples: int) -> list[Said]:
        """The answers to one question, from the journal or the server."""
        config = self._config
        first = Query(statement.name, statement.hash, tuple(messages), self._model, config.temperature, config.max_tokens, samples, attempt=0)
        seconds = theorem.meter.begin()
        taken = theorem.attempts.setdefault(first.digest, set())
        query = replace(first, attempt=next(number for number in itertools.count() if number not in taken))
        taken.add(query.attempt)
        exchange = self._journal.recall(query)
        if exchange is not None:
            self._counts["recalled"] += 1
            theorem.meter.settle(exchange)
            return list(exchange.said)
        try:
            return list(await self._exchange(query, theorem.meter, seconds))
        except BaseException:
            taken.discard(query.attempt)  # it is asked again under its number, as a run that continues this one asks it
            raise

    async def _exchange(self, query: Query, meter: Meter, seconds: float) -> tuple[Said, ...]:
        """Asks the server. Whatever comes of it is counted and recorded."""
        self._counts["asked"] += 1
        start = self._clock()

        def over(said: tuple[Said, ...] = (), usage: Usage = NOTHING, error: str = "") -> None:
            exchange = Exchange(query, said, usage, self._clock() - start, error)
            meter.settle(exchange)
            self._journal.add(exchange)

        try:
            async with asyncio.timeout(seconds):
                said, usage = await self._reply(query)
            over(said, usage)
            return said
        except JournalError as error:
            raise PlannerFault(f"planner: {error}") from error
        except (asyncio.CancelledError, TimeoutError, ServiceFault) as error:
            with suppress(JournalError):  # what ended the question is more to the point
                over(error="cancelled" if isinstance(error, asyncio.CancelledError) else str(error) or "no time left for it")
            if isinstance(error, TimeoutError):
                raise meter.spent("seconds") from error
            if isinstance(error, ServiceFault):
                raise PlannerFault(str(error)) from error
            raise

    async def _reply(self, query: Query) -> tuple[tuple[Said, ...], Usage]:
        """What the server says, after finding out how it wishes to be asked: some refuse several answers at once, newer models the old name of the
        limit."""
        samples = query.samples
        while True:
            try:
                (said, usage), _ = await self._server.ask(
                    lambda client, samples=samples: self._request(client, query, samples),  # type: ignore[misc]
                    lambda content: parse(content, query.messages, self._server.redact),
                )
                return said[: query.samples], usage
            except Refused as refused:
                if refused.status not in (400, 422):
                    raise
                if "max_completion_tokens" in refused.said and self._limit_name == "max_tokens":
                    self._limit_name = "max_completion_tokens"
                elif samples > 1:
                    samples = 1
                else:
                    raise

    def _request(self, client: "openai.AsyncOpenAI", query: Query, samples: int) -> AbstractAsyncContextManager[Any]:
        return client.chat.completions.with_streaming_response.create(
            model=query.model,
            messages=query.messages,  # type: ignore[arg-type]  # they have the roles of OpenAI's message types, which mypy cannot see
            n=samples,
            temperature=query.temperature,
            extra_body={self._limit_name: query.max_tokens},
        )


async def connect(config: PlannerConfig, key: str | None, journal: Journal, *, lean_version: str = "") -> ChatPlanner:
    """Opens a planner: asks which models are served, so that a wrong address or name is known before anything else is done.

    Raises:
        PlannerFault: openai is not installed; nobody there; the model is not served.
    """
    try:
        from prover.service.server import Server
    except ImportError as error:
        raise PlannerFault(f"planner server needs openai and tenacity ({error}): pip install 'stepwise-prover[server]'") from error
    server = Server("planner server", config.endpoints, key=key, key_variable=config.api_key_variable, timeout=config.timeout, retries=config.retries)
    try:
        return ChatPlanner(server, await server.model(config.model, "planner.model"), config, journal, Prompts(lean_version))
    except ServiceFault as fault:
        await server.close()
        raise PlannerFault(str(fault)) from fault
    except BaseException:
        await server.close()
        raise
