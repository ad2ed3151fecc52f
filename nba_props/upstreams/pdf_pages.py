"""Opening PDFs that anybody may have sent: their words and where they stand, read apart and within limits.

A thread cannot be cut, so PDFs are opened in processes of their own. One reader process, started when it is first
needed, holds the PDF library; for each PDF it forks a process that lives for that PDF alone, under limits that the
kernel enforces. Whatever a PDF does, the asking process gets words or a reason. What words mean is for the parsers.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import math
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import msgspec
from msgspec import Struct

from nba_props.archive.payload import MalformedPayload

if TYPE_CHECKING:
    from pdfplumber.page import Page

LONGEST_BODY = 16 * 2**20
"""Bytes. A gamebook with its play by play has less than one megabyte."""

MOST_PAGES = 60
"""A gamebook with its play by play has about twenty pages, an injury report at most fifteen."""

MOST_LETTERS = 300_000
"""Of all pages; the fullest page has about six thousand."""

LONGEST_ANSWER = 32 * 2**20
"""Bytes; more than so many letters take, each a word of its own."""

PROCESSOR_SECONDS = 20
"""A page takes about a twentieth of a second. Processor time, so that a busy machine refuses no good PDF."""

MOST_MEMORY = 512 * 2**20
"""Bytes of address space, of which the library itself takes about a tenth."""

LONGEST_SILENCE_SECONDS = 300
"""By the wall clock: a reader that says nothing for so long is broken, whatever it was given."""

SPACE_SHARE = 0.15
"""Letters further apart than this share of their size belong to two words; a space is about a quarter of it."""

LINE_TOLERANCE = 2.0
"""Letters whose tops differ by no more, in points, stand on one line."""


OUT_OF_MEMORY = 77
"""Exit code of a process that had not enough memory to say so otherwise."""


class Word(Struct, frozen=True, array_like=True):
    """A word and its box, in points from the left and from the top of its page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


class Line(NamedTuple):
    """Words on one line, from left to right, and where it stands."""

    words: list[Word]
    top: float
    height: float

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)


class PdfReaderBroken(RuntimeError):
    """The process that opens PDFs died or fell silent twice, for no fault of the PDF that is known."""


class _Answer(Struct, frozen=True, array_like=True):
    """What the reader says of a PDF: the words of each page, or why there are none."""

    pages: list[list[Word]]
    refusal: str | None = None


def read_pages(body: bytes) -> list[list[Word]]:
    """The words of each page of a PDF, from top to bottom and from left to right.

    Scripts, forms, attachments and pictures are not looked at.

    Raises:
        MalformedPayload: it is no PDF, cannot be read, or exceeds a limit.
        PdfReaderBroken: it could not be tried; another try may succeed.
    """
    if b"%PDF-" not in body[:1024]:
        raise MalformedPayload(_what_it_looks_like(body))
    if len(body) > LONGEST_BODY:
        raise MalformedPayload(f"the PDF has more than {LONGEST_BODY // 2**20} MB")
    answer = _READER.ask(body)
    if answer.refusal is not None:
        raise MalformedPayload(answer.refusal)
    return answer.pages


def lines_of(words: Sequence[Word]) -> list[Line]:
    """The words of a page as lines, from top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.top):
        if not lines or word.top - lines[-1][0].top > LINE_TOLERANCE:
            lines.append([])
        lines[-1].append(word)
    return [
        Line(sorted(line, key=lambda word: word.left), line[0].top, max(word.bottom - word.top for word in line))
        for line in lines
    ]


def _what_it_looks_like(body: bytes) -> str:
    is_markup = body[:64].lstrip().startswith(b"<")
    return "HTML or XML came instead of a PDF" if is_markup else "the body is no PDF"


class _Reader:
    """The reader process as the asking process sees it; it answers one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def ask(self, body: bytes) -> _Answer:
        """What the reader says; one that breaks is replaced, once.

        Raises:
            PdfReaderBroken: its successor broke, too.
        """
        with self._lock:
            for _ in range(2):
                try:
                    return self._asked(body)
                except (OSError, EOFError):
                    self._end()
                except BaseException:
                    self._end()  # or the answer that is still to come would be taken for that of the next question
                    raise
        raise PdfReaderBroken("the process that opens PDFs broke twice")

    def end(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """After a fork: the process belongs to the parent."""
        self.__dict__.update(_Reader().__dict__)

    def _asked(self, body: bytes) -> _Answer:
        line = self._line if self._line is not None else self._started()
        line.send_bytes(body)
        if not line.poll(LONGEST_SILENCE_SECONDS):
            raise TimeoutError
        return msgspec.msgpack.decode(line.recv_bytes(LONGEST_ANSWER), type=_Answer)

    def _started(self) -> Connection:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._line = ours
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={"PYTHONPATH": os.pathsep.join(sys.path)},  # and nothing else: no key comes near a PDF
                start_new_session=True,
            )
        return ours

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._line = self._process = None


_READER = _Reader()
atexit.register(_READER.end)
os.register_at_fork(after_in_child=_READER.forget)


def _serve(line: Connection) -> None:
    """The reader process: answer for one PDF after the other until the asking process is gone."""
    import pdfplumber  # noqa: F401  # here alone, so that no other process loads it, and before any fork

    while True:
        try:
            body = line.recv_bytes()
        except EOFError:
            return
        line.send_bytes(_answer_of_a_fork(body))


def _answer_of_a_fork(body: bytes) -> bytes:
    heard, told = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        _answer_and_exit(body, told)
    told.close()
    answer = b""
    with heard, contextlib.suppress(OSError, EOFError):
        answer = heard.recv_bytes(LONGEST_ANSWER)
    _, status = os.waitpid(child, 0)
    return answer or msgspec.msgpack.encode(_Answer([], _why_it_ended(os.waitstatus_to_exitcode(status))))


def _answer_and_exit(body: bytes, told: Connection) -> NoReturn:
    try:
        for limit, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_AS, MOST_MEMORY),
        ):
            resource.setrlimit(limit, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 5))
        told.send_bytes(msgspec.msgpack.encode(_answer(body)))
        os._exit(0)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    finally:
        os._exit(1)


def _why_it_ended(exit_code: int) -> str:
    """Why a process that was to read a PDF ended without an answer.

    Raises:
        PdfReaderBroken: somebody else ended it; this is the end of the reader, which is then replaced.
    """
    if exit_code == -signal.SIGXCPU:
        return f"the PDF was not read within {PROCESSOR_SECONDS} s"
    if exit_code == OUT_OF_MEMORY:
        return f"the PDF needs more than {MOST_MEMORY // 2**20} MB of memory"
    if exit_code in (-signal.SIGKILL, -signal.SIGTERM):
        raise PdfReaderBroken("the process that read a PDF was killed")
    return f"the PDF broke its reader, which ended with {exit_code}"


def _answer(body: bytes) -> _Answer:
    """What to say of a PDF.

    Raises:
        MemoryError: it needs more than it may have.
    """
    try:
        return _Answer(_pages(body))
    except MalformedPayload as error:
        return _Answer([], str(error))
    except Exception as error:  # anything may break in the library, and this process lives for one PDF alone
        if isinstance(error, MemoryError) or isinstance(error.__context__, MemoryError):
            raise MemoryError from None
        return _Answer([], f"the PDF cannot be read, {type(error).__name__}: {error}"[:300])


def _pages(body: bytes) -> list[list[Word]]:
    import pdfplumber

    pages: list[list[Word]] = []
    letters = 0
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise MalformedPayload(f"the PDF has more than {MOST_PAGES} pages")
        for page in pdf.pages:
            pages.append(list(_words(page)))
            page.close()
            letters += sum(len(word.text) for word in pages[-1])
            if letters > MOST_LETTERS:
                raise MalformedPayload(f"the PDF has more than {MOST_LETTERS} letters")
    return pages


def _words(page: Page) -> Iterator[Word]:
    for word in page.extract_words(x_tolerance_ratio=SPACE_SHARE, y_tolerance=LINE_TOLERANCE):
        box = [float(word[edge]) for edge in ("x0", "x1", "top", "bottom")]
        if word["text"] and all(map(math.isfinite, box)):
            yield Word(word["text"], *box)


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
