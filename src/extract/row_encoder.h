// One row of a table, written as a line of JSON straight from the answer it is read from.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"

namespace github_stats {

// What all rows of a batch have in common.
struct RowContext {
  std::string org;
  std::string repo;
  std::string collection_id;
  Time collected_at;
};

// The parts of a line that are the same in every row of a batch, encoded once.
class RowFrame {
 public:
  explicit RowFrame(const RowContext& context);

  const std::string& head() const { return head_; }  // {"org":…,"repo":…
  const std::string& tail() const { return tail_; }  // ,"collected_at":…,"collection_id":…}

 private:
  std::string head_;
  std::string tail_;
};

// Appends the fields of one row to `line`. Values come from simdjson and are copied escaped as they
// are; reading them may throw simdjson_error. A null, or a missing field, is written as null.
class RowEncoder {
 public:
  using Value = simdjson::simdjson_result<simdjson::ondemand::value>;

  RowEncoder(std::string& line, const RowFrame& frame) : line_(line), json_(line) {
    line_.append(frame.head());
  }

  RowEncoder& integer(std::string_view column, int64_t value);
  RowEncoder& boolean(std::string_view column, bool value);
  RowEncoder& text(std::string_view column, std::string_view value);
  RowEncoder& texts(std::string_view column, const std::vector<std::string>& values);

  // A string, a number or a boolean, whichever the answer has.
  RowEncoder& value(std::string_view column, Value value);

  // An integer that GitHub writes as a string (the BigInt scalar) or as a number.
  RowEncoder& big_integer(std::string_view column, Value value);

  // The field `name` of an object that may be null: author { login }.
  RowEncoder& member(std::string_view column, Value object, std::string_view name);

  // The actor's login in `column` and its kind (User, Bot, …) in `type_column`.
  RowEncoder& actor(std::string_view column, std::string_view type_column, Value actor);

  // A list of the field `name` of each node of a connection.
  RowEncoder& members(std::string_view column, Value connection, std::string_view name);

 private:
  void append(Value& value);

  std::string& line_;
  JsonWriter json_;
};

}  // namespace github_stats
