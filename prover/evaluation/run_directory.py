"""A run directory is the state of a run: the same command again continues it.

    config.json     what decides the results: settings, Lean, version of this program; written once
    results.jsonl   one record a line, in order of finishing, each synced to disk before it is reported
    proofs/         NAME.lean, exactly the file that the judge verified
    graphs/         NAME.json (node-link) and NAME.graphml, the search graphs, where they were asked for
    planner.jsonl   every exchange with a chat planner
    plans/          NAME.json, a team's plans and what became of them
    partial/        NAME.lean, the best partial proof of a theorem that was not proved, with `sorry` in it

A line that a crash cut short is dropped when the directory is opened again; the statement it was about is tried again.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prover.evaluation.record import Record
from prover.proof.statement import Statement

_UNRESOLVED = "faulted"


class RunDirectoryError(Exception):
    """A directory that cannot be used or does not belong to this run; one line for the user."""


class RunDirectory:
    """One run on disk. One process writes it at a time."""

    def __init__(self, path: Path, config: dict[str, Any], *, fresh: bool = False, graphs: bool = False) -> None:
        """Opens or creates the directory.

        Args:
            config: what decides the results; compared with what the directory holds.
            graphs: make a folder for search graphs.
            fresh: move earlier results, and what a planner said, aside (`….jsonl.old`) and begin anew, whatever the settings were.

        Raises:
            RunDirectoryError: it cannot be written, or it holds a run with other settings (the message names the first).
        """
        self.path = path
        self._results = path / "results.jsonl"
        self.graphs = path / "graphs" if graphs else None
        try:
            (path / "proofs").mkdir(parents=True, exist_ok=True)
            if self.graphs is not None:
                self.graphs.mkdir(exist_ok=True)
            if fresh:
                self._set_aside()
            self._check_config(config)
            self.records = self._read()
            self._file = self._results.open("a", encoding="utf-8")
        except OSError as error:
            raise RunDirectoryError(f"cannot write to {path}: {error.strerror or error}") from error

    def _set_aside(self) -> None:
        (self.path / "config.json").unlink(missing_ok=True)
        for file in (self._results, self.path / "planner.jsonl"):
            if file.exists():
                file.replace(file.with_suffix(".jsonl.old"))

    def _check_config(self, config: dict[str, Any]) -> None:
        file = self.path / "config.json"
        if not file.exists():
            write_atomically(file, json.dumps(config, indent=2, ensure_ascii=False) + "\n")
            return
        try:
            before = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise RunDirectoryError(f"{file} is not a run's config: {error}; choose another --out") from error
        for key, old, new in _differences(before, config):
            raise RunDirectoryError(f"{self.path} holds a run with {key} = {old}, this one has {new}; choose another --out")

    def _read(self) -> dict[str, Record]:
        records: dict[str, Record] = {}
        if not self._results.exists():
            return records
        whole = b""
        for line in self._results.read_bytes().splitlines(keepends=True):
            try:
                record = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                record = None
            if isinstance(record, dict) and "statement_hash" in record:
                records[key_of(record)] = record
                whole += line
        if len(whole) != self._results.stat().st_size:
            write_atomically(self._results, whole.decode("utf-8"))
        return records

    def done(self, name: str, statement_hash: str) -> Record | None:
        """The record of a statement that needs no further work. Faults are not done: they are tried again."""
        record = self.records.get(f"{name}\0{statement_hash}")
        return record if record is not None and record["status"] != _UNRESOLVED else None

    def add(self, record: Record, proof: str | None) -> None:
        """Keeps a result; it is on disk when this returns."""
        if proof is not None:
            write_atomically(self.path / "proofs" / f"{file_stem(record['name'], record['statement_hash'])}.lean", proof)
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.records[key_of(record)] = record

    def keep(self, folder: str, name: str, text: str) -> None:
        """Keeps a file beside the results, in place of an earlier one."""
        (self.path / folder).mkdir(exist_ok=True)
        write_atomically(self.path / folder / name, text)

    def stem(self, statement: Statement) -> str:
        return file_stem(statement.name, statement.hash)

    def close(self) -> None:
        self._file.close()


def key_of(record: Record) -> str:
    return f"{record['name']}\0{record['statement_hash']}"


def file_stem(name: str, statement_hash: str) -> str:
    """What a theorem's files are called: its own name where that is safe on every file system, else with the statement's hash."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.']{0,120}", name) and not name.endswith("."):
        return name
    safe = re.sub(r"[^A-Za-z0-9_]", "_", name)[:80]
    return f"{safe}-{statement_hash}"


def write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def digest(value: object) -> str:
    """Eight hex digits of a JSON value: names default run directories."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:8]


def _differences(before: Any, after: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _differences(before.get(key), after.get(key), f"{prefix}.{key}" if prefix else key)
    elif before != after:
        yield prefix, before, after
