#include "observe/failure_notice.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/utf8.h"

namespace github_stats {
namespace {

constexpr int64_t kVersion = 1;

// A service may give every failure a number of its own: what is remembered has an end.
constexpr size_t kMostKinds = 1'000;

constexpr size_t kLongestReason = 400;

// At most so many bytes, and whole characters.
std::string_view cut(std::string_view text, size_t most) {
  std::string_view rest = text;
  size_t length = 0;
  while (!rest.empty()) {
    const size_t next = std::max<size_t>(decode_utf8(rest).length, 1);
    if (length + next > most) {
      break;
    }
    length += next;
    rest.remove_prefix(next);
  }
  return text.substr(0, length);
}

// As code, in which Markdown does nothing; Slack's own signs are escaped as its documentation says.
std::string quoted(std::string_view text) {
  const std::string shown = printable(text);
  std::string out = "`";
  for (const char c : cut(shown, kLongestReason)) {
    switch (c) {
      case '`':
        out += '\'';
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out + "`";
}

std::string text_of(const FailureNotice& notice) {
  const std::string run = notice.command + " of " + notice.org;
  if (notice.kind == NoticeKind::kRecovered) {
    return "github-stats: " + run + " is done again";
  }
  std::string text =
      "github-stats: " + run + " failed (exit code " + std::to_string(notice.exit_code) + ")";
  if (notice.failure) {
    text += ": " + quoted(notice.failure->describe());
  }
  return text;
}

}  // namespace

std::string encode_notice(const FailureNotice& notice) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("text").text(text_of(notice)).key("version").integer(kVersion);
  json.key("event").text(notice.kind == NoticeKind::kFailed ? "failed" : "recovered");
  json.key("command").text(notice.command).key("org").text(notice.org).key("collection_id");
  notice.collection_id.empty() ? json.null() : json.text(notice.collection_id);
  json.key("exit_code").integer(notice.exit_code).key("failure");
  if (notice.failure) {
    json.begin_object().key("code").text(to_string(notice.failure->code));
    json.key("reason").text(printable(notice.failure->describe())).end_object();
  } else {
    json.null();
  }
  json.key("failed_repositories").integer(notice.failed_repositories);
  json.key("started_at").text(format_time(notice.started_at));
  json.key("ended_at").text(format_time(notice.ended_at)).end_object();
  return out;
}

std::optional<NoticeKind> NoticePlan::after_run(const std::string& org,
                                                const std::optional<std::string>& failure) const {
  const std::lock_guard lock(mutex_);
  const auto told = told_.find(org);
  if (!failure) {
    return told == told_.end() ? std::nullopt : std::optional(NoticeKind::kRecovered);
  }
  const bool is_known = told != told_.end() && told->second.contains(*failure);
  return is_known ? std::nullopt : std::optional(NoticeKind::kFailed);
}

void NoticePlan::told(const std::string& org, const std::optional<std::string>& failure) {
  const std::lock_guard lock(mutex_);
  if (!failure) {
    told_.erase(org);
    return;
  }
  std::set<std::string>& kinds = told_[org];
  if (kinds.size() >= kMostKinds) {
    kinds.clear();
  }
  kinds.insert(*failure);
}

}  // namespace github_stats
