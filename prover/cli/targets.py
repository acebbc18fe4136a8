"""What `prover prove` is asked to prove, in the words of the command line.

    FILE.lean         every theorem whose proof is missing or `sorry`
    FILE.lean:NAME    one theorem, whether it has a proof or not
    FILE.lean#L42     the theorem that line 42 belongs to
    FOLDER            every .lean and .jsonl file below it
    FILE.jsonl        one {"name", "header", "statement"} a line
    -                 a Lean file on standard input

Reads files; has Lean (the stepper's scan) find the theorems in them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from prover.evaluation.tasks import Task
from prover.lean.stepper import Declaration, SourceError
from prover.proof.statement import Statement

CORE_HEADER = """import Std
set_option autoImplicit false
notation "ℕ" => Nat
notation "ℤ" => Int
notation "ℚ" => Rat
"""
"""What `--header core` puts in place of a Mathlib header: core Lean and three of Mathlib's notations."""


class TargetError(Exception):
    """A target that cannot be read; one line for the user."""


@dataclass(frozen=True, slots=True)
class Target:
    """One source text and which of its theorems are wanted.

    Attributes:
        origin: how messages name it.
        text: Lean source.
        name: only this theorem.
        line: only the theorem at this line.
        row: the line of a JSONL file that this is from.
    """

    origin: str
    text: str
    name: str | None = None
    line: int | None = None
    row: int | None = None


_LOCATED = re.compile(r"^(?P<path>.+\.lean)(?:#L(?P<line>\d+)|:(?P<name>[^/\\]+))$")


def read_targets(arguments: Sequence[str], statement: str | None, stdin: BinaryIO) -> list[Target]:
    """Reads everything that the command line names.

    Raises:
        TargetError: a missing, empty or undecodable file, a malformed JSONL row, a folder without theorems.
    """
    targets: list[Target] = []
    if statement is not None:
        targets.append(Target("--statement", statement))
    for argument in arguments:
        targets.extend(_read(argument, stdin))
    return targets


def _read(argument: str, stdin: BinaryIO) -> Iterator[Target]:
    if argument == "-":
        yield Target("standard input", _decode(stdin.read(), "standard input"))
        return
    path = Path(argument)
    located = None if path.exists() else _LOCATED.match(argument)
    if located is not None:
        line = located["line"]
        yield Target(located["path"], _text(Path(located["path"])), located["name"], int(line) if line else None)
    elif path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (".lean", ".jsonl") and p.is_file() and ".lake" not in p.parts)
        if not files:
            raise TargetError(f"{argument}: no .lean or .jsonl file in this folder")
        for file in files:
            yield from _file(file)
    else:
        yield from _file(path)


def _file(path: Path) -> Iterator[Target]:
    if path.suffix == ".jsonl":
        yield from _rows(path)
    elif path.suffix == ".lean":
        yield Target(str(path), _text(path))
    elif not path.exists():
        raise TargetError(f"{path}: no such file or folder")
    else:
        raise TargetError(f"{path}: neither a .lean nor a .jsonl file")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise TargetError(f"{path}: no such file") from None
    except OSError as error:
        raise TargetError(f"{path}: {error.strerror}") from error
    return _decode(data, str(path))


def _decode(data: bytes, origin: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TargetError(f"{origin}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}); save the file as UTF-8") from None
    if not text.strip():
        raise TargetError(f"{origin}: empty")
    return text.replace("\r\n", "\n")


def _rows(path: Path) -> Iterator[Target]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise TargetError(f"{path}:{number}: not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("statement"), str) or not isinstance(row.get("name"), str):
            raise TargetError(f'{path}:{number}: want an object with "name" and "statement" (and "header")')
        header = row.get("header") or ""
        yield Target(f"{path}:{number}", f"{header}\n\n{row['statement']}\n" if header.strip() else row["statement"], row=number, name=row["name"])


class Scanner(Protocol):
    """A Lean that can read files: a `Stepper` or a `Pool`."""

    async def scan(self, text: str, *, header: str | None = None, everything: bool = False) -> list[Declaration]: ...


async def find_tasks(targets: Sequence[Target], lean: Scanner, header: str | None) -> list[Task]:
    """Has Lean find the theorems of every target.

    Args:
        header: takes the place of every file's own header; None leaves them as they are.

    Raises:
        TargetError: a syntax error, an unknown name, a line without a theorem, a file without theorems, an import that is not there.
    """
    tasks: list[Task] = []
    for target in targets:
        tasks.extend(await _tasks(target, lean, header))
    if len(tasks) == 1 and tasks[0].unsupported:
        raise TargetError(f"{tasks[0].origin}: the statement does not elaborate: {first_line(tasks[0].unsupported)}")
    return tasks


async def _tasks(target: Target, lean: Scanner, header: str | None) -> list[Task]:
    chosen = target.name is not None or target.line is not None
    try:
        declarations = await lean.scan(target.text, header=header, everything=chosen)
    except SourceError as error:
        if target.row is not None and error.kind != "import":
            return [Task(Statement(target.name or target.origin, header or "", target.text), target.origin, unsupported=error.message)]
        raise TargetError(explain(target, error)) from error
    wanted = _choose(target, declarations)
    return [_task(target, declaration) for declaration in wanted]


def _choose(target: Target, declarations: list[Declaration]) -> list[Declaration]:
    if target.row is not None:
        if not declarations:
            raise TargetError(f"{target.origin}: the statement declares no theorem")
        return declarations[-1:]
    if target.name is not None:
        found = [d for d in declarations if d.statement.name == target.name or d.statement.name.endswith(f".{target.name}")]
        if not found:
            known = ", ".join(d.statement.name for d in declarations[:8]) or "none"
            raise TargetError(f"{target.origin}: no theorem {target.name}; its theorems are: {known}")
        return found[:1]
    if target.line is not None:
        before = [d for d in declarations if d.line <= target.line]
        if not before or target.line > target.text.count("\n") + 1:
            raise TargetError(f"{target.origin}: no theorem at line {target.line}")
        return before[-1:]
    found = [d for d in declarations if d.proof == "sorry"]
    if not found:
        raise TargetError(f"{target.origin}: no theorem without a proof" + (f" ({len(declarations)} have one)" if declarations else ""))
    return found


def _task(target: Target, declaration: Declaration) -> Task:
    statement = declaration.statement
    if target.row is not None and target.name:
        statement = Statement(target.name, statement.header, statement.declaration)
    origin = target.origin if target.row is not None else f"{target.origin}:{declaration.line}"
    if declaration.error is not None and target.row is None:
        origin = f"{target.origin}:{declaration.error.line}:{declaration.error.column}"
    return Task(statement, origin, unsupported=declaration.error.message if declaration.error else "")


def explain(target: Target, error: SourceError) -> str:
    if error.kind == "import":
        module = re.search(r"unknown module prefix '([^']+)'|of module ([\w.]+)", error.message)
        name = next((g for g in module.groups() if g), "a module") if module else "a module"
        return (
            f"{target.origin}: this Lean has no {name}: give --project DIR (a Lake project that has it, with native Lean), "
            "or --header core to try the statements in core Lean"
        )
    where = f"{target.origin}:{error.line}:{error.column}" if target.row is None else target.origin
    what = "syntax error" if error.kind == "syntax" else "does not elaborate"
    return f"{where}: {what}: {first_line(error.message)}"


def first_line(message: str) -> str:
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    return " ".join(lines)[:300]
