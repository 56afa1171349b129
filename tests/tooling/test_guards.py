"""The guards that stand around every test do catch what they are there for."""

from __future__ import annotations

import logging
import socket
import sys
import threading

import keyring
import psycopg
import pytest
from PySide6.QtCore import QThread

from tests.support.logs import ExpectLog, LogWatch
from tests.support.network import NetworkForbiddenError
from tests.support.postgres import PostgresCluster
from tests.support.threads import present_threads, threads_since

ELSEWHERE = "192.0.2.1"  # a documentation address (RFC 5737): nobody is there


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(NetworkForbiddenError, match=ELSEWHERE):
        socket.create_connection((ELSEWHERE, 80), timeout=1)
    with socket.socket() as direct, pytest.raises(NetworkForbiddenError, match=ELSEWHERE):
        direct.connect((ELSEWHERE, 80))
    with pytest.raises(NetworkForbiddenError, match=r"kantor\.example"):
        socket.getaddrinfo("kantor.example", 443)


def test_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


def test_a_running_thread_is_seen() -> None:
    before = present_threads()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="forgotten")
    thread.start()
    try:
        assert threads_since(before) == ["forgotten"]
    finally:
        release.set()
        thread.join()


@pytest.mark.usefixtures("qapp")
def test_a_qt_thread_inside_python_is_seen() -> None:
    before = present_threads()
    thread = BusyThread()
    thread.start()
    try:
        assert thread.entered.wait(5)
        assert any("test_guards.py" in name for name in threads_since(before))
    finally:
        thread.release.set()
        assert thread.wait(5_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the threads of a process with names")
@pytest.mark.usefixtures("qapp")
def test_an_idle_qt_thread_is_seen() -> None:
    before = present_threads()
    thread = QThread()
    thread.start()
    try:
        assert threads_since(before) == ["Qt thread QThread"]
    finally:
        thread.quit()
        assert thread.wait(5_000)


class BusyThread(QThread):
    """A thread of Qt that stays in Python code until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.release = threading.Event()

    def run(self) -> None:
        self.entered.set()
        self.release.wait()


def test_an_announced_warning_passes(expect_log: ExpectLog) -> None:
    expect_log("desktop.storage", containing="newer")
    logging.getLogger("desktop.storage.upgrade").warning("the store is newer than the program")


def test_an_unannounced_warning_and_an_unanswered_announcement_are_complaints() -> None:
    watch = LogWatch()
    watch.expect("server.web", containing="slow")
    watch.emit(logging.makeLogRecord({"name": "server.web", "levelname": "ERROR", "msg": "no space left"}))

    assert watch.complaints() == [
        "unexpected ERROR from server.web: no space left",
        "announced but not logged: ('server.web', 'slow')",
    ]


def test_credentials_stay_in_memory() -> None:
    keyring.set_password("pesagi", "perangkat", "rahasia")

    assert type(keyring.get_keyring()).__name__ == "MemoryKeyring"
    assert keyring.get_password("pesagi", "perangkat") == "rahasia"


def test_credentials_of_the_test_before_are_gone() -> None:
    assert keyring.get_password("pesagi", "perangkat") is None


def test_each_test_on_postgresql_gets_an_empty_database(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("CREATE TABLE surat (nomor text)")
        assert connection.execute("SELECT count(*) FROM surat").fetchone() == (0,)


def test_a_prepared_database_is_built_once_and_copied(postgres_cluster: PostgresCluster) -> None:
    builds: list[str] = []

    def prepare(dsn: str) -> None:
        builds.append(dsn)
        with psycopg.connect(dsn) as connection:
            connection.execute("CREATE TABLE surat (nomor text)")

    copies = [postgres_cluster.create_database(template=postgres_cluster.template("guards", prepare)) for _ in range(2)]
    for copy in copies:
        with psycopg.connect(postgres_cluster.dsn(copy)) as connection:
            assert connection.execute("SELECT count(*) FROM surat").fetchone() == (0,)
        postgres_cluster.drop_database(copy)

    assert len(builds) == 1
