"""What a digest tells an officer of the posts that they hold."""

import json
from datetime import timedelta

from chalicelib.casework.consumers import waiting_tasks
from chalicelib.kernel import clock
from chalicelib.notify import Tasks
from chalicelib.supervision import handlers
from tests.support.builders import teams
from tests.support.builders.cases import MONDAY
from tests.support.builders.teams import Team

team = teams.team

LATE, SOON = clock.stamp(MONDAY - timedelta(days=1)), clock.stamp(MONDAY + timedelta(days=1))


def test_all_that_waits_is_counted_and_what_came_since(team: Team) -> None:
    for name, due in (("a", LATE), ("b", SOON), ("c", "")):
        team.stand(name, due=due)
    team.stand("d", post="dpf-window", due=LATE)
    earlier, later = MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1)
    counted = [waiting_tasks.of_person("o-win", since, MONDAY) for since in (earlier, later)]
    assert [found and found[0] for found in counted] == [Tasks(3, 3, 1), Tasks(3, 0, 1)]
    nothing = waiting_tasks.of_person("o-rev", earlier, MONDAY)
    assert nothing and nothing[0] == Tasks(0, 0, 0)


def test_who_holds_no_post_has_no_tasks(team: Team) -> None:
    team.stand("a")
    assert waiting_tasks.of_person("p-li-na", MONDAY, MONDAY) is None


def test_the_clock_wakes_the_sweep_and_the_queue_does_not(team: Team) -> None:
    assert handlers.notify({"source": "aws.events"}) == {"sent": 0, "failed": 0}
    told = {"source": "aws.ses", "detail": {"eventType": "Send", "mail": {"messageId": "m"}}}
    records = [{"messageId": "q", "eventSource": "aws:sqs", "body": json.dumps(told)}]
    assert handlers.notify({"Records": records}) == {"batchItemFailures": []}
