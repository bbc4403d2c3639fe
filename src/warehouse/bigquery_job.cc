#include "warehouse/bigquery_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "base/log.h"
#include "http/retry.h"

namespace github_stats::bigquery {
namespace {

namespace dom = simdjson::dom;

constexpr Duration kFirstPoll = std::chrono::milliseconds(25);
constexpr Duration kLongestPoll = std::chrono::seconds(4);
constexpr RetryPolicy kRepeatJob = {.max_attempts = 6,
                                    .first_wait = std::chrono::seconds(2),
                                    .longest_wait = std::chrono::seconds(60),
                                    .rate_limit_wait = {}};

constexpr std::string_view kPassing[] = {
    "backendError",     "internalError",        "jobBackendError",  "jobInternalError",
    "tableUnavailable", "jobRateLimitExceeded", "rateLimitExceeded"};

std::string text_of(dom::element object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

Problem problem_of(dom::element proto) {
  return {text_of(proto, "reason"), text_of(proto, "location"), text_of(proto, "message")};
}

bool is_passing(const Problem& problem) {
  // cloud.google.com/bigquery/docs/transactions: of two that change the same rows, one is ended.
  return std::ranges::find(kPassing, problem.reason) != std::end(kPassing) ||
         problem.message.find("due to concurrent update") != std::string::npos;
}

bool is_done(const Document& job) { return job.text_at("/status/state") == "DONE"; }

FinishedJob finished(Document document) {
  FinishedJob job{std::move(document), {}, {}};
  dom::element failure;
  if (job.document.root().at_pointer("/status/errorResult").get(failure) == simdjson::SUCCESS) {
    job.failure = problem_of(failure);
  }
  dom::array problems;
  if (job.document.root().at_pointer("/status/errors").get(problems) == simdjson::SUCCESS) {
    for (const dom::element problem : problems) {
      job.problems.push_back(problem_of(problem));
    }
  }
  return job;
}

ErrorCode code_of(std::string_view reason) {
  struct Meaning {
    std::string_view reason;
    ErrorCode code;
  };
  using enum ErrorCode;
  static constexpr std::array kMeanings = {
      Meaning{"accessDenied", kPermissionDenied},
      Meaning{"notFound", kNotFound},
      Meaning{"invalid", kInvalidArgument},
      Meaning{"invalidQuery", kInvalidArgument},
      Meaning{"quotaExceeded", kRateLimited},
      Meaning{"rateLimitExceeded", kRateLimited},
      Meaning{"jobRateLimitExceeded", kRateLimited},
      Meaning{"billingNotEnabled", kPermissionDenied},
      Meaning{"bytesBilledLimitExceeded", kPreconditionFailed},
      Meaning{"responseTooLarge", kInvalidArgument},
      Meaning{"stopped", kCancelled},
      Meaning{"resourcesExceeded", kUnavailable},
      Meaning{"backendError", kUnavailable},
      Meaning{"jobBackendError", kUnavailable},
      Meaning{"tableUnavailable", kUnavailable},
  };
  const auto* const found = std::ranges::find(kMeanings, reason, &Meaning::reason);
  return found == kMeanings.end() ? kInternal : found->code;
}

}  // namespace

std::string Job::id() const { return fmt::format("{}_{}", plan_.id, attempt_); }

std::string Job::resource() const {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("jobReference").begin_object();
  json.key("projectId").text(client_.options().project).key("jobId").text(id());
  json.key("location").text(client_.options().location).end_object();
  json.key("configuration").raw(plan_.configuration).end_object();
  return text;
}

Status Job::begin() {
  const std::string body = resource();
  auto answer =
      plan_.send
          ? plan_.send(body)
          : client_.ask(Client::with_json(HttpMethod::kPost, client_.project_url() + "/jobs", body),
                        plan_.doing, "bigquery.jobs.create", {409});
  if (!answer) {
    return tl::unexpected<Error>(std::move(answer).error());
  }
  if (answer->status == 409) {  // begun before: by an attempt whose answer was lost
    state_.reset();
    return {};
  }
  ASSIGN_OR_RETURN(state_, Document::parse(answer->body));
  return {};
}

Result<Document> Job::poll() const {
  HttpRequest request{.url = with_query(fmt::format("{}/jobs/{}", client_.project_url(), id()),
                                        {{"location", client_.options().location}})};
  ASSIGN_OR_RETURN(const HttpResponse answer,
                   client_.ask(std::move(request), plan_.doing, "bigquery.jobs.get"));
  return Document::parse(answer.body);
}

Result<FinishedJob> Job::finish() {
  Duration pause = kFirstPoll;
  for (;;) {
    if (!state_) {
      ASSIGN_OR_RETURN(state_, poll());
    }
    if (!is_done(*state_)) {
      if (!client_.clock().sleep_for(pause, client_.stop())) {
        return fail(ErrorCode::kCancelled,
                    fmt::format("told to stop while BigQuery was asked to {}", plan_.doing));
      }
      pause = std::min(pause + pause / 2, kLongestPoll);
      state_.reset();
      continue;
    }
    FinishedJob job = finished(*std::move(state_));
    state_.reset();
    const auto wait = job.failure && is_passing(*job.failure)
                          ? wait_before_retry(kRepeatJob, {ErrorCode::kUnavailable, attempt_, {}},
                                              thread_random())
                          : std::nullopt;
    if (!wait || !client_.clock().sleep_for(*wait, client_.stop())) {
      return job;
    }
    log_debug("asking BigQuery again", {{"job", id()}, {"reason", job.failure->message}});
    ++attempt_;
    pause = kFirstPoll;
    RETURN_IF_ERROR(begin());
  }
}

Result<FinishedJob> run_job(Client& client, JobPlan plan) {
  const std::string doing = plan.doing;
  Job job(client, std::move(plan));
  RETURN_IF_ERROR(job.begin());
  ASSIGN_OR_RETURN(FinishedJob done, job.finish());
  if (done.failure) {
    return tl::unexpected<Error>(job_error(client, doing, *done.failure));
  }
  return done;
}

Error job_error(const Client& client, std::string_view doing, const Problem& failure) {
  Error error{
      code_of(failure.reason), fmt::format("can't {}: {}", doing, printable(failure.message)), {}};
  if (error.code == ErrorCode::kPermissionDenied) {
    error.remedy = client.remedy_for(failure.message);
  } else if (error.code == ErrorCode::kRateLimited) {
    error.remedy = "try again later, or have the project's BigQuery quota raised";
  } else if (failure.reason == "bytesBilledLimitExceeded") {
    error.remedy = "raise BIGQUERY_MAX_BYTES_BILLED, or ask for less";
  }
  return error;
}

}  // namespace github_stats::bigquery
