#include "config/env_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_name_start(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

bool is_name_part(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

// What an escape in double quotes stands for.
std::optional<char> unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '\\':
    case '"':
    case '$':
      return c;
    default:
      return std::nullopt;
  }
}

class EnvParser {
 public:
  EnvParser(std::string_view text, std::string_view file) : rest_(text), file_(file) {
    if (rest_.starts_with(kByteOrderMark)) {
      rest_.remove_prefix(kByteOrderMark.size());
    }
  }

  Result<std::vector<EnvEntry>> run();

 private:
  char front() const { return rest_.empty() ? '\n' : rest_.front(); }
  char take();
  void skip_blanks();
  void skip_comment();
  Result<EnvEntry> entry();
  std::string name();
  Result<std::string> value();
  std::string unquoted();
  Result<std::string> quoted(char quote);
  Status check_repeated(const EnvEntry& entry) const;
  tl::unexpected<Error> error(std::string_view what, std::string_view remedy) const {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} line {}: {}", file_, line_, what),
                std::string(remedy));
  }

  std::string_view rest_;
  std::string_view file_;
  int line_ = 1;
  std::vector<EnvEntry> entries_;
};

char EnvParser::take() {
  const char c = rest_.front();
  rest_.remove_prefix(1);
  line_ += c == '\n' ? 1 : 0;
  return c;
}

void EnvParser::skip_blanks() {
  while (!rest_.empty() && is_blank(front())) {
    take();
  }
}

void EnvParser::skip_comment() {
  while (!rest_.empty() && front() != '\n') {
    take();
  }
}

Result<std::vector<EnvEntry>> EnvParser::run() {
  if (rest_.find('\0') != std::string_view::npos) {
    return error("the file holds a zero byte", "save it as plain UTF-8 text");
  }
  for (;;) {
    skip_blanks();
    if (rest_.empty()) {
      return std::move(entries_);
    }
    if (front() == '#') {
      skip_comment();
    } else if (front() == '\n') {
      take();
    } else {
      ASSIGN_OR_RETURN(EnvEntry found, entry());
      entries_.push_back(std::move(found));
    }
  }
}

Result<EnvEntry> EnvParser::entry() {
  EnvEntry entry{.name = name(), .value = {}, .line = line_};
  if (entry.name == "export" && is_blank(front())) {
    skip_blanks();
    entry.name = name();
  }
  skip_blanks();
  if (entry.name.empty() || front() != '=') {
    return error("this is no NAME=value", "begin a comment with '#'");
  }
  RETURN_IF_ERROR(check_repeated(entry));
  take();
  ASSIGN_OR_RETURN(entry.value, value());
  return entry;
}

Status EnvParser::check_repeated(const EnvEntry& entry) const {
  const auto same = [&](const EnvEntry& other) { return other.name == entry.name; };
  if (const auto first = std::find_if(entries_.begin(), entries_.end(), same);
      first != entries_.end()) {
    return error(fmt::format("{} is already set on line {}", entry.name, first->line),
                 "keep one of the two");
  }
  return {};
}

std::string EnvParser::name() {
  std::string name;
  while (!rest_.empty() && (name.empty() ? is_name_start(front()) : is_name_part(front()))) {
    name += take();
  }
  return name;
}

Result<std::string> EnvParser::value() {
  const size_t blanks = rest_.size();
  skip_blanks();
  if (front() == '#' && blanks == rest_.size()) {
    return unquoted();  // "NAME=#x": no blank, so no comment
  }
  if (front() != '"' && front() != '\'') {
    return front() == '#' ? std::string() : unquoted();
  }
  ASSIGN_OR_RETURN(std::string text, quoted(take()));
  const bool blank_follows = is_blank(front());
  skip_blanks();
  if (front() == '#' && blank_follows) {
    skip_comment();
  }
  if (front() != '\n') {
    return error("text follows the closing quote", "quote the whole value, or nothing of it");
  }
  return text;
}

std::string EnvParser::unquoted() {
  std::string text;
  while (!rest_.empty() && front() != '\n') {
    if (front() == '#' && !text.empty() && is_blank(text.back())) {
      skip_comment();
      break;
    }
    text += take();
  }
  while (!text.empty() && is_blank(text.back())) {
    text.pop_back();
  }
  return text;
}

Result<std::string> EnvParser::quoted(char quote) {
  const int first_line = line_;
  std::string text;
  while (!rest_.empty()) {
    const char c = take();
    if (c == quote) {
      return text;
    }
    if (c == '\r' && front() == '\n' && !rest_.empty()) {
      continue;  // the line break of a file written on Windows
    }
    if (c != '\\' || quote == '\'' || rest_.empty()) {
      text += c;
      continue;
    }
    const auto meant = unescape(front());
    if (!meant) {
      return error(
          fmt::format("'\\{}' means nothing in double quotes", printable(rest_.substr(0, 1))),
          "write \\\\ for a backslash, or use single quotes");
    }
    take();
    text += *meant;
  }
  line_ = first_line;
  return error(fmt::format("the closing {} is missing", quote), "close the quotes");
}

}  // namespace

Result<std::vector<EnvEntry>> parse_env(std::string_view text, std::string_view file) {
  return EnvParser(text, file).run();
}

}  // namespace github_stats
