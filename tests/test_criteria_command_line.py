"""`asiapolku criteria` as an officer or an auditor meets it: findings with places, results, and the exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest

from domain.criteria import ready_criteria
from domain.criteria.compiler import compile_rule_set
from domain.store.settings import InstallationSettings
from tests.conftest import ClientFactory
from tests.http.round_over_http import RoundOverHttp
from tests.live_municipality import LiveMunicipality
from tests.stories.documents import by_length
from tests.test_command_line import asiapolku

MUONIO = "budget-divided-by-length"
ROADS = "id;length;arrived\nSoukka;10 450;\nLyhyt;400;\nJäkälätörmä;510,0 m;\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "criteria.yaml"
    path.write_text(by_length(), encoding="utf-8")
    return path


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    path = tmp_path / "roads.csv"
    path.write_text(ROADS, encoding="utf-8-sig")
    return path


def test_a_faulty_document_is_told_line_by_line_and_exits_with_1(document: Path) -> None:
    document.write_text(document.read_text().replace("500 m", "500 €").replace("weight:", "wieght:"))
    ran = asiapolku("criteria", "check", str(document))
    assert ran.returncode == 1
    assert f"{document}:11:34: error: There is no key “wieght” here. Did you mean “weight”?" in ran.stdout
    result = json.loads(asiapolku("criteria", "check", str(document), "--json").stdout)
    assert not result["adoptable"]
    assert {"severity", "line", "column", "sentence", "mend"} == set(result["findings"][0])


def test_a_ready_document_is_checked_by_its_name(document: Path) -> None:
    ran = asiapolku("criteria", "check", MUONIO)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "22 example lines come out" in ran.stderr
    unknown = asiapolku("criteria", "check", "no-such-document")
    assert unknown.returncode == 2
    assert MUONIO in unknown.stderr


def test_a_table_is_calculated_without_a_database(document: Path, roads: Path) -> None:
    ran = asiapolku("criteria", "run", str(document), str(roads), "--budget", "30 000,00 €", "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert {
        line["id"]: (line["outcome"], line["amountEur"], line["reasons"]) for line in result["lines"]
    } == {
        "Jäkälätörmä": ("granted", "1392.30", []),
        "Lyhyt": ("rejected", "0.00", ["too-short"]),
        "Soukka": ("granted", "28528.50", []),
    }
    assert (result["totalEur"], result["unallocatedEur"], result["unitPrice"]) == (
        "29920.80",
        "79.20",
        "2730",
    )
    assert len(result["runHash"]) == 64
    assert all(line["trace"] for line in result["lines"])
    words = asiapolku("criteria", "run", str(document), str(roads), "--budget", "30000", "--lang", "sv")
    assert "Bidrag: 0,51 km × 2 730 €/km = 1 392,30 €" in words.stdout.replace("\u00a0", " ")
    as_json = roads.with_suffix(".json")
    as_json.write_text(
        json.dumps(
            [
                {"id": "Soukka", "length": 10450},
                {"id": "Lyhyt", "length": "400"},
                {"id": "Jäkälätörmä", "length": 510},
            ]
        )
    )
    assert (
        json.loads(
            asiapolku("criteria", "run", str(document), str(as_json), "--budget", "30000", "--json").stdout
        )["totalEur"]
        == "29920.80"
    )


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("id,lenght\na,1\n", "lenght"),
        ("length\n1\n", "no id"),
        ("id,length\na,1\na,2\n", "stands twice"),
        ("id,length\na,1,5\n", "more cells than the heading"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_way_to_mend_it(
    document: Path, roads: Path, rows: str, says: str
) -> None:
    roads.write_text(rows)
    ran = asiapolku("criteria", "run", str(document), str(roads), "--budget", "1000")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_document_is_told_in_three_languages_and_its_changes_in_words(
    document: Path, tmp_path: Path
) -> None:
    for language, says in {"fi": "alaspäin", "sv": "nedåt", "en": "rounded down"}.items():
        ran = asiapolku("criteria", "explain", MUONIO, "--lang", language)
        assert ran.returncode == 0
        assert says in ran.stdout
    new = tmp_path / "new.yaml"
    new.write_text(by_length(floor_to=1, minimum=400, edition=2))
    changes = asiapolku("criteria", "diff", str(document), str(new), "--lang", "en").stdout
    assert "require: length >= 500 m → length >= 400 m." in changes
    assert "Rounding unit price: down 10 €/km → down 1 €/km." in changes
    assert (
        "Nothing changed"
        in asiapolku("criteria", "diff", str(document), str(document), "--lang", "en").stdout
    )


def test_the_schema_is_json(document: Path) -> None:
    schema = json.loads(asiapolku("criteria", "schema").stdout)
    assert {"name", "inputs", "allocation", "examples"} <= set(schema["properties"])


def test_a_decided_round_is_replayed_and_tried_under_other_criteria(
    settings: InstallationSettings, municipality: LiveMunicipality, client_for: ClientFactory, tmp_path: Path
) -> None:
    chain = RoundOverHttp(municipality, client_for, compile_rule_set(ready_criteria()[MUONIO]))
    chain.to_decisions()
    here = {
        "DATABASE_URL": settings.database_url,
        "ASIAPOLKU_MASTER_KEY": settings.asiapolku_master_key.get_secret_value(),
        "ASIAPOLKU_ENVIRONMENT": "demo",
        "ASIAPOLKU_DEMO_CLOCK": str(settings.asiapolku_demo_clock),
    }
    case = chain.cases[chain.example.lines[0]["id"]]
    ran = asiapolku("criteria", "replay", case, "--municipality", municipality.code, **here)
    assert ran.returncode == 0, ran.stderr
    assert "0,51 km × 690 €/km = 351,90 €" in ran.stdout.replace("\u00a0", " ")
    assert "the same to the last byte" in ran.stderr
    new = tmp_path / "new.yaml"
    new.write_text(by_length(floor_to=1, minimum=1000, edition=2))
    words = ["criteria", "what-if", str(new), "--round", chain.round, "--municipality", municipality.code]
    found = json.loads(asiapolku(*words, "--json", **here).stdout)
    assert found["counts"]["newly-rejected"] > 0
    assert found["counts"]["winner"] > 0
    rows = list(csv.DictReader(io.StringIO(asiapolku(*words, "--csv", **here).stdout)))
    assert len(rows) == 19
    assert asiapolku(*words[:4], "1999", *words[5:], **here).returncode == 2
