"""Places between theorems: fair, full, and without a trace of those who gave up."""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.team.places import Places


class Crowd:
    """Callers that hold their place until they are told."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.served: list[tuple[str, int]] = []
        self.leaving: dict[tuple[str, int], asyncio.Event] = {}
        self.tasks: dict[tuple[str, int], asyncio.Task[None]] = {}

    def come(self, theorem: str, number: int) -> None:
        self.tasks[theorem, number] = asyncio.create_task(self._stay(theorem, number))

    async def _stay(self, theorem: str, number: int) -> None:
        async with self.places.of(theorem):
            self.served.append((theorem, number))
            leave = self.leaving[theorem, number] = asyncio.Event()
            await leave.wait()

    async def leave(self, theorem: str, number: int) -> None:
        self.leaving.pop((theorem, number)).set()
        await settled()

    async def all_leave(self) -> None:
        while self.leaving:
            await self.leave(*next(iter(self.leaving)))


async def settled() -> None:
    for _ in range(4):
        await asyncio.sleep(0)


async def test_the_theorem_with_the_fewest_places_is_served_first_and_of_equals_who_has_waited_longest() -> None:
    crowd = Crowd(Places(2))
    for theorem, number in [("a", 0), ("a", 1), ("a", 2), ("c", 0), ("b", 0), ("b", 1)]:
        crowd.come(theorem, number)
    await settled()
    assert crowd.served == [("a", 0), ("a", 1)]  # nobody else was there
    await crowd.leave("a", 0)
    await crowd.leave("a", 1)
    assert crowd.served[2:] == [("c", 0), ("a", 2)]
    await crowd.leave("c", 0)
    assert crowd.served[4:] == [("b", 0)]
    await crowd.leave("a", 2)
    assert crowd.served[5:] == [("b", 1)]
    await crowd.all_leave()
    assert (crowd.places.in_use, crowd.places.waiting) == (0, 0)


async def test_more_places_serve_those_who_wait_and_fewer_turn_nobody_out() -> None:
    places = Places(0)
    crowd = Crowd(places)
    for number in range(4):
        crowd.come("a", number)
    await settled()
    assert not crowd.served
    places.capacity = 3
    await settled()
    assert len(crowd.served) == 3
    places.capacity = 1
    await crowd.leave("a", 0)
    await crowd.leave("a", 1)
    assert (len(crowd.served), places.in_use) == (3, 1)
    await crowd.leave("a", 2)
    assert (len(crowd.served), places.in_use) == (4, 1)
    await crowd.all_leave()


@pytest.mark.parametrize("moment", ["while it waits", "as it is served"])
async def test_a_caller_that_is_cancelled_leaves_no_trace(moment: str) -> None:
    crowd = Crowd(Places(1))
    for number in range(3):
        crowd.come("a", number)
    await settled()
    if moment == "as it is served":
        crowd.leaving.pop(("a", 0)).set()
        await asyncio.sleep(0)  # the place is given back, and the next has it without knowing
        assert crowd.places.in_use == 1
    crowd.tasks["a", 1].cancel()
    await settled()
    if moment == "while it waits":
        await crowd.leave("a", 0)
    assert crowd.served == [("a", 0), ("a", 2)]
    await crowd.all_leave()
    assert (crowd.places.in_use, crowd.places.waiting, crowd.places.used_by("a")) == (0, 0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_whatever_happens_the_places_are_full_fair_and_never_more_than_there_are(seed: int, theorems: int) -> None:
    async def happen() -> None:
        rng = random.Random(seed)
        places = Places(3)
        crowd = Crowd(places)
        for number in range(120):
            before = Counter(theorem for theorem, _ in crowd.leaving)
            queue = Counter(theorem for theorem, number in crowd.tasks if (theorem, number) not in crowd.served)
            match rng.choice(["come", "come", "leave", "cancel", "capacity"]):
                case "come":
                    crowd.come(f"t{rng.randrange(theorems)}", number)
                    await settled()
                case "leave" if crowd.leaving:
                    theorem, who = rng.choice(list(crowd.leaving))
                    served = len(crowd.served)
                    await crowd.leave(theorem, who)
                    before[theorem] -= 1
                    for next_served, _ in crowd.served[served:]:
                        assert before[next_served] == min(before[waiting] for waiting in queue)
                        before[next_served] += 1
                        queue = queue - Counter([next_served])
                    del crowd.tasks[theorem, who]
                case "cancel" if crowd.tasks:
                    who_leaves = rng.choice(list(crowd.tasks))
                    crowd.tasks.pop(who_leaves).cancel()
                    crowd.leaving.pop(who_leaves, None)
                    await settled()
                case "capacity":
                    places.capacity = rng.randrange(6)
                    await settled()
            assert places.in_use == len(crowd.leaving)
            assert places.waiting == len(crowd.tasks) - len(crowd.leaving)
            assert not places.waiting or places.in_use >= places.capacity
            assert places.in_use <= max(places.capacity, sum(before.values()))
        for task in crowd.tasks.values():
            task.cancel()
        await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)
        assert (places.in_use, places.waiting) == (0, 0)

    asyncio.run(happen())


async def test_ten_thousand_theorems_at_a_thousand_places() -> None:
    places = Places(1_000)
    most = 0

    async def team(theorem: str) -> None:
        nonlocal most
        for _ in range(2):
            async with places.of(theorem):
                most = max(most, places.in_use)
                await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for number in range(10_000):
            group.create_task(team(f"t{number}"))
    assert most == 1_000
    assert (places.in_use, places.waiting) == (0, 0)


async def test_the_block_gives_its_place_back_however_it_ends() -> None:
    places = Places(1)
    with pytest.raises(ZeroDivisionError):
        async with places.of("a"):
            raise ZeroDivisionError
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(places.of("b"))
        assert places.used_by("b") == 1
    assert places.in_use == 0
