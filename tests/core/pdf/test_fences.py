"""Each fence of the drawing process, alone, with the others down."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.pdf.process import PROJECT
from tests.core.pdf.pages import listening

WATCHED = """
import sys
from pathlib import Path
from core.pdf import fences
fences.watch(readable=[Path(sys.prefix)], writable=Path("{scratch}"))
try:
    {attempt}
except PermissionError as error:
    print("refused", "while drawing" in str(error))
else:
    print("done")
"""

CONNECT = """
import socket
from core.pdf import fences
{fence}
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=5).close()
except OSError as error:
    print("refused")
else:
    print("connected")
"""


def run(script: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout.strip()


@pytest.mark.parametrize(
    "attempt",
    [
        "__import__('socket').socket()",
        "__import__('socket').getaddrinfo('localhost', 80)",
        "__import__('socket').socketpair()",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
        "__import__('subprocess').run(['/bin/true'])",
        "__import__('os').system('true')",
        "__import__('os').fork()",
        "__import__('os').execv('/bin/true', ['true'])",
        "__import__('os').posix_spawn('/bin/true', ['true'], {{}})",
        "open('/etc/passwd')",
        "Path('/etc/passwd').read_text()",
        "__import__('os').open('/etc/passwd', 0)",
        "open('{scratch}/../../../../../etc/passwd')",
        "open(sys.prefix + '/planted', 'w')",
        "__import__('os').open(sys.prefix + '/planted', __import__('os').O_CREAT)",
        "__import__('ctypes').CDLL('libc.so.6')",
    ],
)
def test_the_watch_refuses(attempt: str, tmp_path: Path) -> None:
    attempt = attempt.format(scratch=tmp_path)
    assert run(WATCHED.format(attempt=attempt, scratch=tmp_path)) == "refused True"


@pytest.mark.parametrize(
    "attempt",
    [
        "__import__('wave')",
        "open('{scratch}/own', 'w').close()",
        "open(sys.prefix + '/pyvenv.cfg').close()",
    ],
)
def test_the_watch_lets_through_what_drawing_needs(attempt: str, tmp_path: Path) -> None:
    readable = f"readable=[Path(sys.prefix), Path({str(Path(subprocess.__file__).parent)!r})]"
    script = WATCHED.replace("readable=[Path(sys.prefix)]", readable)
    attempt = attempt.format(scratch=tmp_path)
    assert run(script.format(attempt=attempt, scratch=tmp_path)) == "done"


def test_a_link_out_of_the_scratch_folder_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    script = WATCHED.format(attempt=f"open('{tmp_path}/link')", scratch=tmp_path)
    assert run(script) == "refused True"


def test_the_network_namespace_has_no_way_out() -> None:
    if run("from core.pdf import fences; print(fences.leave_network())") == "False":
        return  # this kernel refuses namespaces to this user: the watch is what holds, see above
    with listening() as listener:
        assert run(CONNECT.format(fence="", port=listener.port)) == "connected"
        assert run(CONNECT.format(fence="fences.leave_network()", port=listener.port)) == "refused"
        assert listener.calls == 1


def test_the_memory_limit_holds() -> None:
    script = "from core.pdf import fences; fences.limit_memory({limit}); bytearray(300 << 20)"
    run(script.format(limit=512 << 20))
    with pytest.raises(subprocess.CalledProcessError):
        run(script.format(limit=256 << 20))
