#include "testing/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "store/keys.h"

namespace github_stats {
namespace {

// `result`, or the error of a fault that strikes after the work is done.
template <typename T>
T unless_lost(T result, const std::optional<StoreFault>& fault) {
  if (fault && result) {
    return tl::unexpected(fault->error);
  }
  return result;
}

bool strikes_first(const std::optional<StoreFault>& fault) { return fault && !fault->after_effect; }

}  // namespace

Status MemoryStore::init() {
  const auto fault = fault_of(StoreCall::kInit, "");
  if (strikes_first(fault)) {
    return tl::unexpected(fault->error);
  }
  const std::lock_guard guard(mutex_);
  initialised_ = true;
  return unless_lost(Status(), fault);
}

Result<Version> MemoryStore::put(std::string_view key, std::string_view bytes,
                                 const Precondition& precondition) {
  RETURN_IF_ERROR(check_key(key));
  const auto fault = fault_of(StoreCall::kPut, key);
  if (strikes_first(fault)) {
    return tl::unexpected(fault->error);
  }
  return unless_lost(put_now(key, bytes, precondition), fault);
}

Result<Version> MemoryStore::put_now(std::string_view key, std::string_view bytes,
                                     const Precondition& precondition) {
  const std::lock_guard guard(mutex_);
  if (!initialised_) {
    return fail(ErrorCode::kNotFound, "the store was never initialised", "call init first");
  }
  RETURN_IF_ERROR(check_folders(key));
  const auto current = objects_.find(key);
  const bool exists = current != objects_.end();
  if (precondition.kind() == Precondition::Kind::kAbsent && exists) {
    return fail(ErrorCode::kAlreadyExists, "'" + std::string(key) + "' exists already");
  }
  if (precondition.kind() == Precondition::Kind::kUnchanged &&
      (!exists || current->second.version != precondition.version())) {
    return fail(ErrorCode::kPreconditionFailed,
                "'" + std::string(key) + "' was changed by someone else");
  }
  Object object{std::string(bytes), Version{std::to_string(++writes_)}};
  return objects_.insert_or_assign(std::string(key), std::move(object)).first->second.version;
}

// No key is another key's folder.
Status MemoryStore::check_folders(std::string_view key) const {
  const std::string below = std::string(key) + "/";
  const auto next = objects_.lower_bound(below);
  bool clash = next != objects_.end() && next->first.starts_with(below);
  for (size_t slash = key.find('/'); slash != std::string_view::npos && !clash;
       slash = key.find('/', slash + 1)) {
    clash = objects_.contains(key.substr(0, slash));
  }
  if (clash) {
    return fail(ErrorCode::kInvalidArgument,
                "'" + std::string(key) + "' is another object's folder, or below an object");
  }
  return {};
}

Result<Object> MemoryStore::get(std::string_view key) {
  RETURN_IF_ERROR(check_key(key));
  if (const auto fault = fault_of(StoreCall::kGet, key)) {
    return tl::unexpected(fault->error);
  }
  const std::lock_guard guard(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) {
    return fail(ErrorCode::kNotFound, "there is no '" + std::string(key) + "'");
  }
  return found->second;
}

Status MemoryStore::list(std::string_view prefix,
                         const std::function<bool(const ObjectInfo&)>& visit) {
  const auto fault = fault_of(StoreCall::kList, prefix);
  if (strikes_first(fault)) {
    return tl::unexpected(fault->error);
  }
  std::vector<ObjectInfo> found;
  {
    const std::lock_guard guard(mutex_);
    for (auto object = objects_.lower_bound(prefix);
         object != objects_.end() && object->first.starts_with(prefix); ++object) {
      found.push_back({object->first, static_cast<int64_t>(object->second.bytes.size())});
    }
  }
  if (std::all_of(found.begin(), found.end(), visit)) {
    return unless_lost(Status(), fault);
  }
  return {};
}

Result<std::vector<std::string>> MemoryStore::list_folders(std::string_view prefix) {
  if (!prefix.empty() && !prefix.ends_with('/')) {
    return fail(ErrorCode::kInvalidArgument, "'" + std::string(prefix) + "' does not end with '/'");
  }
  if (const auto fault = fault_of(StoreCall::kListFolders, prefix)) {
    return tl::unexpected(fault->error);
  }
  const std::lock_guard guard(mutex_);
  std::set<std::string> folders;
  for (auto object = objects_.lower_bound(prefix);
       object != objects_.end() && object->first.starts_with(prefix); ++object) {
    const size_t slash = object->first.find('/', prefix.size());
    if (slash != std::string::npos) {
      folders.insert(object->first.substr(prefix.size(), slash - prefix.size()));
    }
  }
  return std::vector<std::string>(folders.begin(), folders.end());
}

Status MemoryStore::remove(std::string_view key, const Precondition& precondition) {
  RETURN_IF_ERROR(check_key(key));
  RETURN_IF_ERROR(check_removal(precondition));
  const auto fault = fault_of(StoreCall::kRemove, key);
  if (strikes_first(fault)) {
    return tl::unexpected(fault->error);
  }
  const std::lock_guard guard(mutex_);
  if (const auto found = objects_.find(key); found != objects_.end()) {
    if (precondition.kind() == Precondition::Kind::kUnchanged &&
        found->second.version != precondition.version()) {
      return fail(ErrorCode::kPreconditionFailed, fmt::format("'{}' has changed", key));
    }
    objects_.erase(found);
  }
  return unless_lost(Status(), fault);
}

std::string MemoryStore::location(std::string_view key) const { return name() + std::string(key); }

void MemoryStore::intercept(Interceptor interceptor) {
  const std::lock_guard guard(mutex_);
  interceptor_ = std::move(interceptor);
}

void MemoryStore::fail_next(StoreCall call, StoreFault fault, int times) {
  const std::lock_guard guard(mutex_);
  planned_.insert_or_assign(call, Planned{std::move(fault), times});
}

int MemoryStore::calls(StoreCall call) const {
  const std::lock_guard guard(mutex_);
  const auto found = calls_.find(call);
  return found == calls_.end() ? 0 : found->second;
}

std::map<std::string, std::string> MemoryStore::objects() const {
  const std::lock_guard guard(mutex_);
  std::map<std::string, std::string> bytes;
  for (const auto& [key, object] : objects_) {
    bytes.emplace(key, object.bytes);
  }
  return bytes;
}

std::optional<StoreFault> MemoryStore::fault_of(StoreCall call, std::string_view key) {
  Interceptor interceptor;
  {
    const std::lock_guard guard(mutex_);
    ++calls_[call];
    const auto planned = planned_.find(call);
    if (planned != planned_.end() && planned->second.times > 0) {
      --planned->second.times;
      return planned->second.fault;
    }
    interceptor = interceptor_;
  }
  return interceptor ? interceptor(call, key) : std::nullopt;
}

}  // namespace github_stats
