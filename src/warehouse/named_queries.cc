#include "warehouse/named_queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.h"
#include "warehouse/sql_texts.h"

namespace github_stats {
namespace {

constexpr std::string_view kFolder = "queries/";
constexpr std::string_view kComment = "-- ";

// A query's text begins with its description.
std::string_view first_comment(std::string_view text) {
  return text.substr(kComment.size(), text.find('\n') - kComment.size());
}

}  // namespace

std::vector<NamedQuery> named_queries(const Dialect& dialect) {
  std::vector<NamedQuery> queries;
  for (const EmbeddedText& text : sql_texts()) {
    if (text.name.starts_with(kFolder)) {
      queries.push_back({.name = text.name.substr(kFolder.size()),
                         .description = first_comment(text.text),
                         .sql = dialect.statement(text.name)});
    }
  }
  return queries;
}

Result<NamedQuery> find_named_query(std::string_view name, const Dialect& dialect) {
  const std::vector<NamedQuery> queries = named_queries(dialect);
  const auto found = std::ranges::find(queries, name, &NamedQuery::name);
  if (found != queries.end()) {
    return *found;
  }
  std::vector<std::string_view> names;
  names.reserve(queries.size());
  for (const NamedQuery& query : queries) {
    names.push_back(query.name);
  }
  const std::string_view meant = nearest(name, names);
  return fail(ErrorCode::kInvalidArgument, fmt::format("there is no query named '{}'", name),
              meant.empty() ? "`github-stats query --list` shows those there are"
                            : fmt::format("did you mean {}?", meant));
}

}  // namespace github_stats
