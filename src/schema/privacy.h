// How much of people is kept, and what each column may tell of them. docs/privacy.md has the same
// for people, docs/adr/0010-privacy.md the reasons.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "schema/schema.h"

namespace github_stats {

// kNoBodies drops what people wrote to each other; kHashed moreover replaces who they are by keyed
// hashes. Each keeps less than the one before.
enum class Privacy { kFull, kNoBodies, kHashed };

inline constexpr std::array<Privacy, 3> kPrivacies = {Privacy::kFull, Privacy::kNoBodies,
                                                      Privacy::kHashed};

// "full", "no-bodies", "hashed".
std::string_view to_string(Privacy privacy);

// The one of that name, if there is one.
std::optional<Privacy> privacy_named(std::string_view name);

// What a column can hold.
enum class Content {
  kFact,     // of the thing itself, or a name that the repository gives its things
  kBody,     // what somebody wrote, or the code that it is about
  kTitle,    // a short text that lists need, but may name somebody
  kPerson,   // who: a login, a name, an e-mail address
  kBranch,   // a name that somebody chose, often with his own in it
  kFork,     // a repository that may belong to somebody
  kAddress,  // of a page; begins with whose repository it is in
};

// What becomes of it. kKeepOwn: what is the organisation's is kept, nothing else.
enum class Treatment { kKeep, kKeepOwn, kDrop, kHash };

Treatment treatment_of(Content content, Privacy privacy);

// What is in a stream's column; nothing: nobody has said so yet, which a test does not let pass.
// All columns of one name hold the same, in whichever stream.
std::optional<Content> content_of(const Column& column);

}  // namespace github_stats
