"""Analyses statements of GoogleSQL: analyse-sql CATALOG STATEMENTS

Prints each failure as "NAME: MESSAGE [at LINE:COLUMN]" and ends with 1 when there is one. Its first run
takes half a minute longer than the others.

CATALOG is a JSON file of the tables that there are:

  {"default_dataset": "project.dataset",                     optional: where unqualified names are
   "tables": [{"name": "project.dataset.table",              a view, too
               "columns": [{"name": "n", "type": "ARRAY<STRUCT<a INT64>>"}, …]}, …]}

A column may have the `mode` and `fields` of a BigQuery schema instead: {"name": "n", "type": "RECORD",
"mode": "REPEATED", "fields": […]}.

STATEMENTS is a JSON file of what is to be analysed, in this order:

  [{"name": "merge pull_requests",        what a failure is called
    "sql": "MERGE …",                     a statement, or a script: DECLARE, SET, IF, BEGIN … END, transactions
    "parameters": {"since": "TIMESTAMP"}, optional: the types of @since
    "creates": "project.dataset.view"},   optional: the query becomes a view of that name
   …]

What a CREATE TABLE or CREATE VIEW makes is known to all that follows; a temporary table and a variable to
the rest of its script.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from googlesql import Catalog, Failure, analyse  # noqa: E402

TYPES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}


def type_text(column):
    """A column's type as SQL has it, from either way to write it."""
    kind = column["type"]
    if kind in ("RECORD", "STRUCT"):
        kind = f"STRUCT<{', '.join(f'`{each['name']}` {type_text(each)}' for each in column['fields'])}>"
    kind = TYPES.get(kind, kind)
    return f"ARRAY<{kind}>" if column.get("mode") == "REPEATED" else kind


def read_catalog(file):
    given = json.loads(pathlib.Path(file).read_text())
    catalog = Catalog()
    catalog.set_default(given.get("default_dataset"))
    for table in given["tables"]:
        catalog.add(table["name"], [(each["name"], catalog.type_named(type_text(each))) for each in table["columns"]])
    return catalog


def main(catalog_file, statements_file):
    catalog = read_catalog(catalog_file)
    failures = 0
    statements = json.loads(pathlib.Path(statements_file).read_text())
    for statement in statements:
        try:
            columns = analyse(catalog, statement["sql"], statement.get("parameters", {}))
            if "creates" in statement:
                catalog.add(statement["creates"], columns)
        except Failure as failure:
            print(f"{statement['name']}: {failure}")
            failures += 1
    print(f"{len(statements)} statements analysed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: analyse-sql CATALOG STATEMENTS")
    sys.exit(main(*sys.argv[1:]))
