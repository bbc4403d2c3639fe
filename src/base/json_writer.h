// The one way this program writes JSON: straight into a string that the caller owns and reuses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

// Appends JSON to `out`, placing commas by itself. The caller balances begin and end; numbers and
// names come out as given. Strings must be UTF-8.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();

  // The name of the next value in an object; `name` needs no escaping.
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& integer(int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);

  // A JSON string token, quotes included, as a parser saw it: copied as it is, but for lone
  // surrogates (\ud800 without its other half), which no strict reader takes: they become U+FFFD.
  // data_loss when an escape is malformed; `out` then holds half a string and must be dropped.
  Status token(std::string_view quoted);

 private:
  void separate();

  std::string& out_;
};

// Appends `value` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view value);

}  // namespace github_stats
