#include "testing/fake_github.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>

namespace github_stats {
namespace {

using simdjson::dom::element;

std::string text(const element& object, std::string_view field) {
  std::string_view value;
  return object[field].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// "web/7" → the repository and the number.
std::pair<std::string, int> split_id(std::string_view id) {
  const size_t slash = id.rfind('/');
  return {std::string(id.substr(0, slash)), std::stoi(std::string(id.substr(slash + 1)))};
}

std::string page_of(size_t total, const std::vector<std::string>& nodes) {
  return fmt::format(
      R"({{"totalCount":{},"pageInfo":{{"hasNextPage":false,"endCursor":null}},"nodes":[{}]}})",
      total, fmt::join(nodes, ","));
}

std::string commits_of(const std::string& id, const FakeGitHub::PullRequest& pull_request) {
  std::vector<std::string> shas = pull_request.commits;
  if (shas.empty()) {
    shas.push_back(fmt::format("{:040}", pull_request.number));
  }
  std::vector<std::string> nodes;
  for (const std::string& sha : shas) {
    nodes.push_back(
        fmt::format(R"({{"commit":{{"id":"c/{}/{}","oid":"{}","message":"m","author":null,)"
                    R"("authoredDate":"2020-01-01T00:00:00Z","committer":null,)"
                    R"("committedDate":"2020-01-01T00:00:00Z","additions":1,"deletions":2,)"
                    R"("changedFilesIfAvailable":3,"url":"https://github.example"}}}})",
                    id, sha, sha));
  }
  return page_of(nodes.size(), nodes);
}

std::string comments_of(const FakeGitHub::PullRequest& pull_request) {
  std::vector<std::string> nodes;
  for (const auto& [id, body] : pull_request.comments) {
    if (nodes.size() + pull_request.hidden_comments == pull_request.comments.size()) {
      break;
    }
    nodes.push_back(fmt::format(
        R"({{"id":"{}","fullDatabaseId":"1","author":null,"authorAssociation":"NONE","body":"{}",)"
        R"("createdAt":"2020-01-01T00:00:00Z","updatedAt":"2020-01-01T00:00:00Z",)"
        R"("url":"https://github.example"}})",
        id, body));
  }
  return page_of(pull_request.comments.size(), nodes);
}

std::string detail(const std::string& id, const FakeGitHub::PullRequest& pull_request) {
  const std::string node = fmt::format(
      R"({{"id":"{0}","fullDatabaseId":"{1}","number":{1},"title":"{2}","body":"","state":"OPEN",)"
      R"("isDraft":false,"author":null,"authorAssociation":"MEMBER","url":"https://github.example",)"
      R"("baseRefName":"main","headRefName":"work","headRepository":null,"isCrossRepository":false,)"
      R"("createdAt":"2020-01-01T00:00:00Z","updatedAt":"{3}","closedAt":null,"mergedAt":null,)"
      R"("mergedBy":null,"mergeCommit":null,"additions":1,"deletions":2,"changedFiles":3,)"
      R"("reviewDecision":null,"milestone":null,"timelineItems":{{"nodes":[]}},)"
      R"("labels":{{"nodes":[]}},"assignees":{{"nodes":[]}},"reviewRequests":{{"nodes":[]}},)",
      id, pull_request.number, pull_request.title, format_time(pull_request.updated_at));
  return node + fmt::format(R"("commits":{},"reviews":{},"comments":{}}})",
                            commits_of(id, pull_request), page_of(0, {}),
                            comments_of(pull_request));
}

std::string http_date(Time time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                         std::chrono::time_point_cast<std::chrono::system_clock::duration>(time))));
}

}  // namespace

void FakeGitHub::add_repository(const std::string& id) {
  const std::lock_guard lock(mutex_);
  repositories_[id].name = id;
}

void FakeGitHub::rename_repository(const std::string& id, std::string name) {
  const std::lock_guard lock(mutex_);
  repositories_.at(id).name = std::move(name);
}

void FakeGitHub::put(const std::string& repository, PullRequest pull_request) {
  const std::lock_guard lock(mutex_);
  Repository& found = repositories_[repository];
  if (found.name.empty()) {
    found.name = repository;
  }
  found.pull_requests[pull_request.number] = std::move(pull_request);
}

std::map<std::string, FakeGitHub::Repository> FakeGitHub::truth() const {
  const std::lock_guard lock(mutex_);
  return repositories_;
}

void FakeGitHub::set_time(Time now) {
  const std::lock_guard lock(mutex_);
  now_ = now;
}

int FakeGitHub::calls(std::string_view operation) const {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(operation);
  return found == calls_.end() ? 0 : found->second;
}

Result<HttpResponse> FakeGitHub::send(const HttpRequest& request, std::stop_token) {
  Call call;
  {
    simdjson::dom::parser parser;
    call.body = request.body;
    call.operation = text(parser.parse(request.body), "operationName");
  }
  {
    const std::lock_guard lock(mutex_);
    call.number = ++requests_;
    for (const std::string_view part : {"Repositories", "PullRequests", "Details", "FollowUp"}) {
      calls_[std::string(part)] += call.operation.find(part) != std::string::npos ? 1 : 0;
    }
  }
  if (interceptor_) {
    if (auto instead = interceptor_(call)) {
      if (instead->has_value()) {
        (*instead)->body.reserve((*instead)->body.size() + kBodyPadding);
      }
      return *std::move(instead);
    }
  }
  const std::lock_guard lock(mutex_);
  HttpResponse response;
  response.status = 200;
  if (now_) {
    response.headers["date"] = http_date(*now_);
  }
  errors_.clear();
  const std::string data = answer(call);
  response.body = fmt::format(
      R"({{"data":{{"rateLimit":{{"cost":1,"remaining":4999,"limit":5000,"resetAt":""}},{}}}{}}})",
      data, errors_.empty() ? "" : fmt::format(R"(,"errors":[{}])", fmt::join(errors_, ",")));
  response.body.reserve(response.body.size() + kBodyPadding);
  return response;
}

std::string FakeGitHub::answer(const Call& call) {
  simdjson::dom::parser parser;
  const element variables = parser.parse(call.body)["variables"];
  if (call.operation == "Repositories") {
    return repositories();
  }
  if (call.operation == "Probe") {
    return R"("viewer":null)";
  }
  std::vector<std::string> fields;
  std::vector<std::string> ids;
  if (simdjson::dom::array wanted; variables["ids"].get(wanted) == simdjson::SUCCESS) {
    for (const element id : wanted) {
      ids.emplace_back(std::string_view(id));
    }
    fields.push_back(details(ids));
  }
  simdjson::dom::array commits;
  for (int i = 0; variables[fmt::format("commits{}", i)].get(commits) == simdjson::SUCCESS; ++i) {
    const std::vector<std::string> parents(commits.size(), R"({"parents":{"totalCount":1}})");
    fields.push_back(fmt::format(R"("commits{}":[{}])", i, fmt::join(parents, ",")));
  }
  for (int i = 0; !text(variables, fmt::format("list{}", i)).empty(); ++i) {
    const std::string name = fmt::format("list{}", i);
    const std::string repository = text(variables, name);
    std::string node = "null";
    if (const auto hidden = hidden_.find(repository); hidden != hidden_.end()) {
      errors_.push_back(fmt::format(R"({{"type":"FORBIDDEN","message":"{}","path":["{}"]}})",
                                    hidden->second, name));
    } else {
      const size_t first(uint64_t(variables[fmt::format("first{}", i)]));
      node = pull_requests(repository, text(variables, fmt::format("list_after{}", i)), first);
    }
    fields.push_back(fmt::format(R"("{}":{})", name, node));
  }
  return fmt::format("{}", fmt::join(fields, ","));
}

std::string FakeGitHub::repositories() const {
  std::string nodes;
  for (const auto& [id, repository] : repositories_) {
    std::string newest;
    Time newest_time{};
    for (const auto& [number, pull_request] : repository.pull_requests) {
      newest_time = std::max(newest_time, pull_request.updated_at);
      newest = fmt::format(R"({{"updatedAt":"{}"}})", format_time(newest_time));
    }
    nodes += fmt::format(R"({}{{"id":"{}","name":"{}","isArchived":false,"isFork":false,)"
                         R"("pullRequests":{{"totalCount":{},"nodes":[{}]}}}})",
                         nodes.empty() ? "" : ",", id, repository.name,
                         repository.pull_requests.size(), newest);
  }
  return fmt::format(
      R"("repositoryOwner":{{"__typename":"Organization","login":"Acme","repositories":)"
      R"({{"pageInfo":{{"hasNextPage":false,"endCursor":null}},"nodes":[{}]}}}})",
      nodes);
}

std::string FakeGitHub::pull_requests(const std::string& repository, std::string_view after,
                                      size_t first) const {
  const auto found = repositories_.find(repository);
  if (found == repositories_.end()) {
    return "null";
  }
  // A cursor is the position in the order (newest change first, then the higher number).
  std::vector<std::pair<Time, int>> order;
  for (const auto& [number, pull_request] : found->second.pull_requests) {
    order.emplace_back(pull_request.updated_at, number);
  }
  std::ranges::sort(order, std::ranges::greater{});
  const auto cursor_of = [](const std::pair<Time, int>& item) {
    return fmt::format("{}/{}", item.first.time_since_epoch().count(), item.second);
  };
  if (!after.empty()) {
    const auto [micros, number] = split_id(after);
    const std::pair<Time, int> position{Time(Duration(std::stoll(micros))), number};
    std::erase_if(order, [&](const auto& item) { return item >= position; });
  }
  const bool has_next = order.size() > first;
  order.resize(std::min(order.size(), first));
  std::string nodes;
  for (const auto& [updated_at, number] : order) {
    nodes +=
        fmt::format(R"({}{{"id":"{}/{}","number":{},"updatedAt":"{}"}})", nodes.empty() ? "" : ",",
                    repository, number, number, format_time(updated_at));
  }
  return fmt::format(
      R"({{"pullRequests":{{"totalCount":{},"pageInfo":{{"hasNextPage":{},"endCursor":"{}"}},"nodes":[{}]}}}})",
      found->second.pull_requests.size(), has_next, order.empty() ? "" : cursor_of(order.back()),
      nodes);
}

std::string FakeGitHub::details(const std::vector<std::string>& ids) const {
  std::string nodes;
  for (const std::string& id : ids) {
    const auto [repository, number] = split_id(id);
    nodes += nodes.empty() ? "" : ",";
    nodes += detail(id, repositories_.at(repository).pull_requests.at(number));
  }
  return fmt::format(R"("nodes":[{}])", nodes);
}

}  // namespace github_stats
