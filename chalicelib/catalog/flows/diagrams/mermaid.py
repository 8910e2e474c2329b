"""A flow as Mermaid text."""

from collections.abc import Iterator

from chalicelib.catalog.flows.diagrams.links import silence
from chalicelib.catalog.flows.diagrams.words import Words, actor
from chalicelib.catalog.flows.model import Flow
from chalicelib.catalog.flows.step_kinds import END, JOIN

# Mermaid's own marks, which a title must not bring in.
MARKS = {ord(c): f"#{ord(c)};" for c in "#;\"'<>&`|\\{}[]()"}
# What ends a text after a keyword, and what stands for it there.
LINE_MARKS = str.maketrans({";": ",", "#": "", "{": "(", "}": ")", "<": "(", ">": ")", '"': "'"})
STYLES = (
    "classDef office fill:#eaf2fd,stroke:#1f5fbf,color:#10243e",
    "classDef applicant fill:#fff4e0,stroke:#a65f00,color:#10243e",
    "classDef parties fill:#f3ecfb,stroke:#6b3fa0,color:#10243e",
    "classDef machine fill:#f0f1f4,stroke:#5b6472,color:#10243e",
)


def mermaid(flow: Flow, language: str) -> str:
    """The flow as a Mermaid flowchart, in ``zh-CN`` or ``en``."""
    words = Words(flow, language)
    version = words.say(
        "picture.version",
        version=flow.version,
        name=flow.name,
    )
    title = f"{words.title(flow.title)} · {version}"
    lines = [
        "flowchart TD",
        f"  accTitle: {_line(title)}",
        f"  accDescr: {_line(words.description())}",
        f'  start(["{words.start()}"]) --> {_id(flow.start)}',
        *_steps(words),
        *_ways(words),
        *(f"  {style}" for style in STYLES),
    ]
    return "\n".join(lines) + "\n"


def _steps(words: Words) -> Iterator[str]:
    for step in words.flow.steps.values():
        if not step.joint:
            yield f"  {_box(words, step.id)}"
    for joint in words.flow.joints.values():
        title = _label(words.title(joint.title))
        yield f'  subgraph {_id(joint.id)}["{title}"]'
        for branch in joint.branches:
            yield f"    {_box(words, branch)}"
        yield "  end"


def _ways(words: Words) -> Iterator[str]:
    for step in words.flow.steps.values():
        for outcome, target in step.outcomes.items():
            if target != JOIN:
                label = _label(words.outcome(outcome))
                yield f'  {_id(step.id)} -->|"{label}"| {_target(words, target)}'
    for joint in words.flow.joints.values():
        yield f"  {_id(joint.id)} --> {_target(words, joint.next)}"
    for link in silence(words):
        label = _label(link.label)
        yield f'  {_id(link.source)} -.->|"{label}"| {_id(link.target)}'


def _box(words: Words, name: str) -> str:
    step = words.flow.steps[name]
    title = _label(words.title(step.title))
    note = _label(words.note(step))
    return f'{_id(name)}["{title}<br/>{note}"]:::{actor(step)}'


def _target(words: Words, target: str) -> str:
    if not target.startswith(END):
        return _id(target)
    name = target.removeprefix(END)
    label = _label(words.end(target))
    return f'end_{name}(["{label}"])'


def _id(name: str) -> str:
    """Steps may be called what Mermaid keeps for itself, such as ``end``."""
    return "step_" + name.replace("-", "_")


def _label(text: str) -> str:
    return text.translate(MARKS)


def _line(text: str) -> str:
    """Text after a keyword, up to the end of the line."""
    return text.translate(LINE_MARKS)
