#include "collect/checkpoint_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crash_point.h"
#include "collect/checkpoint_reader.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr Duration kLeastInterval = std::chrono::seconds(1);
constexpr int kMostIdsTried = 1'000;
constexpr int kMostOpenings = 5;

bool all_done(const Checkpoint& checkpoint) {
  return std::ranges::all_of(checkpoint.repositories, [](const RepositoryProgress& repository) {
    return repository.state == RepositoryState::kDone;
  });
}

tl::unexpected<Error> taken_up(const std::string& collection_id) {
  return fail(ErrorCode::kPreconditionFailed,
              fmt::format("another process has taken up collection {}", collection_id),
              "let only one collector work on a collection");
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
      stored_ = checkpoint_;
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

Status CheckpointKeeper::open(std::string_view org, std::string_view collection_id,
                              const std::function<Status(const Checkpoint&)>& check) {
  Status opened;
  for (int tried = 0; tried < kMostOpenings; ++tried) {
    opened = open_once(org, collection_id, check);
    // Its writer until now may write it at any moment: then it is read again.
    if (opened || opened.error().code != ErrorCode::kPreconditionFailed || opened.error().general) {
      break;
    }
  }
  return opened;
}

Status CheckpointKeeper::open_once(std::string_view org, std::string_view collection_id,
                                   const std::function<Status(const Checkpoint&)>& check) {
  auto stored = read_checkpoint(store_, org, collection_id);
  if (!stored) {
    if (stored.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{} has no collection '{}' of {}", store_.name(), collection_id, org),
                  "run `github-stats resume` without an id to see those that can be resumed");
    }
    return tl::unexpected<Error>(std::move(stored).error());
  }
  if (Status allowed = check ? check(stored->checkpoint) : Status(); !allowed) {
    return fail_with_context(fmt::format("can't resume collection {}", collection_id),
                             std::move(allowed).error());
  }
  checkpoint_ = std::move(stored->checkpoint);
  version_ = std::move(stored->version);
  ++checkpoint_.run;
  changed_ = true;
  return write();
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
  const std::lock_guard writing(write_mutex_);
  Checkpoint written;
  {
    const std::lock_guard lock(mutex_);
    if (!changed_) {
      return {};
    }
    changed_ = false;
    written = checkpoint_;
  }
  written.finished = all_done(written);
  crash_point("collect.checkpoint.before");
  auto version = store_.put(checkpoint_key(written.org, written.collection_id),
                            encode_checkpoint(written), Precondition::unchanged(version_));
  crash_point("collect.checkpoint.after");
  if (!version) {
    const std::lock_guard lock(mutex_);
    changed_ = true;  // still to be written
    if (version.error().code == ErrorCode::kPreconditionFailed && !version.error().general) {
      return taken_up(written.collection_id);
    }
    return fail_with_context("can't write the checkpoint", std::move(version).error());
  }
  stored_ = std::move(written);
  version_ = *std::move(version);
  last_write_ = clock_.elapsed();
  return {};
}

Status CheckpointKeeper::verify() {
  const std::lock_guard writing(write_mutex_);  // else it could be newer than version_ says
  auto object = store_.get(checkpoint_key(checkpoint_.org, checkpoint_.collection_id));
  if (!object && object.error().code != ErrorCode::kNotFound) {
    return fail_with_context("can't read the checkpoint", std::move(object).error());
  }
  if (!object || object->version != version_) {
    return taken_up(checkpoint_.collection_id);
  }
  return {};
}

}  // namespace github_stats
