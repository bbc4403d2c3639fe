#include "extract/pseudonyms.h"

#include <fmt/format.h>

#include <utility>

#include "base/ascii.h"
#include "base/trim.h"
#include "crypto/hmac.h"

namespace github_stats {
namespace {

// 64 bits: among a million people the chance that two are taken for one is 1 in 37 million.
constexpr size_t kDigits = 16;

bool is_same_name(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

}  // namespace

Pseudonyms::Pseudonyms(std::string key, std::span<const std::string> bots) : key_(std::move(key)) {
  for (const std::string& bot : bots) {
    bots_.insert(lower(bot));
  }
}

// Each kind has hashes of its own: that a branch is called like a person must not show.
std::string Pseudonyms::hash(std::string_view prefix, std::string_view kind,
                             std::string_view text) const {
  return fmt::format("{}{}", prefix, keyed_hash(key_, fmt::format("{}:{}", kind, text), kDigits));
}

std::string Pseudonyms::person(std::string_view name) const {
  return hash("u_", "person", lower(name));
}

std::string Pseudonyms::login(std::string_view login) const {
  const std::string name = lower(login);
  const bool is_bot = name.ends_with("[bot]") || bots_.contains(name);
  return is_bot ? std::string(login) : person(name);
}

std::string Pseudonyms::co_author(std::string_view trailer) const {
  const size_t open = trailer.rfind('<');
  if (open == std::string_view::npos || !trailer.ends_with('>')) {
    return person(trailer);
  }
  const std::string_view name = trimmed(trailer.substr(0, open));
  const std::string_view address = trailer.substr(open + 1, trailer.size() - open - 2);
  return fmt::format("{} <{}>", person(name), person(address));
}

std::string Pseudonyms::branch(std::string_view name) const { return hash("b_", "branch", name); }

std::string Pseudonyms::fork(std::string_view full_name, std::string_view organisation,
                             std::string_view repository) const {
  const size_t slash = std::min(full_name.find('/'), full_name.size());
  const std::string_view owner = full_name.substr(0, slash);
  if (is_same_name(owner, organisation)) {
    return std::string(full_name);
  }
  const std::string_view name = full_name.substr(std::min(slash + 1, full_name.size()));
  return fmt::format("{}/{}", person(owner),
                     is_same_name(name, repository) ? std::string(name) : branch(name));
}

std::string Pseudonyms::key_fingerprint() const { return hash("", "fingerprint", ""); }

bool is_address_of(std::string_view url, std::string_view organisation) {
  const size_t host = url.find("://");
  const size_t begin = host == std::string_view::npos ? host : url.find('/', host + 3);
  if (begin == std::string_view::npos) {
    return false;
  }
  const std::string_view path = url.substr(begin + 1);
  return is_same_name(path.substr(0, path.find('/')), organisation);
}

}  // namespace github_stats
