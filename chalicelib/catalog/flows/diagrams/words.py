"""What a flow's picture says, in the reader's language, and how much room that takes."""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.model import Flow, Step
from chalicelib.catalog.flows.step_kinds import (
    APPLICANT,
    END,
    EX_OFFICIO,
    JOIN,
    MACHINE,
    OFFICE,
    PARTIES,
)
from chalicelib.kernel import names, texts
from chalicelib.kernel.values import dataclass

# East Asian characters stand from here on, each as wide as it is high.
WIDE = 0x2E80
NARROW = frozenset(" .,:;'|!ijlIft()[]-")
CLOSING = frozenset("，。；：、！？）”")  # never at the beginning of a line


@dataclass(frozen=True)
class Marks:
    """How a language sets its parts of a sentence apart."""

    listed: str
    between: str
    after_name: str
    stop: str
    comma: str


MARKS = {
    "zh-CN": Marks("、", "；", "：", "。", "，"),
    "en": Marks(", ", "; ", ": ", ". ", ", "),
}
ACTORS = (OFFICE, APPLICANT, PARTIES, MACHINE)


@dataclass(frozen=True)
class Words:
    """A flow's words in one language, ``zh-CN`` or ``en``."""

    flow: Flow
    language: str

    def title(self, named: Mapping[str, str]) -> str:
        """A bilingual title, without characters that cannot be shown."""
        text = named["en"] if self.language == "en" else named["zh"]
        return names.without_hidden(text)

    def say(self, key: str, **params: object) -> str:
        """A sentence of the texts."""
        return texts.say(key, self.language, **params)

    def outcome(self, name: str) -> str:
        """An outcome's name; as the flow names it where there are no words for it."""
        return self._text_or(f"picture.outcome.{name}", name)

    def end(self, target: str) -> str:
        """The name of an end such as ``end:granted``."""
        name = target.removeprefix(END)
        return self._text_or(f"picture.end.{name}", name)

    def note(self, step: Step) -> str:
        """Who acts, within which limit, and whether the clock stands still: what stands under a
        step's title.
        """
        parts = []
        if actor(step) != OFFICE:
            parts.append(self.say(f"picture.by.{step.kind}"))
        if step.limit_days:
            parts.append(self._limit(step))
        if step.language.stops_clock:
            parts.append(self.say("picture.clock"))
        return MARKS[self.language].comma.join(parts)

    def _limit(self, step: Step) -> str:
        days = step.limit_days
        if step.kind == "publicity":
            return (
                self.say("picture.shown-one") if days == 1 else self.say("picture.shown", days=days)
            )
        return self.say("picture.limit-one") if days == 1 else self.say("picture.limit", days=days)

    def start(self) -> str:
        """What begins a case."""
        return self.say("picture.opened" if self._is_ex_officio else "picture.start")

    def closing(self) -> str:
        """What holds for the whole flow; empty where nobody applied who could withdraw."""
        if self._is_ex_officio:
            return ""
        return self.say("picture.withdraw")

    def key(self) -> dict[str, str]:
        """The actors of this flow's steps, each with its words."""
        acting = {actor(step) for step in self.flow.steps.values()}
        key = {}
        for who in ACTORS:
            if who in acting:
                key[who] = self.say(f"picture.key.{self._key_name(who)}")
        return key

    def _key_name(self, who: str) -> str:
        """Where nobody applied, who acts besides the offices only pays."""
        if who == APPLICANT and self._is_ex_officio:
            return "payer"
        return who

    def duties(self, step: Step) -> str:
        """Whom separation of duties keeps away; empty for nobody."""
        steps = self.flow.steps
        titles = [self.title(steps[name].title) for name in step.not_by if name in steps]
        if not titles:
            return ""
        listed = MARKS[self.language].listed.join(titles)
        return self.say("picture.not-by", steps=listed)

    def description(self) -> str:
        """The whole flow in sentences, for who does not see the picture."""
        lines = [f"{self.start()} → {self._target(self.flow.start, '')}"]
        for step in self.flow.steps.values():
            lines.append(self._step(step))
        if self.flow.tacit:
            lines.append(f"{self.say('picture.tacit')} → {self._target(self.flow.tacit, '')}")
        if self.closing():
            lines.append(self.closing())
        return MARKS[self.language].stop.join(lines)

    def _step(self, step: Step) -> str:
        marks = MARKS[self.language]
        parts = []
        for outcome, target in step.outcomes.items():
            parts.append(f"{self.outcome(outcome)} → {self._target(target, step.joint)}")
        if self.duties(step):
            parts.append(self.duties(step))
        about = f"{self.title(step.title)} ({self.note(step)})"
        return about + marks.after_name + marks.between.join(parts)

    @property
    def _is_ex_officio(self) -> bool:
        return self.flow.opens == EX_OFFICIO

    def _text_or(self, key: str, name: str) -> str:
        text = self.say(key)
        if text == key:
            return name
        return text

    def _target(self, target: str, joint: str) -> str:
        if target.startswith(END):
            return self.end(target)
        if target == JOIN:
            target = self.flow.joints[joint].next
        named = self.flow.joints.get(target) or self.flow.steps.get(target)
        if named:
            return self.title(named.title)
        return target


def actor(step: Step) -> str:
    """Who acts at a step: one of ``ACTORS``."""
    return step.language.actor


def width(text: str, size: float) -> float:
    """Pixels that a text takes at a font size, rather too many than too few."""
    return size * sum(map(_width, text))


def _width(character: str) -> float:
    """In units of the font's size."""
    if ord(character) >= WIDE:
        return 1.0
    if character in NARROW:
        return 0.36
    if character.isupper():
        return 0.7
    return 0.6


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines of at most ``room`` pixels and of like length, broken between words or
    Chinese characters.
    """
    lines = _filled(text, size, room)
    while room > size:
        room -= size / 2
        closer = _filled(text, size, room)
        if len(closer) != len(lines):
            break
        lines = closer
    return lines


def _filled(text: str, size: float, room: float) -> tuple[str, ...]:
    lines = []
    line = ""
    for part in _parts(text, size, room):
        longer = (line + part).rstrip()
        if line and width(longer, size) > room:
            lines.append(line.rstrip())
            line = ""
        line += part if line else part.lstrip()
    if line.rstrip() or not lines:
        lines.append(line.rstrip())
    return tuple(lines)


def _parts(text: str, size: float, room: float) -> Iterator[str]:
    """What should stay together: a word with the blank after it, a Chinese character with the mark
    after it.
    """
    part = ""
    for place, character in enumerate(text):
        part += character
        after = text[place + 1 : place + 2]
        is_too_wide = width(part + after, size) > room
        if is_too_wide or _may_break(character, after):
            yield part
            part = ""
    yield part


def _may_break(character: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after in CLOSING:
        return False
    return character == " " or any(ord(each) >= WIDE for each in character + after)
