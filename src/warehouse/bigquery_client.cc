#include "warehouse/bigquery_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "google/google_error.h"
#include "http/answer_headers.h"

namespace github_stats::bigquery {
namespace {

namespace dom = simdjson::dom;

// A permission and the smallest predefined role that has it
// (cloud.google.com/bigquery/docs/access-control).
struct Role {
  std::string_view permission;
  std::string_view role;
};

constexpr std::array kRoles = {
    Role{"bigquery.jobs.create", "BigQuery Job User (roles/bigquery.jobUser)"},
    Role{"bigquery.jobs.get", "BigQuery Job User (roles/bigquery.jobUser)"},
    Role{"bigquery.datasets.create", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.datasets.get", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.tables.create", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.tables.update", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.tables.updateData", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.tables.delete", "BigQuery Data Editor (roles/bigquery.dataEditor)"},
    Role{"bigquery.tables.get", "BigQuery Data Viewer (roles/bigquery.dataViewer)"},
    Role{"bigquery.tables.getData", "BigQuery Data Viewer (roles/bigquery.dataViewer)"},
    Role{"storage.objects.get", "Storage Object Viewer (roles/storage.objectViewer)"},
    Role{"storage.objects.list", "Storage Object Viewer (roles/storage.objectViewer)"},
};

// The permission that Google's message names, if it names one of those above.
std::string_view permission_in(std::string_view message) {
  std::string_view named;
  for (const Role& role : kRoles) {
    if (role.permission.size() > named.size() &&
        message.find(role.permission) != std::string_view::npos) {
      named = role.permission;
    }
  }
  return named;
}

}  // namespace

Result<Document> Document::parse(std::string_view text) {
  Document document;
  document.parser_ = std::make_shared<dom::parser>();
  if (document.parser_->parse(text.data(), text.size()).get(document.root_) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss, "BigQuery's answer is not JSON");
  }
  return document;
}

std::optional<std::string> Document::text_at(std::string_view pointer) const {
  std::string_view text;
  if (root_.at_pointer(pointer).get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<int64_t> Document::integer_at(std::string_view pointer) const {
  int64_t number = 0;
  if (root_.at_pointer(pointer).get(number) == simdjson::SUCCESS) {
    return number;
  }
  const auto digits = text_at(pointer);
  return digits ? number_in(*digits) : std::nullopt;
}

std::vector<std::string> Document::texts() const {
  std::vector<std::string> texts;
  dom::array list;
  if (root_.get(list) == simdjson::SUCCESS) {
    for (const dom::element item : list) {
      std::string_view text;
      if (item.get(text) == simdjson::SUCCESS) {
        texts.emplace_back(text);
      }
    }
  }
  return texts;
}

std::string Client::project_url() const {
  return fmt::format("{}/bigquery/v2/projects/{}", options_.base_url,
                     percent_encoded(options_.project));
}

std::string Client::dataset_url() const {
  return fmt::format("{}/datasets/{}", project_url(), percent_encoded(options_.dataset));
}

std::string Client::table_url(std::string_view table) const {
  return fmt::format("{}/tables/{}", dataset_url(), percent_encoded(table));
}

std::string Client::table_name(std::string_view table) const {
  return fmt::format("{}.{}.{}", options_.project, options_.dataset, table);
}

HttpRequest Client::with_json(HttpMethod method, std::string url, std::string body) {
  return {.method = method,
          .url = std::move(url),
          .headers = {{"content-type", "application/json"}},
          .body = std::move(body)};
}

Result<HttpResponse> Client::ask(HttpRequest request, std::string_view doing,
                                 std::string_view permission,
                                 std::initializer_list<int> accepted) const {
  auto answer = api_->ask(std::move(request), Repeat::kSafe);
  if (!answer) {
    return fail_with_context(fmt::format("can't {}", doing), std::move(answer).error());
  }
  HttpResponse response = std::move(answer->response);
  if (response.status >= 300 && std::ranges::find(accepted, response.status) == accepted.end()) {
    return tl::unexpected<Error>(refusal(doing, response, permission));
  }
  return response;
}

// To whom it may not tell, Google does not tell whether a table is there.
std::optional<std::string> Client::remedy_for_missing(const Error& error) const {
  if (error.code == ErrorCode::kNotFound &&
      error.message.find("Not found: ") != std::string::npos) {
    return "see whether BIGQUERY_LOCATION is right; 'github-stats init' creates what is not there";
  }
  if (error.code == ErrorCode::kPermissionDenied && permission_in(error.message).empty() &&
      error.message.find("not exist") != std::string::npos) {
    return "if it is not there, 'github-stats init' creates it; else " +
           remedy_for("bigquery.tables.getData");
  }
  return std::nullopt;
}

Error Client::refusal(std::string_view doing, const HttpResponse& response,
                      std::string_view permission) const {
  Error error = classify_google_failure(response);
  if (error.code == ErrorCode::kPermissionDenied) {
    error.remedy = remedy_for(permission_in(error.message).empty() ? permission : error.message);
  }
  if (const auto remedy = remedy_for_missing(error)) {
    error.remedy = *remedy;
  }
  error.message = fmt::format("can't {}: {}", doing, error.message);
  return error;
}

std::string Client::remedy_for(std::string_view permission_or_message) const {
  const std::string_view permission = permission_in(permission_or_message);
  const auto* const role = std::ranges::find(kRoles, permission, &Role::permission);
  if (role == kRoles.end()) {
    return fmt::format("give {} what it takes in project {}; docs/operations.md lists the roles",
                       api_->identity(), options_.project);
  }
  return fmt::format("give {} the permission {}, for example by the role {}, in project {}",
                     api_->identity(), permission, role->role, options_.project);
}

bool is_about_missing_table(const Error& error) {
  return error.code == ErrorCode::kNotFound ||
         (error.code == ErrorCode::kPermissionDenied &&
          error.message.find("perhaps it does not exist") != std::string::npos);
}

Error asking_for_init(const Client& client, Error error) {
  if (is_about_missing_table(error)) {
    error.code = ErrorCode::kPreconditionFailed;
    error.remedy = "create the tables with `github-stats init`; if they are there, " +
                   client.remedy_for("bigquery.tables.getData");
  }
  return error;
}

}  // namespace github_stats::bigquery
