// The one logger: an event and its fields, one line each, on standard error.
//
//   log_info("repository collected", {{"repo", name}, {"pull_requests", count}});
//
// Text that came from outside is made harmless for a terminal. Secrets are never given to it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace github_stats {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

struct LogField {
  LogField(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const std::string& text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, int64_t number)
      : name(field_name), value(std::to_string(number)), is_number(true) {}

  std::string_view name;
  std::string value;
  bool is_number = false;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  // Receives each finished line, newline included. Called by one thread at a time.
  std::function<void(std::string_view)> sink;
};

// Sets how and where events go; the default is text on standard error from info up.
void configure_logging(LogOptions options);

// While it lives, every event of the process is one of a collection and says so in its field
// collection_id, once the id is known. One at a time.
class LoggedCollection {
 public:
  LoggedCollection() = default;
  explicit LoggedCollection(std::string_view id) { set(id); }
  ~LoggedCollection() { set({}); }
  LoggedCollection(const LoggedCollection&) = delete;
  LoggedCollection& operator=(const LoggedCollection&) = delete;

  // The id is known now.
  void set(std::string_view id);
};

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kDebug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kInfo, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kWarning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_event(LogLevel::kError, event, fields);
}

// `text` with control characters (C0, DEL, C1) and bidirectional overrides replaced by "?": nothing
// in it can move a terminal's cursor or turn its text around. Bytes that are not UTF-8 become "?".
std::string printable(std::string_view text);

}  // namespace github_stats
