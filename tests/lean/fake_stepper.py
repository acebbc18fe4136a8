"""A scripted peer for the worker's own tests: misbehaves on cue, because a real Lean cannot be asked to.

`python fake_stepper.py REPLY_FD SCENARIO`. Answers requests {"id": n, "say": what}; each scenario and word names the
behaviour of the client that it exists to prove.
"""

import json
import os
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

send({"id": 0, "status": "ready"})
for line in sys.stdin:
    request = json.loads(line)
    say = request.get("say", "ok")
    if say == "hang":  # a deadline ends it
        time.sleep(60)
    elif say == "die":  # EOF instead of a reply
        os._exit(1)
    elif say == "garbage":  # no frame at all
        os.write(reply_fd, b"[DEBUG:X] hello\n")
    elif say == "half":  # a kill in the middle of a reply
        os.write(reply_fd, b'400 {"id": 1, "sta')
        os._exit(1)
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
