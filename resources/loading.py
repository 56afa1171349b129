"""The one way to the files of this package: fonts, icons, styles and other data."""

from pathlib import Path

# The program is always installed as a folder, never run from inside an archive, so every resource has a place there.
ROOT = Path(__file__).parent


class ResourceMissingError(LookupError):
    """A file that should have been shipped with the program is not there."""


def read_bytes(name: str) -> bytes:
    """Give the content of the resource called `name`, a path such as `icons/inbox.svg`.

    Raises ResourceMissingError when the program was shipped without it.
    """
    try:
        return ROOT.joinpath(*_parts(name)).read_bytes()
    except OSError as err:
        raise ResourceMissingError(name) from err


def read_text(name: str) -> str:
    """Give the content of a text resource, always read as UTF-8."""
    return read_bytes(name).decode("utf-8")


def path_of(name: str) -> Path:
    """Give the place of a resource on disk, a file or a folder.

    Raises ResourceMissingError when there is no such file or folder.
    """
    path = ROOT.joinpath(*_parts(name))
    if not path.exists():
        raise ResourceMissingError(name)
    return path


def names_in(folder: str, *, suffix: str) -> list[str]:
    """List the file names in `folder` that end in `suffix`, sorted, without the folder."""
    return sorted(path.name for path in path_of(folder).iterdir() if path.name.endswith(suffix))


def _parts(name: str) -> list[str]:
    parts = name.split("/")
    # A name is written in the source, but one that leaves the package would still be a defect worth stopping.
    if not all(parts) or ".." in parts:
        raise ResourceMissingError(name)
    return parts
