#include "doctor/bucket_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "base/ascii.h"
#include "doctor/judgement.h"
#include "doctor/permission_judgement.h"
#include "doctor/store_checks.h"
#include "store/gcs_store.h"

namespace github_stats::doctor {
namespace {

const Check kStore{"store", "store"};
const Check kRules{"store.rules", "store: bucket's rules"};
const Check kPermissions{"store.permission", "store: permissions"};
const Check kWriting{"store.write", "store: writing"};

constexpr std::string_view kRemoving = "storage.objects.delete";

constexpr std::array kWanted = {
    WantedPermission{"storage.objects.create", "writing chunks and checkpoints"},
    WantedPermission{"storage.objects.get", "reading checkpoints, and loading"},
    WantedPermission{kRemoving, "replacing checkpoints, and removing chunks"},
    WantedPermission{"storage.objects.list", "finding chunks to load"},
    WantedPermission{"storage.buckets.get", "`init`, and looking at the bucket's rules", false},
};

class BucketChecks {
 public:
  BucketChecks(const Parts& parts, std::shared_ptr<GoogleApi> api, const Tell& tell)
      : settings_(parts.settings),
        bucket_(api, parts.bucket),
        store_(make_gcs_store(std::move(api), parts.bucket)),
        tell_(tell) {}

  std::unique_ptr<ObjectStore> run() {
    const auto state = bucket_state(bucket_);
    if (!state && state.error().code != ErrorCode::kPermissionDenied) {
      tell_(state.error().code == ErrorCode::kNotFound
                ? kStore.warning(fmt::format("there is no bucket {} yet", bucket_.options().bucket),
                                 "create it with `github-stats init`, or correct its name")
                : kStore.failed(state.error()));
      skip_the_rest("there is no bucket to ask");
      return nullptr;
    }
    if (state) {
      tell_(judge_bucket_location(kStore, bucket_.name(), *state, location_of_dataset()));
      const Finding rules = judge_rules(kRules, *state);
      can_remove_ = rules.health != Health::kFailed;
      tell_(rules);
    } else {
      tell_(kStore.ok(bucket_.name()));
      tell_(kRules.skipped("storage.buckets.get is not granted"));
    }
    check_permissions();
    // Nothing is to be left behind.
    tell_(can_remove_ ? try_writing(kWriting, *store_)
                      : kWriting.skipped("what is written could not be removed again"));
    return std::move(store_);
  }

 private:
  void check_permissions() {
    const auto granted = granted_permissions(bucket_, names_of(kWanted));
    if (!granted) {
      tell_(kPermissions.warning(granted.error().message,
                                 "see whether writing works, which is tried below"));
      return;
    }
    can_remove_ = can_remove_ && std::ranges::find(*granted, kRemoving) != granted->end();
    judge_granted(
        "store.permission", kWanted, *granted, "gs://" + bucket_.options().bucket,
        [&](std::string_view permission) { return remedy_for(permission); }, tell_);
  }

  std::string remedy_for(std::string_view permission) const {
    const std::string_view role = permission == "storage.buckets.get"
                                      ? "Storage Legacy Bucket Reader "
                                        "(roles/storage.legacyBucketReader)"
                                      : "Storage Object Admin (roles/storage.objectAdmin)";
    return fmt::format("give {} the role {} on gs://{}", bucket_.api().identity(), role,
                       bucket_.options().bucket);
  }

  void skip_the_rest(const std::string& why) {
    for (const Check& check : {kRules, kPermissions, kWriting}) {
      tell_(check.skipped(why));
    }
  }

  std::string location_of_dataset() const {
    return std::holds_alternative<BigQueryDataset>(settings_.warehouse) ? settings_.google_location
                                                                        : std::string();
  }

  const Settings& settings_;
  GcsBucket bucket_;
  std::unique_ptr<ObjectStore> store_;
  const Tell& tell_;
  bool can_remove_ = true;  // as far as is known
};

// Whether BigQuery loads from a bucket there into a dataset here (cloud.google.com/bigquery/docs/
// batch-loading-data, "Location considerations").
bool can_load_from(std::string_view bucket, std::string_view dataset) {
  // London and Zurich are not in the EU; EUR… are pairs of regions.
  const bool is_in_eu =
      bucket.starts_with("eur") && bucket != "europe-west2" && bucket != "europe-west6";
  return bucket == dataset || dataset == "us" || (dataset == "eu" && is_in_eu);
}

}  // namespace

Finding judge_rules(const Check& check, const BucketState& state) {
  if (state.retention_seconds > 0) {
    return check.failed(
        fmt::format("its retention policy keeps every object for {} as it is: checkpoints can't be "
                    "replaced",
                    in_words(std::chrono::seconds(state.retention_seconds))),
        "remove the bucket's retention policy, or use a bucket without one");
  }
  if (state.holds_new_objects) {
    return check.failed("every new object is held: checkpoints can't be replaced",
                        "switch off the bucket's default event-based hold, or use another bucket");
  }
  if (state.is_versioned) {
    return check.warning(
        "versions are kept of all that is replaced, and billed: of checkpoints one "
        "a second",
        "switch off the bucket's object versioning, or let a lifecycle rule "
        "remove noncurrent versions");
  }
  return check.ok(state.soft_delete_seconds > 0
                      ? fmt::format("objects can be replaced; they are kept, and billed, for "
                                    "another {} (soft delete)",
                                    in_words(std::chrono::seconds(state.soft_delete_seconds)))
                      : "objects can be replaced and removed");
}

Finding judge_bucket_location(const Check& check, std::string_view bucket, const BucketState& state,
                              std::string_view wanted) {
  const std::string detail = fmt::format("{} in {}", bucket, state.location);
  const bool fits = wanted.empty() || can_load_from(lower(state.location), lower(wanted));
  return fits ? check.ok(detail)
              : check.warning(fmt::format("{}, the dataset in {}", detail, wanted),
                              "BigQuery may refuse to load from there: use a bucket in the "
                              "dataset's location, or correct BIGQUERY_LOCATION");
}

std::unique_ptr<ObjectStore> check_bucket(const Parts& parts, GoogleAccess& google,
                                          const Tell& tell) {
  auto api = google.get(parts.settings.storage_emulator_url.has_value());
  if (api == nullptr) {
    for (const Check& check : {kStore, kRules, kPermissions, kWriting}) {
      tell(check.skipped("nobody is signed in to Google Cloud"));
    }
    return nullptr;
  }
  return BucketChecks(parts, std::move(api), tell).run();
}

}  // namespace github_stats::doctor
