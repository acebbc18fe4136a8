"""What a run looks like while it goes on: a live view on a terminal, plain lines in a log, JSON lines in a file."""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Protocol

from rich.console import Console
from rich.live import Live as RichLive
from rich.table import Table
from rich.text import Text

from prover.evaluation.record import Record
from prover.evaluation.run_directory import RunDirectoryError
from prover.evaluation.tasks import Task
from prover.proof.attempt import Telemetry

MARKS = {"proved": "✓", "exhausted": "✗", "out_of_budget": "✗", "unsupported": "–", "faulted": "!"}
STYLES = {"proved": "green", "exhausted": "yellow", "out_of_budget": "yellow", "unsupported": "dim", "faulted": "red"}


class View(Protocol):
    def __enter__(self) -> object: ...

    def __exit__(self, *exc: object) -> None: ...

    def started(self, worker: int, task: Task) -> None: ...

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None: ...

    def finished(self, worker: int, task: Task, record: Record) -> None: ...


def describe(record: Record) -> str:
    """One line about one result."""
    line = f"{MARKS[record['status']]} {record['name']}  {record['status'].replace('_', ' ')}"
    if record["status"] == "unsupported":
        return f"{line}: {' '.join(record['message'].split())[:100]}"
    line += f"  {record['seconds']:.1f} s, {record['expansions']} expansions, {record['lean_steps']} steps"
    if record["status"] == "faulted":
        line += f": {' '.join(record['message'].split())[:160]}"
    return line


class Log:
    """One line per result: for files, pipes and CI."""

    def __init__(self, console: Console, total: int, done: int) -> None:
        self._console, self._total, self._done = console, total, done

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def started(self, worker: int, task: Task) -> None:
        pass

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None:
        pass

    def finished(self, worker: int, task: Task, record: Record) -> None:
        self._done += 1
        self._console.print(f"[{self._done}/{self._total}] {describe(record)}", markup=False, highlight=False)


class Live:
    """A terminal view: results scroll by above, the searches of the moment stand below."""

    def __init__(self, console: Console, total: int, done: int) -> None:
        self._console, self._total, self._earlier = console, total, done
        self._began = time.monotonic()
        self._done = self._proved = 0
        self._current: dict[int, Text] = {}
        self._live = RichLive(console=console, refresh_per_second=4, get_renderable=self._render)

    def __enter__(self) -> "Live":
        self._live.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._current.clear()
        self._live.__exit__(None, None, None)

    def started(self, worker: int, task: Task) -> None:
        self._current[worker] = Text(f"{task.statement.name}  …")

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None:
        line = f"{task.statement.name}  {telemetry.expansions} expansions, {telemetry.lean_steps} steps  ⊢ {' '.join(goal.split())}"
        self._current[worker] = Text(line, overflow="ellipsis", no_wrap=True)

    def finished(self, worker: int, task: Task, record: Record) -> None:
        self._done += 1
        self._proved += record["status"] == "proved"
        self._current.pop(worker, None)
        self._console.print(Text(describe(record), style=STYLES[record["status"]]))

    def _render(self) -> Table:
        seconds = time.monotonic() - self._began
        table = Table.grid(padding=(0, 1))
        table.add_row(
            Text(f"{self._done}/{self._total} done, {self._proved} proved, {60 * self._done / max(seconds, 1e-3):.1f} a minute", style="bold")
        )
        for worker in sorted(self._current):
            table.add_row(self._current[worker])
        return table


class JsonLines:
    """`--json FILE`: one record a line as it ends. A continued run begins with the records of before: the file is whole each time."""

    def __init__(self, path: Path | None, earlier: Sequence[Record]) -> None:
        self._path, self._earlier = path, earlier
        self._file: IO[str] | None = None

    def __enter__(self) -> "JsonLines":
        if self._path is not None and str(self._path) != "-":
            try:
                self._file = self._path.open("w", encoding="utf-8")
            except OSError as error:
                raise RunDirectoryError(f"--json {self._path}: {error.strerror}") from error
        elif self._path is not None:
            self._file = sys.stdout
        for record in self._earlier:
            self._write(record)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file is not None and self._file is not sys.stdout:
            self._file.close()

    def started(self, worker: int, task: Task) -> None:
        pass

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None:
        pass

    def finished(self, worker: int, task: Task, record: Record) -> None:
        self._write(record)

    def _write(self, record: Record) -> None:
        if self._file is not None:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()


class Observers:
    """Several views as one."""

    def __init__(self, *views: View) -> None:
        self._views = views
        self._stack = ExitStack()

    def __enter__(self) -> "Observers":
        for view in self._views:
            self._stack.enter_context(view)
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def started(self, worker: int, task: Task) -> None:
        for view in self._views:
            view.started(worker, task)

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None:
        for view in self._views:
            view.searching(worker, task, goal, telemetry)

    def finished(self, worker: int, task: Task, record: Record) -> None:
        for view in self._views:
            view.finished(worker, task, record)


def summary(console: Console, records: Sequence[Record], path: Path) -> None:
    """The closing lines of a run."""
    counts = {status: sum(record["status"] == status for record in records) for status in MARKS}
    rest = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in counts.items() if n and status != "proved")
    supported = len(records) - counts["unsupported"]
    console.print(f"{counts['proved']} of {supported} proved and verified{f' ({rest})' if rest else ''}", highlight=False, style="bold")
    if counts["proved"]:
        console.print(f"proofs: {path / 'proofs'}", highlight=False)
