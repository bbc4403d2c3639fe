#include "doctor/collection_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "collect/watermarks.h"
#include "store/keys.h"

namespace github_stats::doctor {
namespace {

const Check kCollected{"collection.last", "collected last"};
const Check kOpen{"collection.open", "open collections"};
const Check kLease{"collection.lease", "lease"};

// The name as the store has it, whatever letter case was typed.
Result<std::string> stored_name(ObjectStore& store, std::string_view org) {
  ASSIGN_OR_RETURN(const auto folders, store.list_folders(""));
  const auto found = std::ranges::find_if(
      folders, [&](const std::string& folder) { return lower(folder) == lower(org); });
  return found == folders.end() ? std::string(org) : *found;
}

Finding check_collected(ObjectStore& store, std::string_view org, Time now) {
  const auto watermarks = read_watermarks(store, org);
  if (!watermarks) {
    return kCollected.failed(watermarks.error());
  }
  std::optional<Collected> collected;
  for (const auto& [id, watermark] : watermarks->all()) {
    if (!collected) {
      collected = Collected{watermark.until, watermark.until, 0};
    }
    collected->newest = std::max(collected->newest, watermark.until);
    collected->oldest = std::min(collected->oldest, watermark.until);
    ++collected->repositories;
  }
  return judge_collected(kCollected, collected, now);
}

Finding check_open(ObjectStore& store, std::string_view org) {
  const auto open = open_collections(store, org);
  return open ? judge_open(kOpen, *open) : kOpen.failed(open.error());
}

// Of another machine's processes nothing is known.
bool has_ended(const ProcessIdentity& process) {
  return !process.machine.empty() && process.machine == this_process().machine &&
         state_of(process) == ProcessState::kGone;
}

Finding check_lease(ObjectStore& store, std::string_view org, Time now) {
  const auto object = store.get(lease_key(org));
  if (!object) {
    return object.error().code == ErrorCode::kNotFound ? kLease.ok("nobody is collecting")
                                                       : kLease.failed(object.error());
  }
  const auto lease = decode_lease(object->bytes);
  return lease ? judge_lease(kLease, *lease, has_ended(lease->process), now)
               : kLease.failed(lease.error());
}

}  // namespace

Finding judge_open(const Check& check, const std::vector<OpenCollection>& open) {
  if (open.empty()) {
    return check.ok("none");
  }
  const auto unreadable = std::ranges::find_if(
      open, [](const OpenCollection& collection) { return !collection.unreadable.empty(); });
  if (unreadable != open.end()) {
    return check.failed(
        fmt::format("the checkpoint of {} can't be read: {}", unreadable->id,
                    unreadable->unreadable),
        "restore that object from a backup, or remove it: what it tells is collected again");
  }
  const OpenCollection& newest = open.front();
  return check.warning(
      fmt::format("{}, the newest {} ({}) with {} of {} repositories to go", open.size(), newest.id,
                  newest.command, newest.to_go + newest.failed,
                  newest.done + newest.failed + newest.to_go),
      fmt::format("unless it is running: github-stats resume --collection-id {}", newest.id));
}

Finding judge_lease(const Check& check, const LeaseDocument& lease, bool is_gone, Time now) {
  const std::string holder = describe_holder(lease);
  if (is_gone) {
    return check.ok(
        fmt::format("left behind by {}, which has ended; the next collection takes it", holder));
  }
  return lease.expires_at > now
             ? check.ok("held by " + holder)
             : check.ok(fmt::format("left behind by {}; expired {} ago, the next collection takes "
                                    "it",
                                    holder, in_words(now - lease.expires_at)));
}

void check_collections(ObjectStore* store, std::string_view org, Time now, const Tell& tell) {
  const auto name = store == nullptr ? Result<std::string>() : stored_name(*store, org);
  if (store == nullptr || !name) {
    const std::string why = store == nullptr ? "there is no store to ask" : name.error().message;
    for (const Check& check : {kCollected, kOpen, kLease}) {
      tell(check.skipped(why));
    }
    return;
  }
  tell(check_collected(*store, *name, now));
  tell(check_open(*store, *name));
  tell(check_lease(*store, *name, now));
}

}  // namespace github_stats::doctor
