"""An event loop that knows whose processor time it spends: the agents', in truth other machines', or the driver's, which is all the rest."""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVarTuple

_Ts = TypeVarTuple("_Ts")
_AT_AGENTS = ContextVar("at agents", default=False)


def context_of_agents() -> Context:
    """For a task whose time, with that of all tasks below it, is the agents'."""
    context = copy_context()
    context.run(_AT_AGENTS.set, True)
    return context


class Loop(asyncio.SelectorEventLoop):
    """Attributes:
    agents_seconds: processor time of tasks and callbacks in the agents' context.
    callbacks: run in all; callbacks_of_agents: of these in theirs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agents_seconds = 0.0
        self.callbacks = self.callbacks_of_agents = 0

    def call_soon(self, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None) -> asyncio.Handle:
        return super().call_soon(self._timed, callback, args, context=context)

    def call_at(self, when: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None) -> asyncio.TimerHandle:
        return super().call_at(when, self._timed, callback, args, context=context)

    def _timed(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.callbacks += 1
        if not _AT_AGENTS.get():
            callback(*args)
            return
        self.callbacks_of_agents += 1
        began = time.thread_time()
        callback(*args)
        self.agents_seconds += time.thread_time() - began
