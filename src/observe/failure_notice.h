// What somebody is told of a run that failed, or that is done after one that failed, and when.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

enum class NoticeKind { kFailed, kRecovered };

struct FailureNotice {
  NoticeKind kind = NoticeKind::kFailed;
  std::string command;
  std::string org;
  std::string collection_id;  // empty: there was none
  int exit_code = 0;
  std::optional<Error> failure;
  int64_t failed_repositories = 0;
  Time started_at;
  Time ended_at;
};

// A JSON object. Its `text` is one line for Slack, Mattermost and their like, in which nothing that
// came from outside can mention anybody, be a link, or look like another line.
std::string encode_notice(const FailureNotice& notice);

// When to tell: each kind of failure once, until a run is done again; that, too, where a failure
// was told of. By organisation. Thread-safe.
class NoticePlan {
 public:
  // A run of `org` has failed so, or (nothing) is done: what to tell, if anything.
  std::optional<NoticeKind> after_run(const std::string& org,
                                      const std::optional<std::string>& failure) const;

  // It was told. What nobody could be told is due again after the next run.
  void told(const std::string& org, const std::optional<std::string>& failure);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>> told_;
};

}  // namespace github_stats
