"""Plants the canaries: cases of five departments in which every personal field of every request has
its own value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.client import Client, Json, pdf, wait
from tests.journeys.canaries.fields import ACCOUNT, FIELDS, PRIVATE, SIDES, Canary
from tests.journeys.support.cases import OFFICER, SEED
from tests.journeys.support.item_walks import Walk, item, materials
from tests.journeys.support.stack import Stack
from tests.support.numbers import with_check_digit

UNTIL = "2099-01-01T00:00:00+08:00"
# Who is planted: the account, and as whom they are to see what. Their ids and names are canaries
# themselves.
OWNER, NEIGHBOUR, CLERK, OBJECTOR, GUARDIAN = (f"p-kanari-{n:03}" for n in range(1, 6))
EVENTS = "canary-events"  # the queue that keeps what the bus was told
PLANTED_FORMATS = {"name", "phone", "id-number"}
CONSENT = {"identity_check": {"method": "visual"}, "consent": {"given": True, "version": 1}}


@dataclass
class Planted:
    """All canaries, by case the departments that handle it, the public numbers of those that nobody
    lists, and who stands inside a case that is not the planted owner's.
    """

    stack: Stack
    canaries: dict[str, Canary] = field(default_factory=dict)
    departments: dict[str, set[str]] = field(default_factory=dict)
    numbers_of: dict[str, str] = field(default_factory=dict)
    inside: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    numbers: int = 100

    def __post_init__(self) -> None:
        for person in (OWNER, NEIGHBOUR, CLERK, OBJECTOR, GUARDIAN):
            name = _name_of(person)
            self.canaries[name] = Canary(name, ACCOUNT, frozenset(f"{PRIVATE} {SIDES}".split()), "")

    def text(self, field: str, case: str = "") -> str:
        """A text of its own for a field."""
        return self._new(field, case, f"kanari-text-{self._next()}")

    def name(self, field: str, case: str = "") -> str:
        """A name: two words of Latin letters."""
        return self._new(field, case, _name_of(str(self._next())))

    def phone(self, field: str, case: str = "") -> str:
        """A mobile number."""
        return self._new(field, case, f"13900170{self._next()}")

    def mail(self, field: str, case: str = "") -> str:
        """An address."""
        return self._new(field, case, f"kanari-{self._next()}@citizen.example")

    def document(self, field: str, case: str = "") -> str:
        """The number of a passport."""
        return self._new(field, case, f"KANARI{self._next()}")

    def id_card(self, field: str, case: str = "") -> str:
        """Eighteen digits, as a form asks for them."""
        return self._new(field, case, with_check_digit(f"33990019900101{self._next()}"))

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    def _new(self, field: str, case: str, value: str) -> str:
        seen_by = frozenset(FIELDS[field].split())
        self.canaries[value] = Canary(value, field, seen_by, case)
        return value

    def of_case(self, case: str, *departments: str) -> str:
        """Begin a case under a name of the test's own; which departments handle it."""
        self.departments[case] = set(departments)
        self.departments.setdefault("", set()).update(departments)
        return case

    def client(self, person: str) -> Client:
        """The API as a planted person, or one of the sample city, sees it."""
        city = self.stack.city
        if person.startswith("p-kanari"):
            key = (person, "en")
            if key not in city._people:
                token = self.stack.tokens.access_token(person, name=_name_of(person))
                city._people[key] = Client(city.origin, token, person)
            return city._people[key]
        return city.person(person)

    def officer(self, post: str) -> Client:
        """Who holds a post."""
        return self.client(OFFICER[post])

    # ---- parts of bodies
    # ----------------------------------------------------------------------------------
    def form(self, name: str, at: str, case: str) -> Json:
        """The item's example, with a canary in each field that is not for everybody."""
        form = item(name)["form"]
        answers = dict(form["examples"][0])
        for part, schema in form["properties"].items():
            if part in answers and schema["x-visibility"] != "public" and _is_free(schema):
                answers[part] = self._answer(schema, at, case)
        return answers

    def _answer(self, schema: Json, at: str, case: str) -> str:
        match schema.get("format"):
            case "phone":
                return self.phone(at, case)
            case "id-number":
                return self.id_card(at, case)
            case "name":
                return self.name(at, case)
        return self.text(at, case)

    def files(self, client: Client, name: str, form: Json, at: str, case: str) -> list[Json]:
        """The materials that the answers ask for, uploaded, each under a file name of its own."""
        return self.attached(client, [*materials(name, form)], f"{at}/materials/*/file_name", case)

    def attached(self, client: Client, codes: list[str], at: str, case: str) -> list[Json]:
        """Uploaded files of these materials, each under a name of its own."""
        given = client.attach({code: pdf(f"{code}.pdf") for code in codes})
        return [{**file, "file_name": f"{self.text(at, case)}.pdf"} for file in given]

    def application(self, client: Client, name: str, at: str, case: str, **more: Any) -> Json:
        """A body that applies for an item."""
        form = self.form(name, f"{at}/form", case)
        contact = {
            "phone": self.phone(f"{at}/contact/phone", case),
            "email": self.mail(f"{at}/contact/email", case),
        }
        files = self.files(client, name, form, at, case)
        return {"item": name, "form": form, "contact": contact, "materials": files, **more}

    def papers(self, client: Client, name: str, case: str) -> Json:
        """Form and materials of an application that somebody else is to file."""
        form = self.form(name, "application/form", case)
        return {"form": form, "materials": self.files(client, name, form, "application", case)}

    def filed(self, name: str, case: str, **more: Any) -> Walk:
        """An application of the planted owner."""
        owner = self.client(OWNER)
        answer = owner.post(
            "/applications", self.application(owner, name, "application", case, **more)
        )
        return Walk(self.stack.city, answer.expect(201), owner, name)

    def reasons(self, case: str, at: str = "task_completion/reasons/*") -> list[str]:
        """Reasons of one sentence."""
        return [self.text(at, case)]


def _name_of(number: str) -> str:
    """A name by the last digits of a number."""
    return f"Kanari {''.join(chr(97 + int(digit)) for digit in number[-3:])}"


def _is_free(schema: Mapping[str, Any]) -> bool:
    has_own_value = schema.get("format", "name") in PLANTED_FORMATS
    return (
        schema.get("type") == "string" and has_own_value and not {"enum", "const"} & schema.keys()
    )


def watch(stack: Stack) -> None:
    """All events of the bus are kept in a queue from now on."""
    queues = stack.client("sqs")
    url = queues.create_queue(QueueName=EVENTS)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    bus, name = stack.client("events"), stack.resources["Bus"].rpartition("/")[2]
    pattern = json.dumps({"source": [{"prefix": "sunlit"}]})
    bus.put_rule(Name=EVENTS, EventBusName=name, EventPattern=pattern)
    bus.put_targets(Rule=EVENTS, EventBusName=name, Targets=[{"Id": "all", "Arn": arn}])


def plant(stack: Stack) -> Planted:
    """Everything, on a city that has just been loaded."""
    made = Planted(stack)
    watch(stack)
    for part in (
        _heard,
        _withdrawn,
        _complained,
        _reported,
        _refused,
        _opposed,
        _penalty,
        _at_window,
        _guardian,
        _refunded,
        _registers,
        _drafts,
    ):
        part(made)
    return made


def _heard(made: Planted) -> None:
    """A construction permit with everything that can happen on the way, handled by the construction
    bureau.
    """
    case = made.of_case("heard", "HUC")
    walk = made.filed("construction-permit", case)
    defects = [
        {
            name: made.text(f"task_completion/defects/*/{name}", case)
            for name in ("subject", "problem")
        }
    ]
    walk.complete(
        "accept", "supplement", defects=defects, note=made.text("task_completion/note", case)
    )
    form = made.form(walk.item, "supplement/form", case)
    files = made.files(walk.applicant, walk.item, form, "supplement", case)
    etag = walk.page().headers["etag"]
    walk.applicant.post(
        f"/cases/{walk.number}/supplements", {"form": form, "materials": files}, match=etag
    ).expect(201)
    walk.complete("accept", note=made.text("task_completion/note", case))
    _clerk(made, walk, case)
    _beside_the_steps(made, walk, case)
    neighbour = {
        "person": NEIGHBOUR,
        "relation": made.text("task_completion/parties/*/relation", case),
    }
    walk.complete("review", "inform", reasons=made.reasons(case), parties=[neighbour])
    made.client(NEIGHBOUR).get(f"/cases/{walk.number}").expect(200)
    for person, hearing in ((OWNER, False), (NEIGHBOUR, True)):
        told = {"text": made.text("statement/text", case), "hearing": hearing}
        made.client(person).post(f"/cases/{walk.number}/statements", told).expect(201)
    walk.complete("hearing", "held", minutes=made.text("task_completion/minutes", case))
    walk.complete("approve", note=made.text("task_completion/note", case))
    walk.certificate()
    walk.complete(
        "deliver", "delivered", way="post", tracking=made.text("task_completion/tracking", case)
    )
    _after_the_decision(made, walk, case)


def _clerk(made: Planted, walk: Walk, case: str) -> None:
    """The owner lets somebody act for them, and takes that back with a reason."""
    owner, clerk = made.client(OWNER), made.client(CLERK)
    mandate = owner.post("/mandates", {"grantee": CLERK, "until": UNTIL}).expect(201)["id"]
    clerk.post(f"/mandates/{mandate}/acceptance").expect(200)
    clerk.get(f"/cases/{walk.number}").expect(200)
    owner.post(
        f"/mandates/{mandate}/end", {"reason": made.text("mandate_end/reason", case)}
    ).expect(200)


def _beside_the_steps(made: Planted, walk: Walk, case: str) -> None:
    """Milestone, hand-over, a special procedure and an extension."""
    reviewer, head = made.officer("huc-reviewer"), made.officer("huc-head")
    task = reviewer.wait_for_task("huc-reviewer", walk.number, "review")["id"]
    reviewer.post(
        f"/tasks/{task}/milestones", {"title": made.text("milestone/title", case)}
    ).expect(201)
    to = {"to": OFFICER["huc-reviewer"], "reasons": made.reasons(case, "assignment/reasons/*")}
    head.post(f"/tasks/{task}/assignment", to).expect(200)
    ground = {
        "ground": made.text("procedure/ground", case),
        "evidence": made.text("procedure/evidence", case),
    }
    path = f"/cases/{walk.number}"
    reviewer.post(f"{path}/procedures", {"kind": "expert_review", "days": 3, **ground}).expect(201)
    report = {"report": made.text("procedure_end/report", case)}
    reviewer.post(f"{path}/procedures/1/end", report).expect(201)
    asked = {"days": 5, "reasons": made.reasons(case, "extension/reasons/*")}
    reviewer.post(f"{path}/extension", asked).expect(201)
    answered = {"grant": True, "reasons": made.reasons(case, "extension_answer/reasons/*")}
    head.post(f"{path}/extension/answer", answered).expect(201)


def _after_the_decision(made: Planted, walk: Walk, case: str) -> None:
    """A correction, and the decision taken back."""
    head, path = made.officer("huc-head"), f"/cases/{walk.number}"
    right_name = made.name("correction/name", case)
    body = {"entry": 2, "text": made.text("correction/text", case), "name": right_name}
    head.post(
        f"{path}/corrections", body | {"reasons": made.reasons(case, "correction/reasons/*")}
    ).expect(201)
    head.post(f"{path}/revocation", {"reasons": made.reasons(case, "reasoned/reasons/*")}).expect(
        201
    )


def _withdrawn(made: Planted) -> None:
    """Withdrawn when the head had kept the reviewer from it."""
    case = made.of_case("withdrawn", "URB")
    walk = made.filed("shop-sign", case)
    kept = {
        "person": OFFICER["urb-reviewer"],
        "reasons": made.reasons(case, "recusal/reasons/*"),
    }
    head = made.officer("urb-head")
    head.post(f"/cases/{walk.number}/recusals", kept).expect(201)
    _supervised(made, walk, case)
    walk.say("withdrawal", {"reason": made.text("withdrawal/reason", case)}).expect(201)


def _supervised(made: Planted, walk: Walk, case: str) -> None:
    """The office has to explain the case to supervision, and is believed."""
    supervisor, head = made.officer("city-supervisor"), made.officer("urb-head")
    order = {"number": walk.number, "text": made.text("supervision_order/text", case)}
    matter = supervisor.post("/supervision-matters", order).expect(201)["id"]
    answer = {
        "way": "explained",
        "text": made.text("matter_answer/text", case),
        "summary": "An officer had an interest.",
    }
    head.post(f"/supervision-matters/{matter}/answer", answer).expect(200)
    ruling = {
        "ruling": "settled",
        "reasons": made.reasons(case, "matter_ruling/reasons/*"),
        "summary": "The officer was kept from the case.",
    }
    supervisor.post(f"/supervision-matters/{matter}/ruling", ruling).expect(200)


def _complained(made: Planted) -> None:
    """The owner complains of an office, which answers to a part of it, and appeals the answer."""
    of_supervision = made.of_case("complaint", "GOV", "SUP")
    at, body = "complaint_filing", {"kind": "report", "department": "URB"}
    body |= _sealed(made, at, of_supervision)
    receipt = made.client(OWNER).post("/complaints", body).expect(201)
    path, handler = f"/complaints/{receipt['id']}", made.officer("city-supervisor")
    handler.get(path).expect(200)
    handler.post(f"{path}/acceptance").expect(200)
    told = made.reasons(of_supervision, "complaint_reasons/reasons/*")
    handler.post(f"{path}/extension", {"reasons": told}).expect(200)
    of_office = made.of_case("complained-of", "URB")
    order = {"text": made.text("complaint_order/text", of_office)}
    (matter,) = handler.post(f"{path}/order", order).expect(201)["matters"]
    made.officer("urb-head").get(f"/supervision-matters/{matter}").expect(200)
    _answered(made, path, "city-supervisor", of_supervision)
    appeal = {
        "tracking_code": receipt["tracking_code"],
        "text": made.text("complaint_appeal/text", of_supervision),
    }
    made.stack.city.anybody().post(f"{path}/appeal", appeal).expect(201)
    _answered(made, path, "commission-supervisor", of_supervision)
    for person in (OWNER, OFFICER["commission-supervisor"], "o-tong-auditor"):
        made.client(person).get(path).expect(200)


def _answered(made: Planted, path: str, post: str, case: str) -> None:
    reasons = made.reasons(case, "complaint_answer/reasons/*")
    body = {"findings": "partly", "reasons": reasons}
    made.officer(post).post(f"{path}/answer", body).expect(200)


def _sealed(made: Planted, at: str, case: str) -> Json:
    contact = {
        "phone": made.phone(f"{at}/contact/phone", case),
        "email": made.mail(f"{at}/contact/email", case),
    }
    return {"text": made.text(f"{at}/text", case), "contact": contact}


def _reported(made: Planted) -> None:
    """Somebody reports a wrong and gives no name; another supervisor looks at what is open."""
    case = made.of_case("report", "GOV", "SUP")
    body = {"kind": "report", "department": "URB"}
    body |= _sealed(made, "nameless_complaint", case)
    receipt = made.stack.city.anybody().post("/nameless-complaints", body).expect(201)
    path = f"/complaints/{receipt['id']}"
    code = {"tracking_code": receipt["tracking_code"]}
    made.stack.city.anybody().post(f"{path}/follow", code).expect(200)
    made.officer("city-supervisor").get(path).expect(200)
    made.officer("commission-supervisor").get(path).expect(200)
    made.officer("urb-head").get(path).expect(404)


def _refused(made: Planted) -> None:
    """Refused after a return, the acceptance and the review in batches."""
    case = made.of_case("refused", "URB")
    walk = made.filed("shop-sign", case)
    for step in ("accept", "review"):
        task = walk.officer(walk.post(step)).wait_for_task(walk.post(step), walk.number, step)["id"]
        done = {
            "task": task,
            "outcome": walk.flow.steps[step].plain,
            "note": made.text("task_batch/tasks/*/note", case),
        }
        answer = walk.officer(walk.post(step)).post("/task-batches", {"tasks": [done]}).expect(200)
        assert answer["results"][0]["status"] == 200, answer
    walk.complete(
        "approve",
        "return",
        reasons=made.reasons(case),
        note=made.text("task_completion/note", case),
    )
    walk.complete("review")
    task = walk.officer(walk.post("approve")).wait_for_task(
        walk.post("approve"), walk.number, "approve"
    )["id"]
    told = {
        "task": task,
        "outcome": "refuse",
        "reasons": made.reasons(case, "task_batch/tasks/*/reasons/*"),
    }
    walk.officer(walk.post("approve")).post("/task-batches", {"tasks": [told]}).expect(200)
    _watched(made, walk, case)


def _watched(made: Planted, walk: Walk, case: str) -> None:
    """It all went in seconds: supervision calls one finding false, and takes the other up. A change
    of the rule comes to nothing.
    """
    supervisor = made.officer("city-supervisor")

    def found() -> list[str]:
        listed = supervisor.get("/findings", limit="100").expect(200)["findings"]
        about = [each["id"] for each in listed if each["number"] == walk.number]
        return about if len(about) > 1 else []

    first, second = wait(found, f"two findings about {walk.number}")[:2]
    made.numbers_of["false-alarm"] = first
    false = {"reasons": made.reasons(case, "finding_false/reasons/*")}
    supervisor.post(f"/findings/{first}/false-alarm", false).expect(200)
    order = {"text": made.text("finding_matter/text", case)}
    supervisor.post(f"/findings/{second}/matter", order).expect(201)
    changes = "/supervision-rules/entered-in-one-burst/changes"
    wanted = {"on": False, "reasons": made.reasons("", "rule_change/reasons/*")}
    proposal = supervisor.post(changes, wanted).expect(201)["proposal"]
    rejected = made.reasons("", "rule_change_rejection/reasons/*")
    body = {"proposal": proposal, "reasons": rejected}
    made.client("o-xu-admin").post(f"{changes}/rejection", body).expect(200)


def _opposed(made: Planted) -> None:
    case = made.of_case("opposed", "FTU")
    walk = made.filed("model-worker", case)
    walk.complete("accept")
    walk.complete("review")
    objection = {"text": made.text("objection/text", case)}
    made.client(OBJECTOR).post(f"/cases/{walk.number}/objections", objection).expect(201)


def _penalty(made: Planted) -> None:
    case = made.of_case("penalty", "URB")
    at, name = "ex_officio_case", "street-penalty"
    officer = made.officer("urb-investigator")
    form = made.form(name, f"{at}/form", case)
    contact = {
        "phone": made.phone(f"{at}/concerned/contact/phone", case),
        "email": made.mail(f"{at}/concerned/contact/email", case),
    }
    concerned = {
        "person": OWNER,
        "name": made.name(f"{at}/concerned/name", case),
        "contact": contact,
    }
    files = made.attached(officer, ["scene-photos"], f"{at}/materials/*/file_name", case)
    body = {"item": name, "concerned": concerned, "form": form, "materials": files}
    walk = Walk(
        made.stack.city,
        officer.post("/ex-officio-cases", body).expect(201),
        made.client(OWNER),
        name,
    )
    walk.complete("investigate", "inform", reasons=made.reasons(case))
    walk.say("statements", {"text": made.text("statement/text", case)}).expect(201)
    walk.complete(
        "order", "order", measure=made.text("task_completion/measure", case), amount_fen=50_000
    )


def _at_window(made: Planted) -> None:
    """Somebody with a passport and no account, served by another department's window."""
    case = made.of_case("at-window", "PSB", "DPF")
    name, at, officer = "household-confirmation", "window_application", made.officer("dpf-window")
    number = made.document(f"{at}/present/document/number", case)
    passport = {"type": "passport", "country": "CHN", "number": number}
    present = {"name": made.name(f"{at}/present/name", case), "document": passport}
    body = {**made.application(officer, name, at, case), "present": present, **CONSENT}
    receipt = officer.post("/window-applications", body).expect(201)
    walk = Walk(made.stack.city, receipt, made.client(OWNER), name)
    made.numbers_of[case] = walk.number
    officer.post(f"/cases/{walk.number}/window-view", {"present": present, **CONSENT}).expect(201)
    defect = {"subject": "x", "problem": made.text("task_completion/defects/*/problem", case)}
    walk.complete("accept", "supplement", defects=[defect])
    form = made.form(name, "window_supplement/form", case)
    files = made.files(officer, name, form, "window_supplement", case)
    brought = {"present": present, **CONSENT, "form": form, "materials": files}
    officer.post(f"/cases/{walk.number}/window-supplements", brought).expect(201)


def _guardian(made: Planted) -> None:
    case = made.of_case("guardian", "DPF")
    officer = made.officer("dpf-window")
    document = {
        "type": "passport",
        "country": "CHN",
        "number": made.document("guardianship/minor/document/number", case),
    }
    minor = {
        "name": made.name("guardianship/minor/name", case),
        "document": document,
        "born_on": "2019-03-07",
    }
    guardian = {"name": made.name("guardianship/guardian/name", case), "person": GUARDIAN}
    papers = made.attached(
        officer, ["birth-certificate"], "guardianship/evidence/*/file_name", case
    )
    body = {**CONSENT, "guardian": guardian, "minor": minor, "evidence": papers}
    made_known = officer.post("/guardianships", body).expect(201)
    made.client(GUARDIAN).post(f"/mandates/{made_known['id']}/acceptance").expect(200)


def _refunded(made: Planted) -> None:
    """A fee paid, the case refused the fee's ground: ordered back with reasons."""
    case = made.of_case("refunded", "URB")
    walk = made.filed("road-excavation", case)
    for step in ("accept", "review", "approve", "assess"):
        walk.complete(step)
    walk.pay()
    walk.certificate()
    body = {"reasons": made.reasons(case, "reasoned/reasons/*")}
    made.officer("urb-head").post(f"/cases/{walk.number}/refund", body).expect(201)


def _registers(made: Planted) -> None:
    case = made.of_case("registers", "GOV", "URB")
    person = {
        "name": made.name("register_change/data/name", case),
        "mail": made.mail("register_change/data/mail", case),
    }
    body = {"kind": "appointment", "data": {"person": "o-kanari", "post": "urb-window", **person}}
    change = made.client("o-xu-admin").post("/register-changes", body).expect(201)["id"]
    rejected = {"reasons": made.reasons(case, "reasoned/reasons/*")}
    made.client("o-qiao-admin").post(f"/register-changes/{change}/rejection", rejected).expect(200)


def _drafts(made: Planted) -> None:
    case = made.of_case("drafts", "GOV")
    author, publisher = made.client("o-lu-yao"), made.client("o-bai-lu")
    document = json.loads((SEED / "items" / "shop-sign.json").read_text("utf-8")) | {
        "id": "kanari-sign"
    }
    body = {"document": document, "note": made.text("item_draft/note", case)}
    draft = author.post("/item-drafts", body).expect(201)["id"]
    made.numbers_of[case] = draft
    for who, what, told in (
        (author, "submission", None),
        (
            publisher,
            "review",
            {"outcome": "return", "reasons": made.reasons(case, "item_review/reasons/*")},
        ),
    ):
        etag = author.get(f"/item-drafts/{draft}").expect(200).headers["etag"]
        who.post(f"/item-drafts/{draft}/{what}", told, match=etag).expect(200)
