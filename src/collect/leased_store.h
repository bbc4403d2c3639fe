// An ObjectStore that only the holder of a lease writes to.
#pragma once

#include "collect/lease.h"
#include "store/object_store.h"

namespace github_stats {

// Passes everything on to `store`; a put or a removal first makes sure of `lease`, and fails with
// precondition_failed when it is lost. That failure is general: trying again is no use.
class LeasedStore : public ObjectStore {
 public:
  LeasedStore(ObjectStore& store, Lease& lease) : store_(store), lease_(lease) {}

  std::string name() const override { return store_.name(); }
  Status init() override { return store_.init(); }
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override {
    RETURN_IF_ERROR(lease_.ensure());
    return store_.put(key, bytes, precondition);
  }
  Result<Object> get(std::string_view key) override { return store_.get(key); }
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override {
    return store_.list(prefix, visit);
  }
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override {
    return store_.list_folders(prefix);
  }
  using ObjectStore::remove;
  Status remove(std::string_view key, const Precondition& precondition) override {
    RETURN_IF_ERROR(lease_.ensure());
    return store_.remove(key, precondition);
  }
  std::string location(std::string_view key) const override { return store_.location(key); }

 private:
  ObjectStore& store_;
  Lease& lease_;
};

}  // namespace github_stats
