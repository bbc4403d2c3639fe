#include "extract/row_encoder.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// The token without the white space that may follow it in the answer.
std::string_view token_of(ondemand::value& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
    token.remove_suffix(1);
  }
  return token;
}

// False when the field is missing or null; any other trouble in reading it is thrown on.
bool take(RowEncoder::Value& value, ondemand::value& found) {
  const simdjson::error_code error = value.get(found);
  if (error == simdjson::NO_SUCH_FIELD) {
    return false;
  }
  if (error != simdjson::SUCCESS) {
    throw simdjson::simdjson_error(error);
  }
  return !bool(found.is_null());
}

void throw_if_malformed(const Status& status) {
  if (!status) {
    throw simdjson::simdjson_error(simdjson::STRING_ERROR);
  }
}

}  // namespace

RowFrame::RowFrame(const RowContext& context) {
  JsonWriter(head_).begin_object().key("org").text(context.org).key("repo").text(context.repo);
  JsonWriter json(tail_);
  tail_.push_back(',');
  tail_.append(R"("collected_at":)");
  json.text(format_time(context.collected_at));
  json.key("collection_id").text(context.collection_id).end_object();
}

RowEncoder& RowEncoder::integer(std::string_view column, int64_t value) {
  json_.key(column).integer(value);
  return *this;
}

RowEncoder& RowEncoder::boolean(std::string_view column, bool value) {
  json_.key(column).boolean(value);
  return *this;
}

RowEncoder& RowEncoder::text(std::string_view column, std::string_view value) {
  json_.key(column).text(value);
  return *this;
}

RowEncoder& RowEncoder::texts(std::string_view column, const std::vector<std::string>& values) {
  json_.key(column).begin_array();
  for (const std::string& value : values) {
    json_.text(value);
  }
  json_.end_array();
  return *this;
}

void RowEncoder::append(Value& value) {
  ondemand::value found;
  if (!take(value, found)) {
    json_.null();
    return;
  }
  const std::string_view token = token_of(found);
  if (!token.empty() && token.front() == '"') {
    throw_if_malformed(json_.token(token));
  } else {
    json_.raw(token);
  }
}

RowEncoder& RowEncoder::value(std::string_view column, Value value) {
  json_.key(column);
  append(value);
  return *this;
}

RowEncoder& RowEncoder::big_integer(std::string_view column, Value value) {
  json_.key(column);
  ondemand::value found;
  if (!take(value, found)) {
    json_.null();
  } else if (found.type() == ondemand::json_type::string) {
    json_.integer(found.get_int64_in_string());
  } else {
    json_.integer(found.get_int64());
  }
  return *this;
}

RowEncoder& RowEncoder::member(std::string_view column, Value object, std::string_view name) {
  json_.key(column);
  ondemand::value found;
  if (!take(object, found)) {
    json_.null();
    return *this;
  }
  Value field = found[name];
  append(field);
  return *this;
}

RowEncoder& RowEncoder::actor(std::string_view column, std::string_view type_column, Value actor) {
  ondemand::value found;
  if (!take(actor, found)) {
    json_.key(column).null().key(type_column).null();
    return *this;
  }
  value(type_column, found["__typename"]);
  value(column, found["login"]);
  return *this;
}

RowEncoder& RowEncoder::members(std::string_view column, Value connection, std::string_view name) {
  json_.key(column).begin_array();
  ondemand::value found;
  // A list that the viewer may not see is null: an empty list, not a null one.
  if (take(connection, found)) {
    for (Value node : found["nodes"].get_array()) {
      ondemand::value fields;
      if (take(node, fields)) {
        Value field = fields[name];
        append(field);
      }
    }
  }
  json_.end_array();
  return *this;
}

}  // namespace github_stats
