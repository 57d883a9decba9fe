"""Tables of kinds: each row names a class, and a table loads what is looked up alone."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from domain.designs.kinds import DESIGN_KINDS
from domain.kinds import Kinds
from domain.space.kinds import PARAMETER_KINDS

TABLES: list[Kinds[object]] = [PARAMETER_KINDS, DESIGN_KINDS]  # type: ignore[list-item]  # tables of any kinds


@pytest.mark.parametrize("table", TABLES, ids=["parameters", "designs"])
def test_each_row_names_a_class(table: Kinds[object]) -> None:
    """And no class has two names, as a document is written with one of them."""
    classes = dict(table)
    assert all(isinstance(one, type) for one in classes.values())
    assert len(set(classes.values())) == len(table) == len(list(table))


def test_a_value_has_the_name_of_its_kind() -> None:
    """One of a class that no row names has none, and a kind that is not in the table cannot be looked up."""
    table: Kinds[Fraction] = Kinds({"fraction": "fractions:Fraction"})
    assert (table.name_of(Fraction(1, 2)), table.has(Fraction(1, 2))) == ("fraction", True)
    assert (table.name_of(0.5), table.has(0.5)) == (None, False)
    assert ("fraction" in table, "decimal" in table) == (True, False)
    with pytest.raises(KeyError):
        table["decimal"]


def test_a_table_loads_what_is_looked_up_alone() -> None:
    """Neither its names nor a question for one of them loads a class."""
    program = (
        "import sys\n"
        "from domain.kinds import Kinds\n"
        "table = Kinds({'calendar': 'calendar:Calendar', 'scheduler': 'sched:scheduler'})\n"
        "list(table), 'scheduler' in table, table.name_of(1), table['calendar']\n"
        "print('calendar' in sys.modules, 'sched' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
