// What a lease's object says: who holds it, and until when. The format is documented in
// docs/formats.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "collect/lease_process.h"

namespace github_stats {

struct LeaseDocument {
  static constexpr int kVersion = 1;

  std::string holder;  // random, another one for each taking
  ProcessIdentity process;
  std::string command;  // "backfill", "collect", "resume" or "wipe-gcs"
  // By the holder's wall clock: only their differences mean something to another machine.
  Time taken_at;
  Time renewed_at;
  Time expires_at;
  int64_t term = 1;  // one more with each holder

  bool operator==(const LeaseDocument&) const = default;
};

std::string encode_lease(const LeaseDocument& lease);

// data_loss when the bytes are no lease, invalid_argument when a newer version wrote them.
Result<LeaseDocument> decode_lease(std::string_view bytes);

// For people: "process 4711 on build-3 since 2026-01-31T12:00:00Z (backfill)".
std::string describe_holder(const LeaseDocument& lease);

}  // namespace github_stats
