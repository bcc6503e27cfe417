"""One drawing process as its parent sees it: a child, the socket to it, its scratch folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from core.pdf import frames
from core.pdf.errors import AssetRefused, RenderingFailed, RenderingTooLarge, RenderingTooLong

START_LIMIT_SECONDS: Final = 60.0
PROJECT: Final = Path(__file__).resolve().parents[2]


class DrawingProcess:
    """A fresh interpreter, never a fork: no memory, connection or secret of ours is in it."""

    def __init__(self, *, time_limit_seconds: float, memory_limit_bytes: int) -> None:
        self.asked = 0
        self.has_ended = False
        self._scratch = Path(tempfile.mkdtemp(prefix="clausier-pdf-"))
        self._stream, theirs = socket.socketpair()
        with theirs:
            self._child: subprocess.Popen[bytes] = subprocess.Popen(
                _command(self._scratch, memory_limit_bytes, time_limit_seconds),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._scratch,
                env=_environment(self._scratch),
            )
        self._wait_until_ready()

    @property
    def pid(self) -> int:
        return self._child.pid

    def ask(self, body: bytes, seconds: float) -> bytes:
        self.asked += 1
        kind, answer = self._exchange(frames.JOB, body, seconds)
        if kind == frames.REFUSED:
            raise AssetRefused(f"the page asks for {answer.decode()}")
        if kind == frames.FAULTY:
            raise RenderingFailed(answer.decode())
        if kind != frames.DONE:
            self.end()
            raise _named(answer)
        return answer

    def end(self) -> None:
        """Kill it and leave nothing behind; harmless when it is already dead."""
        self.has_ended = True
        self._child.kill()
        self._child.wait()
        self._stream.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def abandon(self) -> None:
        self.has_ended = True
        self._stream.close()
        self._child.returncode = 0  # not ours to wait for

    def _wait_until_ready(self) -> None:
        kind, answer = self._exchange(None, b"", START_LIMIT_SECONDS)
        if kind != frames.READY:
            self.end()
            raise _named(answer)

    def _exchange(self, kind: bytes | None, body: bytes, seconds: float) -> tuple[bytes, bytes]:
        """Whatever interrupts this leaves the stream half read, so the process goes with it."""
        deadline = time.monotonic() + seconds
        self._stream.settimeout(seconds)
        try:
            if kind is not None:
                frames.send(self._stream, kind, body)
            return frames.receive(self._stream, deadline=deadline)
        except TimeoutError as error:
            self.end()
            raise RenderingTooLong(f"more than {seconds:g} s") from error
        except (frames.Closed, OSError) as error:
            self.end()
            raise _ended(self._child.returncode) from error
        except BaseException:
            self.end()
            raise


def _command(scratch: Path, memory_limit_bytes: int, time_limit_seconds: float) -> list[str]:
    options = ["-P", "-s", "-m", "core.pdf.child"]
    limits = [str(memory_limit_bytes), str(time_limit_seconds)]
    return [sys.executable, *options, str(scratch), *limits]


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing of ours: no address of a database, no secret."""
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(scratch),
        "HOME": str(scratch),
        "PYTHONPATH": str(PROJECT),
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",
    }


def _named(answer: bytes) -> RenderingFailed:
    failure = json.loads(answer)
    if failure["kind"] == MemoryError.__name__:
        return RenderingTooLarge("not enough memory")
    return RenderingFailed(f"{failure['kind']} {failure['text']}".strip())


def _ended(returncode: int) -> RenderingFailed:
    """How a child ended that gave no answer; SIGKILL says nothing, for `end` sends it too."""
    if returncode == frames.STARVED_STATUS:
        return RenderingTooLarge("not enough memory")
    if returncode < 0 and returncode != -signal.SIGKILL:
        name = signal.Signals(-returncode).name
        return RenderingFailed(f"the drawing process ended on {name}")
    return RenderingFailed("the drawing process ended")
