"""What a flow's picture says, in the reader's language, and how much room that takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.catalog.flows import END, JOIN, Flow, Step
from chalicelib.kernel import texts

# East Asian characters stand from here on, each as wide as it is high.
WIDE = 0x2E80
NARROW = frozenset(" .,:;'|!ijlIft()[]-")
CLOSING = frozenset("，。；：、！？）”")  # never at the beginning of a line
MARKS = {"zh-CN": ("、", "；", "：", "。"), "en": (", ", "; ", ": ", ". ")}


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
        """Who acts and within which limit: what stands under a step's title."""
        if not step.post:
            return self.say(f"picture.{actor(step)}")
        return (
            self.say("picture.limit-one") if step.limit_days == 1 else self.say("picture.limit", days=step.limit_days)
        )

    def duties(self, step: Step) -> str:
        """Whom separation of duties keeps away; empty for nobody."""
        names = [self.title(self.flow.steps[name].title) for name in step.not_by if name in self.flow.steps]
        return self.say("picture.not-by", steps=MARKS[self.language][0].join(names)) if names else ""

    def description(self) -> str:
        """The whole flow in sentences, for who does not see the picture."""
        _, between, after, stop = MARKS[self.language]
        lines = [self.say("picture.start") + " → " + self._target(self.flow.start, "")]
        for step in self.flow.steps.values():
            ways = [f"{self.outcome(o)} → {self._target(t, step.joint)}" for o, t in step.outcomes.items()]
            about = f"{self.title(step.title)} ({self.note(step)})"
            lines.append(about + after + between.join([*ways, *filter(None, [self.duties(step)])]))
        return stop.join([*lines, self.say("picture.withdraw")])

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
    """Who acts at a step: ``office``, ``applicant`` or ``machine``."""
    return "office" if step.post else "applicant" if step.kind == "supplement" else "machine"


def width(text: str, size: float) -> float:
    """Pixels that a text takes at a font size, rather too many than too few."""
    return size * sum(1.0 if ord(c) >= WIDE else 0.36 if c in NARROW else 0.7 if c.isupper() else 0.6 for c in text)


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines of at most ``room`` pixels and of like length, broken between words or Chinese characters."""
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
    """What should stay together: a word with the blank after it, a Chinese character with the mark after it."""
    part = ""
    for place, c in enumerate(text):
        part += c
        after = text[place + 1 : place + 2]
        may_break = c == " " or any(ord(one) >= WIDE for one in c + after)
        if (may_break and after not in CLOSING) or width(part + after, size) > room:
            yield part
            part = ""
    yield part
