#include "warehouse/sql_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace github_stats {

std::string_view sql_text(std::string_view name) {
  const auto texts = sql_texts();
  const auto found = std::ranges::find(texts, name, &EmbeddedText::name);
  if (found == texts.end()) {
    fmt::print(stderr, "there is no text {}.sql\n", name);
    std::abort();
  }
  return found->text;
}

}  // namespace github_stats
