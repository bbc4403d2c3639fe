#include "config/glob.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What one pattern element other than "*" says about a character.
struct Element {
  size_t length = 0;  // in the pattern; 0 when it is malformed
  bool matches = false;
};

// The set at the front of `pattern`, which begins with "[". A "]" right at its start is a member.
Element match_set(std::string_view pattern, char c) {
  const bool negated = pattern.size() > 1 && pattern[1] == '!';
  const size_t first = negated ? 2 : 1;
  bool found = false;
  size_t at = first;
  while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
    const char low = lower(pattern[at]);
    char high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = lower(pattern[at + 2]);
      at += 2;
    }
    if (high < low) {
      return {};
    }
    found = found || (low <= c && c <= high);
    ++at;
  }
  if (at >= pattern.size()) {
    return {};
  }
  return {at + 1, found != negated};
}

Element match_element(std::string_view pattern, char c) {
  if (pattern.front() == '[') {
    return match_set(pattern, c);
  }
  return {1, pattern.front() == '?' || lower(pattern.front()) == c};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  // Only the latest "*" ever needs to take more text: what an earlier one could give back, the
  // later one can take as well.
  size_t after_star = std::string_view::npos;  // in pattern
  size_t star_until = 0;                       // the text that the "*" covers ends here
  size_t p = 0;
  size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_until = t;
      continue;
    }
    if (p < pattern.size()) {
      const Element element = match_element(pattern.substr(p), lower(text[t]));
      if (element.length == 0) {
        return false;
      }
      if (element.matches) {
        p += element.length;
        ++t;
        continue;
      }
    }
    if (after_star == std::string_view::npos) {
      return false;
    }
    p = after_star;
    t = ++star_until;
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool globs_select(std::span<const std::string> included, std::span<const std::string> excluded,
                  std::string_view text) {
  const auto matches = [&](const std::string& glob) { return glob_matches(glob, text); };
  return (included.empty() || std::ranges::any_of(included, matches)) &&
         std::ranges::none_of(excluded, matches);
}

Status check_glob(std::string_view pattern) {
  for (std::string_view rest = pattern; !rest.empty();) {
    const Element element = match_element(rest, 'x');
    if (element.length == 0) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' has a '[' that is not closed, or a range that runs backwards",
                              printable(pattern)));
    }
    rest.remove_prefix(element.length);
  }
  return {};
}

}  // namespace github_stats
