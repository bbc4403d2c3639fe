// The page's parts, put into the program by the build: see src/report/CMakeLists.txt.
#pragma once

#include <string_view>

namespace github_stats::assets {

extern const std::string_view kPage;      // HTML with {{NAME}} where parts go
extern const std::string_view kStyle;     // CSS
extern const std::string_view kApp;       // all of page/*.mjs, as one module
extern const std::string_view kD3;        // D3, a script
extern const std::string_view kPlot;      // Observable Plot, a script that needs D3
extern const std::string_view kLicences;  // theirs

}  // namespace github_stats::assets
