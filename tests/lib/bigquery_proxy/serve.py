"""Serves local-bigquery with three of its ways (0.3.2) mended.

A MERGE inside of a transaction: it asks whether a transaction is open by trying to begin another one, which
spoils the one that is open. And where tables are kept: in a lake of files each statement takes a good part of
a second, in memory a hundredth of that. And how large a row may be: BigQuery takes 100 MB.
"""
import duckdb
from local_bigquery.cli import main
from local_bigquery.engine import database
from local_bigquery.jobs import load, merge


class _Cursor:
    """A cursor that says of itself that a transaction is open."""

    def __init__(self, cursor):
        self._cursor = cursor

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def _is_in_transaction(self):
        # The time in a transaction is that of its beginning.
        first, second = (self._cursor.execute("SELECT epoch_us(now())").fetchone() for _ in range(2))
        return first == second

    def execute(self, sql, *bound):
        if sql == "BEGIN" and self._is_in_transaction():
            raise duckdb.TransactionException("a transaction is open")
        return self._cursor.execute(sql, *bound)


_run = merge.run
merge.run = lambda cursor, tree, context: _run(_Cursor(cursor), tree, context)


def _attach(connection, project):
    connection.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {database.quote(project)}")
    database._attached.add(project)


database._attach = _attach
database.projects = lambda: sorted(database._attached)

_options = load._options
load._options = lambda options: _options(
    options | ({"maximum_object_size": 100_000_000} if options.get("format") == "'newline_delimited'" else {}))

if __name__ == "__main__":
    main()
