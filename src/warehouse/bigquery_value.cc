#include "warehouse/bigquery_value.h"

#include <algorithm>

#include "base/clock.h"
#include "base/json_writer.h"
#include "http/answer_headers.h"

namespace github_stats::bigquery {
namespace {

namespace dom = simdjson::dom;

tl::unexpected<Error> unreadable() {
  return fail(ErrorCode::kDataLoss, "can't read the rows that BigQuery gives");
}

bool is_struct(const Field& field) { return field.type == "RECORD" || field.type == "STRUCT"; }

bool is_number(const Field& field) {
  constexpr std::string_view kNumbers[] = {"INTEGER", "INT64",   "FLOAT",      "FLOAT64",
                                           "NUMERIC", "DECIMAL", "BIGNUMERIC", "BIGDECIMAL"};
  return std::ranges::find(kNumbers, field.type) != std::end(kNumbers);
}

bool is_boolean(const Field& field) { return field.type == "BOOLEAN" || field.type == "BOOL"; }

bool is_finite(std::string_view number) {
  return number.find_first_of("nN") == std::string_view::npos;  // "NaN", "Infinity", "-Infinity"
}

// The text of one value that is neither null nor a list or struct; nothing for a number that JSON
// has no form for.
std::optional<std::string> plain(const Field& field, std::string_view text) {
  if (is_number(field) && !is_finite(text)) {
    return std::nullopt;
  }
  const auto micros = field.type == "TIMESTAMP" ? number_in(text) : std::nullopt;
  return micros ? format_time(Time(Duration(*micros))) : std::string(text);
}

Status write_value(JsonWriter& json, const Field& field, dom::element holder);

Status write_struct(JsonWriter& json, const Field& field, dom::element value) {
  dom::array members;
  if (value["f"].get(members) != simdjson::SUCCESS || members.size() != field.fields.size()) {
    return unreadable();
  }
  json.begin_object();
  size_t i = 0;
  for (const dom::element member : members) {
    json.key(field.fields[i].name);  // of letters, digits and "_"
    RETURN_IF_ERROR(write_value(json, field.fields[i++], member));
  }
  json.end_object();
  return {};
}

// One element: of a list, or a value that is no list.
Status write_single(JsonWriter& json, const Field& field, dom::element value) {
  if (value.is_null()) {
    json.null();
    return {};
  }
  if (is_struct(field)) {
    return write_struct(json, field, value);
  }
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return unreadable();
  }
  const auto written = plain(field, text);
  if (!written) {
    json.null();
  } else if (is_number(field) || is_boolean(field) || field.type == "JSON") {
    json.raw(*written);
  } else {
    json.text(*written);
  }
  return {};
}

// {"v": …}
Status write_value(JsonWriter& json, const Field& field, dom::element holder) {
  dom::element value;
  if (holder["v"].get(value) != simdjson::SUCCESS) {
    return unreadable();
  }
  if (!field.repeated) {
    return write_single(json, field, value);
  }
  json.begin_array();
  dom::array items;
  if (value.get(items) == simdjson::SUCCESS) {
    for (const dom::element item : items) {
      dom::element single;
      if (item["v"].get(single) != simdjson::SUCCESS) {
        return unreadable();
      }
      RETURN_IF_ERROR(write_single(json, field, single));
    }
  } else if (!value.is_null()) {
    return unreadable();
  }
  json.end_array();
  return {};
}

Result<Field> read_field(dom::element schema) {
  Field field;
  std::string_view name;
  std::string_view type;
  std::string_view mode;
  if (schema["name"].get(name) != simdjson::SUCCESS ||
      schema["type"].get(type) != simdjson::SUCCESS) {
    return unreadable();
  }
  field.name = name;
  field.type = type;
  field.repeated = schema["mode"].get(mode) == simdjson::SUCCESS && mode == "REPEATED";
  dom::array members;
  if (schema["fields"].get(members) == simdjson::SUCCESS) {
    for (const dom::element member : members) {
      ASSIGN_OR_RETURN(Field inner, read_field(member));
      field.fields.push_back(std::move(inner));
    }
  }
  return field;
}

}  // namespace

ValueKind kind_of(const Field& field) {
  return field.repeated || is_struct(field) || field.type == "JSON" ? ValueKind::kJson
         : is_number(field)                                         ? ValueKind::kNumber
         : is_boolean(field)                                        ? ValueKind::kBoolean
                                                                    : ValueKind::kText;
}

Result<std::vector<Field>> read_fields(dom::element answer) {
  std::vector<Field> fields;
  dom::array columns;
  if (answer.at_pointer("/schema/fields").get(columns) != simdjson::SUCCESS) {
    return fields;
  }
  for (const dom::element column : columns) {
    ASSIGN_OR_RETURN(Field field, read_field(column));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<QueryRow> read_row(const std::vector<Field>& fields, dom::element row) {
  QueryRow values;
  dom::array holders;
  if (row["f"].get(holders) != simdjson::SUCCESS || holders.size() != fields.size()) {
    return unreadable();
  }
  for (const dom::element holder : holders) {
    const Field& field = fields[values.size()];
    dom::element value;
    if (holder["v"].get(value) != simdjson::SUCCESS) {
      return unreadable();
    }
    std::string_view text;
    if (kind_of(field) == ValueKind::kJson && (field.repeated || !value.is_null())) {
      std::string json;
      JsonWriter writer(json);
      RETURN_IF_ERROR(write_value(writer, field, holder));
      values.emplace_back(std::move(json));
    } else if (value.is_null()) {
      values.emplace_back();
    } else if (value.get(text) == simdjson::SUCCESS) {
      values.push_back(plain(field, text));
    } else {
      return unreadable();
    }
  }
  return values;
}

}  // namespace github_stats::bigquery
