"""Puts the questions of all running searches together for an engine that answers a batch for little more than the price of one.

While the engine works on a batch, questions that arrive wait; the next batch takes the longest-waiting ones, up to a number of proposals.
So a lone search never waits for company, and many searches fill the batches by themselves. The engine runs in a thread of its own; it
is asked for one batch at a time. Knows nothing of models. Bound to the event loop of its first question.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from prover.policy.identity import Identity
from prover.proof.proposal import Answer, PolicyFault, Question


class Engine(Protocol):
    """Answers a batch, and blocks meanwhile."""

    @property
    def identity(self) -> Identity: ...

    def answer(self, questions: Sequence[Question]) -> list[Answer]: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    question: Question
    answer: asyncio.Future[Answer]


class Batching:
    """A policy over an engine."""

    def __init__(self, engine: Engine, proposals: int) -> None:
        """Args:
        proposals: wanted by one batch, together; one question that wants more is a batch by itself.
        """
        self._engine, self._proposals = engine, proposals
        self._queue: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="policy")
        self._closed = False

    @property
    def identity(self) -> Identity:
        return self._engine.identity

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order. A caller that is cancelled takes its waiting questions out of the queue.

        Raises:
            PolicyFault: the engine failed on a batch with one of the questions in it, or it is closed.
        """
        if self._closed:
            raise PolicyFault("the policy is closed")
        loop = asyncio.get_running_loop()
        mine = [_Waiting(question, loop.create_future()) for question in questions]
        self._queue.extend(mine)
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        try:
            return list(await asyncio.gather(*(waiting.answer for waiting in mine)))
        finally:
            for waiting in mine:
                waiting.answer.cancel()

    async def close(self) -> None:
        """Lets the batch in progress end (a model cannot be interrupted), and faults what still waits."""
        self._closed = True
        for waiting in self._queue:
            if not waiting.answer.done():
                waiting.answer.set_exception(PolicyFault("the policy was closed"))
        self._queue.clear()
        if self._worker is not None:
            await self._worker
        self._thread.shutdown()

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(0)  # whoever asks in the same moment comes along
            batch = self._next_batch()
            if not batch:
                return
            try:
                answers = await self._answers([one.question for one in batch])
            except Exception as error:  # whatever an engine raises, its callers must hear of it, or they wait for ever
                for one in batch:
                    if not one.answer.done():
                        one.answer.set_exception(_as_fault(error))
            else:
                for one, answer in zip(batch, answers, strict=True):
                    if not one.answer.done():
                        one.answer.set_result(answer)

    async def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        answers = await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.answer, questions)
        if len(answers) != len(questions):
            raise PolicyFault(f"the policy gave {len(answers)} answers to {len(questions)} questions")
        return answers

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        wanted = 0
        while self._queue:
            first = self._queue[0]
            if not first.answer.done():
                if batch and wanted + first.question.samples > self._proposals:
                    break
                batch.append(first)
                wanted += first.question.samples
            self._queue.popleft()
        return batch


def _as_fault(error: Exception) -> PolicyFault:
    """One fault for each caller: an exception that several tasks raise would collect all their tracebacks."""
    fault = PolicyFault(str(error) if isinstance(error, PolicyFault) else f"the policy failed: {type(error).__name__}: {error}".partition("\n")[0])
    fault.__cause__ = error
    return fault
