// Where the token comes from that a request to GitHub is sent with.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace github_stats {

class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // The token to send now: a secret. Fails with unauthenticated when there is none to be had, or
  // with cancelled. Thread-safe, as are all methods.
  virtual Result<std::string> token(std::stop_token stop) = 0;

  // GitHub refused this token, which token() gave. True when token() can give another one instead.
  virtual bool refused(const std::string& token) = 0;

  // What a person can do when GitHub refuses the tokens of this source.
  virtual std::string_view remedy() const = 0;
};

// A personal access token: always the same.
class FixedToken : public TokenSource {
 public:
  explicit FixedToken(std::string token) : token_(std::move(token)) {}

  Result<std::string> token(std::stop_token) override { return token_; }
  bool refused(const std::string&) override { return false; }
  std::string_view remedy() const override {
    return "set GITHUB_TOKEN to a valid token that has not expired";
  }

 private:
  const std::string token_;
};

using TokenSources = std::vector<std::unique_ptr<TokenSource>>;

inline TokenSources fixed_tokens(const std::vector<std::string>& tokens) {
  TokenSources sources;
  for (const std::string& token : tokens) {
    sources.push_back(std::make_unique<FixedToken>(token));
  }
  return sources;
}

}  // namespace github_stats
