"""`lake`, as far as Stepwise uses it: `lake env COMMAND` and `lake build TARGET`."""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.lean.native_shims import record


def main() -> None:
    folder, args = Path(sys.argv[1]), sys.argv[3:]
    record(folder, "lake", args)
    if not any(Path(name).exists() for name in ("lakefile.toml", "lakefile.lean")):
        sys.exit("error: no configuration file with a supported extension")
    match args:
        case ["env", *command]:
            # Like Lake, and unlike env(1), as a child of this process.
            sys.exit(subprocess.run(command, env={**os.environ, **_variables(folder)}, check=False).returncode)
        case ["build", target]:
            sys.exit(_build(folder, target))
        case _:
            sys.exit(f"error: unknown command {args}")


def _variables(folder: Path) -> dict[str, str]:
    here, tools = Path.cwd(), folder / "bin"
    return {
        "ELAN_TOOLCHAIN": "shim",
        "LAKE": str(tools / "lake"),
        "LAKE_HOME": str(folder),
        "LEAN": str(tools / "lean"),
        "LEAN_CC": "",
        "LEAN_PATH": f"{here / '.lake' / 'build' / 'lib' / 'lean'}:{here / 'elsewhere'}",
        "LEAN_SRC_PATH": str(here),
        "LEAN_SYSROOT": str(folder),
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "PATH": f"{tools}:{os.environ['PATH']}",
    }


def _build(folder: Path, target: str) -> int:
    if f'name = "{target}"' not in Path("lakefile.toml").read_text(encoding="utf-8"):
        return _fail(f"error: unknown target `{target}`")
    if not (folder / "compiler").exists():
        return _fail(f"✖ [3/5] Building {target}:c.o\nerror: could not execute external process 'clang'\nerror: build failed")
    program = Path("Main.lean").read_bytes()
    kept = folder / "programs" / f"{hashlib.sha256(program).hexdigest()[:16]}.lean"
    kept.parent.mkdir(exist_ok=True)
    shutil.copy("Main.lean", kept)
    executable = Path(".lake", "build", "bin", target)
    executable.parent.mkdir(parents=True)
    interpreter = shlex.join([str(folder / "bin" / "lean"), "--run", str(kept)])
    executable.write_text(f'#!/bin/sh\n[ $# -gt 0 ] || exit {_usage(folder)}\nexec {interpreter} "$@"\n', encoding="utf-8")
    executable.chmod(0o755)
    return 0


def _usage(folder: Path) -> int:
    """The exit code of an executable without arguments: 2, unless a test wants one that does not start."""
    return 127 if (folder / "broken").exists() else 2


def _fail(said: str) -> int:
    sys.stderr.write(f"{said}\n")
    return 1
