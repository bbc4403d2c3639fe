// An ObjectStore in memory, for tests: fast, strict about the contract, and failing on demand.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/object_store.h"

namespace github_stats {

enum class StoreCall { kInit, kPut, kGet, kList, kListFolders, kRemove };

// How a call goes wrong.
struct StoreFault {
  Error error;
  // The call does its work and then reports the error all the same, as when an answer is lost on
  // the network.
  bool after_effect = false;
};

class MemoryStore : public ObjectStore {
 public:
  // Decides about a call before it happens: a fault, or nothing to let it go ahead. `key` is the
  // prefix for the listings. May be called by several threads at once, and may call the store.
  using Interceptor = std::function<std::optional<StoreFault>(StoreCall, std::string_view key)>;

  std::string name() const override { return "memory:"; }
  Status init() override;
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override;
  Result<Object> get(std::string_view key) override;
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override;
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override;
  using ObjectStore::remove;
  Status remove(std::string_view key, const Precondition& precondition) override;
  std::string location(std::string_view key) const override;

  // Replaces the interceptor; an empty one lets everything pass.
  void intercept(Interceptor interceptor);

  // The next `times` calls of this kind fail; the interceptor is not asked about those.
  void fail_next(StoreCall call, StoreFault fault, int times = 1);

  // How often it was called, failed calls included.
  int calls(StoreCall call) const;

  // What is stored now: bytes by key.
  std::map<std::string, std::string> objects() const;

 private:
  struct Planned {
    StoreFault fault;
    int times;
  };
  using Objects = std::map<std::string, Object, std::less<>>;

  std::optional<StoreFault> fault_of(StoreCall call, std::string_view key);
  Result<Version> put_now(std::string_view key, std::string_view bytes,
                          const Precondition& precondition);
  Status check_folders(std::string_view key) const;

  mutable std::mutex mutex_;
  bool initialised_ = false;
  Objects objects_;
  int64_t writes_ = 0;  // the version of the latest object
  Interceptor interceptor_;
  std::map<StoreCall, Planned> planned_;
  std::map<StoreCall, int> calls_;
};

}  // namespace github_stats
