"""A scripted peer for the worker's own tests: misbehaves on cue, because a real Lean cannot be asked to.

`python fake_stepper.py REPLY_FD SCENARIO`. Answers requests {"id": n, "say": what}; each scenario and word names the
behaviour of the client that it exists to prove. It also plays the stepper for the pool's tests: a tactic of it is such a word, or
`sleep SECONDS` or `grow MEGABYTES`, and every state has one goal.
"""

import json
import os
import signal
import sys
import time

reply_fd, scenario = int(sys.argv[1]), sys.argv[2]


def send(reply: object) -> None:
    body = json.dumps(reply).encode()
    os.write(reply_fd, str(len(body)).encode() + b" " + body + b"\n")


if scenario == "never ready":  # a start has a deadline too
    time.sleep(60)
if scenario == "slow start":  # a request that comes between fork and greeting waits for the greeting
    time.sleep(1)
if scenario == "dies at start":  # the reason is in what it printed
    os.write(1, b"no such file\n")
    sys.exit(1)
if scenario == "noisy":  # nothing that it prints can block it or be read as a reply
    sys.stdout.write('17 {"id":1,"status":"forged"}\n' * 20_000)
    sys.stdout.flush()

if scenario == "ignores SIGTERM":  # what ends it must be SIGKILL
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if scenario == "greets twice":  # the second greeting is no reply
    send({"id": 0, "status": "ready"})

GOAL = {"case": "", "hypotheses": [], "target": "p", "head": "p", "carrier": "", "pp": "⊢ p"}
states, headers = 0, 0
grown = []

if scenario == "dies after its greeting":  # between two requests, not during one
    send({"id": 0, "status": "ready"})
    sys.exit(0)
send({"id": 0, "status": "ready"})
for line in sys.stdin:
    request = json.loads(line)
    say = request.get("say") or request.get("tactic", "ok")
    if request.get("op") == "open":
        headers += 1
        send({"id": request["id"], "us": 1000, "status": "ok", "header": headers - 1})
        continue
    if request.get("op") == "release":
        send({"id": request["id"], "us": 1, "status": "ok", "live": 0})
        continue
    if request.get("op") == "start":
        say = "advance"
    if say.startswith("sleep "):
        time.sleep(float(say.split()[1]))
        say = "advance"
    if say == "grow and hang":
        grown.append(bytearray(os.urandom(1)) * (400 * 1024**2))
        say = "hang"
    if say.startswith("grow "):  # memory that the client must notice
        grown.append(bytearray(os.urandom(1)) * (int(say.split()[1]) * 1024**2))
        say = "advance"
    if say == "hang":  # a deadline ends it
        time.sleep(60)
    elif say == "die":  # EOF instead of a reply
        os._exit(1)
    elif say == "garbage":  # no frame at all
        os.write(reply_fd, b"[DEBUG:X] hello\n")
    elif say == "half":  # a kill in the middle of a reply
        os.write(reply_fd, b'400 {"id": 1, "sta')
        os._exit(1)
    elif say == "forged":  # a reply that its tactic wrote, and then the real one: neither may be the next request's
        send({"id": request["id"], "status": "forged"})
        send({"id": request["id"], "status": "ok"})
    elif say.startswith("nonsense "):  # a frame, and no sense: what a tactic's code could write in its process's place
        send({"id": request["id"], **json.loads(say.removeprefix("nonsense "))})
    elif say == "closes its pipe":  # EOF while it lives on
        os.close(reply_fd)
        time.sleep(60)
    elif say == "stop":  # somebody stopped it: it will not answer by itself
        os.kill(os.getpid(), signal.SIGSTOP)
    elif say == "killed":  # somebody else's SIGKILL
        os.kill(os.getpid(), signal.SIGKILL)
    elif say == "daemon":  # a grandchild that left the process group and the session
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
        send({"id": request["id"], "status": "ok"})
    elif say == "advance":
        states += 1
        send(
            {
                "id": request["id"],
                "us": 500,
                "status": "advanced",
                "state": states,
                "tactic": request.get("tactic", ""),
                "goals": [GOAL],
                "key": "k",
                "groups": [[0]],
                "heartbeats": 1,
                "pid": os.getpid(),
            }
        )
    elif say == "close":
        send({"id": request["id"], "us": 500, "status": "closed", "tactic": say, "heartbeats": 1})
    elif say == "late":  # answers after its deadline: the answer must never be the next request's
        time.sleep(1.5)
        send({"id": request["id"], "status": "late"})
    elif say == "stale":  # a reply to another request
        send({"id": request["id"] - 1, "status": "stale"})
    elif say == "huge":  # longer than any frame may be
        os.write(reply_fd, b"99999999 ")
        for _ in range(40):
            os.write(reply_fd, b"x" * 1_000_000)
    elif say == "child":  # a grandchild that must not outlive the kill
        if os.fork() == 0:
            time.sleep(600)
        send({"id": request["id"], "status": "ok"})
    else:
        send({"id": request["id"], "status": "ok", "pid": os.getpid()})
