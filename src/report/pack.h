// A report's rows in few bytes, for the page to work on: src/report/page/unpack.mjs reads them.
//
// A gzip member that holds: the header's length in bytes (32 bits, little-endian), the header,
// which is JSON and names what follows, and columns of integers. A value v is written as 0 for
// null, else as 1 + 2v (v >= 0) or -2v (v < 0). A column is as many planes of a byte a row as its
// largest value needs, lowest byte first: bytes of a kind stand together, which compresses better
// than any other form that was tried.
//
// Titles and addresses are there for kMostTitles pull requests only: those open longest, and those
// waiting longest. Those closed have no number either: no figure needs it.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "report/rows.h"

namespace github_stats {

inline constexpr size_t kMostTitles = 500;  // of each kind

Result<std::string> pack_rows(const Rows& rows);

}  // namespace github_stats
