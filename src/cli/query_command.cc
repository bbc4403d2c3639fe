#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/progress_display.h"
#include "cli/query_output.h"
#include "cli/text.h"
#include "config/small_file.h"
#include "warehouse/named_queries.h"

namespace github_stats {
namespace {

constexpr size_t kMostSql = 1U << 20U;

Result<std::string> read_standard_input() {
  std::string sql(kMostSql + 1, '\0');
  sql.resize(std::fread(sql.data(), 1, sql.size(), stdin));
  if (std::ferror(stdin) != 0) {
    return fail(ErrorCode::kInvalidArgument, "cannot read SQL from standard input");
  }
  if (sql.size() > kMostSql) {
    return fail(ErrorCode::kInvalidArgument, "the SQL on standard input is larger than 1 MiB");
  }
  return sql;
}

// No statement that gives rows is a single word, so a word is a named query.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

Result<std::string> wanted_sql(const Settings& settings, const CommandOptions& options) {
  if (options.sql.empty() == options.sql_file.empty()) {
    return fail(ErrorCode::kInvalidArgument, "query takes one of SQL, a query's NAME, - and --file",
                "for example: github-stats query throughput; --list shows the names");
  }
  if (!options.sql_file.empty()) {
    auto sql = read_small_file(options.sql_file);
    return sql ? sql : fail(ErrorCode::kInvalidArgument, sql.error().message);
  }
  if (options.sql == "-") {
    return read_standard_input();
  }
  if (is_name(options.sql)) {
    ASSIGN_OR_RETURN(NamedQuery named, find_named_query(options.sql, dialect_of(settings)));
    return std::move(named.sql);
  }
  return options.sql;
}

QueryResult list_of_queries(const Settings& settings) {
  QueryResult list{.columns = {{.name = "name"}, {.name = "description"}}, .rows = {}};
  for (const NamedQuery& query : named_queries(dialect_of(settings))) {
    list.rows.push_back({std::string(query.name), std::string(query.description)});
  }
  return list;
}

Result<QueryResult> answer(const Settings& settings, const CommandOptions& options) {
  if (options.list) {
    return list_of_queries(settings);
  }
  ASSIGN_OR_RETURN(const std::string sql, wanted_sql(settings, options));
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse_to_query(settings));
  return warehouse->query(sql);
}

Result<QueryOutput> wanted_output(const CommandOptions& options) {
  QueryOutput output{.format = options.format == "json"  ? QueryFormat::kJson
                               : options.format == "csv" ? QueryFormat::kCsv
                                                         : QueryFormat::kTable,
                     .columns = std::nullopt,
                     .for_spreadsheets = options.for_spreadsheets};
  if (output.for_spreadsheets && output.format != QueryFormat::kCsv) {
    return fail(ErrorCode::kInvalidArgument, "--for-spreadsheets is for --format csv only");
  }
  if (isatty(fileno(stdout)) == 1) {
    output.columns = terminal_width(stdout);
  }
  return output;
}

Status print_result(const QueryResult& result, const QueryOutput& output) {
  RETURN_IF_ERROR(write_result(result, output, [](std::string_view piece) {
    std::fwrite(piece.data(), 1, piece.size(), stdout);
  }));
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(ErrorCode::kUnavailable,
                "cannot write the whole answer: " + std::generic_category().message(errno));
  }
  if (output.format == QueryFormat::kTable && result.rows.empty()) {
    fmt::print(stderr, "no rows\n");
  }
  return {};
}

// Prints SQL, the named queries' own above all, for who wants to change it.
Status show_sql(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const std::string sql, wanted_sql(settings, options));
  fmt::print("{}\n", sql);
  return {};
}

// What a query would cost, printed instead of run.
Status print_cost(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const std::string sql, wanted_sql(settings, options));
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse_to_query(settings));
  ASSIGN_OR_RETURN(const auto bytes, warehouse->bytes_to_read(sql));
  if (bytes) {
    fmt::print("it would read {} ({} bytes), which BigQuery bills for\n", bytes_for_people(*bytes),
               with_thousands(*bytes));
  } else {
    fmt::print("it can be run; reading costs nothing in {}\n", warehouse->name());
  }
  return {};
}

Status run(const Settings& settings, const CommandOptions& options) {
  RETURN_IF_ERROR(check_whole_warehouse(settings, "query"));
  if (options.show_sql && !options.list) {
    return show_sql(settings, options);
  }
  if (options.dry_run && !options.list) {
    return print_cost(settings, options);
  }
  ASSIGN_OR_RETURN(const QueryOutput output, wanted_output(options));
  ASSIGN_OR_RETURN(const QueryResult result, answer(settings, options));
  return print_result(result, output);
}

}  // namespace

int run_query(const Settings& settings, const CommandOptions& options) {
  const Status status = run(settings, options);
  return status ? kExitDone : report_failure(status.error());
}

}  // namespace github_stats
