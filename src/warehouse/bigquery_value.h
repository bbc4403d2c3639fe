// BigQuery's rows as this program's values: see QueryResult.
//
// A row is {"f": [{"v": …}, …]}: texts for all but lists and structs, which are made of the same.
// Times come in microseconds (formatOptions.useInt64Timestamp).
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// A column of an answer, or a field of a struct.
struct Field {
  std::string name;
  std::string type;  // "INTEGER", "TIMESTAMP", "RECORD", …
  bool repeated = false;
  std::vector<Field> fields;  // of a struct
};

ValueKind kind_of(const Field& field);

// The answer's columns: what is at "/schema/fields"; none without a schema. data_loss when it is
// not of that form.
Result<std::vector<Field>> read_fields(simdjson::dom::element answer);

Result<QueryRow> read_row(const std::vector<Field>& fields, simdjson::dom::element row);

}  // namespace github_stats::bigquery
