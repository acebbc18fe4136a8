"""One service at its endpoints, asked through the `openai` client.

An answer is bytes until its reader has checked it, at most `LONGEST_ANSWER` of them. Every question has a deadline. The key is only ever
put into the request's header: it is cut out of whatever a server says, and no exception of the client, which holds the request, is passed on.
"""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx2
import openai

from prover.service.endpoints import Endpoint, Endpoints
from prover.service.faults import Refused, ServiceFault, TooLong, Unavailable

T = TypeVar("T")
Request = Callable[[openai.AsyncOpenAI], AbstractAsyncContextManager[Any]]
"""Sends a question through a client, as `client.….with_streaming_response.create(…)` does."""

MAY_PASS = frozenset({408, 409, 425, 429})
"""Refusals that another try may not meet; so may every 5xx."""

LONGEST_ANSWER = 64 * 2**20
"""Bytes, unpacked."""

SHORTEST_KEY = 8
"""A shorter one is no secret (servers of one's own want a word, any word), and may be part of what a model has to say."""

LONGEST_QUOTE = 200


class Server:
    """Answers to questions, from whichever endpoint has one."""

    def __init__(
        self, name: str, urls: Sequence[str], *, key: str | None, key_variable: str, timeout: float, retries: int, concurrency: int = 64
    ) -> None:
        """Args:
        name: what messages call it.
        key_variable: where the key came from, for messages.
        timeout: seconds for one question.
        retries: further tries of a question.
        concurrency: questions in flight, for each endpoint.
        """
        self._name, self._key_variable, self._timeout = name, key_variable, timeout
        self._key = re.compile("".join(map(_spelled, key))) if key and len(key) >= SHORTEST_KEY else None
        self._endpoints = Endpoints(
            [
                Endpoint(
                    shown(url),
                    openai.AsyncOpenAI(base_url=url, api_key=key or "none", timeout=timeout, max_retries=0),
                    asyncio.Semaphore(concurrency),
                )
                for url in urls
            ],
            retries,
        )

    def redact(self, text: str) -> str:
        """The text without the key, should it be there, plainly or as JSON may spell it."""
        return self._key.sub("…", text) if self._key else text

    async def ask(self, request: Request, read: Callable[[bytes], T]) -> tuple[T, str]:
        """What an endpoint answers, and which one.

        Args:
            read: raises `ValueError` where the bytes are no answer; its text goes on from "it answered".

        Raises:
            TooLong, Refused: the question is to blame.
            ServiceFault: no endpoint answered.
        """

        async def one(endpoint: Endpoint) -> tuple[T, str]:
            content = await self._content(endpoint, request)
            try:
                return read(content), endpoint.url
            except ValueError as error:
                problem = Unavailable(f"{endpoint.url} answered {self._quoted(error)}")
            raise problem

        try:
            return await self._endpoints.call(one)
        except Unavailable as error:
            raise ServiceFault(f"{self._name}: {error}") from error

    async def model(self, wanted: str | None, setting: str) -> str:
        """The name of the model that is to be asked. A server that lists no models is believed to have the one that is wanted.

        Args:
            setting: where the user says which.

        Raises:
            ServiceFault: nobody there; the model is not served, or none is wanted and there are several.
        """
        try:
            names, url = await self.ask(lambda client: client.models.with_streaming_response.list(), _names)
        except Refused:
            if wanted:
                return wanted
            raise
        if wanted is None and len(names) == 1:
            return self.redact(names[0])
        if wanted in names:
            return wanted
        raise ServiceFault(f"{self._name} {url} serves {self._line(', '.join(names)) or 'no model'}: give one of them as {setting}")

    async def close(self) -> None:
        await self._endpoints.close()

    async def _content(self, endpoint: Endpoint, request: Request) -> bytes:
        content = bytearray()
        try:
            async with asyncio.timeout(self._timeout), request(endpoint.client) as response:  # the client's own timeout starts anew with every byte
                async for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > LONGEST_ANSWER:
                        raise Unavailable(f"{endpoint.url} does not end its answer")
                return bytes(content)
        except (TimeoutError, httpx2.HTTPError, openai.OpenAIError) as error:
            problem = self._problem(endpoint.url, error)
        raise problem  # out here, where it has no context

    def _problem(self, url: str, error: Exception) -> ServiceFault | Unavailable:
        match error:
            case TimeoutError() | openai.APITimeoutError() | httpx2.TimeoutException():
                return Unavailable(f"{url} did not answer within {self._timeout:g} s")
            case openai.APIStatusError(status_code=status):
                said = self._quoted(error)
                if status >= 500 or status in MAY_PASS:
                    return Unavailable(f"{url} answered {status}: {said}", _retry_after(error.response.headers.get("retry-after", "")))
                if status in (401, 403):
                    return Refused(f"{self._name} {url} refuses the key in ${self._key_variable} ({status})", status, said)
                if error.code == "context_length_exceeded" or "context length" in str(error):
                    return TooLong(f"{self._name} {url}: the question does not fit into the model's context")
                return Refused(f"{self._name} {url} refused the question ({status}): {said}", status, said)
            case openai.APIConnectionError() | httpx2.HTTPError():
                return Unavailable(f"{url} cannot be reached: {self._quoted(error.__cause__ or error)}")
            case _:
                return Unavailable(f"{url} answered nonsense: {self._quoted(error)}")

    def _quoted(self, error: BaseException) -> str:
        return self._line(str(error)) or type(error).__name__

    def _line(self, text: str) -> str:
        """On one line, and no more than a line holds: servers answer with whole pages."""
        return " ".join(self.redact(text).split())[:LONGEST_QUOTE]


def shown(url: str) -> str:
    """An address without the user and password that may be in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _spelled(letter: str) -> str:
    return rf"(?:{re.escape(letter)}|\\u(?i:{ord(letter):04x}))"


def _names(content: bytes) -> list[str]:
    try:
        return [str(model["id"]) for model in json.loads(content)["data"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no list of models: {error}") from error


def _retry_after(text: str) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3)."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
