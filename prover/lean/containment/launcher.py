"""Restricts itself as a policy says and becomes another program: ``python -I -S launcher.py POLICY -- PROGRAM ARGUMENT...``

A stand-alone script. It runs between fork and exec of every Lean process, so it imports as little as it can, not even `typing`;
`policy` writes the policy and finds out beforehand what the machine allows.
Promises: the program runs with the policy's environment and no other; it dies with the process that wrote the policy; a measure that
the machine refuses is left out, never an error, and what is put on cannot be taken off again. Open file descriptors keep working.
Costs: the start of a bare Python, about 20 ms.
Failure: status 126 or 127 and one line on stderr when the program cannot be run, as a shell has it; 125 when the parent is gone.
"""

import ctypes
import os
import resource
import struct
import sys
from stat import S_ISDIR

PARENT_GONE = 125
_SIGINT, _SIGKILL = 2, 9
_PYTHON_IGNORES = (13, 25)  # SIGPIPE and SIGXFSZ; `import signal` would cost a quarter of the whole start
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 22, 24, 38
_NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000

# Landlock (linux/landlock.h): the file rights by the ABI version that brought them.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_CHANGES_DIR = 0x1FF0  # remove_dir to make_sym
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_RIGHTS_SINCE = ((1, 0x1FFF), (2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV))
_FILE_ONLY = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_WRITING = _READ_FILE | _READ_DIR | _WRITE_FILE | _CHANGES_DIR | _REFER | _TRUNCATE
_DEVICES = ((b"/dev/null", _READ_FILE | _WRITE_FILE | _TRUNCATE), (b"/dev/zero", _READ_FILE), (b"/dev/urandom", _READ_FILE))
_NET_ABI, _NET_TCP = 4, 0b11
_SCOPE_ABI, _SCOPES = 6, 0b11

# The filter: machine -> (audit architecture, system call numbers by the errno that they end with).
# Landlock knows neither modes, owners and attributes of files nor sockets with a path; io_uring would open sockets unseen.
_EPERM, _EACCES, _ENOSYS = 1, 13, 38
_FOREIGN_CALLS = 0x40000000  # x32 calls on x86-64: the same kernel under other numbers
_FILTERS: dict[str, tuple[int, dict[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        {_EACCES: (41,), _ENOSYS: (425,), _EPERM: (90, 91, 92, 93, 94, 260, 268, 452, 188, 189, 190, 197, 198, 199, 463, 466, 469)},
    ),
    "aarch64": (0xC00000B7, {_EACCES: (198,), _ENOSYS: (425,), _EPERM: (52, 53, 54, 55, 452, 5, 6, 7, 14, 15, 16, 463, 466, 469)}),
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _prctl(option: int, *arguments: int) -> bool:
    return int(_libc.prctl(option, *(ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]))) == 0


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    words = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    return int(_libc.syscall(ctypes.c_long(number), *words))


def enter_namespaces(flags: int) -> bool:
    """Leaves the parent's namespaces, with a user namespace that keeps the own ids; without one where only root's way is open."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(ctypes.c_int(flags | _NEWUSER)) == 0:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            # Without a map the process has no name for its user; the user's files stay its own.
            _write(f"/proc/self/{name}", text)
        return True
    return int(_libc.unshare(ctypes.c_int(flags))) == 0


def _write(path: str, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY)
        os.write(handle, text.encode())
        os.close(handle)
    except OSError:
        pass


def become_first_process() -> None:
    """Forks into the new process namespace. Returns in the child; the parent stays to hand on how the child ended."""
    alive, held = os.pipe()
    child = os.fork()
    if child:
        _keep(child, held)
    os.close(held)
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    # In here the parent has no number to compare: its end of the pipe tells whether it died before the line above.
    os.set_blocking(alive, False)
    try:
        if os.read(alive, 1) == b"":
            os._exit(PARENT_GONE)
    except BlockingIOError:
        os.close(alive)


def _keep(child: int, held: int) -> None:
    # Whoever reads from the program must see the end of its output when the program ends, so the keeper holds none of its pipes.
    os.closerange(0, held)
    os.closerange(held + 1, 65536)
    _libc.signal(_SIGINT, None)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _libc.signal(os.WTERMSIG(status), None)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def restrict_files(readable: list[bytes], writable: list[bytes]) -> bool:
    """Landlock: no file but those below the given ones, no TCP, no signal and no abstract socket out of here, as its version allows."""
    abi = _syscall(444, None, 0, 1)
    if abi < 1:
        return False
    handled = 0
    for since, rights in _RIGHTS_SINCE:
        handled |= rights if abi >= since else 0
    fields = [handled, _NET_TCP if abi >= _NET_ABI else 0, _SCOPES if abi >= _SCOPE_ABI else 0]
    size = 8 * (3 if abi >= _SCOPE_ABI else 2 if abi >= _NET_ABI else 1)
    ruleset = _syscall(444, struct.pack("QQQ", *fields), size, 0)
    if ruleset < 0:
        return False
    rules: list[tuple[bytes, int]] = [*((path, _READING) for path in readable), *((path, _WRITING) for path in writable), *_DEVICES]
    for path, rights in rules:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no permission
        granted = rights & handled & (-1 if S_ISDIR(os.fstat(handle).st_mode) else _FILE_ONLY)
        _syscall(445, ruleset, 1, struct.pack("=Qi", granted, handle), 0)
        os.close(handle)
    done = _syscall(446, ruleset, 0) == 0
    os.close(ruleset)
    return done


def filter_calls() -> bool:
    """Seccomp: no new socket of any kind, no mode, owner or attribute of a file changed, no other numbering of the same calls."""
    found = _FILTERS.get(os.uname().machine)
    if found is None:
        return False
    architecture, refused = found
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    fail, allow = 0x00050000, 0x7FFF0000
    lines = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, fail | _ENOSYS), (load, 0, 0, 0)]
    lines += [(at_least, 0, 1, _FOREIGN_CALLS), (give, 0, 0, fail | _ENOSYS)]
    for errno, numbers in refused.items():
        for number in numbers:
            lines += [(equal, 0, 1, number), (give, 0, 0, fail | errno)]
    lines.append((give, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("HP", len(lines), ctypes.addressof(code)))
    return _prctl(_PR_SET_SECCOMP, 2, ctypes.addressof(program))


def set_limits(limits: dict[str, int]) -> None:
    """RLIMIT_* by name. All but the stack's are put beyond the program's own reach; none is raised above what the parent has."""
    for name, wanted in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(kind, (value, hard if name == "STACK" else value))
        except (OSError, ValueError):
            continue


def main() -> None:
    # A Python literal, written by our own parent: to import a parser for it, JSON's or Python's, would double the start.
    policy = eval(sys.argv[1], {"__builtins__": {}})
    program = sys.argv[3:]
    measures = policy["measures"]
    if "lifetime" in measures:
        _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        if os.getppid() != policy["parent"]:
            os._exit(PARENT_GONE)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    network = _NEWNET | _NEWIPC if "namespaces" in measures else 0
    processes = _NEWPID if "pid_namespace" in measures else 0
    for flags in (network | processes, processes, network):  # all or nothing, says unshare
        if flags and enter_namespaces(flags):
            if flags & _NEWPID:
                become_first_process()
            break
    if "capabilities" in measures:
        # Root's powers, real or of the namespace, do not survive exec then. Whoever is not root may not do this and need not.
        for capability in range(64):
            _prctl(_PR_CAPBSET_DROP, capability)
    if "landlock" in measures:
        restrict_files(policy["readable"], policy["writable"])
    if "seccomp" in measures:
        filter_calls()
    for number in _PYTHON_IGNORES:
        _libc.signal(number, None)  # an ignored signal stays ignored across exec
    if "limits" in measures:
        set_limits(policy["limits"])
    try:
        os.execve(program[0], program, policy["env"])
    except OSError as error:
        os.write(2, f"{program[0]} cannot be run: {error.strerror}\n".encode("utf-8", "replace"))
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


if __name__ == "__main__":
    main()
