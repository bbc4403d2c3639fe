#include "google/json_object.h"

#include <fmt/format.h>

#include "http/answer_headers.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

tl::unexpected<Error> missing(std::string_view name) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("it has no '{}'", name));
}

tl::unexpected<Error> not_a(std::string_view kind, std::string_view name) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("its '{}' is no {}", name, kind));
}

}  // namespace

Result<JsonObject> JsonObject::parse(std::string_view text) {
  auto parser = std::make_shared<dom::parser>();
  dom::object object;
  if (parser->parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidArgument, "it is no JSON object");
  }
  return JsonObject(std::move(parser), object);
}

std::optional<dom::element> JsonObject::find(std::string_view name) const {
  dom::element element;
  if (object_.at_key(name).get(element) != simdjson::SUCCESS || element.is_null()) {
    return std::nullopt;
  }
  return element;
}

bool JsonObject::has(std::string_view name) const { return find(name).has_value(); }

Result<std::string> JsonObject::text(std::string_view name) const {
  ASSIGN_OR_RETURN(auto text, optional_text(name));
  if (!text) {
    return missing(name);
  }
  return *std::move(text);
}

Result<std::optional<std::string>> JsonObject::optional_text(std::string_view name) const {
  const auto element = find(name);
  std::string_view text;
  if (element && element->get(text) != simdjson::SUCCESS) {
    return not_a("text", name);
  }
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

Result<int64_t> JsonObject::integer(std::string_view name) const {
  const auto element = find(name);
  if (!element) {
    return missing(name);
  }
  int64_t number = 0;
  if (element->get(number) == simdjson::SUCCESS) {
    return number;
  }
  std::string_view digits;
  if (element->get(digits) == simdjson::SUCCESS) {
    if (const auto value = number_in(digits)) {
      return *value;
    }
  }
  return not_a("whole number", name);
}

Result<JsonObject> JsonObject::object(std::string_view name) const {
  const auto element = find(name);
  dom::object object;
  if (!element) {
    return missing(name);
  }
  if (element->get(object) != simdjson::SUCCESS) {
    return not_a("object", name);
  }
  return JsonObject(parser_, object);
}

Result<std::vector<std::string>> JsonObject::texts(std::string_view name) const {
  std::vector<std::string> texts;
  const auto element = find(name);
  dom::array array;
  if (element && element->get(array) != simdjson::SUCCESS) {
    return not_a("list of texts", name);
  }
  if (element) {
    for (const dom::element item : array) {
      std::string_view text;
      if (item.get(text) != simdjson::SUCCESS) {
        return not_a("list of texts", name);
      }
      texts.emplace_back(text);
    }
  }
  return texts;
}

Result<std::vector<std::pair<std::string, std::string>>> JsonObject::text_fields(
    std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> fields;
  if (!has(name)) {
    return fields;
  }
  ASSIGN_OR_RETURN(const JsonObject object, this->object(name));
  for (const dom::key_value_pair field : object.object_) {
    std::string_view text;
    if (field.value.get(text) != simdjson::SUCCESS) {
      return not_a("object of texts", name);
    }
    fields.emplace_back(field.key, text);
  }
  return fields;
}

}  // namespace github_stats
