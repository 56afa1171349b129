"""A profile: the folder of one installation, with its store, files and keys.

profile.json    which vault holds the keys, practice or not
pesagi.db       the encrypted store
berkas/         files of letters, sealed with a key from the store's
kunci.json      the keys, only where the file vault was chosen
pembungkus.json the store's key, wrapped for each person of this PC
percobaan.json  wrong passwords since the last right one
otoritas.pem    the server's certificate authority, pinned at enrolment
.terpakai       the lock that keeps a second program out
"""

import json
import os
import sys
import uuid
from pathlib import Path

import msgspec

from desktop.system.durability import put_in_place
from desktop.system.faults import EnvironmentFault, FaultOf

FORMAT = 1


class ProfileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in profile.json. `vault` is `keyring` or `file`.

    `unattended`: the vault holds the store's key as it is, so that verbs run on a schedule without a password.
    """

    id: str
    vault: str
    practice: bool
    unattended: bool = False
    format: int = FORMAT


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The paths of a profile."""

    folder: Path

    @property
    def facts_path(self) -> Path:
        """profile.json."""
        return self.folder / "profile.json"

    @property
    def store_path(self) -> Path:
        """The encrypted store."""
        return self.folder / "pesagi.db"

    @property
    def files_path(self) -> Path:
        """The folder of files."""
        return self.folder / "berkas"

    @property
    def authority_path(self) -> Path:
        """The pinned certificate authority."""
        return self.folder / "otoritas.pem"

    @property
    def addresses_path(self) -> Path:
        """Where the server was reached last."""
        return self.folder / "alamat.json"

    @property
    def keys_path(self) -> Path:
        """The file vault."""
        return self.folder / "kunci.json"

    @property
    def wraps_path(self) -> Path:
        """The wrapped keys."""
        return self.folder / "pembungkus.json"

    @property
    def settings_path(self) -> Path:
        """How the window looks on this PC."""
        return self.folder / "tampilan.json"

    @property
    def lock_path(self) -> Path:
        """What a program holds while it works here."""
        return self.folder / ".terpakai"

    @property
    def sealed_path(self) -> Path:
        """What a PC that was shut out had not sent, sealed for the server."""
        return self.folder / "disegel"

    @property
    def farewell_path(self) -> Path:
        """Says that this PC was shut out and sealed its work."""
        return self.folder / "dicabut.json"

    @property
    def tries_path(self) -> Path:
        """The wrong passwords."""
        return self.folder / "percobaan.json"

    def read_facts(self) -> ProfileFacts | None:
        """The facts, or None for a folder that is no profile yet."""
        try:
            loaded = json.loads(self.facts_path.read_text(encoding="utf-8"))
            # Looked at first: a newer program may keep facts of which this one knows nothing.
            written = int(loaded["format"])
            if written <= FORMAT:
                return ProfileFacts(**loaded)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as err:
            raise EnvironmentFault(FaultOf.STORE_UNREADABLE, "profile.json") from err
        raise EnvironmentFault(FaultOf.STORE_NEWER, f"profile {written}", number=written)

    def create(self, *, vault: str, practice: bool, unattended: bool = False) -> ProfileFacts:
        """Make the folder and its facts; an existing profile is left as it is."""
        known = self.read_facts()
        if known is not None:
            return known
        facts = ProfileFacts(id=uuid.uuid4().hex, vault=vault, practice=practice, unattended=unattended)
        self.write_facts(facts)
        return facts

    def write_facts(self, facts: ProfileFacts) -> None:
        """Put these facts in the place of the old ones."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self.facts_path, json.dumps(msgspec.structs.asdict(facts), indent=1).encode())
        except OSError as err:
            raise EnvironmentFault(FaultOf.DISK_FAILED, type(err).__name__) from err


def default_folder() -> Path:
    """Where the profile of this person lies by default: AppData on Windows, the XDG data folder elsewhere."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / "Pesagi"
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "pesagi"


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a small file so that there is the old one or the new one, never half of one.

    A `private` file is at no moment readable by anyone but its owner (on Windows the folder's rights decide).
    """
    temporary = path.with_name(path.name + ".baru")
    temporary.unlink(missing_ok=True)
    with open(temporary, "xb", opener=_open_private if private else None) as writer:  # Path.open has no opener
        writer.write(data)
        writer.flush()
        os.fsync(writer.fileno())
    put_in_place(temporary, path)


def _open_private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
