#include <fmt/format.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/export_files.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "schema/schema.h"
#include "warehouse/table_export.h"

namespace github_stats {
namespace {

struct ExportedTable {
  std::string table;
  std::string file;
  int64_t rows = 0;
  int64_t bytes = 0;
};

Result<ExportOptions> wanted_form(const CommandOptions& options) {
  const bool csv = options.format == "csv";
  if (options.for_spreadsheets && !csv) {
    return fail(ErrorCode::kInvalidArgument, "--for-spreadsheets is for --format csv only");
  }
  return ExportOptions{csv ? ExportFormat::kCsv : ExportFormat::kParquet, options.for_spreadsheets};
}

bool is_wanted(const Table& table, const CommandOptions& options) {
  return options.tables.empty() ||
         std::ranges::find(options.tables, table.name) != options.tables.end();
}

Result<ExportedTable> export_table(TableExport& from, ExportFolder& to, const Table& table,
                                   const ExportOptions& form) {
  const std::string name =
      fmt::format("{}.{}", table.name, form.format == ExportFormat::kCsv ? "csv" : "parquet");
  ExportedTable exported{std::string(table.name), to.path_of(name).string()};
  ASSIGN_OR_RETURN(exported.bytes, to.put(name, [&](const std::filesystem::path& path) -> Status {
    ASSIGN_OR_RETURN(exported.rows, from.write(table, form, path));
    return {};
  }));
  return exported;
}

Result<std::vector<ExportedTable>> export_tables(const Settings& settings,
                                                 const CommandOptions& options) {
  RETURN_IF_ERROR(check_whole_warehouse(settings, "export"));
  ASSIGN_OR_RETURN(const ExportOptions form, wanted_form(options));
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse_to_export(settings));
  ASSIGN_OR_RETURN(auto folder, ExportFolder::open(options.out));
  std::vector<ExportedTable> exported;
  for (const Table& table : tables()) {
    if (is_wanted(table, options)) {
      ASSIGN_OR_RETURN(auto one, export_table(*warehouse, folder, table, form));
      exported.push_back(std::move(one));
    }
  }
  return exported;
}

void print_json(const std::vector<ExportedTable>& exported) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("tables").begin_array();
  for (const ExportedTable& table : exported) {
    json.begin_object().key("table").text(table.table).key("file").text(table.file);
    json.key("rows").integer(table.rows).key("bytes").integer(table.bytes).end_object();
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
}

void print_text(const std::vector<ExportedTable>& exported) {
  TextTable table({"file", "rows", "size"});
  for (const ExportedTable& one : exported) {
    table.add({one.file, with_thousands(one.rows), bytes_for_people(one.bytes)});
  }
  fmt::print("{}", table.render());
}

}  // namespace

int run_export(const Settings& settings, const CommandOptions& options) {
  const auto exported = export_tables(settings, options);
  if (!exported) {
    return report_failure(exported.error());
  }
  if (options.json) {
    print_json(*exported);
  } else if (!settings.quiet) {
    print_text(*exported);
  }
  return kExitDone;
}

}  // namespace github_stats
