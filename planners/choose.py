"""From settings to a planner that can be asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from planners.chat.journal import FileJournal, Journal, Unrecorded
from planners.planner import Planner
from planners.together import Together
from prover.config import PlannerConfig


@asynccontextmanager
async def journal_of(config: PlannerConfig, run_directory: Path) -> AsyncIterator[Journal]:
    """Where a run keeps the exchanges of its planner: `planner.jsonl`, where there is a server to exchange with.

    Raises:
        JournalError: it cannot be read or written.
    """
    if config.kind != "llm":
        yield Unrecorded()
        return
    journal = FileJournal(run_directory / "planner.jsonl")
    try:
        yield journal
    finally:
        journal.close()


@asynccontextmanager
async def planner_of(config: PlannerConfig, key: str | None, journal: Journal, *, lean_version: str = "") -> AsyncIterator[Planner | None]:
    """Opens the planner that the settings ask for, None where they ask for none; closes it at the end, however it ends.

    Args:
        key: of the chat server.
        journal: where the exchanges with it are kept.
        lean_version: for its prompts, e.g. ``4.28.0``.

    Raises:
        PlannerFault: it cannot be opened; the message says what to do.
    """
    match config.kind:
        case "none":
            yield None
        case "structural":
            from planners.structural import StructuralPlanner

            yield StructuralPlanner()
        case "llm":
            from planners.chat.planner import connect
            from planners.structural import StructuralPlanner

            chat = await connect(config, key, journal, lean_version=lean_version)
            try:
                yield Together((chat, StructuralPlanner()))
            finally:
                await chat.close()
