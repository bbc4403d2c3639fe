#include "base/log.h"

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace github_stats {
namespace {

struct Logger {
  std::mutex mutex;
  LogOptions options;
  std::string collection_id;
};

constexpr std::string_view kCollectionId = "collection_id";

Logger& logger() {
  static Logger instance;
  return instance;
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

// An event may name a collection itself, another one perhaps: that is what it is about then.
bool names_collection(std::initializer_list<LogField> fields) {
  return std::ranges::any_of(fields,
                             [](const LogField& field) { return field.name == kCollectionId; });
}

std::string text_line(LogLevel level, std::string_view event, std::string_view collection_id,
                      std::initializer_list<LogField> fields) {
  std::string line = format_time(std::chrono::floor<std::chrono::seconds>(system_clock().now()));
  line.append(" ").append(name_of(level)).append(" ").append(printable(event));
  if (!collection_id.empty()) {
    line.append(" ").append(kCollectionId).append("=").append(collection_id);
  }
  for (const LogField& field : fields) {
    line.append(" ").append(field.name).append("=").append(printable(field.value));
  }
  return line;
}

std::string json_line(LogLevel level, std::string_view event, std::string_view collection_id,
                      std::initializer_list<LogField> fields) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("time").text(format_time(system_clock().now()));
  json.key("level").text(name_of(level)).key("event").text(printable(event));
  if (!collection_id.empty()) {
    json.key(kCollectionId).text(collection_id);
  }
  for (const LogField& field : fields) {
    json.key(field.name);
    field.is_number ? json.raw(field.value) : json.text(printable(field.value));
  }
  json.end_object();
  return line;
}

bool is_harmful(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x061C ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.length == 0 || is_harmful(point.value)) {
      out.push_back('?');
    } else {
      out.append(text.substr(0, point.length));
    }
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return out;
}

void configure_logging(LogOptions options) {
  const std::lock_guard lock(logger().mutex);
  logger().options = std::move(options);
}

void LoggedCollection::set(std::string_view id) {
  const std::lock_guard lock(logger().mutex);
  logger().collection_id = id;
}

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  const std::lock_guard lock(logger().mutex);
  const LogOptions& options = logger().options;
  if (level < options.level) {
    return;
  }
  const std::string_view collection_id =
      names_collection(fields) ? std::string_view() : logger().collection_id;
  std::string line = options.format == LogFormat::kJson
                         ? json_line(level, event, collection_id, fields)
                         : text_line(level, event, collection_id, fields);
  line.push_back('\n');
  if (options.sink) {
    options.sink(line);
  } else {
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
}

}  // namespace github_stats
