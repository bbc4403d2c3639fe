#include "google/subject_token.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/log.h"
#include "base/trim.h"
#include "config/small_file.h"
#include "google/token_url.h"

namespace github_stats {
namespace {

tl::unexpected<Error> unusable(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

Status check_supported(const JsonObject& source) {
  constexpr std::string_view kRemedy = "sources that are supported: 'file' and 'url'";
  const std::pair<const char*, const char*> others[] = {
      {"environment_id", "AWS"}, {"executable", "an executable"}, {"certificate", "a certificate"}};
  for (const auto& [field, what] : others) {
    if (source.has(field)) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("its 'credential_source' is {} ('{}'), which is not supported", what, field),
          std::string(kRemedy));
    }
  }
  if (source.has("file") == source.has("url")) {
    return unusable("its 'credential_source' must have one of 'file' and 'url'");
  }
  return {};
}

Status check_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
  for (const auto& [name, value] : headers) {
    const bool good = !name.empty() && consists_of_letters_digits_and("-_", name) &&
                      std::all_of(value.begin(), value.end(),
                                  [](unsigned char c) { return c >= ' ' && c != 0x7f; });
    if (!good) {
      return unusable("its 'headers' can't be sent");
    }
  }
  return {};
}

Result<std::optional<std::string>> read_format(const JsonObject& source) {
  if (!source.has("format")) {
    return std::optional<std::string>();
  }
  ASSIGN_OR_RETURN(const JsonObject format, source.object("format"));
  ASSIGN_OR_RETURN(const auto type, format.optional_text("type"));
  if (type.value_or("text") == "text") {
    return std::optional<std::string>();
  }
  if (*type != "json") {
    return unusable("its 'format' is neither text nor json");
  }
  ASSIGN_OR_RETURN(std::string field, format.text("subject_token_field_name"));
  return std::optional(std::move(field));
}

Result<std::string> ask_for_text(const SubjectTokenPlace& place, const TokenTools& tools,
                                 Patience patience, std::stop_token stop) {
  const auto make = [&]() -> Result<TokenRequest> {
    TokenRequest request{{.url = place.url, .headers = place.headers}};
    for (const auto& [name, value] : place.headers) {
      request.secrets.push_back(value);
    }
    return request;
  };
  const auto explain = [](const HttpResponse&, Error&) {};
  ASSIGN_OR_RETURN(HttpResponse response, send_token_request(tools, make, explain, patience, stop));
  return std::move(response.body);
}

Result<std::string> token_in_text(const SubjectTokenPlace& place, std::string_view text) {
  if (!place.json_field) {
    return std::string(trimmed(text));
  }
  ASSIGN_OR_RETURN(const JsonObject object, JsonObject::parse(text));
  return object.text(*place.json_field);
}

}  // namespace

Result<SubjectTokenPlace> read_subject_token_place(const JsonObject& credential_source) {
  RETURN_IF_ERROR(check_supported(credential_source));
  SubjectTokenPlace place;
  ASSIGN_OR_RETURN(place.json_field, read_format(credential_source));
  if (credential_source.has("file")) {
    ASSIGN_OR_RETURN(place.file, credential_source.text("file"));
    return place;
  }
  ASSIGN_OR_RETURN(place.url, credential_source.text("url"));
  RETURN_IF_ERROR(check_subject_token_url("url", place.url));
  ASSIGN_OR_RETURN(place.headers, credential_source.text_fields("headers"));
  RETURN_IF_ERROR(check_headers(place.headers));
  return place;
}

Result<std::string> read_subject_token(const SubjectTokenPlace& place, const TokenTools& tools,
                                       Patience patience, std::stop_token stop) {
  const std::string where =
      place.url.empty() ? fmt::format("'{}'", printable(place.file)) : host_for_messages(place.url);
  const auto text =
      place.url.empty() ? read_small_file(place.file) : ask_for_text(place, tools, patience, stop);
  if (!text) {
    return fail_with_context("the subject token", text.error());
  }
  auto token = token_in_text(place, *text);
  if (!token) {
    return fail_with_context("the subject token from " + where, token.error());
  }
  if (token->empty()) {
    return unusable(fmt::format("the subject token from {} is empty", where));
  }
  return token;
}

}  // namespace github_stats
