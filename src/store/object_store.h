// Where chunks and checkpoints are kept: a flat space of keys
// ("acme/web/commits/2026-01-31/x.json") with bytes behind each. Implementations: a directory
// (local_store), Google Cloud Storage. testing/object_store_suite holds every implementation to
// this contract.
//
// Keys: UTF-8, 1 to 1,024 bytes, parts separated by "/"; no empty part, no "." or "..", no control
// characters (those that turn text around among them), no backslash, and no "." at the very front
// (there a store keeps its own files). Any other key is invalid_argument and touches nothing. No
// key is another key's folder: with "a" there is no "a/b" (a directory can't hold both).
//
// All calls may be made from several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace github_stats {

// Which content of an object is meant. Opaque; compare for equality only. Different bytes have
// different versions; the same bytes written again may have the same version or a new one.
struct Version {
  std::string value;
  bool operator==(const Version&) const = default;
};

struct Object {
  std::string bytes;
  Version version;
};

struct ObjectInfo {
  std::string key;
  int64_t size = 0;  // bytes
};

// What must be true of the object for a put to go ahead.
class Precondition {
 public:
  static Precondition none() { return Precondition(Kind::kNone, {}); }
  static Precondition absent() { return Precondition(Kind::kAbsent, {}); }
  static Precondition unchanged(Version version) {
    return Precondition(Kind::kUnchanged, std::move(version));
  }

  enum class Kind { kNone, kAbsent, kUnchanged };
  Kind kind() const { return kind_; }
  const Version& version() const { return version_; }

 private:
  Precondition(Kind kind, Version version) : kind_(kind), version_(std::move(version)) {}
  Kind kind_;
  Version version_;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // For people: "file:./github-stats-data".
  virtual std::string name() const = 0;

  // Creates the bucket or directory. Safe to repeat.
  virtual Status init() = 0;

  // Writes the object whole or not at all: no reader ever sees a part, and once this returns it
  // survives a crash of the machine. Fails with already_exists (absent) or precondition_failed
  // (unchanged, also when the object is gone) when the precondition does not hold: what is there
  // now is not the caller's (which may have been there and been replaced, where an answer was lost
  // on a network). Of several writers racing with the same precondition at most one succeeds, and
  // exactly one where no answer is lost. not_found when the store was never initialised. Any other
  // failure leaves it open whether the object was written.
  virtual Result<Version> put(std::string_view key, std::string_view bytes,
                              const Precondition& precondition) = 0;

  // not_found when there is none.
  virtual Result<Object> get(std::string_view key) = 0;

  // Calls `visit` with each object whose key begins with `prefix` (any bytes, may be empty), in
  // ascending order of the key's bytes, until it returns false. Memory stays bounded by the
  // folders on one path. Objects put or removed meanwhile, also by `visit`, may or may not be seen.
  // An absent store lists nothing.
  virtual Status list(std::string_view prefix,
                      const std::function<bool(const ObjectInfo&)>& visit) = 0;

  // The distinct next parts after `prefix` (which is empty or ends with "/", else
  // invalid_argument) of keys that go deeper: list_folders("acme/") gives "api", "web", … in
  // ascending order. A folder without an object does not exist.
  virtual Result<std::vector<std::string>> list_folders(std::string_view prefix) = 0;

  // Removes the object, if the precondition (none or unchanged, else invalid_argument) holds: fails
  // with precondition_failed when the object has changed. Removing one that is not there is
  // success. Survives a crash of the machine once it returns.
  virtual Status remove(std::string_view key, const Precondition& precondition) = 0;
  Status remove(std::string_view key) { return remove(key, Precondition::none()); }

  // Lets objects be removed by the store itself `days` days (at least 1) after they were written;
  // 0: keeps them again. invalid_argument where the store can't do that.
  virtual Status set_retention(int64_t days);

  // Where a warehouse can read the object: a path, or "gs://bucket/key".
  virtual std::string location(std::string_view key) const = 0;
};

// Fails with invalid_argument for a precondition that a removal can't have.
Status check_removal(const Precondition& precondition);

}  // namespace github_stats
