#include "extract/row_encoder.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

// Whether `type`, an actor's __typename, says so. Without one it is a
// person.
bool is_bot(RowEncoder::Value& type) {
  std::string_view token;
  return type.raw_json_token().get(token) == simdjson::SUCCESS && token.starts_with(R"("Bot")");
}

void throw_if_malformed(const Status& status) {
  if (!status) {
    throw simdjson::simdjson_error(simdjson::STRING_ERROR);
  }
}

// The value of a string; lone surrogates, which simdjson refuses, are U+FFFD.
std::string text_of(ondemand::value& value) {
  const std::string_view token = token_of(value);
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? std::string(text)
                                                           : text_of_token(token);
}

// Whether a JSON string token holds nothing but blanks, tabs and line ends.
bool is_blank(std::string_view token) {
  constexpr std::string_view kEscapes[] = {"\\r",     "\\n",     "\\t",     "\\u0020", "\\u0009",
                                           "\\u000a", "\\u000A", "\\u000d", "\\u000D"};
  token = token.substr(1, token.size() - 2);
  while (!token.empty()) {
    if (token.front() == ' ') {
      token.remove_prefix(1);
      continue;
    }
    if (token.front() != '\\') {
      return false;
    }
    const auto* const escape = std::ranges::find_if(
        kEscapes, [&](std::string_view candidate) { return token.starts_with(candidate); });
    if (escape == std::end(kEscapes)) {
      return false;
    }
    token.remove_prefix(escape->size());
  }
  return true;
}

}  // namespace

RowFrame::RowFrame(const RowContext& context) : context_(context) {
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

RowEncoder& RowEncoder::dropped(std::string_view column) {
  json_.key(column).null();
  return *this;
}

// What `replace` makes of the text, if there is one; it gives nothing to drop it.
template <typename Replace>
RowEncoder& RowEncoder::replaced(std::string_view column, Value value, const Replace& replace) {
  ondemand::value found;
  if (!take(value, found)) {
    return dropped(column);
  }
  const std::optional<std::string> text = replace(text_of(found));
  return text ? this->text(column, *text) : dropped(column);
}

RowEncoder& RowEncoder::body(std::string_view column, Value value) {
  ondemand::value found;
  bool has_text = false;
  if (take(value, found)) {
    const std::string_view token = token_of(found);
    has_text = !is_blank(token);
    json_.key(column);
    if (frame_.keeps_bodies()) {
      throw_if_malformed(json_.token(token));
    } else {
      json_.null();
    }
  } else {
    dropped(column);
  }
  // Every row has it, and one piece is written faster than three.
  line_.append(has_text ? R"(,"has_text":true)" : R"(,"has_text":false)");
  return *this;
}

RowEncoder& RowEncoder::quotation(std::string_view column, Value value) {
  return frame_.keeps_bodies() ? this->value(column, value) : dropped(column);
}

RowEncoder& RowEncoder::title(std::string_view column, Value value) {
  return pseudonyms() == nullptr ? this->value(column, value) : dropped(column);
}

RowEncoder& RowEncoder::branch(std::string_view column, Value value) {
  if (pseudonyms() == nullptr) {
    return this->value(column, value);
  }
  return replaced(column, value, [&](const std::string& text) {
    return std::optional(pseudonyms()->branch(text));
  });
}

RowEncoder& RowEncoder::address(std::string_view column, Value value) {
  if (pseudonyms() == nullptr) {
    return this->value(column, value);
  }
  return replaced(column, value, [&](std::string text) {
    return is_address_of(text, frame_.org()) ? std::optional(std::move(text)) : std::nullopt;
  });
}

RowEncoder& RowEncoder::fork(std::string_view column, Value object, std::string_view name) {
  if (pseudonyms() == nullptr) {
    return member(column, object, name);
  }
  ondemand::value found;
  if (!take(object, found)) {
    return dropped(column);
  }
  return replaced(column, found[name], [&](const std::string& text) {
    return std::optional(pseudonyms()->fork(text, frame_.org(), frame_.repo()));
  });
}

RowEncoder& RowEncoder::actor(std::string_view column, std::string_view type_column, Value actor,
                              std::string* bot) {
  ondemand::value found;
  if (!take(actor, found)) {
    return dropped(column).dropped(type_column);
  }
  Value type = found["__typename"];
  value(type_column, type);
  if (pseudonyms() == nullptr) {
    return value(column, found["login"]);
  }
  return login(column, found, is_bot(type), bot);
}

RowEncoder& RowEncoder::untyped_actor(std::string_view column, Value actor) {
  if (pseudonyms() == nullptr) {
    return member(column, actor, "login");
  }
  ondemand::value found;
  if (!take(actor, found)) {
    return dropped(column);
  }
  Value type = found["__typename"];
  return login(column, found, is_bot(type), nullptr);
}

RowEncoder& RowEncoder::login(std::string_view column, ondemand::value& account, bool is_bot,
                              std::string* bot) {
  return replaced(column, account["login"], [&](std::string login) {
    if (!is_bot) {
      return std::optional(pseudonyms()->login(login));
    }
    if (bot != nullptr) {
      *bot = login;
    }
    return std::optional(std::move(login));
  });
}

RowEncoder& RowEncoder::account(std::string_view column, Value account, std::string_view bot) {
  if (pseudonyms() == nullptr) {
    return member(column, account, "login");
  }
  ondemand::value found;
  if (!take(account, found)) {
    return dropped(column);
  }
  return replaced(column, found["login"], [&](std::string login) {
    const bool is_bot = !bot.empty() && login == bot;
    return std::optional(is_bot ? std::move(login) : pseudonyms()->login(login));
  });
}

RowEncoder& RowEncoder::accounts(std::string_view column, Value connection) {
  if (pseudonyms() == nullptr) {
    return members(column, connection, "login");
  }
  std::vector<std::string> logins;
  ondemand::value found;
  if (take(connection, found)) {
    for (Value node : found["nodes"].get_array()) {
      ondemand::value fields;
      if (take(node, fields)) {
        logins.push_back(pseudonyms()->login(std::string_view(fields["login"])));
      }
    }
  }
  return texts(column, logins);
}

RowEncoder& RowEncoder::person(std::string_view column, Value value) {
  if (pseudonyms() == nullptr) {
    return this->value(column, value);
  }
  return replaced(column, value, [&](const std::string& text) {
    return std::optional(pseudonyms()->person(text));
  });
}

RowEncoder& RowEncoder::co_authors(std::string_view column, std::vector<std::string> trailers) {
  if (pseudonyms() != nullptr) {
    for (std::string& trailer : trailers) {
      trailer = pseudonyms()->co_author(trailer);
    }
  }
  return texts(column, trailers);
}

std::string text_of_token(std::string_view token) {
  std::string normal;
  if (!JsonWriter(normal).token(token)) {
    throw simdjson::simdjson_error(simdjson::STRING_ERROR);
  }
  const simdjson::padded_string padded(normal);
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded);
  return std::string(std::string_view(document.get_string()));
}

}  // namespace github_stats
