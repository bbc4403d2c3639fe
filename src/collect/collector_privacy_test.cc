// What a collection may write of people, from its start over its resumes.

#include <gmock/gmock.h>

#include "base/log.h"
#include "collect/collector_fixture.h"

namespace github_stats {
namespace {

using testing::HasSubstr;

const auto kNames =
    std::make_shared<const Pseudonyms>("a key of some length", std::vector<std::string>{});
const auto kOthers =
    std::make_shared<const Pseudonyms>("another key of that length", std::vector<std::string>{});

class CollectorPrivacy : public CollectorTest {
 protected:
  CollectorPrivacy() {
    configure_logging({.sink = [this](std::string_view line) { log_ += line; }});
    add_repository("web", 100);
  }
  ~CollectorPrivacy() override { configure_logging({}); }

  // A collection that was interrupted after some batches. Gives its id.
  std::string begin(Privacy privacy, std::shared_ptr<const Pseudonyms> pseudonyms) {
    set(privacy, std::move(pseudonyms));
    stop_at_details(3);
    const auto report = start(1);
    EXPECT_TRUE(report && report->interrupted);
    EXPECT_LT(titles(report->checkpoint).size(), 100U);
    github_.intercept({});
    stop_ = {};
    return report->checkpoint.collection_id;
  }

  void set(Privacy privacy, std::shared_ptr<const Pseudonyms> pseudonyms) {
    privacy_ = privacy;
    pseudonyms_ = std::move(pseudonyms);
  }

  // Of all pull requests that were written: repository/number → title, "null" where it was dropped.
  std::map<std::string, std::string> titles(const Checkpoint& checkpoint) {
    return collected(checkpoint);
  }

  std::set<std::string> different_titles(const Checkpoint& checkpoint) {
    std::set<std::string> different;
    for (const auto& [number, title] : titles(checkpoint)) {
      different.insert(title);
    }
    return different;
  }

  std::string log_;
};

TEST_F(CollectorPrivacy, IsInTheCheckpoint) {
  set(Privacy::kHashed, kNames);
  const auto hashed = start();
  ASSERT_TRUE(hashed) << hashed.error().describe();
  EXPECT_EQ(hashed->checkpoint.settings.privacy, Privacy::kHashed);
  EXPECT_EQ(hashed->checkpoint.settings.privacy_key, kNames->key_fingerprint());
  EXPECT_EQ(different_titles(hashed->checkpoint), std::set<std::string>{"null"});
}

TEST_F(CollectorPrivacy, AKeyThatIsNotNeededIsNotSpokenOf) {
  set(Privacy::kNoBodies, kNames);
  const auto report = start();
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->checkpoint.settings.privacy, Privacy::kNoBodies);
  EXPECT_EQ(report->checkpoint.settings.privacy_key, "");
  EXPECT_EQ(different_titles(report->checkpoint), std::set<std::string>{"v1"});
}

TEST_F(CollectorPrivacy, AnotherKeyOrNoneIsRefusedAndTheRightOneGoesOn) {
  const std::string id = begin(Privacy::kHashed, kNames);
  const std::string before = store_.get(checkpoint_key("Acme", id))->bytes;
  for (const auto& [pseudonyms, says] :
       {std::pair{kOthers, "another key"},
        std::pair{std::shared_ptr<const Pseudonyms>(), "no key"}}) {
    set(pseudonyms ? Privacy::kHashed : Privacy::kFull, pseudonyms);
    const auto refused = resume(id);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr(says));
    EXPECT_THAT(refused.error().remedy, HasSubstr("PRIVACY_KEY"));
    EXPECT_EQ(store_.get(checkpoint_key("Acme", id))->bytes, before);
  }
  set(Privacy::kFull, kNames);
  const auto resumed = resume(id);
  ASSERT_TRUE(resumed) << resumed.error().describe();
  EXPECT_TRUE(resumed->checkpoint.finished);
  EXPECT_EQ(titles(resumed->checkpoint).size(), 100U);
  EXPECT_EQ(different_titles(resumed->checkpoint), std::set<std::string>{"null"});
}

TEST_F(CollectorPrivacy, AResumeKeepsToLessPrivacyAndSaysSo) {
  const std::string id = begin(Privacy::kFull, nullptr);
  set(Privacy::kHashed, kNames);
  const auto resumed = resume(id);
  ASSERT_TRUE(resumed) << resumed.error().describe();
  EXPECT_EQ(resumed->checkpoint.settings.privacy, Privacy::kFull);
  EXPECT_EQ(different_titles(resumed->checkpoint), std::set<std::string>{"v1"});
  EXPECT_THAT(log_, HasSubstr("goes on with the privacy it was begun with"));
}

}  // namespace
}  // namespace github_stats
