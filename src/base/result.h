// Failures as values.
//
// Every function that can fail returns Result<T>. An Error says what went wrong to a person
// (message), what that person can do about it (remedy), and what a program may do (code).
// Messages never hold a secret.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace github_stats {

enum class ErrorCode {
  kInvalidArgument,   // the caller's or the user's input is wrong; the same again fails again
  kUnauthenticated,   // no or bad credentials
  kPermissionDenied,  // good credentials, not allowed
  kNotFound,
  kAlreadyExists,       // put-if-absent found something
  kPreconditionFailed,  // put-if-unchanged found a change
  kRateLimited,         // asked too much too fast; later is fine
  kUnavailable,         // passing: network, 5xx, locked file; later may be fine
  kCancelled,           // told to stop
  kDataLoss,            // stored or received bytes are not what they must be
  kInternal,            // a bug or an impossible state
};

// The code's name as written in logs and documents: "not_found".
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string remedy;  // may be empty
  // Not about what was asked for: anything else would fail alike, so that there is no use in going
  // on with the next thing. (rate_limited, unauthenticated and cancelled are so by nature.)
  bool general = false;

  // "message; remedy", for a log line or a terminal.
  std::string describe() const;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string remedy = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(remedy)});
}

// The same failure with what was being done in front: "context: message".
inline tl::unexpected<Error> fail_with_context(std::string_view context, Error error) {
  error.message.insert(0, std::string(context) + ": ");
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace github_stats

#define GITHUB_STATS_CONCAT_INNER(a, b) a##b
#define GITHUB_STATS_CONCAT(a, b) GITHUB_STATS_CONCAT_INNER(a, b)

// Returns the failure of `expression` (a Status or Result) from the enclosing function, if it
// failed.
#define RETURN_IF_ERROR(expression)                                                            \
  do {                                                                                         \
    if (auto status_of_expression = (expression); !status_of_expression) {                     \
      return ::tl::unexpected<::github_stats::Error>(std::move(status_of_expression).error()); \
    }                                                                                          \
  } while (false)

// Declares `declaration` with the value of `expression` (a Result), or returns its failure.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration can't stand in parentheses.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_NAMED(GITHUB_STATS_CONCAT(result_of_line_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_NAMED(result, declaration, expression)                \
  auto result = (expression);                                                  \
  if (!(result)) {                                                             \
    return ::tl::unexpected<::github_stats::Error>(std::move(result).error()); \
  }                                                                            \
  declaration = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
