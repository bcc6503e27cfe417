"""Documents per second beside bare WeasyPrint on the same page, in one run (target V7).

    python -m benchmarks.pdf [--documents 4] [--rounds 20]

The page is an invoice with a logo, two parties, three lines, totals and legal text. *Bare* lays
out the finished HTML with fonts and stylesheet read once, as a plain PDF; *archival* does the same
as PDF/A-3a. *Ours* starts from the frozen copy: view, template, drawing process, one RDF block.
Each runs in one process, then in two at once. Rounds are short and interleaved, so that both sides
of a ratio meet the same machine; processor time says the same where other work disturbs the clock.
"""

import argparse
import atexit
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import IO, Final

from billing.documents.html import invoice_assets, invoice_page
from billing.documents.pdf import draw_invoice
from billing.documents.view import from_issued
from core.pdf.renderer import _RENDERER
from tests.billing.documents.samples import ISSUED_AT, logo, three_lines

MODULE: Final = "benchmarks.pdf"
KINDS: Final = ("bare", "archival", "ours")
PROCESSES: Final = (1, 2)
V7: Final = 0.8


def drawer(kind: str) -> Callable[[], bytes]:
    """What draws one document, everything that can be kept between documents kept."""
    issued, image = three_lines(), logo()
    issued["is_demonstration"] = False
    if kind == "ours":
        return lambda: draw_invoice(from_issued(issued, logo=image), issued_at=ISSUED_AT)
    from core.pdf.fonts import install

    folder = Path(tempfile.mkdtemp(prefix="clausier-bench-"))
    atexit.register(shutil.rmtree, folder)
    os.environ["FONTCONFIG_FILE"] = str(install(folder))
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from core.pdf.engine import VARIANT, ClosedSet

    view = from_issued(issued, logo=image)
    page, assets, fonts = invoice_page(view), invoice_assets(view), FontConfiguration()
    fetcher = ClosedSet(dict(assets.images))
    styles = [CSS(string=text, font_config=fonts) for text in assets.stylesheets]
    variant = VARIANT if kind == "archival" else None

    def draw() -> bytes:
        content: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=styles, font_config=fonts, pdf_variant=variant
        )
        return content

    return draw


def work(kind: str) -> None:
    """A worker: warm up, then draw as many documents as each line of its input says."""
    draw = drawer(kind)
    for _ in range(3):
        draw()
    print("ready", flush=True)
    for line in sys.stdin:
        before = processor_seconds()
        for _ in range(int(line)):
            draw()
        print(processor_seconds() - before, flush=True)


def processor_seconds() -> float:
    """Of this process and of the one that draws for it."""
    drawing = _RENDERER.pid
    if drawing is None:
        return time.process_time()
    on_processor = Path(f"/proc/{drawing}/schedstat").read_text().split()[0]
    return time.process_time() + int(on_processor) / 1e9


class Worker:
    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, "--worker", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.wait()

    def start(self, documents: int) -> None:
        self._write(f"{documents}\n")

    def wait(self) -> str:
        answer = _stream(self._process.stdout).readline()
        if not answer:
            raise SystemExit("a worker of the benchmark died")
        return answer

    def end(self) -> None:
        _stream(self._process.stdin).close()
        self._process.wait()
        _stream(self._process.stdout).close()

    def _write(self, text: str) -> None:
        stream = _stream(self._process.stdin)
        stream.write(text)
        stream.flush()


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - opened as pipes above
    return stream


@dataclass(frozen=True, slots=True)
class Measure:
    """Of one round: documents per second by the clock, and per second of processor time."""

    by_clock: float
    by_processor: float


Measures = dict[tuple[str, int], list[Measure]]


def one_round(workers: list[Worker], documents: int) -> Measure:
    begun = time.perf_counter()
    for worker in workers:
        worker.start(documents)
    processor = sum(float(worker.wait()) for worker in workers)
    drawn = documents * len(workers)
    return Measure(drawn / (time.perf_counter() - begun), drawn / processor)


def measure(documents: int, rounds: int) -> Measures:
    workers = {kind: [Worker(kind) for _ in range(max(PROCESSES))] for kind in KINDS}
    measures: Measures = {key: [] for key in product(KINDS, PROCESSES)}
    for _ in range(rounds):
        for (kind, processes), found in measures.items():
            found.append(one_round(workers[kind][:processes], documents))
    for worker in (worker for group in workers.values() for worker in group):
        worker.end()
    return measures


def ratio(ours: list[Measure], theirs: list[Measure], clock: Callable[[Measure], float]) -> float:
    """The median over the rounds: both sides of each met the same machine."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(clock(one) / clock(two) for one, two in pairs)


def report(measures: Measures) -> bool:
    reached = True
    for (kind, processes), found in measures.items():
        rate = statistics.median(one.by_clock for one in found)
        cost = 1000 / statistics.median(one.by_processor for one in found)
        text = f"{kind:9} {processes} process(es) {rate:6.2f} documents/s, {cost:4.0f} ms each"
        if kind != "ours":
            ours = measures["ours", processes]
            by_clock = ratio(ours, found, lambda one: one.by_clock)
            by_processor = ratio(ours, found, lambda one: one.by_processor)
            text += f"; ours ÷ {kind} {by_clock:.2f} (processor time {by_processor:.2f})"
            reached = reached and (kind != "bare" or by_clock >= V7)
        print(text)
    print(f"V7 (ours ÷ bare ≥ {V7}): {'reached' if reached else 'MISSED'}")
    return reached


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--worker", choices=KINDS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker)
        return 0
    return 0 if report(measure(options.documents, options.rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
