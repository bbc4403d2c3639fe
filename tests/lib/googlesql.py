"""GoogleSQL as BigQuery takes it, analysed by Google's own analyser (PyPI's zetasql).

A Catalog holds the tables that there are; analyse() resolves a script against it, statement by
statement, and adds what the script makes.
"""
import contextlib
import re

from wasmtime import Config
from zetasql.api import Parser
from zetasql.core import wasm_client
from zetasql.core.exceptions import ServerError
from zetasql.core.local_service import ZetaSqlLocalService
from zetasql.types import (
    AnalyzerOptions, ErrorMessageMode, LanguageFeature, LanguageOptions, LanguageVersion, NameResolutionMode, ProductMode,
    SimpleCatalog, SimpleColumn, SimpleConstant, SimpleTable, ZetaSQLBuiltinFunctionOptions)

# What BigQuery has besides the features that came with a version of the language.
FEATURES = """
ANALYTIC_FUNCTIONS TABLESAMPLE DML_UPDATE_WITH_JOIN TABLE_VALUED_FUNCTIONS CREATE_TABLE_FUNCTION GROUP_BY_ROLLUP
TEMPLATE_FUNCTIONS CREATE_TABLE_PARTITION_BY CREATE_TABLE_CLUSTER_BY NUMERIC_TYPE BIGNUMERIC_TYPE CREATE_TABLE_NOT_NULL
CREATE_TABLE_FIELD_ANNOTATIONS CREATE_TABLE_AS_SELECT_COLUMN_LIST GEOGRAPHY FOREIGN_KEYS UNENFORCED_PRIMARY_KEYS
NAMED_ARGUMENTS CREATE_MATERIALIZED_VIEW_PARTITION_BY CREATE_MATERIALIZED_VIEW_CLUSTER_BY JSON_TYPE JSON_ARRAY_FUNCTIONS
JSON_VALUE_EXTRACTION_FUNCTIONS JSON_STRICT_NUMBER_PARSING JSON_CONSTRUCTOR_FUNCTIONS JSON_MUTATOR_FUNCTIONS
JSON_LAX_VALUE_EXTRACTION_FUNCTIONS JSON_KEYS_FUNCTION JSON_QUERY_LAX INTERVAL_TYPE PARAMETERIZED_TYPES CREATE_TABLE_LIKE
CREATE_TABLE_COPY CREATE_TABLE_CLONE CREATE_SNAPSHOT_TABLE CREATE_VIEW_WITH_COLUMN_LIST CREATE_VIEWS_WITH_COLUMN_OPTIONS
ALTER_COLUMN_SET_DATA_TYPE ALTER_TABLE_RENAME_COLUMN FUNCTION_ARGUMENTS_WITH_DEFAULTS TIME_BUCKET_FUNCTIONS RANGE_TYPE
ROUND_WITH_ROUNDING_MODE INVERSE_TRIG_FUNCTIONS CBRT_FUNCTIONS PIPES QUALIFY GROUP_BY_ALL GROUPING_SETS GROUPING_BUILTIN
PIVOT UNPIVOT WITH_RECURSIVE COLUMN_DEFAULT_VALUE FOR_IN CASE_STMT SCRIPT_LABEL LIKE_ANY_SOME_ALL IS_DISTINCT
FORMAT_IN_CAST NULLS_FIRST_LAST_IN_ORDER_BY ALLOW_DASHES_IN_TABLE_NAME WITH_ON_SUBQUERY
""".split()
SYSTEM_VARIABLES = {"row_count": "INT64", "script.job_id": "STRING", "error.message": "STRING", "error.statement_text": "STRING"}


class Failure(Exception):
    """What is wrong with a statement, in the analyser's words, which end with the position."""


@contextlib.contextmanager
def _failures():
    try:
        yield
    except ServerError as error:
        # The error's own message is the first of its lines.
        raise Failure(re.sub(r"\s*\n\s*", "; ", error.raw_error.partition("Message: ")[2])) from None


def _cached_config():
    """The analyser is WebAssembly: to compile it takes half a minute, and is done once."""
    config = Config()
    config.cache = True
    return config


wasm_client.Config = _cached_config


def _language(service):
    options = service.get_language_options(language_version=LanguageVersion.VERSION_1_4)
    features = {int(each) for each in options.enabled_language_features}
    features |= {int(LanguageFeature[f"FEATURE_{name}"]) for name in FEATURES}
    return LanguageOptions(
        enabled_language_features=sorted(features), product_mode=ProductMode.PRODUCT_EXTERNAL,
        name_resolution_mode=NameResolutionMode.NAME_RESOLUTION_DEFAULT, reserved_keywords=["QUALIFY"])


class Catalog:
    """Tables and views by their full names, and the variables and temporary tables of one script."""

    def __init__(self):
        self._service = ZetaSqlLocalService.get_instance()
        self._language = _language(self._service)
        self._tables = {}
        self._temporary = {}
        self._variables = {}
        self._types = {}
        self._built = None
        self._default = ()

    def set_default(self, dataset):
        """`project.dataset`, where a table is looked for that is named without."""
        self._default = tuple(dataset.split(".")) if dataset else ()

    def type_named(self, text):
        """The type that a text like ARRAY<INT64> names."""
        if text not in self._types:
            resolved = self._analyse(AnalyzerOptions(language_options=self._language), sql_expression=f"CAST(NULL AS {text})")
            self._types[text] = resolved.resolved_expression.type
        return self._types[text]

    def add(self, name, columns):
        """Adds a table, or puts another in its place; `columns` are (name, type) in order."""
        path = tuple(name.replace("`", "").split("."))
        if len(path) < 3 and self._default:
            path = self._default[:3 - len(path)] + path
        self._tables[path] = columns
        self._built = None

    def add_temporary(self, name, columns):
        self._temporary[name] = columns
        self._built = None

    def declare(self, name, type_):
        self._variables[name] = type_
        self._built = None

    def end_script(self):
        self._temporary, self._variables, self._built = {}, {}, None

    def analyse(self, parameters, **what):
        """Resolves a statement or an expression; raises a Failure."""
        options = AnalyzerOptions(
            language_options=self._language, error_message_mode=ErrorMessageMode.ERROR_MESSAGE_ONE_LINE, default_timezone="UTC",
            query_parameters=[AnalyzerOptions.QueryParameter(name=name, type=self.type_named(text)) for name, text in parameters.items()],
            system_variables=[
                AnalyzerOptions.SystemVariable(name_path=name.split("."), type=self.type_named(text))
                for name, text in SYSTEM_VARIABLES.items()])
        return self._analyse(options, **what)

    def _analyse(self, options, **what):
        self._built = self._built or self._build()
        with _failures():
            return self._service.analyze(options=options, simple_catalog=self._built, **what)

    def parse(self, sql):
        """The syntax tree of a script; raises a Failure."""
        with _failures():
            return Parser.parse_script_static(sql, options=self._language)

    def _spellings(self, path):
        """The ways to name a table: without the default project or dataset, too."""
        yield path
        if path[:-2] == self._default[:1]:
            yield path[-2:]
        if path[:-1] == self._default:
            yield path[-1:]

    def _build(self):
        nested = {}
        for path, columns in self._tables.items():
            for spelling in self._spellings(path):
                for names in _quotings(spelling):
                    _put(nested, names, columns)
        for name, columns in self._temporary.items():
            _put(nested, (name,), columns)
        root = _folder("root", nested)
        root.constant = [SimpleConstant(name_path=[name], type=type_) for name, type_ in self._variables.items()]
        root.builtin_function_options = ZetaSQLBuiltinFunctionOptions(language_options=self._language)
        return root


def _quotings(path):
    """`p.d.t`, `p.d`.t, … are the same to BigQuery, and names of one, two, … parts to the analyser."""
    if len(path) == 1:
        yield path
        return
    for first, *rest in _quotings(path[1:]):
        yield (path[0], first, *rest)
        yield (f"{path[0]}.{first}", *rest)


def _put(nested, names, columns):
    for name in names[:-1]:
        nested = nested.setdefault(("folder", name), {})
    nested[("table", names[-1])] = columns


def _folder(name, nested):
    return SimpleCatalog(
        name=name, table=[_table(key, value) for (kind, key), value in nested.items() if kind == "table"],
        catalog=[_folder(key, value) for (kind, key), value in nested.items() if kind == "folder"])


def _table(name, columns):
    return SimpleTable(name=name, column=[SimpleColumn(name=column, type=type_) for column, type_ in columns])


class Script:
    """Analyses a script's statements in the order in which they stand; each branch of an IF is one."""

    def __init__(self, catalog, sql, parameters):
        self._catalog = catalog
        self._bytes = sql.encode()
        self._parameters = parameters

    def run(self):
        """@returns the columns of the last statement's result, (name, type); raises a Failure"""
        self._columns = []
        self._list(self._catalog.parse(self._bytes.decode()).statement_list_node)
        return self._columns

    def _padded(self, node):
        """A part of the script where it stands, so that positions are right."""
        place = node.parse_location_range
        before = self._bytes[:place.start].decode()
        return re.sub(r"[^\n]", " ", before) + self._bytes[place.start:place.end].decode()

    def _text(self, node):
        return self._bytes[node.parse_location_range.start:node.parse_location_range.end].decode()

    def _list(self, statements):
        for statement in statements.statement_list if statements else []:
            handle = getattr(self, f"_{type(statement).__name__}", self._statement)
            handle(statement)

    def _expression(self, node):
        return self._catalog.analyse(self._parameters, sql_expression=self._padded(node)).resolved_expression.type

    def _statement(self, node):
        resolved = self._catalog.analyse(self._parameters, sql_statement=self._padded(node)).resolved_statement
        self._columns = [(each.name, each.column.type) for each in getattr(resolved, "output_column_list", None) or []]
        if not hasattr(resolved, "create_scope") or not hasattr(resolved, "column_definition_list") and not self._columns:
            return
        columns = [(each.name, each.type) for each in getattr(resolved, "column_definition_list", None) or []] or self._columns
        if resolved.create_scope.name == "CREATE_TEMP":
            self._catalog.add_temporary(".".join(resolved.name_path), columns)
        else:
            self._catalog.add(".".join(resolved.name_path), columns)

    def _ASTVariableDeclaration(self, node):
        type_ = self._catalog.type_named(self._text(node.type)) if node.type else None
        if node.default_value:
            found = self._expression(node.default_value)
            type_ = type_ or found
        for name in node.variable_list.identifier_list:
            self._catalog.declare(name.id_string, type_)

    def _ASTSingleAssignment(self, node):
        self._expression(node.variable)
        self._expression(node.expression)

    def _ASTAssignmentFromStruct(self, node):
        for variable in node.variables.identifier_list:
            self._expression(variable)
        self._expression(node.struct_expression)

    def _ASTIfStatement(self, node):
        self._expression(node.condition)
        self._list(node.then_list)
        for clause in node.elseif_clauses.elseif_clauses if node.elseif_clauses else []:
            self._expression(clause.condition)
            self._list(clause.body)
        self._list(node.else_list)

    def _ASTBeginEndBlock(self, node):
        self._list(node.statement_list_node)
        for handler in node.handler_list.exception_handler_list if node.handler_list else []:
            self._list(handler.statement_list)

    def _ASTRaiseStatement(self, node):
        if node.message:
            self._expression(node.message)

    def _refused(self, node):
        raise Failure(f"{type(node).__name__.removeprefix('AST')} is not analysed here: write it another way")

    _ASTExecuteImmediateStatement = _ASTWhileStatement = _ASTRepeatStatement = _ASTForInStatement = _ASTCaseStatement = _refused


def analyse(catalog, sql, parameters):
    """Analyses a statement or a script; @returns its result's columns; raises a Failure."""
    try:
        return Script(catalog, sql, parameters).run()
    finally:
        catalog.end_script()
