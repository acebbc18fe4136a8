"""Lean programs for the embedded Lean, compiled once.

`lean --run FILE` compiles FILE at every start, a minute for a program of some size. Here it is compiled once to Lean's intermediate
code, and what is run afterwards is a one-line main that imports it.

Promises: a program is known by its text, so a changed one is compiled anew; a compiled program appears whole; two processes do not
compile the same one at once. Knows nothing of what programs do.
Costs: about a minute for each new text.

How: this build of Lean imports compiled modules without the intermediate code that running them needs (it is in a file of its own,
`.ir`, which this build never reads). So a small Lean program repacks that file as a module that consists of nothing but code, its
names declared by stand-in axioms. That module is only ever imported by the one-line main, never into an environment in which
something is proved.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from prover.lean.filelock import exclusive
from prover.lean.launch import Progress, ToolchainError

RunLean = Callable[[Sequence[str], Path], str]
"""Runs Lean with arguments in a folder, to its end; what it printed."""

KEPT_PROGRAMS = 16
"""Older programs are removed: each edit of a program leaves one."""

_MODULE = "StepwisePrograms"
_REPACKED = "repacked"

_REPACK = """\
module
public import Lean.Environment
open Lean
public section
partial def standIns (names : Array Name) (i : Nat) (constants : Array ConstantInfo) : Array ConstantInfo :=
  if h : i < names.size then
    standIns names (i + 1) (constants.push (.axiomInfo { name := names[i], levelParams := [], type := .sort .zero, isUnsafe := true }))
  else constants
def main : List String → IO UInt32
  | [ir, olean] => do
    let (code, _) ← readModuleData ir
    let names := code.extraConstNames
    saveModuleData olean `StepwisePrograms { code with constNames := names, constants := standIns names 0 #[], extraConstNames := #[] }
    IO.println "repacked"
    return 0
  | _ => return 2
"""


def compiled_program(prefix: Path, program: Path, lean: RunLean, progress: Progress) -> Path:
    """The file to `--run` for a program, from its own folder; compiled first if its text is new.

    Args:
        prefix: the embedded Lean's own folder.
        program: a self-contained Lean `module` with a `main`.

    Raises:
        ToolchainError: the program cannot be read or compiled, or the prefix cannot be written; ``detail`` has Lean's messages.
    """
    try:
        text = program.read_bytes()
        key = hashlib.sha256(_REPACK.encode() + b"\0" + text).hexdigest()[:16]
        programs = prefix / "programs"
        main = programs / key / "Main.lean"
        if main.exists():
            return main
        programs.mkdir(exist_ok=True)
        with exclusive(programs / "lock", lambda: progress("waiting for another process that compiles the Lean program", 0, 0)):
            if not main.exists():
                for leftover in programs.glob("tmp-*"):
                    shutil.rmtree(leftover, ignore_errors=True)
                with tempfile.TemporaryDirectory(prefix="tmp-", dir=programs, ignore_cleanup_errors=True) as folder:
                    _compile(prefix, program, text, key, Path(folder), lean, progress)
                _forget_old(prefix, programs)
    except OSError as error:
        raise ToolchainError(
            f"cannot compile {program} below {prefix} ({error.strerror or error}); is the cache folder writable, and the disk not full?"
        ) from error
    return main


def _compile(prefix: Path, program: Path, text: bytes, key: str, folder: Path, lean: RunLean, progress: Progress) -> None:
    progress("compiling the Lean program, once", 0, 2)
    (folder / "Program.lean").write_bytes(text)
    (folder / "Repack.lean").write_text(_REPACK, encoding="utf-8")
    output = lean(["-o", "Program.olean", "Program.lean"], folder)
    if not (folder / "Program.ir").exists():
        first = next((line for line in output.splitlines() if "error" in line), "Lean said nothing")
        raise ToolchainError(f"{program} does not compile: {first}", detail=output)
    progress("compiling the Lean program, once", 1, 2)
    output = lean(["--run", "Repack.lean", "Program.ir", "Packed.olean"], folder)
    if _REPACKED not in output.splitlines():
        raise ToolchainError(f"{program} was compiled but could not be repacked; please report it, with the log", detail=output)
    module = prefix / "lib" / "lean" / _MODULE
    module.mkdir(exist_ok=True)
    (folder / "Packed.olean").replace(module / f"P{key}.olean")
    ready = folder / key
    ready.mkdir()
    (ready / "Main.lean").write_text(f"module\npublic import {_MODULE}.P{key}\n", encoding="utf-8")
    ready.replace(prefix / "programs" / key)
    progress("compiling the Lean program, once", 2, 2)


def _forget_old(prefix: Path, programs: Path) -> None:
    folders = sorted((path for path in programs.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_PROGRAMS:]:
        shutil.rmtree(folder, ignore_errors=True)
        (prefix / "lib" / "lean" / _MODULE / f"P{folder.name}.olean").unlink(missing_ok=True)
