"""Several planners as one."""

import asyncio
from collections.abc import Sequence

from planners.distinct import distinct
from planners.plan import Plan
from planners.planner import Planner, PlannerFault, PlanRequest


class Together:
    """Asks all at once; the plans of the first come first. One that faults is left out as long as another has an answer."""

    def __init__(self, planners: Sequence[Planner]) -> None:
        self._planners = tuple(planners)
        self._faults: dict[str, None] = {}

    @property
    def identity(self) -> dict[str, object]:
        return {"kind": "together", "planners": [planner.identity for planner in self._planners]}

    @property
    def faults(self) -> tuple[str, ...]:
        """What planners could not be asked for, each fault once: for the user, since the plans of others hide it."""
        return tuple(self._faults)

    async def plans(self, request: PlanRequest) -> list[Plan]:
        """All plans, none twice.

        Raises:
            PlannerFault: all of them faulted; it is the first one's.
        """
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(_answer(planner, request)) for planner in self._planners]
        answers = [task.result() for task in asked]
        faults = [answer for answer in answers if isinstance(answer, PlannerFault)]
        self._faults |= dict.fromkeys(map(str, faults))
        if faults and len(faults) == len(answers):
            raise faults[0]
        return distinct(plan for answer in answers if not isinstance(answer, PlannerFault) for plan in answer)


async def _answer(planner: Planner, request: PlanRequest) -> Sequence[Plan] | PlannerFault:
    try:
        return await planner.plans(request)
    except PlannerFault as fault:
        return fault
