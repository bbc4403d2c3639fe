// A small GitHub in memory behind HttpClient: repositories of plain pull requests, answered page by
// page, with changes and faults between requests. For the rooms' tests; the simulator is the
// faithful one.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/http_client.h"

namespace github_stats {

class FakeGitHub : public HttpClient {
 public:
  struct PullRequest {
    int number = 0;
    Time updated_at;
    std::string title;
    std::vector<std::string> commits = {};             // shas; empty: one, made of the number
    std::map<std::string, std::string> comments = {};  // id → body
    size_t hidden_comments = 0;  // so many of the comments are counted, but not given
  };

  struct Repository {
    std::string name;
    std::map<int, PullRequest> pull_requests;
  };

  // What a request asked for.
  struct Call {
    int number = 0;  // from 1
    std::string
        operation;  // "PullRequests", "Details", "FollowUp", or several: "PullRequestsDetails"
    std::string body;

    bool asks(std::string_view what) const { return operation.find(what) != std::string::npos; }
  };

  // Called before each request is answered, without the lock: may change the repositories. Gives an
  // answer of its own to be sent instead, or nothing.
  using Interceptor = std::function<std::optional<Result<HttpResponse>>(const Call&)>;

  // A repository whose node id is its first name; it is spoken of by that id.
  void add_repository(const std::string& id);
  void rename_repository(const std::string& id, std::string name);
  // Adds or replaces; the newest change is the largest updated_at.
  void put(const std::string& repository, PullRequest pull_request);
  // The repository is listed, but its pull requests are not shown: FORBIDDEN, with this message.
  void hide(const std::string& repository, std::string message) {
    hidden_[repository] = std::move(message);
  }
  void show(const std::string& repository) { hidden_.erase(repository); }
  // What a perfect collector would know, by repository id.
  std::map<std::string, Repository> truth() const;
  // Its own time, which answers then tell; without it they have no Date header.
  void set_time(Time now);
  void intercept(Interceptor interceptor) { interceptor_ = std::move(interceptor); }

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override;

  // How many requests had this operation in them.
  int calls(std::string_view operation) const;

 private:
  std::string answer(const Call& call);
  std::string repositories() const;
  std::string pull_requests(const std::string& repository, std::string_view after,
                            size_t first) const;
  std::string details(const std::vector<std::string>& ids) const;

  mutable std::mutex mutex_;
  std::map<std::string, Repository> repositories_;  // by id
  std::optional<Time> now_;
  std::map<std::string, int, std::less<>> calls_;
  std::map<std::string, std::string> hidden_;
  std::vector<std::string> errors_;  // of the answer being made
  int requests_ = 0;
  Interceptor interceptor_;
};

}  // namespace github_stats
