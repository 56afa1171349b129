"""The name of a classification code, for lists and panes: the empty text where no list knows the code."""

from desktop.services.classification import ClassificationCatalogue


class LateCatalogue(ClassificationCatalogue):
    """The shipped catalogue, read when it is first asked something: the start of the program need not wait for it.

    Two threads that ask at once read it twice and end with the same.
    """

    def __init__(self) -> None:
        """Read nothing yet."""

    def __getattr__(self, name: str) -> object:
        """Called for what is not there yet: read everything, then answer."""
        if name.startswith("__"):
            raise AttributeError(name)
        vars(self).update(vars(ClassificationCatalogue.load()))
        return vars(self)[name]


class CodeNames:
    """Answers with a name whatever the code."""

    def __init__(self, catalogue: ClassificationCatalogue) -> None:
        """Over the shipped code lists."""
        self._catalogue = catalogue

    def name_of(self, code: str) -> str:
        """The name, or the empty text."""
        return (self._catalogue.lookup(code) or "") if code else ""
