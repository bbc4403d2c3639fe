#include "warehouse/bigquery_query.h"

#include <fmt/format.h>

#include "http/url.h"
#include "warehouse/bigquery_job.h"
#include "warehouse/bigquery_value.h"

namespace github_stats::bigquery {
namespace {

namespace dom = simdjson::dom;

// What an answer may be waited for in one request; the next one goes on waiting.
constexpr std::string_view kWaitMs = "10000";
constexpr Duration kTimeout = std::chrono::minutes(2);

std::string scalar_type(std::string_view type) { return fmt::format(R"({{"type":"{}"}})", type); }

std::string scalar_value(std::string_view text) {
  std::string json = R"({"value":)";
  append_json_string(json, text);
  return json + "}";
}

void write_dataset(JsonWriter& json, const Options& options) {
  json.key("defaultDataset").begin_object().key("projectId").text(options.project);
  json.key("datasetId").text(options.dataset).end_object();
}

// One answer of jobs.query or jobs.getQueryResults.
class Page {
 public:
  static Result<Page> parse(const HttpResponse& response) {
    ASSIGN_OR_RETURN(Document document, Document::parse(response.body));
    return Page(std::move(document));
  }

  bool is_complete() const {
    bool complete = false;
    return document_.root()["jobComplete"].get(complete) != simdjson::SUCCESS || complete;
  }

  std::optional<std::string> next() const { return document_.text_at("/pageToken"); }
  std::optional<std::string> job() const { return document_.text_at("/jobReference/jobId"); }
  dom::element root() const { return document_.root(); }

 private:
  explicit Page(Document document) : document_(std::move(document)) {}

  Document document_;
};

class Reading {
 public:
  Reading(Client& client, std::string_view doing, std::function<void(QueryRow&&)> on_row)
      : client_(client), doing_(doing), on_row_(std::move(on_row)) {}

  // Goes on from a first answer to the last row.
  Result<std::vector<QueryColumn>> run(Page page) {
    const std::string job = page.job().value_or("");
    while (!page.is_complete()) {
      if (client_.stop().stop_requested()) {
        return fail(ErrorCode::kCancelled, fmt::format("told to stop; can't {}", doing_));
      }
      ASSIGN_OR_RETURN(page, results(job, {}));
    }
    for (;;) {
      RETURN_IF_ERROR(read(page));
      const auto next = page.next();
      if (!next) {
        return columns();
      }
      ASSIGN_OR_RETURN(page, results(job, *next));
    }
  }

  Result<Page> results(std::string_view job, const std::string& page_token) const {
    QueryParameters parameters = {{"location", client_.options().location},
                                  {"timeoutMs", std::string(kWaitMs)},
                                  {"formatOptions.useInt64Timestamp", "true"}};
    if (!page_token.empty()) {
      parameters.emplace_back("pageToken", page_token);
    }
    HttpRequest request{
        .url = with_query(fmt::format("{}/queries/{}", client_.project_url(), percent_encoded(job)),
                          parameters),
        .timeout = kTimeout};
    ASSIGN_OR_RETURN(const HttpResponse answer,
                     client_.ask(std::move(request), doing_, "bigquery.jobs.create"));
    return Page::parse(answer);
  }

 private:
  Status read(const Page& page) {
    if (fields_.empty()) {
      ASSIGN_OR_RETURN(fields_, read_fields(page.root()));
    }
    dom::array rows;
    if (page.root()["rows"].get(rows) != simdjson::SUCCESS) {
      return {};
    }
    for (const dom::element row : rows) {
      ASSIGN_OR_RETURN(auto values, read_row(fields_, row));
      on_row_(std::move(values));
    }
    return {};
  }

  std::vector<QueryColumn> columns() const {
    std::vector<QueryColumn> columns;
    for (const Field& field : fields_) {
      columns.push_back({field.name, kind_of(field)});
    }
    return columns;
  }

  Client& client_;
  const std::string doing_;
  const std::function<void(QueryRow&&)> on_row_;
  std::vector<Field> fields_;
};

}  // namespace

Parameters& Parameters::raw(std::string_view name, std::string_view type, std::string_view value) {
  JsonWriter json(json_);
  json.begin_object().key("name").text(name).key("parameterType").raw(type);
  json.key("parameterValue").raw(value).end_object();
  return *this;
}

Parameters& Parameters::text(std::string_view name, std::string_view value) {
  return raw(name, scalar_type("STRING"), scalar_value(value));
}

Parameters& Parameters::integer(std::string_view name, int64_t value) {
  return raw(name, scalar_type("INT64"), scalar_value(fmt::to_string(value)));
}

Parameters& Parameters::timestamp(std::string_view name, Time value) {
  return raw(name, scalar_type("TIMESTAMP"), scalar_value(format_time(value)));
}

Parameters& Parameters::texts(std::string_view name, const std::vector<std::string>& values) {
  std::string list = R"({"arrayValues":[)";
  for (const std::string& value : values) {
    list += (list.back() == '[' ? "" : ",") + scalar_value(value);
  }
  return raw(name, R"({"type":"ARRAY","arrayType":{"type":"STRING"}})", list + "]}");
}

void write_labels(JsonWriter& json, std::string_view collection_id) {
  json.key("labels").begin_object().key("app").text("github-stats");
  if (!collection_id.empty()) {
    std::string label;
    for (const char c : collection_id) {  // lower case, digits, "_" and "-" only
      label += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    json.key("collection").text(label);
  }
  json.end_object();
}

void write_query(JsonWriter& json, const Client& client, const Statement& statement) {
  json.key("query").text(statement.sql).key("useLegacySql").boolean(false);
  write_dataset(json, client.options());
  if (const std::string parameters = statement.parameters.json(); parameters != "[]") {
    json.key("parameterMode").text("NAMED").key("queryParameters").raw(parameters);
  }
  if (client.options().max_bytes_billed) {
    json.key("maximumBytesBilled").text(fmt::to_string(*client.options().max_bytes_billed));
  }
}

std::string query_configuration(const Client& client, const Statement& statement,
                                std::string_view collection_id) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_labels(json, collection_id);
  json.key("query").begin_object();
  write_query(json, client, statement);
  json.end_object().end_object();
  return text;
}

Result<std::vector<QueryColumn>> select(Client& client, const Statement& statement,
                                        const std::function<void(QueryRow&&)>& on_row) {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_query(json, client, statement);
  json.key("location").text(client.options().location).key("timeoutMs").raw(kWaitMs);
  json.key("formatOptions").begin_object().key("useInt64Timestamp").boolean(true).end_object();
  write_labels(json, {});
  json.end_object();
  HttpRequest request =
      Client::with_json(HttpMethod::kPost, client.project_url() + "/queries", std::move(body));
  request.timeout = kTimeout;
  ASSIGN_OR_RETURN(const HttpResponse answer,
                   client.ask(std::move(request), statement.doing, "bigquery.jobs.create"));
  ASSIGN_OR_RETURN(Page page, Page::parse(answer));
  return Reading(client, statement.doing, on_row).run(std::move(page));
}

Result<QueryResult> select(Client& client, const Statement& statement) {
  QueryResult result;
  ASSIGN_OR_RETURN(result.columns, select(client, statement, [&](QueryRow&& row) {
                     result.rows.push_back(std::move(row));
                   }));
  return result;
}

Result<QueryResult> results_of_job(Client& client, std::string_view job_id,
                                   std::string_view doing) {
  QueryResult result;
  Reading reading(client, doing, [&](QueryRow&& row) { result.rows.push_back(std::move(row)); });
  ASSIGN_OR_RETURN(Page page, reading.results(job_id, {}));
  ASSIGN_OR_RETURN(result.columns, reading.run(std::move(page)));
  return result;
}

Result<DryRun> dry_run(Client& client, std::string_view sql) {
  const std::string doing = "check the query";
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("jobReference").begin_object();
  json.key("projectId").text(client.options().project);
  json.key("location").text(client.options().location).end_object();
  json.key("configuration").begin_object().key("dryRun").boolean(true);
  write_labels(json, {});
  json.key("query").begin_object();
  write_query(json, client, {.sql = std::string(sql)});
  json.end_object().end_object().end_object();
  ASSIGN_OR_RETURN(
      const HttpResponse answer,
      client.ask(Client::with_json(HttpMethod::kPost, client.project_url() + "/jobs", body), doing,
                 "bigquery.jobs.create"));
  ASSIGN_OR_RETURN(const Document job, Document::parse(answer.body));
  return DryRun{job.text_at("/statistics/query/statementType").value_or(""),
                job.integer_at("/statistics/query/totalBytesProcessed")
                    .value_or(job.integer_at("/statistics/totalBytesProcessed").value_or(0))};
}

}  // namespace github_stats::bigquery
