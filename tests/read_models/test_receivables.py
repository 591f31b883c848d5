"""What the municipality is owed stands in one list: for what, how much, how far it has come, under which reference."""

from projections import payments
from tests.read_models.conftest import ScenarioDatabases
from tests.read_models.scenario import FELLINGS, WORKS_SCENARIO
from tests.read_models.scenario_player import ScenarioPlayer
from tests.stories import examples as e

WORK = ("dug", "work", "4500.00")
RECOVERY = ("drained", "recovery", "500.00")
FEE = ("felled", "fee", "120.00")


def listed(played: ScenarioPlayer) -> list[tuple[str, ...]]:
    found = payments.list_receivables(played.store.database, played.code)
    return [
        (
            each["stream"].rpartition("/")[2],
            each["why"],
            str(each["amount"]),
            each["state"],
            each["reference"],
        )
        for each in found
    ]


def test_each_receivable_stands_with_its_reason_and_where_it_is(databases: ScenarioDatabases) -> None:
    fee = [(*FEE, "to-be-handed-over", "")] if FELLINGS else []
    assert listed(databases.works) == [
        *fee,
        (*RECOVERY, "with-invoicing", "L-77"),
        (*WORK, "with-invoicing", "L-76"),
    ]


def test_where_nothing_is_owed_the_list_is_empty(databases: ScenarioDatabases) -> None:
    assert listed(databases.main) == []


def test_what_is_decided_waits_for_legal_force(played: ScenarioPlayer) -> None:
    signed = WORKS_SCENARIO.index(e.SIGN)
    played.play(WORKS_SCENARIO[:signed])
    assert listed(played) == [], "a proposal owes nothing"
    played.play(e.SIGN)
    assert listed(played) == [(*WORK, "awaits-legal-force", "")]
