"""A scripted completions server: misbehaves on cue, because a real one cannot be asked to.

The first part of the path is the scenario: `http://127.0.0.1:PORT/hang/v1` hangs. Each scenario names the behaviour of the client that it exists to
prove. Whatever the scenario, it lists one model, `tiny`; unless it says otherwise.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

TACTICS = ["omega", "simp", "exact ∀ h", "rfl"]


def choice(index: int, text: str, finish: str = "stop") -> dict[str, Any]:
    logprobs = {"tokens": [text, "<|end|>"], "token_logprobs": [-1.0 - index, -0.5], "top_logprobs": None, "text_offset": [0, len(text)]}
    return {"index": index, "text": text, "finish_reason": finish, "logprobs": logprobs}


def completion(choices: list[dict[str, Any]]) -> dict[str, Any]:
    usage = {"prompt_tokens": 11, "completion_tokens": 2 * len(choices), "total_tokens": 11 + 2 * len(choices)}
    return {"id": "c", "object": "text_completion", "created": 1, "model": "tiny", "choices": choices, "usage": usage}


class Handler(BaseHTTPRequestHandler):
    server: "FakeServer"

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # a client that gave up is what some scenarios are about
            self.wfile.write(body)

    def refuse(self, status: int, message: str, code: str | None = None) -> None:
        self.send(status, json.dumps({"error": {"message": message, "code": code, "type": "e"}}).encode())

    def do_GET(self) -> None:
        scenario = self.path.split("/")[1]
        if scenario == "nothing_served":  # a wrong address is known before a search begins
            self.send(200, b"<html>welcome</html>", "text/html")
        elif scenario == "two_models":  # which one is for the user to say
            self.send(200, json.dumps({"object": "list", "data": [{"id": "one"}, {"id": "two"}]}).encode())
        else:
            self.send(200, json.dumps({"object": "list", "data": [{"id": "tiny"}]}).encode())

    def do_POST(self) -> None:
        scenario = self.path.split("/")[1]
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append((scenario, asked))
            self.server.keys.add(self.headers.get("Authorization", ""))
            self.server.now += 1
            self.server.most = max(self.server.most, self.server.now)
        try:
            self.answer(scenario, asked)
        finally:
            with self.server.lock:
                self.server.now -= 1

    def answer(self, scenario: str, asked: dict[str, Any]) -> None:
        choices = [choice(i, TACTICS[i % len(TACTICS)]) for i in range(asked["n"])]
        if scenario == "error_500":  # tried again, then a fault
            return self.refuse(500, "boom")
        if scenario == "recovers" and len(self.server.asked) < 3:  # two failures are survived
            return self.refuse(503, "loading")
        if scenario == "refuses_key":  # no use trying again; and the key is in no message
            return self.refuse(401, f"wrong key {self.headers['Authorization']}")
        if scenario == "echoes_key":  # a refusal that quotes the key
            return self.refuse(422, f"bad request with {self.headers['Authorization']}")
        if scenario == "context":  # a prompt that does not fit is counted, not a fault
            return self.refuse(400, "This model's maximum context length is 8 tokens.")
        if scenario == "hang":  # a deadline ends it
            self.server.over.wait(20)
        if scenario == "drip":  # a byte now and then must not keep the deadline away
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                while not self.server.over.wait(0.1):
                    self.wfile.write(b" ")
            except OSError:
                pass
            return None
        if scenario == "slow":  # several at once, but no more than the limit
            time.sleep(0.1)
        if scenario == "no_logprobs":
            choices = [{**one, "logprobs": None} for one in choices]
        if scenario == "fewer":  # `n` ignored, as some servers do
            choices = choices[:1]
        if scenario == "other_text":  # log-probabilities of something else
            choices = [{**one, "text": "decide"} for one in choices]
        if scenario == "token_numbers":  # tokens that show numbers for their text are no contradiction
            for one in choices:
                one["logprobs"]["tokens"] = ["token_id:17", "token_id:0"]
        if scenario == "unequal":  # fewer log-probabilities than tokens
            choices[0]["logprobs"]["token_logprobs"].pop()
        if scenario == "not_finite":
            choices[0]["logprobs"]["token_logprobs"][0] = float("nan")
        if scenario == "positive":  # a probability above 1
            choices[0]["logprobs"]["token_logprobs"][0] = 0.5
        if scenario == "cut":  # counted, not proposed
            choices[0]["finish_reason"] = "length"
        if scenario == "aborted":  # vLLM says so when it shuts down: not an answer
            choices[0]["finish_reason"] = "abort"
        if scenario == "surrogate":  # JSON can carry what UTF-8 cannot
            choices[0] = choice(0, "exact \ud835")
        if scenario == "empty":
            choices[0] = choice(0, "")
        if scenario == "garbage":
            return self.send(200, b'{"choices": [{"te')
        if scenario == "page":  # a proxy's page in place of an answer
            return self.send(200, b"<html>please sign in</html>", "text/html")
        if scenario == "not_utf8":
            return self.send(200, json.dumps(completion(choices)).encode().replace(b"omega", b"om\xffga"))
        return self.send(200, json.dumps(completion(choices)).encode())


Server = TypeVar("Server", bound="FakeServer")


class FakeServer(ThreadingHTTPServer):
    """Attributes:
    asked: scenario and body of every question.
    most: questions in progress at once.
    """

    daemon_threads = True

    def __init__(self, handler: type[Handler] = Handler) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.lock, self.over = threading.Lock(), threading.Event()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: set[str] = set()
        self.now = self.most = 0

    def url(self, scenario: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{scenario}/v1"


@contextmanager
def fake_server() -> Iterator[FakeServer]:
    with serving(FakeServer()) as server:
        yield server


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
