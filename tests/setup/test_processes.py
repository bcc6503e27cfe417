"""The real processes together: beat wakes, the queue carries, the worker works, the web tells."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.demo import free_port

CELERY = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet"]


@contextmanager
def running(
    command: list[str], checkout: Path, environment: dict[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=checkout, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(timeout=60) is not None


def waited(ready: Callable[[], bool], seconds: float = 90.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.2)
    return False


def answer(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def test_beat_queue_and_worker_make_the_installation_ready(
    checkout: Path, tmp_path: Path, process_environment: dict[str, str]
) -> None:
    port = free_port()
    environment = {**process_environment, "PORT": str(port), "WEB_WORKERS": "1"}
    web = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
    worker = [*CELERY, "worker", "--pool", "solo"]
    with running(web, checkout, environment, tmp_path / "web.log"):
        assert waited(lambda: answer(port, "healthz")[0] == 200)
        status, told = answer(port, "readyz")
        assert (status, json.loads(told)["worker"]) == (503, "no heartbeat for 120 seconds")
        with running(worker, checkout, environment, tmp_path / "worker.log"):
            assert waited(lambda: answer(port, "readyz")[0] == 200)
            probe = [sys.executable, "-m", "config.probe"]
            for part in ("web", "heartbeat"):
                subprocess.run([*probe, part], cwd=checkout, env=environment, check=True)


def test_a_probe_tells_when_nobody_answers(
    checkout: Path, process_environment: dict[str, str]
) -> None:
    environment = {**process_environment, "PORT": str(free_port())}
    for part in ("web", "heartbeat"):
        probe = [sys.executable, "-m", "config.probe", part]
        done = subprocess.run(probe, cwd=checkout, env=environment, check=False)
        assert done.returncode == 1, part


def test_the_first_free_port_is_taken() -> None:
    port = free_port()
    assert 1024 <= port < 65536
