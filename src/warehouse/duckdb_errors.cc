#include "warehouse/duckdb_errors.h"

#include <fmt/format.h>

namespace github_stats::duckdb {
namespace {

constexpr size_t kLongestReason = 120;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view without_punctuation(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '.' || c == ':' || c == ','; };
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  return text;
}

// What stands after `mark`, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  return at == std::string_view::npos ? std::nullopt : std::optional(text.substr(at + mark.size()));
}

bool is_disk_full(std::string_view message) {
  return contains(message, "No space left") || contains(message, "not enough disk space");
}

// Forms such as
//   Malformed JSON in file "<path>", at byte 23 in line 3: unexpected end of data. …
//   JSON transform error in file "<path>", in line 2: Failed to cast value to numerical:
//   "<content>" "maximum_object_size" of 67108864 bytes exceeded while reading file "<path>"
//   (>134217720 bytes)
// The position is left out: DuckDB calls it approximate, and a chunk has few lines.
ReadRefusal split(std::string_view rest) {
  const size_t end = std::min(rest.find("\", at byte "), rest.find("\", in "));
  if (end == std::string_view::npos) {
    return {std::string(rest.substr(0, rest.find("\" ("))), "a row is too large"};
  }
  const std::string_view path = rest.substr(0, end);
  const std::string_view told = after(rest.substr(end), ": ").value_or("");
  if (contains(told, "has duplicate key")) {
    return {std::string(path), "a row has a field twice"};
  }
  // Content follows in quotes, brackets or braces, or after a colon.
  const std::string_view told_first = told.substr(0, told.find(". Try "));
  const std::string_view reason =
      without_punctuation(first_line(told_first.substr(0, told_first.find_first_of("\"'{[:"))));
  return {std::string(path), reason.empty() ? "a row is not of the stream's form"
                                            : std::string(reason.substr(0, kLongestReason))};
}

}  // namespace

Error open_error(std::string_view file, const Failure& failure) {
  const std::string_view said = failure.message;
  if (contains(said, "Could not set lock")) {
    const auto holder = after(said, "Conflicting lock is held in ");
    const std::string by =
        holder ? fmt::format(" by {}", holder->substr(0, holder->find(". See"))) : std::string();
    return {ErrorCode::kUnavailable, fmt::format("{} is in use{}", file, by),
            "close the other program that has it open, then try again"};
  }
  if (contains(said, "not a valid DuckDB database")) {
    return {ErrorCode::kInvalidArgument, fmt::format("{} is not a DuckDB database", file),
            "give another file, or move this one away to let a new one be created"};
  }
  if (contains(said, "Permission denied") || contains(said, "Read-only file system")) {
    return {ErrorCode::kPermissionDenied, fmt::format("{} can't be opened for writing", file),
            "check the permissions of the file and its directory"};
  }
  if (contains(said, "version number")) {
    return {ErrorCode::kPreconditionFailed,
            fmt::format("{} was written by another version of DuckDB: {}", file, first_line(said)),
            "open it with that version and EXPORT DATABASE, or use another file"};
  }
  if (is_disk_full(said)) {
    return {ErrorCode::kUnavailable, fmt::format("no space left to open {}", file),
            "free some space on its disk"};
  }
  return {ErrorCode::kInternal, fmt::format("{} can't be opened: {}", file, first_line(said)), ""};
}

Error statement_error(std::string_view doing, const Failure& failure) {
  const std::string_view said = failure.message;
  if (is_disk_full(said)) {
    return {ErrorCode::kUnavailable, fmt::format("{}: no space left on the disk", doing),
            "free some space on the disk of the DuckDB file"};
  }
  switch (failure.type) {
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_BINDER:
      return {ErrorCode::kPreconditionFailed,
              fmt::format("{}: the tables are not what they must be: {}", doing, first_line(said)),
              "run `github-stats init`"};
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return {ErrorCode::kUnavailable, fmt::format("{}: DuckDB ran out of memory", doing),
              "free some memory, or some space beside the DuckDB file, or ask for less at once"};
    case DUCKDB_ERROR_IO:
      return {ErrorCode::kUnavailable, fmt::format("{}: {}", doing, first_line(said)),
              "check the disk of the DuckDB file"};
    default:
      return {ErrorCode::kInternal, fmt::format("{}: {}", doing, first_line(said)), ""};
  }
}

std::optional<ReadRefusal> read_refusal(const Failure& failure) {
  const std::string_view said = failure.message;
  if (const auto path = after(said, "Input is not a GZIP stream: ")) {
    return ReadRefusal{std::string(first_line(*path)), "it is not compressed as its name says"};
  }
  for (const std::string_view mark : {"in file \"", "while reading file \""}) {
    if (const auto rest = after(said, mark)) {
      return split(*rest);
    }
  }
  if (contains(said, "gzip") || contains(said, "GZIP")) {
    return ReadRefusal{"", "it is damaged inside its compression"};
  }
  if (failure.type == DUCKDB_ERROR_INVALID_INPUT || failure.type == DUCKDB_ERROR_CONVERSION) {
    return ReadRefusal{"", "a row is not of the stream's form"};
  }
  return std::nullopt;
}

}  // namespace github_stats::duckdb
