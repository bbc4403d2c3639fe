// How many columns of a terminal a text takes.
#pragma once

#include <string>
#include <string_view>

namespace github_stats {

// Columns of a text that has been made printable: two for East Asian wide characters and emoji,
// none for combining marks. Terminals differ in what they do with rare ones.
size_t width_of(std::string_view text);

// `text`, or as much of its front as leaves room for the "…" that then ends it: at most `columns`
// wide, which is at least 1.
std::string cut_to_width(std::string_view text, size_t columns);

}  // namespace github_stats
