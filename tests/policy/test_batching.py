"""Questions of many searches in one batch. The engine here is scripted: it waits for a word, and it can fail."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from prover.policy.batching import Batching
from prover.proof.proposal import Answer, PolicyFault, Proposal, Question
from tests.policy.states import plain


class ScriptedEngine:
    """Answers a question with its seed, once it is allowed to."""

    identity = "scripted"

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = threading.Event()
        self.entered = threading.Event()
        self.fails: Exception | None = None

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        self.batches.append([question.seed for question in questions])
        self.entered.set()
        assert self.go.wait(10)
        if self.fails is not None:
            raise self.fails
        return [Answer((Proposal(str(question.seed), -1.0),)) for question in questions]


def ask(policy: Batching, *seeds: int, samples: int = 4) -> asyncio.Task[list[Answer]]:
    return asyncio.get_running_loop().create_task(policy.propose([Question(plain("⊢ p"), samples, seed=seed) for seed in seeds]))


def said(answers: Sequence[Answer]) -> list[str]:
    return [answer.proposals[0].tactic for answer in answers]


async def busy(engine: ScriptedEngine) -> None:
    assert await asyncio.to_thread(engine.entered.wait, 10)


async def test_those_who_ask_at_once_share_a_batch_and_each_gets_its_own_answers() -> None:
    engine = ScriptedEngine()
    engine.go.set()
    policy = Batching(engine, 100)
    first, second = await asyncio.gather(ask(policy, 1, 2), ask(policy, 3))
    assert (said(first), said(second)) == (["1", "2"], ["3"])
    assert engine.batches == [[1, 2, 3]]
    await policy.close()


async def test_questions_that_come_while_the_engine_works_wait_for_the_next_batch_which_holds_no_more_than_allowed() -> None:
    engine = ScriptedEngine()
    policy = Batching(engine, 8)
    tasks = [ask(policy, 0)]
    await busy(engine)
    tasks += [ask(policy, 1), ask(policy, 2), ask(policy, 3)]
    await asyncio.sleep(0)
    engine.go.set()
    await asyncio.gather(*tasks)
    assert engine.batches == [[0], [1, 2], [3]]
    await policy.close()


async def test_a_question_larger_than_a_batch_is_a_batch_by_itself() -> None:
    engine = ScriptedEngine()
    engine.go.set()
    policy = Batching(engine, 8)
    await asyncio.gather(ask(policy, 1, samples=50), ask(policy, 2))
    assert engine.batches == [[1], [2]]
    await policy.close()


async def test_whoever_is_cancelled_takes_what_waits_out_of_the_queue_and_disturbs_nobody() -> None:
    engine = ScriptedEngine()
    policy = Batching(engine, 100)
    working = ask(policy, 0)
    await busy(engine)
    gone, stays = ask(policy, 1), ask(policy, 2)
    await asyncio.sleep(0)
    working.cancel()
    gone.cancel()
    await asyncio.wait([working, gone])
    engine.go.set()
    assert said(await stays) == ["2"]
    assert engine.batches == [[0], [2]]
    await policy.close()


async def test_an_error_of_the_engine_is_a_fault_for_every_caller_of_its_batch_and_for_no_other() -> None:
    engine = ScriptedEngine()
    policy = Batching(engine, 8)
    engine.fails = RuntimeError("out of memory\nand a long story")
    failing = [ask(policy, 1), ask(policy, 2)]
    await busy(engine)
    later = ask(policy, 3)
    engine.go.set()
    ended = await asyncio.gather(*failing, return_exceptions=True)
    assert [str(fault) for fault in ended] == ["the policy failed: RuntimeError: out of memory"] * 2
    assert all(isinstance(fault, PolicyFault) for fault in ended)
    with pytest.raises(PolicyFault):
        await later
    engine.fails = None
    assert said(await ask(policy, 4)) == ["4"]
    await policy.close()


async def test_closing_faults_what_waits_and_what_comes() -> None:
    engine = ScriptedEngine()
    policy = Batching(engine, 4)
    working, waiting = ask(policy, 0), ask(policy, 1)
    await busy(engine)
    closing = asyncio.get_running_loop().create_task(policy.close())
    await asyncio.sleep(0)
    engine.go.set()
    await closing
    assert said(await working) == ["0"]
    with pytest.raises(PolicyFault):
        await waiting
    with pytest.raises(PolicyFault):
        await ask(policy, 2)
