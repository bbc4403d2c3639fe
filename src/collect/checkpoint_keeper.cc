#include "collect/checkpoint_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crash_point.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr Duration kLeastInterval = std::chrono::seconds(1);
constexpr int kMostIdsTried = 1'000;

bool all_done(const Checkpoint& checkpoint) {
  return std::ranges::all_of(checkpoint.repositories, [](const RepositoryProgress& repository) {
    return repository.state == RepositoryState::kDone;
  });
}

}  // namespace

Status CheckpointKeeper::create(Checkpoint checkpoint) {
  checkpoint_ = std::move(checkpoint);
  checkpoint_.finished = all_done(checkpoint_);
  for (int tried = 0; tried < kMostIdsTried; ++tried) {
    checkpoint_.collection_id = format_compact_time(checkpoint_.started_at);
    auto version = store_.put(checkpoint_key(checkpoint_.org, checkpoint_.collection_id),
                              encode_checkpoint(checkpoint_), Precondition::absent());
    if (version) {
      version_ = *std::move(version);
      last_write_ = clock_.elapsed();
      return {};
    }
    if (version.error().code != ErrorCode::kAlreadyExists) {
      return fail_with_context("can't write the checkpoint", std::move(version).error());
    }
    checkpoint_.started_at += std::chrono::seconds(1);
  }
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("no free collection id near {}", format_time(checkpoint_.started_at)));
}

Status CheckpointKeeper::open(std::string_view org, std::string_view collection_id) {
  auto object = store_.get(checkpoint_key(org, collection_id));
  if (!object) {
    if (object.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{} has no collection '{}' of {}", store_.name(), collection_id, org),
                  "run `github-stats resume` without an id to see those that can be resumed");
    }
    return tl::unexpected<Error>(std::move(object).error());
  }
  auto decoded = decode_checkpoint(object->bytes);
  if (!decoded) {
    return fail_with_context(checkpoint_key(org, collection_id), std::move(decoded).error());
  }
  checkpoint_ = *std::move(decoded);
  version_ = std::move(object->version);
  last_write_ = clock_.elapsed() - kLeastInterval;
  return {};
}

void CheckpointKeeper::update(size_t index, const RepositoryProgress& progress) {
  const std::lock_guard lock(mutex_);
  if (checkpoint_.repositories[index] != progress) {
    checkpoint_.repositories[index] = progress;
    changed_ = true;
  }
}

Status CheckpointKeeper::write_if_due() {
  if (clock_.elapsed() - last_write_ < kLeastInterval) {
    return {};
  }
  return write();
}

Status CheckpointKeeper::write() {
  std::string bytes;
  {
    const std::lock_guard lock(mutex_);
    const bool finished = all_done(checkpoint_);
    if (!changed_ && finished == checkpoint_.finished) {
      return {};
    }
    checkpoint_.finished = finished;
    changed_ = false;
    bytes = encode_checkpoint(checkpoint_);
  }
  crash_point("collect.checkpoint.before");
  auto version = store_.put(checkpoint_key(checkpoint_.org, checkpoint_.collection_id), bytes,
                            Precondition::unchanged(version_));
  crash_point("collect.checkpoint.after");
  if (!version) {
    if (version.error().code == ErrorCode::kPreconditionFailed) {
      return fail(ErrorCode::kPreconditionFailed,
                  fmt::format("the checkpoint of collection {} was changed by another process",
                              checkpoint_.collection_id),
                  "let only one collector work on a collection");
    }
    return fail_with_context("can't write the checkpoint", std::move(version).error());
  }
  version_ = *std::move(version);
  last_write_ = clock_.elapsed();
  return {};
}

}  // namespace github_stats
