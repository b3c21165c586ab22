"""What a query of a resource log brought, as text, as data and as rows of a table."""

from __future__ import annotations

from azext_iotdiag.knowledge.workspace import LOG_QUERY_REFUSED, WORKSPACE_BUSY
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.log_query import QueryAnswer
from azext_iotdiag.model.log_table import Column, LogTable
from azext_iotdiag.render import log_query as render

HUB = "plant.azure-devices.net"
COLUMNS = (Column("DeviceId", "string"), Column("Times", "long"), Column("Last", "datetime"), Column("Size", "real"))
ROWS = (
    ("pump-1", 1234, "2026-11-30T10:00:00.1230000Z", 1.5),
    ("a\x1b[31m" + "x" * 80, 7, None, 2_000_000.0),
)


def answer(**more) -> QueryAnswer:
    table = LogTable(COLUMNS, more.pop("rows", ROWS), more.pop("partial", ""))
    return QueryAnswer(HUB, more.pop("saved", "mine"), 1_796_000_000_000, 1_796_086_400_000, table, **more)


def test_a_table_for_a_person() -> None:
    shown = list(render.lines(answer()))
    assert shown[0] == f"√ mine: 2 rows of {HUB} from 2026-11-30T00:53:20Z to 2026-12-01T00:53:20Z."
    assert shown[2].split() == ["DeviceId", "Times", "Last", "Size"]
    assert shown[3].split() == ["pump-1", "1234", "2026-11-30T10:00:00Z", "1.5"]
    assert shown[4].endswith("…      7                        2e+06") and "\x1b" not in shown[4]
    assert len({line.index(each) for line, each in ((shown[2], "Last"), (shown[3], "2026"))}) == 1


def test_many_rows_are_cut_for_a_person_and_not_as_data() -> None:
    many = answer(rows=tuple((f"d{number}", number, "", 0.0) for number in range(60)))
    shown = list(render.lines(many))
    assert shown[-1] == "  and 10 more rows: -o json shows them." and len(shown) == 3 + 50 + 1
    assert len(render.data(many)["rows"]) == 60


def test_a_query_of_ones_own_has_no_name() -> None:
    assert render.answer(answer(saved="")).startswith("√ your query: 2 rows")
    assert render.data(answer(saved=""))["saved"] is None


def test_a_failure_is_told_in_the_words_of_the_service() -> None:
    refused = fail(LOG_QUERY_REFUSED, "m", condition="SYN0002", description="Query could not be parsed.")
    found = answer(rows=(), failure=refused)
    assert render.answer(found) == "? The query was not answered: SYN0002: Query could not be parsed."
    assert found.exit_code == exit_codes.UNDETERMINED
    silent = answer(rows=(), failure=fail(WORKSPACE_BUSY, "nothing came", step="the answer"))
    assert render.answer(silent) == "? The query was not answered: nothing came."
    assert render.table(render.data(silent)) == [{"Answer": "? The query was not answered: nothing came."}]
