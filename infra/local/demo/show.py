"""How the demo prints: one line per request, what it answered in words, coloured where a person
reads it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO
from unicodedata import east_asian_width

from infra.local.client import Answer

BOLD, DIM, GREEN, YELLOW, RED, CYAN = "1", "2", "32", "33", "31", "36"
LEVELS = {"reminder": CYAN, "yellow": YELLOW, "red": RED}
_CASE_ID = re.compile("[a-z2-7]{26}")
WHO, WHAT = 11, 46  # columns of a terminal that the parts of a line take


class Show:
    """A terminal, or a file that gets the same lines without colours."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        dumb = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self._coloured = stream.isatty() and not dumb
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")

    def line(self, text: str = "") -> None:
        """One line, seen at once."""
        print(text, file=self._stream, flush=True)

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\033[{colour}m{text}\033[0m" if self._coloured and text else text

    def act(self, number: str, zh: str, en: str) -> None:
        """The title of a part of the walk."""
        self.line(f"\n{self.paint(f'{number}  {zh}', BOLD)}  {self.paint(en, DIM)}")

    def step(self, who: str, answer: Answer, told: str) -> None:
        """One request: who asked, for what, and what was answered."""
        path = _CASE_ID.sub(lambda found: found[0][:5] + "…", answer.path)
        colour = GREEN if answer.status < 400 else YELLOW
        asked = pad(f"{answer.method:<4} {path}", WHAT)
        self.line(
            f"   {pad(who, WHO)}{self.paint(asked, DIM)}{self.paint(str(answer.status), colour)}  {told}"
        )

    def fact(self, text: str) -> None:
        """What a step means, under it."""
        self.line(f"   {' ' * WHO}{text}")

    def facts(self, texts: Iterable[str]) -> None:
        """Several of them."""
        for text in texts:
            self.fact(text)

    def level(self, name: str) -> str:
        """A warning's level in its own colour."""
        return self.paint(pad(name, 9), LEVELS[name])

    def good(self, text: str) -> str:
        """Something that was checked and holds."""
        return self.paint(f"✓ {text}", GREEN)

    def end(self, text: str, is_well: bool) -> None:
        """The last line."""
        self.line(
            f"\n{self.paint(('✓ ' if is_well else '✗ ') + text, f'{BOLD};{GREEN if is_well else RED}')}"
        )


def pad(text: str, columns: int) -> str:
    """The text filled up to a width; a Chinese character takes two columns of a terminal."""
    taken = sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(columns - taken, 1)
