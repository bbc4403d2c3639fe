#include "schema/privacy.h"

#include <algorithm>

namespace github_stats {
namespace {

using enum Content;

struct Classified {
  std::string_view column;
  Content content;
};

// Columns that hold text, in the schema's order. Others hold facts.
constexpr Classified kTextColumns[] = {
    {"org", kFact},
    {"repo", kFact},
    {"id", kFact},
    {"title", kTitle},
    {"body", kBody},
    {"state", kFact},
    {"author", kPerson},
    {"author_type", kFact},
    {"author_association", kFact},
    {"url", kAddress},
    {"base_ref", kBranch},
    {"head_ref", kBranch},
    {"head_repo", kFork},
    {"merged_by", kPerson},
    {"merge_commit_sha", kFact},
    {"review_decision", kFact},
    {"labels", kFact},
    {"assignees", kPerson},
    {"requested_reviewers", kPerson},
    {"milestone", kFact},
    {"sha", kFact},
    {"message", kBody},
    {"author_name", kPerson},
    {"author_email", kPerson},
    {"committer", kPerson},
    {"co_authors", kPerson},
    {"reviewer", kPerson},
    {"reviewer_type", kFact},
    {"commit_sha", kFact},
    {"review_id", kFact},
    {"path", kFact},
    {"diff_hunk", kBody},
    {"in_reply_to_id", kFact},
    {"collection_id", kFact},
};

}  // namespace

std::string_view to_string(Privacy privacy) {
  switch (privacy) {
    case Privacy::kFull:
      return "full";
    case Privacy::kNoBodies:
      return "no-bodies";
    case Privacy::kHashed:
      return "hashed";
  }
  return "hashed";
}

std::optional<Privacy> privacy_named(std::string_view name) {
  const auto* const found =
      std::ranges::find(kPrivacies, name, [](Privacy privacy) { return to_string(privacy); });
  return found == kPrivacies.end() ? std::nullopt : std::optional(*found);
}

Treatment treatment_of(Content content, Privacy privacy) {
  if (privacy == Privacy::kFull) {
    return Treatment::kKeep;
  }
  const bool is_hashed = privacy == Privacy::kHashed;
  switch (content) {
    case kFact:
      return Treatment::kKeep;
    case kBody:
      return Treatment::kDrop;
    case kTitle:
      return is_hashed ? Treatment::kDrop : Treatment::kKeep;
    case kPerson:
    case kBranch:
      return is_hashed ? Treatment::kHash : Treatment::kKeep;
    case kFork:
    case kAddress:
      return is_hashed ? Treatment::kKeepOwn : Treatment::kKeep;
  }
  return Treatment::kDrop;
}

std::optional<Content> content_of(const Column& column) {
  if (column.type != ColumnType::kText && column.type != ColumnType::kTextList) {
    return kFact;
  }
  const auto* const found = std::ranges::find(kTextColumns, column.name, &Classified::column);
  return found == std::end(kTextColumns) ? std::nullopt : std::optional(found->content);
}

}  // namespace github_stats
