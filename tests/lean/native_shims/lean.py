"""`lean`, as far as Stepwise uses it: its version, its prefix, and `lean [OPTIONS] --run FILE REPLY_PATH …` on the embedded Lean."""

import os
import resource
import sys
from pathlib import Path

from prover.lean.embedded.lean import EmbeddedLean, find_embedded
from tests.lean.native_shims import record


def main() -> None:
    folder, cache, args = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    record(folder, "lean", args)
    embedded = find_embedded(cache)
    if embedded is None:
        sys.exit("there is no embedded Lean to run")
    match args:
        case ["--version"]:
            sys.stdout.write(f"Lean (version {embedded.lean_version}, x86_64-unknown-linux-gnu, commit {embedded.commit}, Release)\n")
        case ["--print-prefix"]:
            sys.stdout.write(f"{folder}\n")
        case [stack, *rest] if stack.startswith("--tstack="):
            _run(embedded, rest)
        case _:
            _run(embedded, args)


def _run(embedded: EmbeddedLean, args: list[str]) -> None:
    match args:
        case ["--run", file, reply_path, *rest]:
            reply_fd = int(reply_path.removeprefix("/proc/self/fd/"))
            # The embedded Lean has no threads, and a deep main stack.
            rest = [word for word in rest if word != "dedicated"]
            launch = embedded.launch(Path(file), [embedded.reply_path(reply_fd), *rest], reply_fd=reply_fd)
            if launch.stack_kb is not None:
                resource.setrlimit(resource.RLIMIT_STACK, (launch.stack_kb * 1024, resource.getrlimit(resource.RLIMIT_STACK)[1]))
            os.chdir(launch.cwd)
            os.execve(launch.argv[0], launch.argv, dict(launch.env))
        case _:
            sys.exit(f"unknown arguments {args}")
