#include "report/page.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "report/assets.h"
#include "report/digest.h"
#include "report/pack.h"

namespace github_stats {
namespace {

std::string policy() {
  std::string scripts;
  for (const std::string_view script : {assets::kD3, assets::kPlot, assets::kApp}) {
    scripts += fmt::format(" 'sha256-{}'", base64(sha256(script)));
  }
  // Charts carry styles of their own. They can't reach out: nothing may be fetched.
  return fmt::format(
      "default-src 'none'; script-src{}; style-src 'unsafe-inline'; base-uri 'none'; "
      "form-action 'none'",
      scripts);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Result<std::string> make_page(const Rows& rows) {
  ASSIGN_OR_RETURN(const std::string packed, pack_rows(rows));
  const std::array<std::pair<std::string_view, std::string>, 8> parts = {{
      {"TITLE",
       html_text(fmt::format("Pull requests of {}, {} to {}", rows.org,
                             format_day(rows.period.first), format_day(rows.period.last)))},
      {"POLICY", policy()},
      {"LICENCES", std::string(assets::kLicences)},
      {"STYLE", std::string(assets::kStyle)},
      {"D3", std::string(assets::kD3)},
      {"PLOT", std::string(assets::kPlot)},
      {"DATA", base64(packed)},
      {"APP", std::string(assets::kApp)},
  }};
  // What a part holds is not searched for names.
  std::string page;
  std::string_view rest = assets::kPage;
  for (size_t at = rest.find("{{"); at != std::string_view::npos; at = rest.find("{{")) {
    const size_t end = rest.find("}}", at);
    const std::string_view name = rest.substr(at + 2, end - at - 2);
    page += rest.substr(0, at);
    for (const auto& [part, text] : parts) {
      page += part == name ? text : "";
    }
    rest.remove_prefix(end + 2);
  }
  return page += rest;
}

}  // namespace github_stats
