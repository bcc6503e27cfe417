from datetime import UTC, date, datetime

import time_machine

from core.clock import now, today


@time_machine.travel(datetime(2026, 12, 31, 20, 30, tzinfo=UTC), tick=False)
def test_la_reunion_is_already_in_the_new_year() -> None:
    assert now() == datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
    assert today("Indian/Reunion") == date(2027, 1, 1)
    assert today("Europe/Paris") == date(2026, 12, 31)
