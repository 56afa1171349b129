"""The way in while the store is closed: the right password opens the profile."""

from pathlib import Path

from core.domain.ids import UserId
from desktop.app.opening import OpenProfile, open_profile
from desktop.services.locksmith import Locksmith, SignInRefused
from desktop.services.sign_in import Session, SignInPerson, SignInService


class LockedDoor:
    """Shows the people of the wraps, and opens the store for whoever proves to be one of them."""

    def __init__(self, folder: Path, locksmith: Locksmith) -> None:
        """Before a profile that only a password opens."""
        self._folder = folder
        self._locksmith = locksmith
        self._opened: OpenProfile | None = None

    @property
    def office(self) -> str:
        """The name of the office, as it was when the store was last open."""
        return self._locksmith.wraps().office

    def people(self) -> tuple[SignInPerson, ...]:
        """Everyone who may sign in here, by the order of their positions."""
        wraps = sorted(self._locksmith.wraps().people, key=lambda one: (one.order, one.user))
        return tuple(
            SignInPerson(user=UserId(one.user), name=one.name or one.username, title=one.title, needs_password=True)
            for one in wraps
        )

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session of `user`, with the profile open behind it."""
        unlocked = self._locksmith.unlock(user, password)
        opened = open_profile(self._folder, key=unlocked.key)
        try:
            session = SignInService(opened.store, opened.locksmith, key=unlocked.key).session_of(user)
            opened.store.let_sign(user, unlocked.ring)
        except BaseException:
            opened.close()
            raise
        self._opened = opened
        return session

    def take_opened(self) -> OpenProfile | None:
        """The open profile, once somebody came in; whoever takes it closes it."""
        opened, self._opened = self._opened, None
        return opened


class OwnDoor:
    """The way back for whoever is signed in, while the window is locked; nobody else comes in here."""

    def __init__(self, service: SignInService, user: UserId) -> None:
        """Behind the open store."""
        self._service = service
        self._user = user

    def people(self) -> tuple[SignInPerson, ...]:
        """The one person; nobody, if that person left the office meanwhile."""
        return tuple(one for one in self._service.people() if one.user == self._user)

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session again, by the password alone."""
        if user != self._user:
            raise SignInRefused
        return self._service.sign_in(user, password)
