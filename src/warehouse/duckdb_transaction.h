// A transaction of a connection.
#pragma once

#include <utility>

#include "warehouse/duckdb_connection.h"

namespace github_stats::duckdb {

// Ends what was begun: rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() { roll_back(); }

  Outcome<void> begin() {
    auto begun = connection_.execute("BEGIN");
    open_ = begun.has_value();
    return begun;
  }

  Outcome<void> commit() {
    auto committed = connection_.execute("COMMIT");
    open_ = open_ && !committed;
    return committed;
  }

  void roll_back() {
    if (std::exchange(open_, false)) {
      // There is nothing to do about a failure here; DuckDB undoes what it finds at the next start.
      (void)connection_.execute("ROLLBACK");
    }
  }

 private:
  Connection& connection_;
  bool open_ = false;
};

}  // namespace github_stats::duckdb
