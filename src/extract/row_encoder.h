// One row of a table, written as a line of JSON straight from the answer it is read from.
#pragma once

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "extract/pseudonyms.h"
#include "schema/privacy.h"

namespace github_stats {

// What of people gets into rows.
struct RowPrivacy {
  Privacy privacy = Privacy::kFull;
  std::shared_ptr<const Pseudonyms> pseudonyms = nullptr;  // there when privacy is kHashed
};

// What all rows of a batch have in common.
struct RowContext {
  std::string org;
  std::string repo;
  std::string collection_id;
  Time collected_at;
  RowPrivacy privacy = {};
};

// The parts of a line that are the same in every row of a batch, encoded once.
class RowFrame {
 public:
  explicit RowFrame(const RowContext& context);

  const std::string& head() const { return head_; }  // {"org":…,"repo":…
  const std::string& tail() const { return tail_; }  // ,"collected_at":…,"collection_id":…}

  bool keeps_bodies() const { return context_.privacy.privacy == Privacy::kFull; }
  // Who replaces people; nullptr: they stay.
  const Pseudonyms* pseudonyms() const { return context_.privacy.pseudonyms.get(); }
  const std::string& org() const { return context_.org; }
  const std::string& repo() const { return context_.repo; }

 private:
  RowContext context_;
  std::string head_;
  std::string tail_;
};

// Appends the fields of one row to `line`. Values come from simdjson and are copied escaped as they
// are; reading them may throw simdjson_error. A null, or a missing field, is written as null.
//
// Here it is decided what of people is written (schema/privacy.h): the first group of functions
// keeps everything and is for Content::kFact alone, each of the others is for one kind of content.
class RowEncoder {
 public:
  using Value = simdjson::simdjson_result<simdjson::ondemand::value>;

  RowEncoder(std::string& line, const RowFrame& frame) : frame_(frame), line_(line), json_(line) {
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

  // A list of the field `name` of each node of a connection.
  RowEncoder& members(std::string_view column, Value connection, std::string_view name);

  // kBody: a text that somebody wrote, and in `has_text` whether it is more than blanks, which
  // stays when it is dropped; and one that goes with such a text.
  RowEncoder& body(std::string_view column, Value value);
  RowEncoder& quotation(std::string_view column, Value value);

  RowEncoder& title(std::string_view column, Value value);                         // kTitle
  RowEncoder& branch(std::string_view column, Value value);                        // kBranch
  RowEncoder& address(std::string_view column, Value value);                       // kAddress
  RowEncoder& fork(std::string_view column, Value object, std::string_view name);  // kFork

  // kPerson from here on. The actor's login in `column` and its kind (User, Bot, …) in
  // `type_column`. A bot's login stays: it is put into `bot`, if given, where people are replaced.
  RowEncoder& actor(std::string_view column, std::string_view type_column, Value actor,
                    std::string* bot = nullptr);
  RowEncoder& untyped_actor(std::string_view column, Value actor);

  // The login of an account, or those of a connection's nodes. `bot`: a login that is known to be
  // a bot's; empty: none is.
  RowEncoder& account(std::string_view column, Value account, std::string_view bot);
  RowEncoder& accounts(std::string_view column, Value connection);

  // A name or an e-mail address; trailers that name co-authors.
  RowEncoder& person(std::string_view column, Value value);
  RowEncoder& co_authors(std::string_view column, std::vector<std::string> trailers);

  const Pseudonyms* pseudonyms() const { return frame_.pseudonyms(); }

 private:
  void append(Value& value);
  template <typename Replace>
  RowEncoder& replaced(std::string_view column, Value value, const Replace& replace);
  RowEncoder& login(std::string_view column, simdjson::ondemand::value& account, bool is_bot,
                    std::string* bot);
  RowEncoder& dropped(std::string_view column);

  const RowFrame& frame_;
  std::string& line_;
  JsonWriter json_;
};

// The text of a JSON string token; lone surrogates, which simdjson refuses, are U+FFFD.
std::string text_of_token(std::string_view token);

}  // namespace github_stats
