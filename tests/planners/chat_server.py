"""A scripted chat server: answers in a given order, or misbehaves, because a real model cannot be asked to.

Each entry of the script answers one question; the last is repeated. What there is no method for is in `Handler` of the completions server, by
the first part of the path: `hang`, `error_500`, `garbage`, `page`, `not_utf8`, ….
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.policy.fake_server import FakeServer, Handler, serving


@dataclass(frozen=True)
class Says:
    """Answers with texts, in turn, as many as are asked for.

    Attributes:
        usage: as in the reply; None leaves it out.
        most: answers, however many are asked for.
    """

    texts: tuple[str, ...]
    finish: str = "stop"
    usage: Any = field(default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})
    most: int = 64
    thinking: str = ""
    seconds: float = 0.0

    def send(self, handler: "ChatHandler", asked: dict[str, Any]) -> None:
        handler.server.over.wait(self.seconds)
        count = min(asked.get("n", 1), self.most)
        choices = [
            {
                "index": index,
                "finish_reason": self.finish,
                "message": {"role": "assistant", "content": self.texts[index % len(self.texts)], "reasoning_content": self.thinking},
            }
            for index in range(count)
        ]
        reply = {"id": "c", "object": "chat.completion", "created": 1, "model": "tiny", "choices": choices}
        handler.send(200, json.dumps(reply | ({"usage": self.usage} if self.usage is not None else {})).encode())


@dataclass(frozen=True)
class Refuses:
    """An error of HTTP. ``{key}`` in the message is what the question was authorised with."""

    status: int
    message: str = "no"
    headers: tuple[tuple[str, str], ...] = ()
    when: Callable[[dict[str, Any]], bool] = lambda asked: True
    otherwise: Says | None = None

    def send(self, handler: "ChatHandler", asked: dict[str, Any]) -> None:
        if self.otherwise is not None and not self.when(asked):
            return self.otherwise.send(handler, asked)
        body = json.dumps({"error": {"message": self.message.format(key=handler.headers["Authorization"]), "type": "e"}}).encode()
        handler.send_response(self.status)
        for name, value in self.headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return None


@dataclass(frozen=True)
class Drops:
    """Ends the connection, without a word or in mid-answer."""

    first: bytes = b""

    def send(self, handler: "ChatHandler", _: dict[str, Any]) -> None:
        if self.first:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(self.first)
        handler.close_connection = True


@dataclass(frozen=True)
class Echoes:
    """Answers with the key itself, wherever there is room for it."""

    def send(self, handler: "ChatHandler", asked: dict[str, Any]) -> None:
        key = handler.headers["Authorization"].removeprefix("Bearer ")
        plan = json.dumps({"idea": f"use {key}", "lemmas": [{"name": "h", "statement": f'"{key}" = x', "uses": []}], "uses": ["h"]})
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
        Says((plan, plan.replace(key, escaped)), finish=key).send(handler, asked)


Act = Says | Refuses | Drops | Echoes


class ChatHandler(Handler):
    server: "ChatServer"

    def answer(self, scenario: str, asked: dict[str, Any]) -> None:
        if not self.path.endswith("/v1/chat/completions"):
            return self.refuse(404, f"there is no {self.path}")
        if scenario != "script":
            return super().answer(scenario, {"n": 1, **asked})
        with self.server.lock:
            act = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
            self.server.at.append(time.monotonic())
        return act.send(self, asked)


class ChatServer(FakeServer):
    """Attributes:
    at: when each scripted question came, on the monotonic clock.
    """

    def __init__(self, script: list[Act]) -> None:
        super().__init__(ChatHandler)
        self.script = script
        self.at: list[float] = []

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [asked for _, asked in self.asked]

    def prompt(self, number: int) -> str:
        """The user's message of a question; negative from the last."""
        return str(self.questions[number]["messages"][-1]["content"])


@contextmanager
def chat_server(*script: Act) -> Iterator[ChatServer]:
    with serving(ChatServer(list(script))) as server:
        yield server
