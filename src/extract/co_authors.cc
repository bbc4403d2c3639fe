#include "extract/co_authors.h"

#include <strings.h>

#include <algorithm>

#include "base/trim.h"

namespace github_stats {
namespace {

constexpr std::string_view kKey = "co-authored-by:";

// Takes the first line off the front of `text`.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The last paragraph; empty when the message has only one.
std::string_view trailer_block(std::string_view message) {
  message = trimmed(message);
  std::string_view rest = message;
  std::string_view block;
  while (!rest.empty()) {
    if (trimmed(take_line(rest)).empty()) {
      block = rest;
    }
  }
  return block;
}

bool has_key(std::string_view line) {
  return line.size() >= kKey.size() && strncasecmp(line.data(), kKey.data(), kKey.size()) == 0;
}

}  // namespace

std::vector<std::string> co_authors_of(std::string_view message) {
  std::vector<std::string> authors;
  std::string_view block = trailer_block(message);
  while (!block.empty()) {
    const std::string_view line = take_line(block);
    if (!has_key(line)) {
      continue;
    }
    std::string author(trimmed(line.substr(kKey.size())));
    if (!author.empty() && std::ranges::find(authors, author) == authors.end()) {
      authors.push_back(std::move(author));
    }
  }
  return authors;
}

}  // namespace github_stats
