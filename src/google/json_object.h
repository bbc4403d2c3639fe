// A JSON object from outside, a credentials file or an answer, read field by field.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace github_stats {

// Failures are invalid_argument and speak of "it": "it has no 'private_key'". They name fields and
// never show a value, which may be a secret. Null and empty text count as missing.
class JsonObject {
 public:
  static Result<JsonObject> parse(std::string_view text);

  bool has(std::string_view name) const;
  Result<std::string> text(std::string_view name) const;
  Result<std::optional<std::string>> optional_text(std::string_view name) const;
  // A number or, as some servers write it, a text of digits.
  Result<int64_t> integer(std::string_view name) const;
  Result<JsonObject> object(std::string_view name) const;
  // An array of texts; none when missing.
  Result<std::vector<std::string>> texts(std::string_view name) const;
  // An object whose values are texts; none when missing.
  Result<std::vector<std::pair<std::string, std::string>>> text_fields(std::string_view name) const;

 private:
  JsonObject(std::shared_ptr<simdjson::dom::parser> parser, simdjson::dom::object object)
      : parser_(std::move(parser)), object_(object) {}

  // Nothing when missing or null.
  std::optional<simdjson::dom::element> find(std::string_view name) const;

  std::shared_ptr<simdjson::dom::parser> parser_;  // owns what object_ refers to
  simdjson::dom::object object_;
};

}  // namespace github_stats
