// How far collecting has come, by what the store says.
#pragma once

#include "base/clock.h"
#include "collect/lease_document.h"
#include "collect/store_summary.h"
#include "doctor/judgement.h"
#include "doctor/tell.h"
#include "store/object_store.h"

namespace github_stats::doctor {

// `store` may be null: then nothing can be said. `org`: in any letter case.
void check_collections(ObjectStore* store, std::string_view org, Time now, const Tell& tell);

Finding judge_open(const Check& check, const std::vector<OpenCollection>& open);
// `is_gone`: its holder is known to have ended.
Finding judge_lease(const Check& check, const LeaseDocument& lease, bool is_gone, Time now);

}  // namespace github_stats::doctor
