// Reads what a report is made of from a warehouse, with plain SQL that DuckDB and BigQuery both
// know.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/period.h"
#include "report/rows.h"
#include "warehouse/warehouse.h"

namespace github_stats {

struct RowsWanted {
  std::string org;                                       // in any letter case
  std::function<bool(std::string_view)> has_repository;  // empty: all
  std::optional<Time> as_of;  // without: when the organisation's newest row was collected
  WantedPeriod period;
  int64_t stale_after_days = 14;
};

// Reads the rows as they would have been read at `as_of`, or at the period's end if that is
// earlier: what came later has not happened, a pull request that was closed later is open. (A draft
// is one if it is now: GitHub tells no history.) The same rows in the warehouse always give the
// same answer, in whatever order it holds them.
//
// not_found, with what there is, when the warehouse has nothing of the organisation and the moment
// is not given either.
Result<Rows> read_rows(Warehouse& warehouse, const RowsWanted& wanted);

}  // namespace github_stats
