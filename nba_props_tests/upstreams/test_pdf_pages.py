"""PDFs that anybody may have sent: words come out, or a reason, within limits, and the process that asked lives on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from multiprocessing.connection import Connection
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams import pdf_pages
from nba_props.upstreams.pdf_pages import PdfReaderBroken, Word, lines_of, read_pages
from nba_props_tests.upstreams import examples_nba_injury_report

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
RESOURCES = b"/Resources << /Font << /F1 3 0 R >> >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R " + RESOURCES + b" >>"
HELLO = b"BT /F1 12 Tf 10 10 Td (hello world) Tj ET"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A document of numbered objects; the first is its catalogue."""
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R %b>>\n" % (len(objects) + 1, trailer)
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % start


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 1)
    head = b"<< /Length %d /Filter /FlateDecode %b>>\nstream\n" % (len(packed), more)
    return head + packed + b"\nendstream"


def pages(content: bytes, count: int = 1, catalogue: bytes = b"") -> bytes:
    """A document of so many pages of the same content."""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(count))
    tree = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R %b>>" % catalogue, tree, FONT, stream(content), *[PAGE] * count])


def refusal(body: bytes) -> str:
    with pytest.raises(MalformedPayload) as refused:
        read_pages(body)
    return str(refused.value)


def texts(body: bytes) -> list[list[str]]:
    return [[word.text for word in page] for page in read_pages(body)]


def test_the_words_of_every_page_come_with_their_places() -> None:
    assert texts(pages(HELLO, 3)) == [["hello", "world"]] * 3
    (hello, world), *_ = read_pages(pages(HELLO))
    assert hello.left == 10 and hello.right < world.left
    assert 770 < hello.top < hello.bottom < 800


def test_words_on_one_line_are_in_order_from_left_to_right_and_lines_from_top_to_bottom() -> None:
    words = [Word("c", 5, 9, 30.0, 40.0), Word("b", 20, 29, 11.5, 21.5), Word("a", 5, 9, 10.0, 20.0)]
    assert [(line.text, line.top, line.height) for line in lines_of(words)] == [("a b", 10.0, 10.0), ("c", 30.0, 10.0)]


def test_scripts_and_attachments_are_ignored() -> None:
    script = b"/OpenAction << /S /JavaScript /JS (while \\(true\\) {}) >> "
    attached = b"/Names << /EmbeddedFiles << /Names [(evil.exe) << /Type /Filespec /EF << /F 4 0 R >> >>] >> >> "
    assert texts(pages(HELLO, catalogue=script + attached)) == [["hello", "world"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "no PDF"),
        (b"<!DOCTYPE html><html><body>Access Denied</body></html>", "HTML or XML came instead of a PDF"),
        (b'{"error": 1}', "no PDF"),
        (b"%PDF-1.4\n" + Random(1).randbytes(50_000), "cannot be read"),
        (b"%PDF-1.4\n" + b"0" * pdf_pages.LONGEST_BODY, "more than 16 MB"),
    ],
)
def test_what_is_no_pdf_is_refused_with_a_reason(body: bytes, expected: str) -> None:
    assert expected in refusal(body)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_pdf_is_refused_or_read_in_part(share: float) -> None:
    whole = examples_nba_injury_report.examples()["injury_report"].body
    cut = whole[: int(share * len(whole))]
    with contextlib.suppress(MalformedPayload):
        assert len(read_pages(cut)) <= len(read_pages(whole))


def test_ten_thousand_pages_are_too_many() -> None:
    assert refusal(pages(HELLO, 10_000)) == "the PDF has more than 60 pages"


def test_a_page_that_is_unpacked_to_more_than_the_memory_is_refused() -> None:
    started = time.monotonic()
    assert refusal(pages(b" " * 600_000_000)) == "the PDF needs more than 512 MB of memory"
    assert time.monotonic() - started < 30


def test_an_endless_chain_of_cross_references_is_refused() -> None:
    body = pages(HELLO)
    start = body[body.rindex(b"startxref") + 10 :].split()[0]
    assert "cannot be read" in refusal(body.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev " + start))


@pytest.mark.parametrize(
    "objects",
    [
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"],
        [b"<< /Type /Catalog /Pages 1 0 R >>"],
        [b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 50_000 + b"]" * 50_000 + b" >>", b"<< /Kids [] >>"],
        [
            *(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>"),
            stream(
                b"/X Do /X Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 3 0 R >> >>",
            ),
            PAGE.replace(b"/Contents 4", b"/Contents 3").replace(b"/Font << /F1 3", b"/XObject << /X 3"),
        ],
    ],
    ids=["a tree of pages that holds itself", "no tree", "deep nesting", "a form that draws itself"],
)
def test_a_structure_without_end_ends_without_words(objects: list[bytes]) -> None:
    with contextlib.suppress(MalformedPayload):
        assert not any(read_pages(pdf(objects)))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_processor_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "PROCESSOR_SECONDS", 1)
    monkeypatch.setattr(pdf_pages, "MOST_MEMORY", 64 * 2**30)
    long = pages(b"BT /F1 12 Tf 10 10 Td " + b"(a) Tj " * 300_000 + b"ET")
    started = time.monotonic()
    answer = pdf_pages._answer_of_a_fork(long)
    assert time.monotonic() - started < 20
    assert msgspec.msgpack.decode(answer) == [[], "the PDF was not read within 1 s"]


def test_letters_are_bounded_over_all_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "MOST_LETTERS", 25)
    assert pdf_pages._answer(pages(HELLO, 2)).refusal is None
    assert pdf_pages._answer(pages(HELLO, 3)).refusal == "the PDF has more than 25 letters"


def test_a_word_of_letters_that_mean_nothing_is_left_out() -> None:
    mapping = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <D800> endbfchar"
    font = FONT[:-2] + b"/ToUnicode 6 0 R >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>"
    content = stream(b"BT /F1 12 Tf 10 10 Td (A AB) Tj ET")
    assert texts(pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, font, content, PAGE, stream(mapping)])) == [["B"]]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_a_damaged_pdf_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(examples_nba_injury_report.examples()["injury_report"].body)
    for _ in range(data.draw(st.integers(1, 5))):
        position = data.draw(st.integers(0, len(body) - 1))
        body[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with contextlib.suppress(MalformedPayload):
        assert all(word.text for page in read_pages(bytes(body)) for word in page)


def test_a_reader_that_was_killed_is_replaced() -> None:
    assert texts(pages(HELLO)) == [["hello", "world"]]
    process = pdf_pages._READER._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert texts(pages(HELLO)) == [["hello", "world"]]
    assert pdf_pages._READER._process is not process


def test_a_reader_that_falls_silent_is_an_error_of_this_machine_not_of_the_pdf(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_pages, "LONGEST_SILENCE_SECONDS", 0)
    with pytest.raises(PdfReaderBroken):
        read_pages(pages(HELLO))
    monkeypatch.undo()
    assert texts(pages(HELLO)) == [["hello", "world"]]


def test_an_interrupted_question_does_not_leave_its_answer_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "poll", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_pages(pages(b"BT /F1 12 Tf 10 10 Td (other) Tj ET"))
    monkeypatch.undo()
    assert texts(pages(HELLO)) == [["hello", "world"]]


def test_the_reader_does_not_know_the_environment_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_PROPS_ODDS_API_KEY", "planted")
    pdf_pages._READER.end()
    assert texts(pages(HELLO)) == [["hello", "world"]]
    assert pdf_pages._READER._process is not None
    with open(f"/proc/{pdf_pages._READER._process.pid}/environ", "rb") as environment:
        assert b"planted" not in environment.read()


def test_many_threads_get_each_their_own_answer() -> None:
    answers: dict[int, list[list[str]]] = {}

    def ask(number: int) -> None:
        answers[number] = texts(pages(b"BT /F1 12 Tf 10 10 Td (n%d) Tj ET" % number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [[f"n{number}"]] for number in range(8)}


def test_the_reader_ends_with_the_process_that_asked_even_if_that_one_is_killed() -> None:
    code = (
        "import os, signal\n"
        "from nba_props.upstreams import pdf_pages\n"
        f"pdf_pages.read_pages({pages(HELLO)!r})\n"
        "print(pdf_pages._READER._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    reader = int(ended.stdout)
    deadline = time.monotonic() + 20
    while _lives(reader) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _lives(reader)


def _lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_forked_process_has_a_reader_of_its_own() -> None:
    assert texts(pages(HELLO)) == [["hello", "world"]]
    code = (
        "import os\n"
        "from nba_props.upstreams import pdf_pages\n"
        f"body = {pages(HELLO)!r}\n"
        "pdf_pages.read_pages(body)\n"
        "parents = pdf_pages._READER._process.pid\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    pdf_pages.read_pages(body)\n"
        "    os._exit(0 if pdf_pages._READER._process.pid != parents else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "pdf_pages.read_pages(body)\n"
        "assert pdf_pages._READER._process.pid == parents\n"
    )
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)
