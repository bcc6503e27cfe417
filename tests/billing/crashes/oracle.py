"""What must hold of a provider's numbers whatever died: no gap, no duplicate, nothing lost."""

from tests.billing.crashes.conftest import Cluster

SEQUENCES = "SELECT series, array_agg(sequence ORDER BY sequence) FROM billing_invoice GROUP BY 1"
DATES_GO_BACK = """
SELECT count(*) FROM (
  SELECT issue_date < lag(issue_date) OVER (PARTITION BY series ORDER BY year, sequence) AS back
    FROM billing_invoice) AS dated WHERE back
"""
TWICE_CLAIMED = """
SELECT count(*) FROM (SELECT line_id, first_day FROM billing_claim
  WHERE released_by_id IS NULL GROUP BY 1, 2 HAVING count(*) > 1) AS twice
"""
COUNTER_DRIFT = """
SELECT count(*) FROM billing_seriescounter AS c WHERE c.last_number <> (
  SELECT count(*) FROM billing_invoice AS i WHERE i.series = c.series AND i.year = c.year)
"""
INCOMPLETE = """
SELECT count(*) FROM billing_invoice AS i WHERE
  NOT EXISTS (SELECT 1 FROM billing_settlement AS s WHERE s.invoice_id = i.id)
  OR (SELECT count(*) FROM billing_invoiceline AS l WHERE l.invoice_id = i.id) <> 3
  OR NOT EXISTS (SELECT 1 FROM providers_outboxitem AS o WHERE o.subject_id = i.id)
  OR NOT EXISTS (SELECT 1 FROM providers_auditentry AS a WHERE a.subject_id = i.id)
"""
ORPHANS = """
SELECT count(*) FROM providers_outboxitem AS o
 WHERE NOT EXISTS (SELECT 1 FROM billing_invoice AS i WHERE i.id = o.subject_id)
"""


def assert_sound(cluster: Cluster, provider: str) -> dict[str, int]:
    """Every property of the numbers; return how many documents each series holds."""
    found = dict(cluster.rows(provider, SEQUENCES))
    for series, numbers in found.items():
        assert numbers == list(range(1, len(numbers) + 1)), f"series {series} is not contiguous"
    for name, query in {
        "dates go back": DATES_GO_BACK,
        "days claimed twice": TWICE_CLAIMED,
        "counter away from its rows": COUNTER_DRIFT,
        "documents incomplete": INCOMPLETE,
        "outbox items without document": ORPHANS,
    }.items():
        assert cluster.rows(provider, query) == [(0,)], name
    cluster.run("manage.py", "verify_chain")
    return {series: len(numbers) for series, numbers in found.items()}
