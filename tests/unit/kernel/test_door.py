"""The one door: what every request meets before and after its handler, whatever the route."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from chalice.app import AuthResponse, Chalice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import GetError

from chalicelib.kernel import errors, log, texts
from chalicelib.kernel.authorization import Post, Principal, Resource
from chalicelib.kernel.errors import Denial, Problem, Rule, Unauthenticated
from chalicelib.kernel.http import (
    OFFICE,
    PAGING,
    PARTY,
    PUBLIC,
    SIGNED_IN,
    Call,
    Door,
    Parameter,
    Reply,
)
from chalicelib.kernel.http.installation import install
from chalicelib.kernel.settings import Settings
from tests.support.problems import every_problem, raised

CANARY = "李娜 13800001234 canary@example.org"
WORDS = {"q": Parameter("words")}
CLERK = Post("urb-window", "URB", frozenset({"window"}))


class PolicyEngine:
    """Posts and permissions as a test says; ``asked`` holds every question."""

    def __init__(self) -> None:
        self.posts: tuple[Post, ...] = ()
        self.denied: set[str] = set()
        self.why = Denial()
        self.asked: list[tuple[str, str]] = []

    def principal(self, claims: Any, office: bool) -> Principal:
        if not claims.get("principalId"):
            raise Unauthenticated
        return Principal(claims["principalId"], CANARY, self.posts if office else ())

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        self.asked.append((action, resource.id))
        return action not in self.denied

    def explain_denial(self, principal: Principal, action: str, resource: Resource) -> Denial:
        return self.why


class App:
    """A Chalice app with a door of its own, called with the events that API Gateway sends."""

    def __init__(self) -> None:
        self.engine, self.door, self.seen = PolicyEngine(), Door(), list[Any]()
        self.lines: list[dict[str, Any]] = []

    def on(self, handler: Any, **declared: Any) -> None:
        """One more route; ``handler`` gets the call."""
        declared = {"action": "do", "audience": SIGNED_IN, "summary": "", **declared}
        self.door.on(declared.pop("method", "POST"), declared.pop("path", "/things"), **declared)(
            handler
        )

    def ask(
        self, method: str = "POST", path: str = "/things", body: Any = None, *, who: str = "p-li-na", raw: Any = None,
        query: dict[str, str] | None = None, encoded: bool = False, where: str = "",
        parts: dict[str, str] | None = None, **headers: str,
    ) -> "Answer":  # fmt: skip
        """Send one request; ``headers`` with _ for -, an empty one is not sent."""
        app = Chalice("door")
        install(
            app,
            app.authorizer(name="sign_in")(lambda request: AuthResponse(["*"], "p")),
            self.engine,
            [self.door],
        )
        sent = {"content_type": "application/json", "idempotency_key": "k-1", **headers}
        event = {
            "headers": {name.replace("_", "-"): value for name, value in sent.items() if value},
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
            "pathParameters": parts, "stageVariables": None, "isBase64Encoded": encoded,
            "body": raw if raw is not None else json.dumps(body, ensure_ascii=False),
            "requestContext": {
                "httpMethod": method, "resourcePath": path, "path": where or path, "identity": {},
                "domainName": "abc.execute-api.example",
                "authorizer": {"principalId": who} if who else None,
            },
        }  # fmt: skip
        answer = app(event, None)
        return Answer(answer)


class Answer:
    """What came back."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.status: int = answer["statusCode"]
        self.headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.body: Any = json.loads(answer["body"]) if answer["body"] else None

    @property
    def problem(self) -> str:
        return str(self.body["type"]).removeprefix("urn:sunlit:problem:")


@pytest.fixture
def app(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    made = App()

    def keep(message: str, **fields: Any) -> None:
        made.lines.append({"message": message, **fields})

    monkeypatch.setattr(log.logger, "info", keep)
    monkeypatch.setattr(log.logger, "error", keep)
    yield made


def permitted(call: Call, **parts: str) -> Reply:
    call.permit()
    return Reply({"person": call.principal.person, **parts})


def echo(call: Call) -> Reply:
    call.permit()
    return Reply(call.body)


# ---- who is let in
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", [SIGNED_IN, PARTY, OFFICE])
def test_without_a_principal_only_public_routes_answer(app: App, audience: str) -> None:
    app.on(permitted, audience=audience)
    app.on(lambda call: Reply({"open": True}), method="GET", path="/open", audience=PUBLIC)
    answer = app.ask(who="")
    assert (answer.status, answer.problem) == (401, "sign-in-needed")
    assert app.ask("GET", "/open", who="").status == 200
    assert app.engine.asked == []


def test_an_office_route_asks_the_policies_before_it_looks_at_anything_when_no_post_is_held(
    app: App,
) -> None:
    app.engine.denied = {"complete_task"}
    app.on(permitted, action="complete_task", audience=OFFICE, body="withdrawal")
    answer = app.ask(raw="not even JSON")
    assert (answer.status, answer.problem) == (403, "not-allowed")
    assert app.engine.asked == [("complete_task", "city")]


RULE = Rule("no-own-case", {"zh-CN": "回避", "en": "Recusal"})


@pytest.mark.parametrize(("language", "title"), [("zh", "回避"), ("en", "Recusal")])
def test_a_denial_names_its_rule_in_the_callers_language(
    app: App, language: str, title: str
) -> None:
    app.engine.denied = {"do"}
    app.on(permitted)
    app.engine.why = Denial(RULE)
    refused = app.ask(accept_language=language).body
    assert refused["rule"] == {"id": "no-own-case", "title": title} and "rules" not in refused
    app.engine.why = Denial(rules=(RULE, RULE))
    refused = app.ask(accept_language=language).body
    assert refused["rules"] == [{"id": "no-own-case", "title": title}] * 2 and "rule" not in refused


def test_what_may_not_be_known_of_names_no_rule(app: App) -> None:
    def hidden(call: Call) -> Reply:
        call.permit(Resource("Case", "c", see="do"))
        return Reply({})

    app.engine.denied, app.engine.why = {"do"}, Denial(RULE)
    app.on(hidden)
    refused = app.ask()
    assert refused.status == 404
    assert set(refused.body) == {"type", "title", "status", "correlation_id"}


@pytest.mark.parametrize(
    ("audience", "posts"), [(SIGNED_IN, ()), (PARTY, (CLERK,)), (OFFICE, (CLERK,))]
)
def test_posts_are_read_where_an_office_may_act(
    app: App, audience: str, posts: tuple[Post, ...]
) -> None:
    app.engine.posts = (CLERK,)
    app.on(
        lambda call: (app.seen.append(call.principal.posts), permitted(call))[1], audience=audience
    )
    assert app.ask().status == 200
    assert app.seen == [posts]


@pytest.mark.parametrize(
    ("see", "denied", "status"),
    [
        ("", set(), 200),
        ("", {"act"}, 403),
        ("view", {"act"}, 403),
        ("view", {"act", "view"}, 404),
        ("view", {"view"}, 200),
        ("act", {"act"}, 404),
    ],
)
def test_what_one_may_not_see_does_not_exist(
    app: App, see: str, denied: set[str], status: int
) -> None:
    def handler(call: Call) -> Reply:
        call.permit(Resource("Case", "c", see=see))
        return Reply({})

    app.engine.denied = denied
    app.on(handler, action="act")
    assert app.ask().status == status


def test_a_handler_that_forgets_to_ask_the_policies_is_a_defect(app: App) -> None:
    app.on(lambda call: Reply({"leak": CANARY}))
    answer = app.ask()
    assert (answer.status, answer.problem) == (500, "internal")
    assert CANARY not in json.dumps(answer.body, ensure_ascii=False)


# ---- what is read
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "status", "problem"),
    [
        ("", 400, "json-malformed"),
        ("{", 400, "json-malformed"),
        ('{"reason": "a", "reason": "b"}', 400, "json-duplicate-key"),
        ('{"reason": NaN}', 400, "json-malformed"),
        ('{"reason": "\\ud800"}', 400, "json-malformed"),
        ('{"a":' * 40 + "1" + "}" * 40, 400, "json-too-deep"),
        ("[" * 100_000, 400, "json-malformed"),
        ('{"reason": "' + "a" * 262_144 + '"}', 413, "body-too-large"),
        ('{"reason": ' + "9" * 39 + "}", 422, "invalid"),
        ('{"reason": "a", "at": "2020-01-01T00:00:00Z"}', 422, "invalid"),
        ('{"reason": 5}', 422, "invalid"),
        ("[]", 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_read_strictly_is_refused(
    app: App, raw: str, status: int, problem: str
) -> None:
    app.on(echo, body="withdrawal")
    answer = app.ask(raw=raw, accept_language="en")
    assert answer.status == status
    said = texts.all_texts()[problem]["en"].partition("{")[0]
    assert answer.problem == problem or answer.body["detail"].startswith(said)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_a_body_must_say_that_it_is_json(app: App, kind: str) -> None:
    app.on(echo, body="withdrawal")
    answer = app.ask(body={"reason": "a"}, content_type=kind)
    assert (answer.status, answer.problem) == (415, "content-type-not-json")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_may_be_named_in_all_its_spellings(app: App, kind: str) -> None:
    app.on(echo, body="withdrawal")
    assert app.ask(body={"reason": "面馆"}, content_type=kind).body == {"reason": "面馆"}


def test_bytes_are_read_as_utf_8_or_not_at_all(app: App) -> None:
    app.on(echo, body="withdrawal")

    def ask(raw: bytes) -> Answer:
        return app.ask(raw=base64.b64encode(raw).decode(), encoded=True)

    assert ask('{"reason": "面馆"}'.encode()).body == {"reason": "面馆"}
    assert ask('{"reason": "面馆"}'.encode("gb18030")).status == 400
    assert ask('{"reason": "a"}'.encode("utf-16")).status == 400


def test_faults_name_the_field_and_the_rule_and_never_the_value(app: App) -> None:
    app.on(echo, body="withdrawal")
    answer = app.ask(body={"reason": "\u202e" + CANARY, "nonsense": CANARY}, accept_language="en")
    assert answer.body["errors"] == [
        {"field": "/nonsense", "message": "There is no such field."},
        {
            "field": "/reason",
            "message": "This has a character that may not be used, U+202E RIGHT-TO-LEFT OVERRIDE. Take it out and send it again.",
        },
    ]
    assert CANARY not in json.dumps([answer.body, app.lines], ensure_ascii=False)


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: json.dumps({"reason": text}).encode())
)
@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_body_whatever_is_a_defect_of_ours(app: App, raw: bytes) -> None:
    app.door.routes.clear()
    app.on(echo, body="withdrawal")
    assert app.ask(raw=base64.b64encode(raw).decode(), encoded=True).status in (200, 400, 422)


def test_a_route_without_a_body_schema_does_not_look_at_the_body(app: App) -> None:
    app.on(permitted)
    assert app.ask(raw="garbage", content_type="").status == 200


# ---- what is asked twice
# ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", " ", "a b", "k\u00e9", "\u952e", "k" * 256, "k\n", "k\x7f"])
def test_a_write_needs_a_key_that_can_be_kept(app: App, key: str) -> None:
    app.on(permitted)
    answer = app.ask(idempotency_key=key)
    assert (answer.status, answer.problem) == (400, "idempotency-key-missing")


@pytest.mark.parametrize(
    "key", ["k", "k" * 255, "~!@#$%^&*()", "4f9c1c1e-8a39-4f0e-9e0e-0d6f6d1f4c2a"]
)
def test_any_visible_characters_make_a_key(app: App, key: str) -> None:
    app.on(permitted)
    assert app.ask(idempotency_key=key).status == 200


def test_reads_and_repeatable_requests_need_no_key(app: App) -> None:
    app.on(permitted, method="GET")
    app.on(echo, path="/follow", body="withdrawal", repeatable=True)
    assert app.ask("GET", idempotency_key="").status == 200
    assert app.ask(path="/follow", body={}, idempotency_key="").status == 200
    assert app.ask(path="/follow", body={"x": 1}, idempotency_key="").status == 422


def test_a_request_is_known_by_caller_and_key_and_by_what_it_asks(app: App) -> None:
    app.on(lambda call: (app.seen.append(call.request), permitted(call))[1], body="contact_probe")
    app.on(
        lambda call: (app.seen.append(call.request), permitted(call))[1],
        path="/others",
        body="contact_probe",
    )

    def request(**more: Any) -> Any:
        body = more.pop("raw", '{"a": 1, "b": {"c": [1, 2]}}')
        assert app.ask(raw=body, **more).status == 200
        return app.seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        from jsonschema import Draft202012Validator

        from chalicelib.kernel import schemas

        patch.setattr(schemas, "named", lambda name: Draft202012Validator({}))
        first = request()
        assert request() == first
        assert request(raw=' {"b":{"c":[1,2.0]},"a":1e0}') == first
        assert request(raw='{"a": 2, "b": {"c": [1, 2]}}') == errors_apart(first, body=True)
        assert request(raw='{"a": 1, "b": {"c": [2, 1]}}') == errors_apart(first, body=True)
        assert request(idempotency_key="k-2") == errors_apart(first, key=True)
        assert request(who="p-chen-jie") == errors_apart(first, key=True)
        assert request(path="/others") == errors_apart(first, body=True)
        assert request(where="/things/other") == errors_apart(first, body=True)
    assert "k-1" not in json.dumps(first.__dict__)


class errors_apart:  # noqa: N801 - reads as a phrase
    """Equal to a request that differs from ``first`` in exactly these parts."""

    def __init__(self, first: Any, key: bool = False, body: bool = False) -> None:
        self.first, self.apart = first, (key, body)

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, type(self.first))
        return (other.key != self.first.key, other.body != self.first.body) == self.apart

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('"7"', 7),
        ("7", 7),
        (' "7" ', 7),
        ('W/"7"', -1),
        ("*", -1),
        ('"x"', -1),
        ('"-7"', -1),
        ('"\u0667"', -1),
    ],
)
def test_if_match_names_a_version(app: App, tag: str, expected: int) -> None:
    app.on(lambda call: (app.seen.append(call.edited_version), permitted(call))[1], edit=True)
    assert app.ask(if_match=tag).status == 200
    assert app.seen == [expected]


@pytest.mark.parametrize("tag", ["", '""', "  "])
def test_an_edit_without_if_match_is_asked_for_it(app: App, tag: str) -> None:
    app.on(lambda call: (app.seen.append(call.edited_version), permitted(call))[1], edit=True)
    answer = app.ask(if_match=tag)
    assert (answer.status, answer.problem) == (428, "if-match-missing")


def test_a_version_too_long_for_any_case_is_another_version(app: App) -> None:
    app.on(lambda call: (app.seen.append(call.edited_version), permitted(call))[1], edit=True)
    assert app.ask(if_match='"' + "9" * 5000 + '"').status < 500


@pytest.mark.parametrize(
    ("text", "expected"), [("1", 1), ("100", 100), ("020", 20), ("0", 0), ("101", 0), ("-1", 0), ("1e2", 0), ("٢", 0),
                           ("", 0), ("0000010999", 0), ("000001" + "0" * 5000, 0), ("9" * 5000, 0)],
)  # fmt: skip
def test_a_page_has_between_one_and_a_hundred_rows(app: App, text: str, expected: int) -> None:
    app.on(
        lambda call: (app.seen.append(call.limit()), permitted(call))[1], method="GET", query=PAGING
    )
    answer = app.ask("GET", query={"limit": text})
    assert (answer.status, app.seen) == ((200, [expected]) if expected else (400, []))


def test_a_page_has_twenty_rows_unless_asked_otherwise(app: App) -> None:
    app.on(lambda call: (app.seen.append(call.limit()), permitted(call))[1], method="GET")
    assert app.ask("GET").status == 200
    assert app.seen == [20]


# ---- what is answered
# -------------------------------------------------------------------------------------------


def test_a_reply_may_say_another_status_than_its_route(app: App) -> None:
    app.on(lambda call: Reply({"found": False}, status=404), method="GET", audience=PUBLIC)
    assert (app.ask("GET").status, app.ask("GET").body) == (404, {"found": False})


@pytest.mark.parametrize(
    ("public", "where", "expected"),
    [
        ("https://city.example/", "/api/things/x", "https://city.example"),
        ("", "/api/things/x", "https://abc.execute-api.example/api"),
        ("", "/things/x", "https://abc.execute-api.example"),
    ],
)
def test_the_api_knows_its_own_address(app: App, public: str, where: str, expected: str) -> None:
    known = Settings({"TIME_ZONE": "Asia/Shanghai", "STAGE": "test", "PUBLIC_URL": public})
    app.on(
        lambda call, name: Reply({"at": call.base_url}),
        method="GET",
        path="/things/{name}",
        audience=PUBLIC,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.kernel.http.call.settings", lambda: known)
        answer = app.ask(
            "GET", "/things/{name}", parts={"name": "x"}, where=where, host="evil.example"
        )
    assert answer.body == {"at": expected}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__name__)
def test_every_problem_is_told_in_the_callers_language(
    app: App, kind: type[Problem], language: str
) -> None:
    def handler(call: Call) -> Reply:
        raise raised(kind)

    app.on(handler)
    answer = app.ask(accept_language=language)
    assert (answer.status, answer.problem) == (kind.status, kind.type)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body["title"] not in ("", kind.type)
    assert "{" not in answer.body["title"]
    assert any("\u4e00" <= c <= "\u9fff" for c in answer.body["title"]) == (language == "zh-CN")
    assert answer.body["correlation_id"] == answer.headers["x-correlation-id"]
    reason = ["detail"] if kind is errors.Forbidden else []
    assert sorted(answer.body) == sorted(["correlation_id", "status", "title", "type", *reason])


OWN = Rule("own-case", {"zh-CN": "不得办理自己的事项", "en": "Nobody decides their own matter"})


@pytest.mark.parametrize(
    ("denial", "said"),
    [
        (Denial(OWN), "Nobody decides their own matter"),
        (Denial(rules=(OWN, OWN)), "Nobody decides their own matter"),
        (Denial(), "No published rule"),
    ],
)
def test_a_refusal_always_says_why(app: App, denial: Denial, said: str) -> None:
    def handler(call: Call) -> Reply:
        raise errors.Forbidden().because(denial)

    app.on(handler)
    assert said in app.ask(accept_language="en").body["detail"]


def test_too_many_tries_are_told_when_to_come_back(app: App) -> None:
    def handler(call: Call) -> Reply:
        raise errors.TooMany(17)

    app.on(handler)
    answer = app.ask(accept_language="en")
    assert (answer.status, answer.headers["retry-after"]) == (429, "17")
    assert "17 seconds" in answer.body["title"]


THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": CANARY}}, "PutItem")
AWAY = EndpointConnectionError(endpoint_url="http://dynamodb")
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": CANARY}}, "PutItem")


@pytest.mark.parametrize(
    ("error", "status"),
    [(THROTTLED, 503), (AWAY, 503), (GetError("x", THROTTLED), 503), (GetError("x", AWAY), 503),
     (DENIED, 500), (GetError("x", DENIED), 500), (ValueError(CANARY), 500), (KeyError(CANARY), 500)],
)  # fmt: skip
def test_a_part_that_is_away_is_503_and_all_else_is_our_defect(
    app: App, error: Exception, status: int
) -> None:
    def handler(call: Call) -> Reply:
        raise error

    app.on(handler)
    answer = app.ask()
    assert (answer.status, "retry-after" in answer.headers) == (status, status == 503)
    assert answer.problem == ("try-again-later" if status == 503 else "internal")
    assert CANARY not in json.dumps([answer.body, app.lines], ensure_ascii=False)
    failed, request = app.lines
    assert (failed["message"], failed["error"]) == ("request failed", type(error).__name__)
    assert (
        failed["correlation_id"] == request["correlation_id"] == answer.headers["x-correlation-id"]
    )
    assert request["RequestErrors"] == [1.0]


@pytest.mark.parametrize("query", [None, {"a": "b"}, {"q": "\ufffd"}])
@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
def test_another_verb_is_told_which_ones_there_are(
    app: App, verb: str, query: dict[str, str] | None
) -> None:
    app.on(permitted)
    answer = app.ask(verb, who="", query=query, idempotency_key="", content_type="")
    assert (answer.status, answer.problem, answer.headers["allow"]) == (
        405,
        "method-not-allowed",
        "OPTIONS, POST",
    )


def test_options_tells_the_verbs_of_a_path_to_anybody(app: App) -> None:
    app.on(permitted, method="GET")
    app.on(permitted, method="POST")
    answer = app.ask("OPTIONS", who="", idempotency_key="", content_type="")
    assert (answer.status, answer.body) == (204, None)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(("who", "status"), [("p-li-na", 200), ("", 401)])
def test_head_is_get_without_its_body(app: App, who: str, status: int) -> None:
    def handler(call: Call, name: str) -> Reply:
        call.permit()
        return Reply({"a": name}, version=12)

    app.on(handler, method="GET", path="/things/{name}")
    asked = {"path": "/things/{name}", "parts": {"name": "x"}, "who": who}
    head, get = app.ask("HEAD", **asked), app.ask("GET", **asked)
    assert (head.status, head.body) == (get.status, None)
    assert head.status == status
    assert head.headers.keys() == get.headers.keys()
    assert head.headers.get("etag") == get.headers.get("etag")


def test_an_answer_says_version_language_and_that_it_is_nobody_elses(app: App) -> None:
    def handler(call: Call) -> Reply:
        call.permit()
        return Reply({"a": 1}, version=12, headers={"Location": "/things/1"})

    app.on(handler, status=201)
    answer = app.ask(accept_language="en", x_correlation_id="trace-12345")
    assert (answer.status, answer.body) == (201, {"a": 1})
    expected = {
        "etag": '"12"', "location": "/things/1", "content-language": "en", "cache-control": "no-store",
        "x-content-type-options": "nosniff", "content-type": "application/json", "x-correlation-id": "trace-12345",
    }  # fmt: skip
    assert {name: answer.headers.get(name) for name in expected} == expected


@pytest.mark.parametrize("method", ["POST", "TRACE"])
def test_refusals_are_guarded_as_answers_are(app: App, method: str) -> None:
    app.on(permitted, method="GET")
    answer = app.ask(method, who="")
    assert answer.status >= 400
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "has space in it", "line\nbreak-x", "<script>alert</script>"]
)
def test_a_correlation_id_that_is_none_is_replaced(app: App, given: str) -> None:
    app.on(permitted)
    answer = app.ask(x_correlation_id=given)
    assert len(answer.headers["x-correlation-id"]) == 26
    assert answer.headers["x-correlation-id"] == app.lines[0]["correlation_id"] != given


def test_each_request_writes_one_line_without_personal_data(app: App) -> None:
    app.on(
        lambda call, name: permitted(call), path="/things/{name}", body="withdrawal", query=WORDS
    )
    for body, status in (({"reason": CANARY}, 200), ({"reason": CANARY, "x": CANARY}, 422)):
        answer = app.ask(
            path="/things/{name}", body=body, where=f"/things/{CANARY}", query={"q": CANARY}, who="p-li-na",
            authorization=f"Bearer {CANARY}", user_agent=CANARY, parts={"name": CANARY},
        )  # fmt: skip
        assert answer.status == status
    assert len(app.lines) == 2
    good, bad = app.lines
    assert (good["message"], good["route"], good["status"]) == (
        "request",
        "POST /things/{name}",
        200,
    )
    assert (bad["status"], bad["problem"]) == (422, "invalid")
    assert set(good) == {"message", "route", "status", "ms", "correlation_id"}
    for secret in (CANARY, "p-li-na", "13800001234"):
        assert secret not in json.dumps(app.lines, ensure_ascii=False)
