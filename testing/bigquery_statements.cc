// Prints every statement that this program has for BigQuery, and the tables they are about, as JSON
// for tests/tools/analyse-sql: {"catalog": …, "statements": […]}.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "report/read_rows.h"
#include "testing/temp_dir.h"
#include "warehouse/bigquery_export.h"
#include "warehouse/bigquery_metrics_sql.h"
#include "warehouse/bigquery_sql.h"
#include "warehouse/bigquery_tables.h"

namespace github_stats {
namespace {

using bigquery_sql::Dataset;
using bigquery_sql::StagedStreams;

struct Analysed {
  std::string name;
  std::string sql;
};

// Takes down what it is asked, and has nothing.
class Asked : public Warehouse {
 public:
  explicit Asked(std::vector<std::string>& statements) : statements_(statements) {}

  std::string name() const override { return "asked:"; }
  Status init() override { return {}; }
  Result<LoadedChunks> loaded_chunks(std::string_view) override { return LoadedChunks(); }
  bool reads(std::string_view) const override { return false; }
  Result<StreamCounts> load(const LoadBatch&) override { return StreamCounts(); }
  Status set_metrics_rules(const MetricsRules&) override { return {}; }
  Result<MetricsUpdate> update_metrics(MetricsScope) override { return MetricsUpdate(); }
  Result<StreamCounts> counts(std::string_view) override { return StreamCounts(); }
  Result<std::optional<int64_t>> bytes_to_read(std::string_view) override {
    return std::optional<int64_t>();
  }
  Result<QueryResult> query(std::string_view sql) override {
    statements_.emplace_back(sql);
    return QueryResult();
  }
  Status for_each_row(std::string_view sql, const std::function<void(const QueryRow&)>&) override {
    statements_.emplace_back(sql);
    return {};
  }

 private:
  std::vector<std::string>& statements_;
};

StagedStreams all_staged(std::vector<std::string> borders) {
  StagedStreams staged;
  for (const Stream stream : kStreams) {
    staged[static_cast<size_t>(stream)] = {fmt::format("staged_{}", to_string(stream)), borders};
  }
  return staged;
}

void add_load(const Dataset& dataset, std::vector<Analysed>& all) {
  all.push_back({"load: everything staged", load(dataset, all_staged({}))});
  all.push_back({"load: nothing staged", load(dataset, {})});
  all.push_back({"load: in parts", load(dataset, all_staged({"2015-01-01", "2020-06-30"}))});
  all.push_back({"inspect", inspect(dataset, all_staged({}))});
  all.push_back({"loaded_chunks", loaded_chunks(dataset)});
  all.push_back({"count_rows", count_rows(dataset)});
}

void add_report(std::vector<Analysed>& all) {
  std::vector<std::string> asked;
  Asked warehouse(asked);
  (void)read_rows(warehouse, {.org = "Acme", .as_of = *parse_time("2026-02-01T00:00:00.5Z")});
  for (std::string& sql : asked) {
    all.push_back({fmt::format("report {}", all.size()), std::move(sql)});
  }
}

void add_export(std::vector<Analysed>& all) {
  const TempDir folder;
  std::vector<std::string> asked;
  const auto exports = BigQueryExport::open(std::make_unique<Asked>(asked));
  for (const Table& table : tables()) {
    (void)exports->write(table, {}, folder.path() / "x");
    all.push_back({fmt::format("export {}", table.name), asked.back()});
  }
}

std::vector<Analysed> all_statements() {
  std::vector<Analysed> all;
  for (auto& [name, sql] : bigquery_sql::all_statements()) {
    all.push_back({name, std::move(sql)});
  }
  add_load({"p", "d"}, all);
  add_report(all);
  add_export(all);
  return all;
}

void write_table(JsonWriter& json, std::string_view name, std::span<const Column> columns) {
  json.begin_object().key("name").text(fmt::format("p.d.{}", name)).key("columns").begin_array();
  for (const Column& column : columns) {
    json.begin_object().key("name").text(column.name);
    json.key("type").text(bigquery::sql_type(column.type)).end_object();
  }
  json.end_array().end_object();
}

void write_catalog(JsonWriter& json) {
  json.key("catalog").begin_object().key("default_dataset").text("p.d");
  json.key("tables").begin_array();
  for (const Table& table : tables()) {
    write_table(json, table.name, table.columns);
  }
  for (const Table& table : metrics_bookkeeping()) {
    write_table(json, table.name, table.columns);
  }
  write_table(json, loads_table().name, loads_table().columns);
  for (const Stream stream : kStreams) {
    write_table(json, fmt::format("staged_{}", to_string(stream)), table_of(stream).columns);
  }
  json.end_array().end_object();
}

std::string everything() {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_catalog(json);
  json.key("statements").begin_array();
  for (const Analysed& statement : all_statements()) {
    json.begin_object().key("name").text(statement.name).key("sql").text(statement.sql);
    json.key("parameters").begin_object().key("org").text("STRING");
    json.key("loaded_at").text("TIMESTAMP").key("chunks");
    json.text("ARRAY<STRUCT<stream STRING, chunk_key STRING, row_count INT64>>");
    json.end_object().end_object();
  }
  json.end_array().end_object();
  return text;
}

}  // namespace
}  // namespace github_stats

int main() {
  fmt::print("{}\n", github_stats::everything());
  return 0;
}
