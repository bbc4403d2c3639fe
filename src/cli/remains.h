// What a run did not bring, one thing a line on standard error: in words, or as an event where logs
// are JSON, so that whoever reads them finds nothing else there.
#pragma once

#include "base/log.h"
#include "collect/collector.h"
#include "load/loader.h"

namespace github_stats {

// Gives whether there is nothing but repositories that failed: those are asked for again by
// `resume`.
bool tell_of_remains(const CollectionReport& report, LogFormat format);

// The chunks that could not be loaded.
void tell_of_failed_loads(const LoadReport& report, LogFormat format);

}  // namespace github_stats
