"""Every exchange with the chat server, on disk: for people to read, and for a run that is continued to have its answers again without asking.

One JSON object a line, synced before the answer is used. A line that a crash cut short is dropped when the file is opened again; its question
is asked anew. One process writes a file at a time.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from planners.chat.exchange import Exchange, Query, Said, Usage


class JournalError(Exception):
    """The record cannot be read or written; one line."""


class Journal(Protocol):
    """Where exchanges are kept."""

    def recall(self, query: Query) -> Exchange | None:
        """The exchange in which the same was asked, and answered, in an earlier run or part of this one."""
        ...

    def add(self, exchange: Exchange) -> None:
        """Keeps an exchange; it is safe when this returns.

        Raises:
            JournalError: it cannot be kept.
        """
        ...


class Unrecorded:
    """Keeps nothing."""

    def recall(self, query: Query) -> Exchange | None:
        return None

    def add(self, exchange: Exchange) -> None:
        pass


class FileJournal:
    """A file, `planner.jsonl` in the run directory."""

    def __init__(self, path: Path) -> None:
        """Opens or creates it.

        Raises:
            JournalError: it cannot be read or written.
        """
        self._path = path
        self._answers: dict[str, dict[str, Any]] = {}
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            self._read()
        except OSError as error:
            raise JournalError(f"cannot write to {path}: {error.strerror or error}") from error

    def recall(self, query: Query) -> Exchange | None:
        match self._answers.get(query.digest):
            case {"answers": [*answers], "usage": {"read": int(read), "written": int(written), **rest}, "seconds": int() | float() as seconds}:
                said = tuple(Said(str(answer["text"]), str(answer["finish"])) for answer in answers)
                return Exchange(query, said, Usage(read, written, bool(rest.get("estimated"))), float(seconds))
        return None

    def add(self, exchange: Exchange) -> None:
        query = exchange.query
        record: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "theorem": query.theorem,
            "statement_hash": query.statement_hash,
            "question": query.digest,
            "attempt": query.attempt,
            "parameters": query.parameters,
            "messages": list(query.messages),
            "answers": [{"text": said.text, "finish": said.finish} for said in exchange.said],
            "usage": {"read": exchange.usage.read, "written": exchange.usage.written, "estimated": exchange.usage.estimated},
            "seconds": round(exchange.seconds, 3),
            "error": exchange.error,
        }
        line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        try:
            start = os.fstat(self._file).st_size
            if os.write(self._file, line) < len(line):
                os.ftruncate(self._file, start)
                raise JournalError(f"cannot write to {self._path}: no space left")
            os.fsync(self._file)
        except OSError as error:
            raise JournalError(f"cannot write to {self._path}: {error.strerror or error}") from error

    def close(self) -> None:
        os.close(self._file)

    def _read(self) -> None:
        whole = 0
        with open(os.dup(self._file), "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                self._remember(line)
        os.ftruncate(self._file, whole)

    def _remember(self, line: bytes) -> None:
        """Answers only: an error may have passed. A line that is none of ours is left where it is."""
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return
        match record:
            case {"question": str(digest), "answers": [*answers], "error": ""}:
                if all(isinstance(answer, dict) and {"text", "finish"} <= answer.keys() for answer in answers):
                    self._answers[digest] = {key: record.get(key) for key in ("answers", "usage", "seconds")}
