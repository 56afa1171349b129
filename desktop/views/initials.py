"""Two letters that stand for a person or an office."""

TWO = 2


def initials_of(name: str) -> str:
    """The first letters of the first two words that are no title: `H. Ahmad Yusuf, S.Sos.` gives `AY`."""
    return _letters([word for word in name.split(",", maxsplit=1)[0].split() if "." not in word])


def monogram_of(office: str) -> str:
    """The first letters of the first two words: `Kec. Contoh` gives `KC`."""
    return _letters(office.split())


def _letters(words: list[str]) -> str:
    found = [word[0].upper() for word in words if word[0].isalnum()]
    return "".join(found[:TWO]) or "?"
