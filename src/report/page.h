// The report as one HTML file, which needs nothing else and may fetch nothing: its policy allows
// only the scripts that it was written with, by their digests.
#pragma once

#include <string>

#include "base/result.h"
#include "report/rows.h"

namespace github_stats {

Result<std::string> make_page(const Rows& rows);

// `text` for between HTML tags or in a quoted attribute.
std::string html_text(std::string_view text);

}  // namespace github_stats
