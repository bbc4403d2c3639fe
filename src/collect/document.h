// The JSON documents that a store keeps besides chunks: objects that say their version.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace github_stats {

struct DocumentKind {
  std::string_view name;  // "checkpoint"
  int64_t version = 1;    // the newest that is understood
  std::string_view cure;  // what to do about one that can't be read; may be empty
};

// A text in a document; throws simdjson_error where there is none.
inline std::string text_of(simdjson::simdjson_result<simdjson::ondemand::value> value) {
  return std::string(std::string_view(value));
}

// What `read` makes of the object and its version. It may throw simdjson_error: then, and where the
// bytes are no such object, this fails with data_loss; with invalid_argument where a newer program
// wrote them.
template <typename Read>
auto read_document(std::string_view bytes, const DocumentKind& kind, const Read& read)
    -> Result<std::invoke_result_t<Read, simdjson::ondemand::object&, int64_t>> {
  try {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(bytes);
    simdjson::ondemand::document document = parser.iterate(padded);
    simdjson::ondemand::object object = document.get_object();
    const int64_t version = object["version"];
    if (version > kind.version) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("this {} has version {}, this program reads up to {}", kind.name,
                              version, kind.version),
                  "use the newer github-stats that wrote it");
    }
    return read(object, version);
  } catch (const simdjson::simdjson_error& error) {
    return fail(ErrorCode::kDataLoss, fmt::format("no readable {}: {}", kind.name, error.what()),
                std::string(kind.cure));
  }
}

}  // namespace github_stats
