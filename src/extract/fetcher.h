// What there is to collect, and the rows of it. Turns GitHub's answers into pages and batches; the
// order of things and their safe keeping are collect/'s business.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "extract/detail_assembly.h"
#include "extract/row_batch.h"
#include "extract/row_encoder.h"
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

struct PullRequestRef {
  std::string id;
  int64_t number = 0;
  Time updated_at;
};

struct PullRequestPage {
  std::vector<PullRequestRef> pull_requests;  // newest change first
  std::optional<std::string> next;
};

class Fetcher {
 public:
  // `batch_size`: most items asked for in one page or batch, 1 to 100.
  Fetcher(GitHubClient& client, size_t batch_size) : client_(client), batch_size_(batch_size) {}

  // One page of the repositories that `login`, an organisation or a user, owns. not_found when
  // there is no such account. `after` as RepositoryPage::next gave it; empty: from the start.
  Result<RepositoryPage> list_repositories(std::string_view login, std::string_view after,
                                           std::stop_token stop);

  // One page of a repository's pull requests. not_found when the repository is gone.
  Result<PullRequestPage> list_pull_requests(std::string_view repository_id, std::string_view after,
                                             std::stop_token stop);

  // The rows of these pull requests, complete: every connection is followed to its end, and a
  // batch whose counts do not add up is fetched once more. A request that GitHub can't answer is
  // made smaller, down to one pull request and short pages, before it fails.
  Result<RowBatch> fetch(const RowContext& context, std::span<const PullRequestRef> pull_requests,
                         std::stop_token stop);

  // How many pull requests fetch() is best given at once.
  size_t details_per_request() const;

 private:
  Result<RowBatch> fetch_once(const RowContext& context,
                              std::span<const PullRequestRef> pull_requests, std::stop_token stop);
  // `page`: how many of each connection come with the first answer.
  Status fetch_details(DetailAssembly& assembly, std::span<const PullRequestRef> pull_requests,
                       size_t page, std::stop_token stop);
  Status fetch_rest(DetailAssembly& assembly, std::stop_token stop);

  GitHubClient& client_;
  const size_t batch_size_;
};

}  // namespace github_stats
