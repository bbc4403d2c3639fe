#include "warehouse/bigquery_access.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "http/url.h"

namespace github_stats::bigquery {
namespace {

constexpr std::string_view kResourceManager = "https://cloudresourcemanager.googleapis.com";

// Both services take and give the same (a TestIamPermissionsRequest and its answer).
Result<std::vector<std::string>> granted(Client& client, std::string url, std::string_view doing,
                                         std::span<const std::string_view> permissions) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("permissions").begin_array();
  for (const std::string_view permission : permissions) {
    json.text(permission);
  }
  json.end_array().end_object();
  ASSIGN_OR_RETURN(
      const HttpResponse answer,
      client.ask(Client::with_json(HttpMethod::kPost, std::move(url), std::move(body)), doing, ""));
  ASSIGN_OR_RETURN(const Document document, Document::parse(answer.body));
  std::vector<std::string> names;
  simdjson::dom::array list;
  // It is left out when there are none.
  if (document.root()["permissions"].get(list) == simdjson::SUCCESS) {
    for (const simdjson::dom::element name : list) {
      std::string_view text;
      if (name.get(text) == simdjson::SUCCESS) {
        names.emplace_back(text);
      }
    }
  }
  return names;
}

}  // namespace

Result<std::optional<std::string>> dataset_location(Client& client) {
  const std::string name = fmt::format("{}.{}", client.options().project, client.options().dataset);
  ASSIGN_OR_RETURN(const HttpResponse known,
                   client.ask({.url = client.dataset_url()}, "look at the dataset " + name,
                              "bigquery.datasets.get", {404}));
  if (known.status == 404) {
    return std::optional<std::string>();
  }
  ASSIGN_OR_RETURN(const Document dataset, Document::parse(known.body));
  return dataset.text_at("/location");
}

Result<std::vector<std::string>> granted_on_project(Client& client,
                                                    std::span<const std::string_view> permissions) {
  return granted(client,
                 fmt::format("{}/v1/projects/{}:testIamPermissions", kResourceManager,
                             percent_encoded(client.options().project)),
                 "ask for the permissions in project " + client.options().project, permissions);
}

Result<std::vector<std::string>> granted_on_table(Client& client, std::string_view table,
                                                  std::span<const std::string_view> permissions) {
  return granted(client, client.table_url(table) + ":testIamPermissions",
                 "ask for the permissions on " + client.table_name(table), permissions);
}

}  // namespace github_stats::bigquery
