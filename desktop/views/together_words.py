"""What could not be done with some of several letters or dispositions, in one sentence with its count."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.views.messages import sentence_for
from desktop.widgets.figures import format_count


def left_text(refused: Sequence[str]) -> str:
    """For the codes of what was refused: how many, and why; the most frequent reason where there are several."""
    if not refused:
        return ""
    translate = QCoreApplication.translate
    (code, often), *others = Counter(refused).most_common()
    text = translate("TogetherWords", "{count} tidak ikut: {why}")
    if others:
        text = translate("TogetherWords", "{count} tidak ikut, {often} di antaranya: {why}")
    # Of one letter is said first that nothing was changed; here others were.
    first, _, rest = sentence_for(code).partition(". ")
    why = rest or first
    return text.format(count=format_count(len(refused)), often=format_count(often), why=why[:1].lower() + why[1:])


def with_left(sentence: str, refused: Sequence[str]) -> str:
    """What was done, and behind it what could not be done with some."""
    left = left_text(refused)
    return f"{sentence.rstrip('.')}. {left}" if left else sentence
