// What there is to collect, and the rows of it. Turns GitHub's answers into pages and rows; the
// order of things and their safe keeping are collect/'s business.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "extract/queries.h"
#include "extract/request_plan.h"
#include "github/github_client.h"

namespace github_stats {

struct Repository {
  std::string id;    // node id: stays when the repository is renamed
  std::string name;  // as GitHub spells it
  bool is_archived = false;
  bool is_fork = false;
  int64_t pull_requests = 0;          // in all
  std::optional<Time> newest_update;  // of any of its pull requests; nothing: it has none
};

struct RepositoryPage {
  std::string owner;  // the login as GitHub spells it
  std::vector<Repository> repositories;
  std::vector<std::string> hidden;  // why GitHub gave nothing of a repository, one entry each
  std::optional<std::string> next;  // the cursor to go on from; nothing: this was the last page
};

class Fetcher {
 public:
  // `batch_size`: most items asked for in one page or batch, 1 to 100.
  Fetcher(GitHubClient& client, size_t batch_size) : client_(client), batch_size_(batch_size) {}

  // One page of the repositories that `login`, an organisation or a user, owns. not_found when
  // there is no such account. `after` as RepositoryPage::next gave it; empty: from the start.
  Result<RepositoryPage> list_repositories(std::string_view login, std::string_view after,
                                           std::stop_token stop);

  // Sends a planned request. Its works have the answer then; without one, they are as before. Fails
  // with unavailable when GitHub can't answer: it may be able to answer less (or later, when there
  // is no less: what can't be divided is tried several times).
  Status ask(RequestPlan& plan, std::stop_token stop);

  // Most items to ask for in one page or batch.
  size_t batch_size() const { return batch_size_; }

  // How many pull requests a DetailWork is best given.
  size_t details_per_request() const {
    return std::min(batch_size_, kConnectionsPerPoint / kConnectionsPerPullRequest);
  }

  // GitHub's own time.
  Time github_now() const { return client_.github_now(); }

 private:
  GitHubClient& client_;
  const size_t batch_size_;
};

}  // namespace github_stats
