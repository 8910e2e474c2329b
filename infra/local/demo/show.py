"""How the demo prints: one line per request, in words, coloured where a person reads it."""

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
        if not self._coloured or not text:
            return text
        return f"\033[{colour}m{text}\033[0m"

    def act(self, number: str, zh: str, en: str) -> None:
        """The title of a part of the walk."""
        title = self.paint(f"{number}  {zh}", BOLD)
        gloss = self.paint(en, DIM)
        self.line(f"\n{title}  {gloss}")

    def step(self, who: str, answer: Answer, told: str) -> None:
        """One request: who asked, for what, and what was answered."""
        path = _CASE_ID.sub(_shortened, answer.path)
        asked = pad(f"{answer.method:<4} {path}", WHAT)
        colour = GREEN if answer.status < 400 else YELLOW
        status = self.paint(str(answer.status), colour)
        self.line(f"   {pad(who, WHO)}{self.paint(asked, DIM)}{status}  {told}")

    def fact(self, text: str) -> None:
        """What a step means, under it."""
        indent = " " * WHO
        self.line(f"   {indent}{text}")

    def facts(self, texts: Iterable[str]) -> None:
        """Several of them."""
        for text in texts:
            self.fact(text)

    def level(self, name: str) -> str:
        """A warning's level in its own colour."""
        padded = pad(name, 9)
        return self.paint(padded, LEVELS[name])

    def good(self, text: str) -> str:
        """Something that was checked and holds."""
        return self.paint(f"✓ {text}", GREEN)

    def end(self, text: str, is_well: bool) -> None:
        """The last line."""
        mark = "✓" if is_well else "✗"
        colour = GREEN if is_well else RED
        line = self.paint(f"{mark} {text}", f"{BOLD};{colour}")
        self.line(f"\n{line}")


def pad(text: str, columns: int) -> str:
    """The text filled up to a width; a Chinese character takes two columns of a terminal."""
    wide = [character for character in text if east_asian_width(character) in "WF"]
    taken = len(text) + len(wide)
    return text + " " * max(columns - taken, 1)


def _shortened(case_id: re.Match[str]) -> str:
    return case_id[0][:5] + "…"
