"""Messages whose senders are killed: none is lost, and a second copy says that it is one."""

import json
import subprocess
import sys
from collections import Counter
from typing import Any

from tests.billing.crashes.conftest import CHECKOUT, DAY, Cluster
from tests.billing.crashes.mail_workers import MAIL_STEPS
from tests.harness.smtp import Sink, smtp_sink

MAILS = 8
MODULE = "tests.billing.crashes.mail_workers"
STATES = "SELECT state, count(*) FROM providers_mail GROUP BY state"
WAITING = "SELECT count(*) FROM providers_outboxitem WHERE done_at IS NULL AND kind = 'mail'"


def work(cluster: Cluster, sink: Sink, verb: str, provider: str, *rest: str) -> Any:
    url = f"smtp://127.0.0.1:{sink.port}"
    return json.loads(cluster.run("-m", MODULE, verb, provider, DAY, *rest, EMAIL_URL=url))


def test_senders_killed_at_every_step_lose_nothing(cluster: Cluster) -> None:
    """Only the death between the server's yes and the mark sends one message twice."""
    [provider] = cluster.seed(1)
    with smtp_sink() as sink:
        work(cluster, sink, "post", provider, str(MAILS))
        done = work(cluster, sink, "killed", provider)
    assert (done["deaths"], done["left"]) == (len(MAIL_STEPS), 0)
    copies = Counter(sink.ids)
    assert sorted(copies.values()) == [1] * (MAILS - 1) + [2]
    [twice] = [number for number, count in copies.items() if count == 2]
    first, second = (str(each) for each in sink.messages if each["Message-ID"] == twice)
    assert without_date(first) == without_date(second)
    assert cluster.rows(provider, STATES) == [("SENT", MAILS)]
    assert cluster.rows(provider, WAITING) == [(0,)]


def without_date(message: str) -> list[str]:
    """What a reader sees of it: not its hour, nor the mark between its parts."""
    return [
        line
        for line in message.splitlines()
        if not line.startswith("Date:") and "=====" not in line
    ]


def test_a_sender_killed_before_the_answer_sends_again(cluster: Cluster) -> None:
    """The server holds the message and has said nothing: the portal cannot know, and asks again."""
    [provider] = cluster.seed(1)
    with smtp_sink() as sink:
        work(cluster, sink, "post", provider, "1")
        sink.is_silent_at_data = True
        sender = subprocess.Popen(
            [sys.executable, "-m", MODULE, "relay", provider, DAY, "0"],
            cwd=CHECKOUT,
            env=cluster.environment | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"},
            stdout=subprocess.DEVNULL,
        )
        assert sink.has_message.wait(60)
        sender.kill()
        sender.wait()
        sink.is_silent_at_data = False
        assert cluster.rows(provider, STATES) == [("WAITING", 1)]
        assert work(cluster, sink, "relay", provider, "0") == {"dealt_with": 0}, "it is leased"
        assert work(cluster, sink, "relay", provider, "1") == {"dealt_with": 1}
    assert len(sink.messages) == 2
    assert len(set(sink.ids)) == 1
    assert cluster.rows(provider, STATES) == [("SENT", 1)]
