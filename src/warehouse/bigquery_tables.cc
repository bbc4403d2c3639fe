#include "warehouse/bigquery_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/names.h"

namespace github_stats::bigquery {
namespace {

namespace dom = simdjson::dom;

constexpr Duration kPassingTableLives = std::chrono::hours(24);

std::string_view mode_of(const Column& column) {
  return column.type == ColumnType::kTextList ? "REPEATED"
         : column.required                    ? "REQUIRED"
                                              : "NULLABLE";
}

// A column of a table that is there already.
struct FoundColumn {
  std::string name;
  std::string type;
  std::string mode;
  std::string json;
};

std::string text_of(dom::element object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::vector<FoundColumn> columns_of(const Document& table) {
  std::vector<FoundColumn> found;
  dom::array fields;
  if (table.root().at_pointer("/schema/fields").get(fields) == simdjson::SUCCESS) {
    for (const dom::element field : fields) {
      found.push_back({text_of(field, "name"), text_of(field, "type"), text_of(field, "mode"),
                       simdjson::minify(field)});
    }
  }
  return found;
}

void write_field(JsonWriter& json, const Column& column) {
  json.begin_object().key("name").text(column.name).key("type").text(api_type(column.type));
  json.key("mode").text(mode_of(column)).key("description").text(column.description).end_object();
}

void write_reference(JsonWriter& json, const Client& client, std::string_view name) {
  json.key("tableReference").begin_object().key("projectId").text(client.options().project);
  json.key("datasetId").text(client.options().dataset).key("tableId").text(name).end_object();
}

std::string resource_of(const Client& client, const Table& table) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_reference(json, client, table.name);
  json.key("description").text(table.description).key("schema").raw(schema_json(table.columns));
  if (!table.partition_column.empty()) {
    json.key("timePartitioning").begin_object().key("type").text("DAY");
    json.key("field").text(table.partition_column).end_object();
  }
  if (!table.cluster.empty()) {
    json.key("clustering").begin_object().key("fields").begin_array();
    for (const std::string_view column : table.cluster) {
      json.text(column);
    }
    json.end_array().end_object();
  }
  write_labels(json, {});
  json.end_object();
  return text;
}

Status unusable(const Client& client, const Table& table, std::string_view why) {
  return fail(ErrorCode::kPreconditionFailed,
              fmt::format("the table {} can't be used: {}", client.table_name(table.name), why),
              "rename that table, or use another dataset (BIGQUERY_DATASET_ID)");
}

bool has_type(const FoundColumn& found, const Column& column) {
  return (found.type == api_type(column.type) || found.type == sql_type(column.type)) &&
         (found.mode == "REPEATED") == (column.type == ColumnType::kTextList);
}

Status check_column(const Client& client, const Table& table, const FoundColumn& there) {
  const auto known = std::ranges::find_if(
      table.columns, [&](const Column& column) { return same_name(column.name, there.name); });
  if (known == table.columns.end()) {
    return there.mode != "REQUIRED"
               ? Status()
               : unusable(client, table,
                          fmt::format("its column {} must not be null, but this program knows no "
                                      "such column",
                                      there.name));
  }
  return has_type(there, *known)
             ? Status()
             : unusable(
                   client, table,
                   fmt::format("its column {} is of type {}{}, not {}{}", there.name, there.type,
                               there.mode == "REPEATED" ? " (a list)" : "", api_type(known->type),
                               known->type == ColumnType::kTextList ? " (a list)" : ""));
}

// What is there, and behind it what is missing.
Result<std::string> extended_schema(const Client& client, const Table& table,
                                    const std::vector<FoundColumn>& found, bool& is_longer) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schema").begin_object().key("fields").begin_array();
  for (const FoundColumn& column : found) {
    json.raw(column.json);
  }
  is_longer = false;
  for (const Column& column : table.columns) {
    const bool there = std::ranges::any_of(
        found, [&](const FoundColumn& f) { return same_name(f.name, column.name); });
    if (there) {
      continue;
    }
    if (column.required) {
      return tl::unexpected<Error>(
          unusable(client, table, fmt::format("it has no column {}", column.name)).error());
    }
    write_field(json, column);
    is_longer = true;
  }
  json.end_array().end_object().end_object();
  return text;
}

// The columns of what was found under the table's name, if rows can be written to it.
Result<std::vector<FoundColumn>> usable_columns(const Client& client, const Table& table,
                                                const Document& known) {
  if (const auto type = known.text_at("/type"); type && *type != "TABLE") {
    return tl::unexpected<Error>(
        unusable(client, table, fmt::format("it is no table but a {}", *type)).error());
  }
  std::vector<FoundColumn> found = columns_of(known);
  for (const FoundColumn& there : found) {
    RETURN_IF_ERROR(check_column(client, table, there));
  }
  return found;
}

Result<HttpResponse> look_at(Client& client, std::string_view name) {
  return client.ask({.url = client.table_url(name)}, "look at the table " + client.table_name(name),
                    "bigquery.tables.get", {404});
}

Status bring_up_to_date(Client& client, const Table& table, const Document& known) {
  ASSIGN_OR_RETURN(const auto found, usable_columns(client, table, known));
  bool is_longer = false;
  ASSIGN_OR_RETURN(std::string body, extended_schema(client, table, found, is_longer));
  if (!is_longer) {
    return {};
  }
  HttpRequest request =
      Client::with_json(HttpMethod::kPatch, client.table_url(table.name), std::move(body));
  const std::string doing =
      fmt::format("add columns to the table {}", client.table_name(table.name));
  ASSIGN_OR_RETURN(const auto done,
                   client.ask(std::move(request), doing, "bigquery.tables.update"));
  (void)done;
  return {};
}

}  // namespace

std::string_view api_type(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
      return "INTEGER";
    case ColumnType::kReal:
      return "FLOAT";
    case ColumnType::kBoolean:
      return "BOOLEAN";
    case ColumnType::kTimestamp:
      return "TIMESTAMP";
    case ColumnType::kDate:
      return "DATE";
    case ColumnType::kText:
    case ColumnType::kTextList:
      return "STRING";
  }
  return "";
}

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
      return "INT64";
    case ColumnType::kReal:
      return "FLOAT64";
    case ColumnType::kBoolean:
      return "BOOL";
    case ColumnType::kTextList:
      return "ARRAY<STRING>";
    default:
      return api_type(type);
  }
}

std::string schema_json(std::span<const Column> columns) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("fields").begin_array();
  for (const Column& column : columns) {
    write_field(json, column);
  }
  json.end_array().end_object();
  return text;
}

Status init_dataset(Client& client) {
  const Options& options = client.options();
  const std::string name = fmt::format("{}.{}", options.project, options.dataset);
  ASSIGN_OR_RETURN(const HttpResponse known,
                   client.ask({.url = client.dataset_url()}, "look at the dataset " + name,
                              "bigquery.datasets.get", {404}));
  if (known.status != 404) {
    ASSIGN_OR_RETURN(const Document dataset, Document::parse(known.body));
    const auto location = dataset.text_at("/location");
    return !location || same_name(*location, options.location)
               ? Status()
               : fail(ErrorCode::kPreconditionFailed,
                      fmt::format("the dataset {} is in {}, not in {}", name, *location,
                                  options.location),
                      fmt::format("set BIGQUERY_LOCATION={}, or use another dataset "
                                  "(BIGQUERY_DATASET_ID)",
                                  *location));
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("datasetReference").begin_object();
  json.key("projectId").text(options.project).key("datasetId").text(options.dataset).end_object();
  json.key("location").text(options.location);
  json.key("description").text("Pull requests of GitHub organisations, and what they took");
  write_labels(json, {});
  json.end_object();
  ASSIGN_OR_RETURN(
      const auto created,
      client.ask(Client::with_json(HttpMethod::kPost, client.project_url() + "/datasets", body),
                 "create the dataset " + name, "bigquery.datasets.create", {409}));
  (void)created;
  return {};
}

Status init_table(Client& client, const Table& table) {
  const std::string name = client.table_name(table.name);
  for (bool first = true;; first = false) {
    ASSIGN_OR_RETURN(const HttpResponse known, look_at(client, table.name));
    if (known.status != 404) {
      ASSIGN_OR_RETURN(const Document document, Document::parse(known.body));
      return bring_up_to_date(client, table, document);
    }
    ASSIGN_OR_RETURN(
        const HttpResponse created,
        client.ask(Client::with_json(HttpMethod::kPost, client.dataset_url() + "/tables",
                                     resource_of(client, table)),
                   "create the table " + name, "bigquery.tables.create", {409}));
    if (created.status != 409 || !first) {  // else somebody else's: to be looked at
      return {};
    }
  }
}

Result<std::vector<std::string>> missing_parts(Client& client, const Table& table) {
  ASSIGN_OR_RETURN(const HttpResponse known, look_at(client, table.name));
  if (known.status == 404) {
    return std::vector{fmt::format("table {}", table.name)};
  }
  ASSIGN_OR_RETURN(const Document document, Document::parse(known.body));
  ASSIGN_OR_RETURN(const auto found, usable_columns(client, table, document));
  std::vector<std::string> missing;
  for (const Column& column : table.columns) {
    if (std::ranges::none_of(
            found, [&](const FoundColumn& f) { return same_name(f.name, column.name); })) {
      missing.push_back(fmt::format("column {}.{}", table.name, column.name));
    }
  }
  return missing;
}

Result<bool> is_there(Client& client, std::string_view name) {
  ASSIGN_OR_RETURN(const HttpResponse known, look_at(client, name));
  return known.status != 404;
}

Status create_passing_table(Client& client, std::string_view name,
                            std::span<const Column> columns) {
  const auto expires = std::chrono::floor<std::chrono::milliseconds>(
      (client.clock().now() + kPassingTableLives).time_since_epoch());
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_reference(json, client, name);
  json.key("description").text("Rows on their way into the tables; gone after a day");
  json.key("schema").raw(schema_json(columns));
  json.key("expirationTime").text(fmt::to_string(expires.count()));
  write_labels(json, {});
  json.end_object();
  ASSIGN_OR_RETURN(
      const auto created,
      client.ask(Client::with_json(HttpMethod::kPost, client.dataset_url() + "/tables", body),
                 "create the table " + client.table_name(name), "bigquery.tables.create", {409}));
  (void)created;
  return {};
}

Status remove_table(Client& client, std::string_view name) {
  ASSIGN_OR_RETURN(
      const auto removed,
      client.ask({.method = HttpMethod::kDelete, .url = client.table_url(name)},
                 "remove the table " + client.table_name(name), "bigquery.tables.delete", {404}));
  (void)removed;
  return {};
}

}  // namespace github_stats::bigquery
