"""The process that draws: `python -m core.pdf.child`, its one stream on standard input.

It takes the fences up before it reads any page, answers job after job, and leaves when its stream
ends. After a failure that it did not foresee it leaves too: a fresh process is cheaper than doubt.
"""

import gc
import json
import os
import shutil
import signal
import socket
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.pdf import fences, frames
from core.pdf.fonts import install
from core.pdf.job import Assets, Job, Metadata

if TYPE_CHECKING:
    from core.pdf.engine import Engine

GRACE_SECONDS = 5
COLLECT_EVERY = 16
PROJECT = Path(__file__).resolve().parents[2]
# Without memory the interpreter may lose the error itself, and says that it lost it.
STARVED = (MemoryError, SystemError)


def main() -> int:
    scratch, largest_bytes, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    stream = socket.socket(fileno=os.dup(0))
    try:
        engine = _prepare(scratch, largest_bytes)
    except (ImportError, OSError, ValueError, MemoryError) as error:
        frames.send(stream, frames.FAILED, _failure(error))
        return 1
    frames.send(stream, frames.READY, b"")
    try:
        return _serve(stream, engine, seconds)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _prepare(scratch: Path, largest_bytes: int) -> "Engine":
    """Fences, then libraries, then one small page: the first real one finds everything loaded."""
    fences.limit_memory(largest_bytes)
    fences.leave_network()
    os.environ["FONTCONFIG_FILE"] = str(install(scratch))
    from core.pdf.engine import Engine

    engine = Engine()
    fences.watch(readable=_library_folders(), writable=scratch)
    engine.draw(_small_page())
    gc.collect()
    gc.freeze()
    gc.disable()
    return engine


def _serve(stream: socket.socket, engine: "Engine", seconds: float) -> int:
    """Draw until the stream ends. The garbage of a page waits until its answer is out."""
    drawn = 0
    while True:
        try:
            _, body = frames.receive(stream)
        except frames.Closed:
            return 0
        kind, answer = _answer(engine, body, seconds)
        frames.send(stream, kind, answer)
        if kind == frames.FAILED:
            return 1
        drawn += 1
        if drawn % COLLECT_EVERY == 0:
            gc.collect()


def _answer(engine: "Engine", body: bytes, seconds: float) -> tuple[bytes, bytes]:
    from core.pdf.engine import Faulty, Refused

    # The parent kills at the limit; should it be gone itself, the alarm ends an endless page.
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
    try:
        return frames.DONE, engine.draw(Job.from_json(json.loads(body)))
    except Refused as error:
        return frames.REFUSED, str(error).encode()
    except Faulty as error:
        return frames.FAULTY, str(error).encode()
    except Exception as error:  # noqa: BLE001 - whatever the page provoked, the parent must hear of it
        return frames.FAILED, _failure(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _failure(error: BaseException) -> bytes:
    if isinstance(error, STARVED):
        return OUT_OF_MEMORY
    return json.dumps(
        {"kind": type(error).__name__, "text": str(error)[:500]}, ensure_ascii=False
    ).encode()


OUT_OF_MEMORY = json.dumps({"kind": MemoryError.__name__, "text": ""}).encode()


def _library_folders() -> list[Path]:
    """Where modules and their data are read from, late imports included."""
    paths = sysconfig.get_paths()
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return [PROJECT / "core", *(Path(paths[name]) for name in names)]


def _small_page() -> Job:
    return Job(
        html="<p>Σ <b>1</b></p><table><thead><tr><th>a</th></tr></thead><tr><td>1</table>",
        title="-",
        language="fr",
        assets=Assets(),
        metadata=Metadata(author="-", subject="-", created_at=datetime(2000, 1, 1, tzinfo=UTC)),
    )


if __name__ == "__main__":
    try:
        status = main()
    except STARVED:
        os._exit(frames.STARVED_STATUS)
    sys.exit(status)
