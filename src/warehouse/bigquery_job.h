// Jobs: what BigQuery does in its own time, known by an id that the client chooses.
//
// The id is derived from what the job does, so that beginning it again is harmless: the second
// request is answered "already exists", and the first one's job is waited for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http_client.h"
#include "warehouse/bigquery_client.h"

namespace github_stats::bigquery {

// A fault as a job's status tells it (cloud.google.com/bigquery/docs/error-messages).
struct Problem {
  std::string reason;    // "invalid"
  std::string location;  // "gs://bucket/object", "query"; may be empty
  std::string message;   // as Google wrote it: may quote rows
};

// A job that has ended.
struct FinishedJob {
  Document document;               // the Job resource
  std::optional<Problem> failure;  // why it failed; nothing: it succeeded
  std::vector<Problem> problems;   // all that was noticed, the failure among them
};

// What is to be done, as the JSON of a JobConfiguration, which is told apart by `id`: letters,
// digits, "-" and "_".
struct JobPlan {
  std::string id;
  std::string configuration;
  std::string doing;  // for failures: "load commits"
  // Sends the job (a Job resource's JSON) where it is not sent as it is: with what it loads.
  std::function<Result<HttpResponse>(const std::string& job)> send = {};
};

class Job {
 public:
  // The client must outlive it.
  Job(Client& client, JobPlan plan) : client_(client), plan_(std::move(plan)) {}

  // Sends it; it goes on by itself. Fails when BigQuery refuses it at once.
  Status begin();

  // Waits for its end. A job that failed for passing trouble (backend, rate limit, a transaction
  // that another one got in the way of) is done again some times, under another id. Fails when that
  // does not help, and with cancelled when the program was told to stop: the job goes on.
  Result<FinishedJob> finish();

 private:
  std::string id() const;
  std::string resource() const;
  Result<Document> poll() const;

  Client& client_;
  const JobPlan plan_;
  int attempt_ = 1;
  std::optional<Document> state_;
};

// begin and finish; a job that failed is the error that job_error makes of it.
Result<FinishedJob> run_job(Client& client, JobPlan plan);

// What a job's failure amounts to. The message holds Google's words: not for jobs that read rows.
Error job_error(const Client& client, std::string_view doing, const Problem& failure);

}  // namespace github_stats::bigquery
