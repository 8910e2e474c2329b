"""What a flow's picture says, in the reader's language, and how much room that takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.catalog.flows import Flow, Step
from chalicelib.catalog.flows.step_kinds import (
    APPLICANT,
    END,
    EX_OFFICIO,
    JOIN,
    MACHINE,
    OFFICE,
    PARTIES,
)
from chalicelib.kernel import texts

# East Asian characters stand from here on, each as wide as it is high.
WIDE = 0x2E80
NARROW = frozenset(" .,:;'|!ijlIft()[]-")
CLOSING = frozenset("，。；：、！？）”")  # never at the beginning of a line
MARKS = {"zh-CN": ("、", "；", "：", "。", "，"), "en": (", ", "; ", ": ", ". ", ", ")}
ACTORS = (OFFICE, APPLICANT, PARTIES, MACHINE)


@dataclass(frozen=True)
class Words:
    """A flow's words in one language, ``zh-CN`` or ``en``."""

    flow: Flow
    language: str

    def title(self, named: Mapping[str, str]) -> str:
        """A bilingual title, without characters that cannot be shown."""
        return "".join(c for c in named["en" if self.language == "en" else "zh"] if c.isprintable())

    def say(self, key: str, **params: object) -> str:
        """A sentence of the texts."""
        return texts.say(key, self.language, **params)

    def outcome(self, name: str) -> str:
        """An outcome's name; as the flow names it where there are no words for it."""
        return self._known(f"picture.outcome.{name}", name)

    def end(self, target: str) -> str:
        """The name of an end such as ``end:granted``."""
        name = target.removeprefix(END)
        return self._known(f"picture.end.{name}", name)

    def note(self, step: Step) -> str:
        """Who acts, within which limit, and whether the clock stands still: what stands under a
        step's title.
        """
        said = [] if actor(step) == OFFICE else [self.say(f"picture.by.{step.kind}")]
        limit = ("picture.limit", "picture.limit-one")
        usual, one = ("picture.shown", "picture.shown-one") if step.kind == "publicity" else limit
        if days := step.limit_days:
            said.append(self.say(one) if days == 1 else self.say(usual, days=days))
        if step.language.stops_clock:
            said.append(self.say("picture.clock"))
        return MARKS[self.language][4].join(said)

    def start(self) -> str:
        """What begins a case."""
        return self.say("picture.opened" if self._is_ex_officio else "picture.start")

    def closing(self) -> str:
        """What holds for the whole flow; empty where nobody applied who could withdraw."""
        return "" if self._is_ex_officio else self.say("picture.withdraw")

    def key(self) -> dict[str, str]:
        """The actors of this flow's steps, each with its words."""
        acting = {actor(step) for step in self.flow.steps.values()}
        named = {APPLICANT: "payer"} if self._is_ex_officio else {}
        return {
            who: self.say(f"picture.key.{named.get(who, who)}") for who in ACTORS if who in acting
        }

    def duties(self, step: Step) -> str:
        """Whom separation of duties keeps away; empty for nobody."""
        names = [
            self.title(self.flow.steps[name].title)
            for name in step.not_by
            if name in self.flow.steps
        ]
        return (
            self.say("picture.not-by", steps=MARKS[self.language][0].join(names)) if names else ""
        )

    def description(self) -> str:
        """The whole flow in sentences, for who does not see the picture."""
        _, between, after, stop, _ = MARKS[self.language]
        lines = [f"{self.start()} → {self._target(self.flow.start, '')}"]
        for step in self.flow.steps.values():
            ways = [
                f"{self.outcome(o)} → {self._target(t, step.joint)}"
                for o, t in step.outcomes.items()
            ]
            about = f"{self.title(step.title)} ({self.note(step)})"
            lines.append(about + after + between.join([*ways, *filter(None, [self.duties(step)])]))
        if self.flow.tacit:
            lines.append(f"{self.say('picture.tacit')} → {self._target(self.flow.tacit, '')}")
        return stop.join(filter(None, [*lines, self.closing()]))

    @property
    def _is_ex_officio(self) -> bool:
        return self.flow.opens == EX_OFFICIO

    def _known(self, key: str, name: str) -> str:
        said = self.say(key)
        return name if said == key else said

    def _target(self, target: str, joint: str) -> str:
        if target.startswith(END):
            return self.end(target)
        if target == JOIN:
            target = self.flow.joints[joint].next
        named = self.flow.joints.get(target) or self.flow.steps.get(target)
        return self.title(named.title) if named else target


def actor(step: Step) -> str:
    """Who acts at a step: one of ``ACTORS``."""
    return step.language.actor


def width(text: str, size: float) -> float:
    """Pixels that a text takes at a font size, rather too many than too few."""
    return size * sum(
        1.0 if ord(c) >= WIDE else 0.36 if c in NARROW else 0.7 if c.isupper() else 0.6
        for c in text
    )


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines of at most ``room`` pixels and of like length, broken between words or
    Chinese characters.
    """
    lines = _filled(text, size, room)
    while room > size and len(closer := _filled(text, size, room - size / 2)) == len(lines):
        lines, room = closer, room - size / 2
    return lines


def _filled(text: str, size: float, room: float) -> tuple[str, ...]:
    lines, line = list[str](), ""
    for part in _parts(text, size, room):
        if line and width((line + part).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += part if line else part.lstrip()
    return tuple(filter(None, [*lines, line.rstrip()])) or ("",)


def _parts(text: str, size: float, room: float) -> Iterator[str]:
    """What should stay together: a word with the blank after it, a Chinese character with the mark
    after it.
    """
    part = ""
    for place, c in enumerate(text):
        part += c
        after = text[place + 1 : place + 2]
        may_break = c == " " or any(ord(one) >= WIDE for one in c + after)
        if (may_break and after not in CLOSING) or width(part + after, size) > room:
            yield part
            part = ""
    yield part
