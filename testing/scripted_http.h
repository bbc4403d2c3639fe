// An HttpClient that answers from a function, for tests.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "http/http_client.h"

namespace github_stats {

class ScriptedHttp : public HttpClient {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;

  explicit ScriptedHttp(Answer answer) : answer_(std::move(answer)) {}

  // Gives these answers in turn, the last one again and again.
  explicit ScriptedHttp(std::vector<Result<HttpResponse>> answers)
      : answer_([answers = std::move(answers), next = size_t{0}](const HttpRequest&) mutable {
          const size_t index = next < answers.size() ? next++ : answers.size() - 1;
          return answers[index];
        }) {}

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    Result<HttpResponse> response = answer_(request);
    if (response) {
      response->body.reserve(response->body.size() + kBodyPadding);
    }
    return response;
  }

  // What was sent so far.
  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<HttpRequest> requests_;
};

}  // namespace github_stats
