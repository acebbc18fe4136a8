"""The target grammar, and one clear line for everything that is no target."""

import io
import json
from pathlib import Path

import pytest

from prover.cli.targets import CORE_HEADER, TargetError, find_tasks, read_targets
from prover.evaluation.tasks import DuplicateStatements, Task, unique
from prover.lean.stepper import Stepper

FILE = """theorem first : 1 = 1 := by sorry

namespace Inner
theorem second (n : Nat) :
    n = n := by
  sorry
theorem proved : 2 = 2 := rfl
end Inner
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Some File.lean"
    path.write_text(FILE)
    return path


async def tasks_of(stepper: Stepper, *arguments: str, statement: str | None = None, header: str | None = None, stdin: bytes = b"") -> list[Task]:
    return await find_tasks(read_targets(arguments, statement, io.BytesIO(stdin)), stepper, header)


def names(tasks: list[Task]) -> list[str]:
    return [task.statement.name for task in tasks]


async def test_a_file_is_its_open_theorems(stepper: Stepper, file: Path) -> None:
    assert names(await tasks_of(stepper, str(file))) == ["first", "Inner.second"]


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        (":second", "Inner.second"),
        (":Inner.second", "Inner.second"),
        (":proved", "Inner.proved"),
        ("#L1", "first"),
        ("#L5", "Inner.second"),
        ("#L6", "Inner.second"),
    ],
)
async def test_one_theorem_by_name_or_line(stepper: Stepper, file: Path, suffix: str, name: str) -> None:
    assert names(await tasks_of(stepper, f"{file}{suffix}")) == [name]


async def test_a_folder_a_statement_and_standard_input(stepper: Stepper, file: Path) -> None:
    (file.parent / "rows.jsonl").write_text(json.dumps({"name": "row", "header": "open Nat", "statement": "theorem row : 3 = 3 := by sorry"}) + "\n")
    assert sorted(names(await tasks_of(stepper, str(file.parent)))) == ["Inner.second", "first", "row"]
    assert names(await tasks_of(stepper, statement="theorem given (n : Nat) : n = n")) == ["given"]
    assert names(await tasks_of(stepper, "-", stdin=FILE.encode())) == ["first", "Inner.second"]


async def test_crlf_and_a_byte_order_mark_are_read(stepper: Stepper, tmp_path: Path) -> None:
    path = tmp_path / "dos.lean"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    assert names(await tasks_of(stepper, str(path))) == ["first", "Inner.second"]


async def test_header_core_makes_mathlib_statements_core_ones(stepper: Stepper, tmp_path: Path) -> None:
    path = tmp_path / "m.lean"
    path.write_text(
        "import Mathlib\nopen Real Nat\nset_option maxHeartbeats 0\n\ntheorem a (n : ℕ) : n = n := by sorry\n"
        "theorem b (x : ℝ) : x = x := by sorry\ntheorem c : ∑ i ∈ range 3, i = 3 := by sorry\ntheorem d : 1 = 1 := by sorry\n"
    )
    found = await tasks_of(stepper, str(path), header=CORE_HEADER)
    assert names(found) == ["a", "b", "c", "d"]
    assert [bool(task.unsupported) for task in found] == [False, True, True, False]
    assert "ℝ" in found[1].unsupported
    assert found[0].statement.header.startswith(CORE_HEADER)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.lean", None, r"missing\.lean: no such file"),
        ("missing", None, r"missing: no such file or folder"),
        ("notes.txt", "hello", r"neither a \.lean nor a \.jsonl"),
        ("empty.lean", "", r"empty\.lean: empty"),
        ("blank.lean", " \n\n", r"blank\.lean: empty"),
        ("none.lean", "def x := 1\n", r"none\.lean: no theorem without a proof"),
        ("done.lean", "theorem x : 1 = 1 := rfl\n", r"no theorem without a proof \(1 have one\)"),
        ("syntax.lean", "theorem a : 1 = 1 := by sorry\n\ntheorem b : 1 + = 2 := by sorry\n", r"syntax\.lean:3:16: syntax error: .*expected term"),
        ("single.lean", "theorem a : 1 = No.such := by sorry\n", r"single\.lean:1:17: the statement does not elaborate: .*No\.such"),
        ("mathlib.lean", "import Mathlib\ntheorem a : 1 = 1 := by sorry\n", r"this Lean has no Mathlib: give --project DIR .* or --header core"),
        ("utf16.lean", "\xff\xfet", r"utf16\.lean:1: not UTF-8 \(byte 0xff\)"),
        ("bad.jsonl", "{]\n", r"bad\.jsonl:1: not JSON"),
        ("rows.jsonl", '{"name": "a"}\n', r'rows\.jsonl:1: want an object with "name" and "statement"'),
    ],
)
async def test_what_is_no_target_is_one_clear_line(stepper: Stepper, tmp_path: Path, name: str, content: str | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content.encode("latin-1" if name.startswith("utf16") else "utf-8"))
    with pytest.raises(TargetError, match=message) as caught:
        await tasks_of(stepper, str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("suffix", "message"), [(":third", "no theorem third; its theorems are: first, Inner.second"), ("#L99", "no theorem at line 99")]
)
async def test_an_unknown_name_or_line_is_said_to_be_so(stepper: Stepper, file: Path, suffix: str, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        await tasks_of(stepper, f"{file}{suffix}")


async def test_among_several_a_statement_that_does_not_elaborate_is_a_row(stepper: Stepper, tmp_path: Path) -> None:
    path = tmp_path / "two.lean"
    path.write_text("theorem a : nonsense := by sorry\ntheorem b : 1 = 1 := by sorry\n")
    first, second = await tasks_of(stepper, str(path))
    assert "nonsense" in first.unsupported
    assert not second.unsupported


async def test_one_name_for_two_statements_is_refused(stepper: Stepper, tmp_path: Path) -> None:
    for name, n in (("a.lean", 1), ("b.lean", 2)):
        (tmp_path / name).write_text(f"theorem same : {n} = {n} := by sorry\n")
    with pytest.raises(DuplicateStatements, match="same"):
        unique(await tasks_of(stepper, str(tmp_path)))
