// Other names for people: keyed hashes that are the same wherever a person turns up, so that rows
// still belong together, and that nobody can turn back who does not hold the key.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace github_stats {

// Does not change once made; any number of threads may use it.
class Pseudonyms {
 public:
  // `bots`: logins that are no people's, in any letter case.
  Pseudonyms(std::string key, std::span<const std::string> bots);

  // "u_" and sixteen hexadecimal digits for a login, a name or an e-mail address, whatever the case
  // of its ASCII letters.
  std::string person(std::string_view name) const;

  // The same for a login, but a bot's stays: one of `bots`, or one that ends in "[bot]", which
  // GitHub gives to no person.
  std::string login(std::string_view login) const;

  // "NAME <ADDRESS>" with both replaced; a text of another form as a whole.
  std::string co_author(std::string_view trailer) const;

  // "b_" and sixteen digits for a branch.
  std::string branch(std::string_view name) const;

  // "OWNER/NAME" of a repository: as it is when it is the organisation's own. Else with the owner
  // as a person; the name stays if it is that of `repository`, else it is replaced like a branch's.
  std::string fork(std::string_view full_name, std::string_view organisation,
                   std::string_view repository) const;

  // Tells keys apart and says nothing else of them.
  std::string key_fingerprint() const;

 private:
  std::string hash(std::string_view prefix, std::string_view kind, std::string_view text) const;

  std::string key_;
  std::set<std::string, std::less<>> bots_;  // in lower case
};

// Whether an address of a page begins with `organisation`'s name, after the host.
bool is_address_of(std::string_view url, std::string_view organisation);

}  // namespace github_stats
