"""What a published flow is: its steps, its joint reviews, and where they lead."""

from collections.abc import Mapping

from chalicelib.catalog.flows.step_kinds import APPLICATION, END, KINDS, Kind
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Step:
    """One visit's worth of work: who acts (``post`` is a role the item maps to a post), with which
    outcomes.
    """

    id: str
    kind: str
    title: Mapping[str, str]
    post: str
    limit_days: int
    outcomes: Mapping[str, str]
    not_by: tuple[str, ...]
    joint: str = ""
    decided: bool = False

    @property
    def language(self) -> Kind:
        """What the flow language says of its kind."""
        return KINDS[self.kind]

    @property
    def plain(self) -> str:
        """The outcome that Step Functions takes for success; every other one is a named failure."""
        return next(iter(self.outcomes))

    @property
    def may_withdraw(self) -> bool:
        """Whether the applicant can still withdraw: not once the decision is made and is only
        carried out.
        """
        return not self.decided


@dataclass(frozen=True)
class Joint:
    """A joint review: its branches run at once, and ``next`` follows when all have given their
    opinion.
    """

    id: str
    title: Mapping[str, str]
    branches: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class Flow:
    """One published version of a flow.

    ``opens``: by ``application``, or ``ex_officio`` by an officer. ``tacit``: where silence until
    the statutory limit leads; empty where silence grants nothing.
    """

    id: str
    version: int
    title: Mapping[str, str]
    start: str
    steps: Mapping[str, Step]
    joints: Mapping[str, Joint]
    hash: str
    opens: str = APPLICATION
    tacit: str = ""

    @property
    def name(self) -> str:
        """``licence-v1``: the last part of its state machine's name."""
        return f"{self.id}-v{self.version}"

    @property
    def places(self) -> tuple[str, ...]:
        """Where a case can stand: steps, and joint reviews for their branches."""
        single = [name for name, step in self.steps.items() if not step.joint]
        return (*single, *self.joints)

    def entry_steps(self, target: str) -> tuple[str, ...]:
        """The steps whose visits open when the flow reaches ``target``; none at an end."""
        if target in self.joints:
            return self.joints[target].branches
        if target.startswith(END):
            return ()
        return (target,)
