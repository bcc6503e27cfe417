"""Time and memory: what goes over is killed, named, and replaced by a working process."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.pdf import Renderer, RenderingFailed, RenderingTooLarge, RenderingTooLong
from core.pdf.frames import STARVED_STATUS
from core.pdf.process import PROJECT, _ended
from tests.core.pdf.pages import draw, job

ENDLESS = "<table>" + ("<tr>" + "<td>x" * 40) * 20_000
ENORMOUS = "<p>x" * 20_000
MEBIBYTE = 1 << 20


@contextmanager
def renderer(**limits: float) -> Iterator[Renderer]:
    renderer = Renderer(**limits)  # type: ignore[arg-type]
    try:
        yield renderer
    finally:
        renderer.close()


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def running(renderer: Renderer) -> int:
    renderer.render(job("<p>x"))
    assert renderer.pid is not None
    return renderer.pid


def test_a_page_over_the_time_limit_is_killed_and_the_next_one_drawn() -> None:
    with renderer(time_limit_seconds=2) as own:
        pid = running(own)
        start = time.monotonic()
        with pytest.raises(RenderingTooLong, match="more than 2 s"):
            own.render(job(ENDLESS))
        assert time.monotonic() - start < 10
        assert not is_alive(pid)
        assert running(own) != pid


def test_a_page_over_the_memory_limit_is_named_and_the_next_one_drawn() -> None:
    with renderer(memory_limit_bytes=150 * MEBIBYTE, time_limit_seconds=120) as own:
        pid = running(own)
        with pytest.raises(RenderingTooLarge):
            own.render(job(ENORMOUS))
        assert not is_alive(pid)
        assert running(own) != pid


def test_the_limits_of_production_are_those_of_the_reliability_targets() -> None:
    draw("<p>x")
    from core.pdf import renderer as module

    pid = module._RENDERER.pid
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert str(512 * MEBIBYTE) in next(
        line for line in limits.splitlines() if line.startswith("Max address space")
    )
    assert module.TIME_LIMIT_SECONDS == 10


@pytest.fixture(scope="module")
def impatient() -> Iterator[Renderer]:
    with renderer(time_limit_seconds=3) as own:
        yield own


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 3000 + "x",
        "<style>p{width:calc(" + "(" * 9000 + "1px" + ")" * 9000 + ")}</style><p>x",
        "<p style='width: 1e9px; height: 1e9px; font-size: 1e6px'>x",
        "<style>@page { size: 1e7px 1e7px }</style>x",
        "<svg width=1e9 height=1e9><rect width=1e9 height=1e9 /></svg>",
        "<table><tr><td colspan=100000>x<td rowspan=65000>y",
    ],
    ids=["nested", "calc", "box", "sheet", "drawing", "span"],
)
def test_a_monstrous_page_ends_in_a_file_or_a_named_error(markup: str, impatient: Renderer) -> None:
    running(impatient)
    start = time.monotonic()
    with contextlib.suppress(RenderingFailed):
        assert impatient.render(job(markup)).startswith(b"%PDF-1.7")
    assert time.monotonic() - start < 10


def test_a_process_killed_from_outside_is_replaced() -> None:
    with renderer() as own:
        pid = running(own)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(RenderingFailed, match="the drawing process ended"):
            own.render(job("<p>x"))
        assert running(own) != pid


def test_a_process_is_replaced_after_its_share_of_documents() -> None:
    with renderer(retire_after=2) as own:
        first = running(own)
        assert running(own) == first
        assert running(own) != first
        assert not is_alive(first)


def test_threads_share_the_process_one_document_at_a_time() -> None:
    with renderer() as own:
        sizes: list[int] = []
        texts = [f"<p>{'x' * count}" for count in range(6)]
        threads = [
            threading.Thread(target=lambda text=text: sizes.append(len(own.render(job(text)))))
            for text in texts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(sizes) == 6
        assert len(set(sizes)) > 1


def test_an_interrupted_caller_leaves_no_half_read_answer_behind() -> None:
    class Interrupted(BaseException):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    with renderer() as own:
        pid = running(own)
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            with pytest.raises(Interrupted):
                own.render(job(ENDLESS))
        finally:
            signal.signal(signal.SIGALRM, before)
        assert not is_alive(pid)
        assert own.render(job("<p>x")).startswith(b"%PDF-1.7")


ORPHAN = """
import contextlib
import os
from core.pdf.renderer import _RENDERER
from tests.core.pdf.pages import draw
draw("<p>x")
print(_RENDERER.pid, flush=True)
os._exit(0)
"""

FORK = """
import contextlib
import os
from core.pdf.renderer import _RENDERER
from tests.core.pdf.pages import draw
draw("<p>x")
mine = _RENDERER.pid
pid = os.fork()
if pid == 0:
    draw("<p>x")
    theirs = _RENDERER.pid
    _RENDERER.close()
    os._exit(0 if theirs != mine else 1)
_, status = os.waitpid(pid, 0)
draw("<p>x")
print(status == 0 and _RENDERER.pid == mine)
"""


def run(script: str) -> str:
    command = [sys.executable, "-c", script]
    answer = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
    )
    return answer.stdout.strip()


def test_the_process_leaves_when_its_parent_vanishes() -> None:
    pid = int(run(ORPHAN))
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_a_forked_worker_starts_a_process_of_its_own() -> None:
    assert run(FORK) == "True"


def test_the_process_knows_no_secret_of_its_parent() -> None:
    draw("<p>x")
    from core.pdf.renderer import _RENDERER

    environment = Path(f"/proc/{_RENDERER.pid}/environ").read_text()
    assert "DATABASE" not in environment
    assert "SECRET" not in environment


def test_no_scratch_folder_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with renderer(time_limit_seconds=1) as own:
        running(own)
        assert len(list(tmp_path.iterdir())) == 1
        with pytest.raises(RenderingTooLong):
            own.render(job(ENDLESS))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (STARVED_STATUS, RenderingTooLarge, "not enough memory"),
        (-signal.SIGSEGV, RenderingFailed, "the drawing process ended on SIGSEGV"),
        (1, RenderingFailed, "the drawing process ended"),
    ],
)
def test_a_process_that_gave_no_answer_is_named_by_its_end(
    status: int, error: type[RenderingFailed], said: str
) -> None:
    found = _ended(status)
    assert type(found) is error
    assert said in str(found)
