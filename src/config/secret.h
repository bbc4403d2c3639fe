// Text that must not reach a terminal, a log or an error message.
#pragma once

#include <string>
#include <utility>

namespace github_stats {

// Has no operator<< and no conversion: reading it takes a visible reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace github_stats
