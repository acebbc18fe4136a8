"""Frames survive everything that a pipe and a dying process can do to them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.wire import FrameError, decode, encode


def frame(body: bytes) -> bytes:
    return str(len(body)).encode() + b" " + body + b"\n"


@given(st.text(), st.integers(min_value=0))
def test_a_request_is_one_line_of_utf8_whatever_the_tactic_holds(tactic: str, request_id: int) -> None:
    line = encode({"id": request_id, "tactic": tactic})
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    json.loads(line.decode("utf-8"))


def test_lone_surrogates_reach_lean_as_valid_utf8() -> None:
    assert encode({"tactic": "simp \udcff"}).decode("utf-8")


def test_a_whole_frame_is_read() -> None:
    assert decode(frame(b'{"id":3,"status":"ok"}')) == {"id": 3, "status": "ok"}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"REPLY {}\n",
        b'22 {"id":3,"status":"ok"}',
        b'21 {"id":3,"status":"ok"}\n',
        b'999 {"id":3,"status":"ok"}\n',
        b"5 hello\n",
        b"2 []\n",
        b'13 {"id":"three"}\n',
        b"\xff\xfe\n",
    ],
)
def test_anything_else_is_no_reply(line: bytes) -> None:
    with pytest.raises(FrameError):
        decode(line)


@given(st.integers(min_value=0, max_value=21))
def test_a_reply_cut_anywhere_is_never_read_as_whole(cut: int) -> None:
    whole = frame(b'{"id":3,"status":"ok"}')
    with pytest.raises(FrameError):
        decode(whole[:cut])
