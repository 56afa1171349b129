"""The network that comes back is told once; one that changes its reach is none that comes back."""

from __future__ import annotations

from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication

from desktop.app.network_watch import NetworkWatch

Reach = QNetworkInformation.Reachability


def test_a_network_that_comes_back_is_told_once(qapp: QApplication) -> None:
    watch = NetworkWatch(qapp)
    told: list[int] = []
    watch.came_up.connect(lambda: told.append(1))
    counts = []
    away, here = Reach.Disconnected, Reach.Online
    for reach in (here, away, Reach.Unknown, Reach.Site, here, Reach.Unknown, Reach.Local):
        watch.take(reach)
        counts.append(len(told))

    assert counts == [0, 0, 0, 1, 1, 1, 2]
    watch.deleteLater()
