// The figures as Markdown, for a chat or a wiki: headline, weeks, repositories, open work.
#pragma once

#include <string>
#include <string_view>

#include "report/figures.h"
#include "report/rows.h"

namespace github_stats {

std::string figures_as_markdown(const Rows& rows, const Figures& figures);

// `text` as Markdown that shows just that: no markup, no HTML, no mention of anybody, on one line.
std::string markdown_text(std::string_view text);

// "35 min", "3.2 h", "4.5 days"; what a person needs of so many seconds.
std::string rough_duration(int64_t seconds);

}  // namespace github_stats
