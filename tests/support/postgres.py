"""A real PostgreSQL on loopback, thrown away after the run, and a database of its own for each test.

Each test process starts its own cluster when its first test asks for one (about a second): nothing is shared
between processes, so nothing has to be locked. Durability is switched off; a test that kills the server to
see what survives needs its own.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

import dev

SKIP_PREFIX = "PostgreSQL not available"
START_SECONDS = 30.0
SUPERUSER = "postgres"
OWNER = "pesagi"
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "listen_addresses=127.0.0.1",
    "log_min_messages=warning",
)


class PostgresUnavailableError(Exception):
    """This machine cannot run a PostgreSQL server; the text says why."""


class PostgresCluster:
    """A running PostgreSQL server and as many databases as wanted.

    They belong to a role as a server of ours has it: neither a superuser nor let through row-level security.
    """

    def __init__(self, *, port: int, password: str) -> None:
        self._port = port
        self._password = password
        self._templates: dict[str, str] = {}
        self._free: dict[str, list[str]] = {}

    def dsn(self, database: str) -> str:
        """Address of a database as its owner, read alike by psycopg and by SQLAlchemy."""
        return self.dsn_as(OWNER, database)

    def dsn_as(self, role: str, database: str) -> str:
        """Address of a database as another role."""
        return f"postgresql://{role}:{self._password}@127.0.0.1:{self._port}/{database}"

    def create_role(self, role: str) -> None:
        """Make a role that may log in and own things, and nothing else."""
        statement = f"CREATE ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self._password}'"
        self._execute(statement, role)

    def create_database(self, *, template: str = "template1") -> str:
        """Make a database, a copy of the template, and return its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER {}", name, template, OWNER)
        return name

    def template(self, key: str, prepare: Callable[[str], None]) -> str:
        """Return a database to copy, made once per key: `prepare` gets its address, and disconnects."""
        if key not in self._templates:
            name = self.create_database()
            prepare(self.dsn(name))
            self._templates[key] = name
        return self._templates[key]

    def lend(self, key: str, prepare: Callable[[str], None]) -> str:
        """Return a database with the tables of that template and no rows; `take_back` it for the next test.

        A new database costs the cluster a tenth of a second of work, emptying one a tenth of that.
        """
        free = self._free.setdefault(key, [])
        return free.pop() if free else self.create_database(template=self.template(key, prepare))

    def take_back(self, key: str, name: str) -> None:
        """Part whoever is still connected with a database, and delete the rows of all its tables."""
        with psycopg.connect(self.dsn_as(SUPERUSER, name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            tables = sorted(table for (table,) in found if table != "alembic_version")
            with connection.transaction():
                # All go, so that none is left that refers to another: in whatever order.
                connection.execute("SET LOCAL session_replication_role = replica")
                for table in tables:
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        self._free[key].append(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is still connected with it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *identifiers: str) -> None:
        query = sql.SQL(statement).format(*map(sql.Identifier, identifiers))
        with psycopg.connect(self.dsn_as(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(query)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """Yield the PostgreSQL server of this test process; skips, loudly, where none can be had."""
    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(running_cluster())
        except PostgresUnavailableError as error:
            pytest.skip(f"{SKIP_PREFIX}: {error}")
        yield cluster


@pytest.fixture
def postgres_dsn(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """Yield the address of an empty database that only this test sees."""
    name = postgres_cluster.create_database()
    yield postgres_cluster.dsn(name)
    postgres_cluster.drop_database(name)


@contextlib.contextmanager
def running_cluster(settings: Sequence[str] = SETTINGS) -> Iterator[PostgresCluster]:
    """Make a cluster with these settings in a temporary folder, run it, stop it and remove it."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="pesagi-postgres-"))
    try:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        password = secrets.token_hex(16)
        initialise(programs, folder, password=password)
        server, port = start(programs, folder, settings)
        try:
            cluster = PostgresCluster(port=port, password=password)
            wait_until_ready(cluster, server, log=folder / "log")
            cluster.create_role(OWNER)
            yield cluster
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder of `initdb` and `postgres`, after installing them if this may be done."""
    if sys.platform == "win32":
        raise PostgresUnavailableError("not run on Windows")
    if not dev.has_postgres() and not (dev.is_debian_root() and dev.install_debian_packages(["postgresql"])):
        raise PostgresUnavailableError("install the Debian package 'postgresql'")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = versions[-1] if versions else Path(shutil.which("initdb") or "")
    return initdb.resolve().parent


def as_postgres() -> list[str]:
    """Return the words before a command that may not run as root; none for an ordinary user."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


def initialise(programs: Path, folder: Path, *, password: str) -> None:
    """Create the cluster's files; the password goes through a file, so that no process list shows it."""
    password_file = folder / "password"
    password_file.write_text(password + "\n", encoding="utf-8")
    password_file.chmod(0o644)  # inside a folder that only `postgres` may enter
    options = ["-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [*as_postgres(), programs / "initdb", "-D", folder / "data", *options, f"--pwfile={password_file}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise PostgresUnavailableError(f"initdb failed: {made.stderr.strip()}")


def start(programs: Path, folder: Path, settings: Sequence[str] = SETTINGS) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port. On Linux it goes down with us, even if we are killed."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    tied = ["setpriv", "--pdeathsig=INT", "--"] if shutil.which("setpriv") else []
    user = as_postgres()
    if user:
        user.insert(-1, "--pdeathsig=INT")
        tied = []
    chosen = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *tied,
                *user,
                programs / "postgres",
                "-D",
                folder / "data",
                "-p",
                str(port),
                "-k",
                folder,
                *chosen,
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return server, port


def wait_until_ready(cluster: PostgresCluster, server: subprocess.Popen[bytes], *, log: Path) -> None:
    """Return when the server answers; raises with the end of its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(cluster.dsn_as(SUPERUSER, "postgres")).close()
            return
        time.sleep(0.05)
    raise PostgresUnavailableError(f"the server did not start: {log.read_text(encoding='utf-8')[-500:]}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server by its process id; at once, for nothing in it is kept."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the tests on PostgreSQL did not run, if they did not."""
    skipped = [
        report
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple) and SKIP_PREFIX in report.longrepr[2]
    ]
    if not skipped:
        return
    terminalreporter.section("PostgreSQL tests did NOT run", sep="!", red=True, bold=True)
    terminalreporter.line(f"{len(skipped)} tests were skipped: {skipped[0].longrepr[2]}", red=True)
    terminalreporter.line("The server is tested on SQLite alone in this run.", red=True)
