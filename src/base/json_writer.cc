#include "base/json_writer.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <optional>

namespace github_stats {
namespace {

// What must follow a backslash to write this byte; 0 for bytes that stand for themselves, 'u' for
// control characters without a letter of their own.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (size_t c = 0; c < 0x20; ++c) {
    table[c] = 'u';
  }
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

// The four hex digits at `digits` as a number; nothing when they are not.
std::optional<unsigned> hex4(std::string_view digits) {
  if (digits.size() < 4) {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : digits.substr(0, 4)) {
    value <<= 4U;
    if (c >= '0' && c <= '9') {
      value |= static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value |= static_cast<unsigned>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      value |= static_cast<unsigned>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Copies the \u escape at the front of `rest`, its other half too when it is a pair. Gives the
// bytes taken, 0 when malformed.
size_t copy_unicode_escape(std::string& out, std::string_view rest) {
  constexpr size_t kLength = 6;  // \uXXXX
  const auto unit = hex4(rest.substr(2));
  if (!unit) {
    return 0;
  }
  if (is_high_surrogate(*unit) && rest.size() > kLength + 1 && rest[kLength] == '\\' &&
      rest[kLength + 1] == 'u') {
    const auto other = hex4(rest.substr(kLength + 2));
    if (other && is_low_surrogate(*other)) {
      out.append(rest.substr(0, 2 * kLength));
      return 2 * kLength;
    }
  }
  if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
    out.append("\\ufffd");
  } else {
    out.append(rest.substr(0, kLength));
  }
  return kLength;
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
  out.push_back('"');
  size_t start = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    const char escape = kEscapes[static_cast<unsigned char>(value[i])];
    if (escape == 0) {
      continue;
    }
    out.append(value.substr(start, i - start));
    start = i + 1;
    if (escape == 'u') {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(value[i]));
    } else {
      out.push_back('\\');
      out.push_back(escape);
    }
  }
  out.append(value.substr(start));
  out.push_back('"');
}

void JsonWriter::separate() {
  if (out_.empty()) {
    return;
  }
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':' && last != '\n') {
    out_.push_back(',');
  }
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_.push_back('{');
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  out_.push_back('}');
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  out_.push_back('[');
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  out_.push_back(']');
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_.push_back('"');
  out_.append(name);
  out_.append("\":");
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(int64_t value) {
  separate();
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

Status JsonWriter::token(std::string_view quoted) {
  separate();
  const std::string_view all = quoted;
  while (const void* found = std::memchr(quoted.data(), '\\', quoted.size())) {
    const auto run = static_cast<size_t>(static_cast<const char*>(found) - quoted.data());
    out_.append(quoted.substr(0, run));
    quoted.remove_prefix(run);
    size_t taken = 2;
    if (quoted.size() > 1 && quoted[1] == 'u') {
      taken = copy_unicode_escape(out_, quoted);
    } else if (quoted.size() > 2 && std::strchr("\"\\/bfnrt", quoted[1]) != nullptr &&
               quoted[1] != '\0') {
      out_.append(quoted.substr(0, 2));
    } else {
      taken = 0;
    }
    if (taken == 0) {
      return fail(ErrorCode::kDataLoss,
                  fmt::format("malformed escape in a JSON string of {} bytes", all.size()));
    }
    quoted.remove_prefix(taken);
  }
  out_.append(quoted);
  return {};
}

}  // namespace github_stats
