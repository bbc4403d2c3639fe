// BigQuery's REST API (cloud.google.com/bigquery/docs/reference/rest), as far as a dataset needs
// it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "google/google_api.h"
#include "http/url.h"

namespace github_stats::bigquery {

struct Options {
  std::string project;
  std::string dataset;
  std::string location = "US";  // of the dataset when it is created, and of all jobs
  std::string base_url = "https://bigquery.googleapis.com";  // without "/" at the end
  std::optional<int64_t> max_bytes_billed;                   // by one query job
  // Nothing changes anything: see Client::sealed.
  bool sealed = false;
};

// A JSON document and the parser that owns it.
class Document {
 public:
  // data_loss when the text is not JSON.
  static Result<Document> parse(std::string_view text);

  simdjson::dom::element root() const { return root_; }
  // The text or the whole number, which BigQuery writes as text, at a JSON pointer
  // ("/status/state").
  std::optional<std::string> text_at(std::string_view pointer) const;
  std::optional<int64_t> integer_at(std::string_view pointer) const;
  // The texts of a document that is a list; none when it is something else.
  std::vector<std::string> texts() const;

 private:
  std::shared_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::element root_;
};

class Client {
 public:
  // Once `stop` is requested, waiting for jobs ends with cancelled.
  Client(std::shared_ptr<GoogleApi> api, Clock& clock, Options options, std::stop_token stop)
      : api_(std::move(api)), clock_(clock), options_(std::move(options)), stop_(std::move(stop)) {}

  const Options& options() const { return options_; }
  Clock& clock() { return clock_; }
  const std::stop_token& stop() const { return stop_; }
  GoogleApi& api() { return *api_; }

  // Addresses: ".../projects/P", ".../projects/P/datasets/D", ".../datasets/D/tables/T".
  std::string project_url() const;
  std::string dataset_url() const;
  std::string table_url(std::string_view table) const;

  // "P.D.table", for people.
  std::string table_name(std::string_view table) const;

  // An answer below 300 or one of `accepted` status; anything else is the error that `refusal`
  // makes. Every request of this program may be repeated: it has an id, or doing it twice is the
  // same as doing it once.
  Result<HttpResponse> ask(HttpRequest request, std::string_view doing, std::string_view permission,
                           std::initializer_list<int> accepted = {}) const;

  // A request with a JSON body.
  static HttpRequest with_json(HttpMethod method, std::string url, std::string body);

  // Why something was refused. `permission` is what it takes, where Google does not say:
  // "bigquery.tables.create".
  Error refusal(std::string_view doing, const HttpResponse& response,
                std::string_view permission) const;

  // What to do about a missing permission, which is named or found in what Google says: whom to
  // give which role.
  std::string remedy_for(std::string_view permission_or_message) const;

 private:
  // Nothing when the failure is not about a dataset or table that may not be there.
  std::optional<std::string> remedy_for_missing(const Error& error) const;

  std::shared_ptr<GoogleApi> api_;
  Clock& clock_;
  const Options options_;
  const std::stop_token stop_;
};

// Whether a statement failed for a table that is not there, or that one may not see: BigQuery makes
// no difference.
bool is_about_missing_table(const Error& error);

// Such a failure as that of a warehouse without its tables; another one as it is.
Error asking_for_init(const Client& client, Error error);

}  // namespace github_stats::bigquery
