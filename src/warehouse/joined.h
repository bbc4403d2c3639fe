// Putting lists into SQL.
#pragma once

#include <string>
#include <string_view>

namespace github_stats {

// `each` applied to every element, joined.
template <typename Range, typename Each>
std::string joined(const Range& range, std::string_view separator, Each each) {
  std::string result;
  for (const auto& element : range) {
    if (!result.empty()) {
      result += separator;
    }
    result += each(element);
  }
  return result;
}

}  // namespace github_stats
