"""One mark at the end of a sentence, even where it ends with somebody's words."""

QUOTED = "”’"
MARKS = (".", "!", "?", "…")


def ended_once(sentence: str) -> str:
    """The sentence without its own full stop, if the words it ends with bring a mark of their own.

    A subject such as "Undangan." is quoted as it was written: `menjadi “Undangan.”`, not `menjadi “Undangan.”.`
    """
    if sentence.endswith(".") and sentence[:-1].rstrip(QUOTED).endswith(MARKS):
        return sentence[:-1]
    return sentence
