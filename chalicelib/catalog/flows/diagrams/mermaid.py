"""A flow as Mermaid text."""

from collections.abc import Iterator

from chalicelib.catalog.flows import Flow
from chalicelib.catalog.flows.diagrams.links import silence
from chalicelib.catalog.flows.diagrams.words import Words, actor
from chalicelib.catalog.flows.step_kinds import END, JOIN

# Mermaid's own marks, which a title must not bring in.
MARKS = {ord(c): f"#{ord(c)};" for c in "#;\"'<>&`|\\{}[]()"}
STYLES = (
    "classDef office fill:#eaf2fd,stroke:#1f5fbf,color:#10243e",
    "classDef applicant fill:#fff4e0,stroke:#a65f00,color:#10243e",
    "classDef parties fill:#f3ecfb,stroke:#6b3fa0,color:#10243e",
    "classDef machine fill:#f0f1f4,stroke:#5b6472,color:#10243e",
)


def mermaid(flow: Flow, language: str) -> str:
    """The flow as a Mermaid flowchart, in ``zh-CN`` or ``en``."""
    words = Words(flow, language)
    head = f"{words.title(flow.title)} · {words.say('picture.version', version=flow.version, name=flow.name)}"
    lines = [
        "flowchart TD",
        f"  accTitle: {_line(head)}",
        f"  accDescr: {_line(words.description())}",
    ]
    lines += [f'  start(["{words.start()}"]) --> {_id(flow.start)}', *_steps(words), *_ways(words)]
    return "\n".join([*lines, *(f"  {style}" for style in STYLES)]) + "\n"


def _steps(words: Words) -> Iterator[str]:
    flow = words.flow
    for step in flow.steps.values():
        if not step.joint:
            yield f"  {_box(words, step.id)}"
    for joint in flow.joints.values():
        yield f'  subgraph {_id(joint.id)}["{_label(words.title(joint.title))}"]'
        yield from (f"    {_box(words, branch)}" for branch in joint.branches)
        yield "  end"


def _ways(words: Words) -> Iterator[str]:
    flow = words.flow
    for step in flow.steps.values():
        for outcome, target in step.outcomes.items():
            if target != JOIN:
                label = _label(words.outcome(outcome))
                yield f'  {_id(step.id)} -->|"{label}"| {_target(words, target)}'
    for joint in flow.joints.values():
        yield f"  {_id(joint.id)} --> {_target(words, joint.next)}"
    for link in silence(words):
        yield f'  {_id(link.source)} -.->|"{_label(link.label)}"| {_id(link.target)}'


def _box(words: Words, name: str) -> str:
    step = words.flow.steps[name]
    return f'{_id(name)}["{_label(words.title(step.title))}<br/>{_label(words.note(step))}"]:::{actor(step)}'


def _target(words: Words, target: str) -> str:
    if target.startswith(END):
        return f'end_{target.removeprefix(END)}(["{_label(words.end(target))}"])'
    return _id(target)


def _id(name: str) -> str:
    """Steps may be called what Mermaid keeps for itself, such as ``end``."""
    return "step_" + name.replace("-", "_")


def _label(text: str) -> str:
    return text.translate(MARKS)


def _line(text: str) -> str:
    """Text after a keyword, up to the end of the line."""
    return text.translate(
        {ord(c): d for c, d in zip(';#{}<>"', (",", "", "(", ")", "(", ")", "'"), strict=True)}
    )
