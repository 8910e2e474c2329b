"""The registers on the deployed stack: two persons give power, one takes it away, everybody can
read what holds.
"""

from datetime import timedelta

from infra.local.client import City, wait
from tests.journeys.support.cases import OFFICER, appointed, changed, filed

APPOINTMENT = {"person": "p-liu-yang", "post": "urb-window"}


def _posts(city: City, person: str) -> set[str]:
    return {post["post"] for post in city.person(person).get("/me").expect(200)["posts"]}


def _day(city: City, days: int) -> str:
    return (city.official_time() + timedelta(days=days)).date().isoformat()


def test_power_is_given_by_two_persons_and_taken_away_by_one(city: City) -> None:
    first, second = city.person("o-xu-admin"), city.person("o-qiao-admin")
    change = first.post("/register-changes", {"kind": "appointment", "data": APPOINTMENT}).expect(
        201
    )
    path = f"/register-changes/{change['id']}"
    assert "urb-window" not in _posts(city, "p-liu-yang")
    first.post(f"{path}/approval").expect(403, "own-change")
    wait(
        lambda: change["id"] in str(second.get("/register-changes").body),
        "the change among the open ones",
    )
    appointment = second.post(f"{path}/approval").expect(200)["subject"]
    assert "urb-window" in _posts(city, "p-liu-yang")
    second.post(f"{path}/rejection", {"reasons": ["迟了"]}).expect(409, "change-decided")
    city.person(OFFICER["urb-head"]).post(f"/appointments/{appointment}/end").expect(200)
    assert "urb-window" not in _posts(city, "p-liu-yang")


def test_a_head_answers_for_the_own_department_only(city: City) -> None:
    wish = {"kind": "appointment", "data": APPOINTMENT}
    change = city.person("o-xu-admin").post("/register-changes", wish).expect(201)["id"]
    path = f"/register-changes/{change}"
    city.person(OFFICER["psb-head"]).get(path).expect(404)
    city.person(OFFICER["urb-head"]).get(path).expect(200)
    rejected = (
        city.person(OFFICER["urb-head"])
        .post(f"{path}/rejection", {"reasons": ["无此需要"]})
        .expect(200)
    )
    assert rejected["status"] == "rejected"


def test_an_appointment_to_come_gives_nothing_today(city: City) -> None:
    appointment = changed(city, "appointment", APPOINTMENT, **{"from": _day(city, 30)})
    assert "urb-window" not in _posts(city, "p-liu-yang")
    city.person("o-xu-admin").post(f"/appointments/{appointment}/end").expect(200)


def test_history_tells_the_office_who_held_a_post_and_the_public_since_when(city: City) -> None:
    today = _day(city, 0)
    with appointed(city, "p-liu-yang", "dpf-reviewer"):
        pass
    with appointed(city, "p-liu-yang", "dpf-reviewer"):
        pass
    told = city.person("o-wang-fang").get("/posts/dpf-reviewer/appointments", on=today).expect(200)
    periods = [each for each in told["appointments"] if each["person"] == "p-liu-yang"]
    assert len(periods) >= 2 and all("until" in each for each in periods)
    public = city.anybody().get("/posts/dpf-reviewer/holders", on=today).expect(200)
    assert len(public["holders"]) == len(told["appointments"])
    assert "liu" not in public.raw.decode()
    assert (
        city.anybody().get("/posts/dpf-reviewer/holders", on="2020-01-01").expect(200)["holders"]
        == []
    )
    city.person("p-liu-yang").get("/posts/dpf-reviewer/appointments").expect(403)


def test_everybody_can_read_the_registers(city: City) -> None:
    anybody = city.anybody()
    parents = {
        o["code"]: o["parent"] for o in anybody.get("/organizations").expect(200)["organizations"]
    }
    assert (parents["MH"], parents["URB"], parents["SHQ-NS-QB"]) == (None, "MH", "SHQ-NS")
    posts = {post["id"]: post for post in anybody.get("/posts").expect(200)["posts"]}
    assert posts["urb-window"]["accepts_only"] and "shop-sign" in posts["urb-window"]["items"]
    assert not posts["urb-chief-window"]["accepts_only"]
    points = {p["id"]: p for p in anybody.get("/service-points").expect(200)["service_points"]}
    assert set(points["shanghe-centre"]["items"]) < set(points["service-centre"]["items"])


def test_a_substitute_works_while_the_holder_is_away(city: City) -> None:
    case = filed(city)
    absence = {"person": OFFICER["urb-window"], "post": "urb-window", "substitute": "o-han-bing"}
    made = changed(city, "absence", absence, until=_day(city, 7))
    try:
        task = city.person("o-han-bing").wait_for_task("urb-window", case.number)["id"]
        city.person(OFFICER["urb-window"]).complete(task, "accept").expect(403)
        city.person("o-han-bing").complete(task, "accept").expect(200)
    finally:
        city.person("o-xu-admin").post(f"/absences/{made}/end").expect(200)
    assert case.record()["steps"][0]["office"]["title"]["zh"] == "城市管理局受理窗口"
    case.act("urb-reviewer", "pass")
    city.person("o-han-bing").get("/tasks", post="urb-window").expect(404)
