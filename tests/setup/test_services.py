"""The embedded services: started once, by whoever comes first, in any number of checkouts."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import pytest
import redis

from config.embedded.places import Place, UnsafeFolder
from config.embedded.services import Services
from providers.roles import APP, BACKUP, OWNER, REPORTING

ENSURE = (
    "import sys; from pathlib import Path; from config.embedded.places import Place;"
    "from config.embedded.services import Services;"
    "Services(Place(Path(sys.argv[1]), 'test')).ensure_started()"
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Of a checkout of its own; nothing is started yet."""
    found = Services(Place(tmp_path / "a checkout", "test"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One that runs already, for looking at only."""
    found = Services(Place(tmp_path_factory.mktemp("running"), "test"))
    found.ensure_started()
    yield found
    found.stop()


def starter(checkout: Path, place: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", ENSURE, str(place)], cwd=checkout)


def serving(place: Place, role: str = APP) -> tuple[str, int]:
    """Who we are to PostgreSQL, and the process that serves us."""
    with ExitStack() as stack:
        connection = psycopg2.connect(place.database_url(role))
        stack.callback(connection.close)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (name,) = cursor.fetchone() or ("",)
    return str(name), Services(place).postgres.pid() or 0


def test_two_starters_at_once_start_one_server(checkout: Path, services: Services) -> None:
    starters = [starter(checkout, services.place.checkout) for _ in range(3)]
    assert [process.wait(timeout=120) for process in starters] == [0, 0, 0]
    name, pid = serving(services.place)
    assert name == APP
    services.ensure_started()
    assert serving(services.place)[1] == pid


def test_two_checkouts_run_side_by_side(checkout: Path, tmp_path: Path) -> None:
    both = [Services(Place(tmp_path / name, "test")) for name in ("one", "two")]
    with ExitStack() as stack:
        starters = [starter(checkout, services.place.checkout) for services in both]
        for services, process in zip(both, starters, strict=True):
            stack.callback(services.stop)
            assert process.wait(timeout=120) == 0
        pids = {serving(services.place)[1] for services in both}
        assert len(pids) == 2
        queues = [redis.Redis.from_url(services.place.redis_url) for services in both]
        queues[0].set("whose", "one")
        assert queues[1].get("whose") is None
        for queue in queues:
            queue.close()


def test_data_outlives_a_stop(services: Services) -> None:
    services.ensure_started()
    with services.postgres.session("clausier", OWNER) as connection:
        connection.cursor().execute("CREATE TABLE kept AS SELECT 1 AS one")
    secret = services.place.secret_file.read_text()
    services.stop()
    assert services.status() == {"PostgreSQL": "stopped", "Valkey": "stopped"}
    assert not services.place.sockets.exists()
    services.ensure_started()
    with services.postgres.session("clausier", APP) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT one FROM kept")
        assert cursor.fetchone() == (1,)
    assert services.place.secret_file.read_text() == secret


def is_at_work(pid: int | None) -> bool:
    """One that ended may stand in the list until it is reaped; it has no command any more."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and bool(command.read_bytes())


def test_a_server_that_lost_its_socket_is_started_again(services: Services) -> None:
    services.ensure_started()
    deaf = services.valkey.pid()
    for path in services.place.sockets.iterdir():
        path.unlink()
    services.ensure_started()
    assert serving(services.place)[0] == APP
    assert services.valkey.pid() != deaf
    assert not is_at_work(deaf)


def test_a_pid_file_of_a_machine_that_went_down_is_no_obstacle(services: Services) -> None:
    services.ensure_started()
    services.stop()
    # The number now belongs to another process: this one.
    (services.postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    services.ensure_started()
    assert serving(services.place)[0] == APP


def test_nothing_listens_on_a_port(running: Services) -> None:
    with running.postgres.session() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
    queue = redis.Redis.from_url(running.place.redis_url)
    assert queue.config_get("port") == {"port": "0"}
    queue.close()


def test_the_socket_folder_is_private(running: Services) -> None:
    assert running.place.sockets.stat().st_mode & 0o777 == 0o700
    assert len(f"{running.place.sockets}/.s.PGSQL.5432") < 100


def test_a_socket_folder_that_lets_others_in_is_refused(services: Services) -> None:
    services.place.sockets.mkdir(mode=0o700)
    services.place.sockets.chmod(0o777)
    with pytest.raises(UnsafeFolder):
        services.ensure_started()
    services.place.sockets.rmdir()


def test_each_role_has_the_powers_of_its_work_and_no_more(running: Services) -> None:
    with running.postgres.session() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'clausier_%' ORDER BY rolname"
        )
        powers = {name: rest for name, *rest in cursor.fetchall()}
    assert powers == {
        APP: [False, False, False],
        BACKUP: [False, True, False],
        OWNER: [False, False, False],
        REPORTING: [False, False, False],
    }


def test_every_manage_command_finds_the_services_started(
    checkout: Path, services: Services
) -> None:
    """Without DATABASE_URL, in a place that has never been started."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    name = f"try-{os.getpid()}"
    place = Place(checkout, name)
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "showmigrations", "providers"],
            cwd=checkout,
            env={**environment, "CLAUSIER_SERVICES": name},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert "[ ] 0001_initial" in done.stdout
    finally:
        Services(place).stop()
        subprocess.run(["rm", "-r", str(place.data)], check=True)
