// The SQL of views, metrics and named queries, which stands in the files of warehouse/sql/ and is
// built in. One text serves both warehouses: what differs is written as dialect.h says.
#pragma once

#include <span>
#include <string_view>

namespace github_stats {

struct EmbeddedText {
  std::string_view name;  // its path there, without ".sql": "queries/throughput"
  std::string_view text;
};

// Sorted by name.
std::span<const EmbeddedText> sql_texts();

// The text of that name. There is one: anything else is a mistake in the program, and ends it.
std::string_view sql_text(std::string_view name);

}  // namespace github_stats
