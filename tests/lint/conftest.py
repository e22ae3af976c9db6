"""`kpi` as a function, as the tests of the command line have it."""

from tests.cli.conftest import kpi

__all__ = ["kpi"]
