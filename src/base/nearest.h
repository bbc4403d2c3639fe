// What a mistyped word was meant to be.
#pragma once

#include <span>
#include <string_view>

namespace github_stats {

// The candidate that takes the fewest changed, added or left out bytes to make `word`; "" when even
// that one differs in more than a quarter of them (or two, in a short word).
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace github_stats
