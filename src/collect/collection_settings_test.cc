#include "collect/collection_settings.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(CheckSamePlace, RefusesAnotherGitHubAndAnotherStore) {
  const struct {
    CollectionSettings begun;
    CollectionSettings now;
    std::string named;  // in the message; empty: the same place
  } table[] = {
      {{"https://g", "gs://b/p"}, {"https://g", "gs://b/p"}, ""},
      {{"https://g", "gs://b/p"}, {"https://h", "gs://b/p"}, "https://g"},
      {{"https://g", "gs://b/p"}, {"https://g", "gs://b/q"}, "gs://b/p"},
      {{"https://g", "gs://b"}, {"https://g", "file:x"}, "gs://b"},
      {{"https://g", "file:x"}, {"https://g", "gs://b"}, "file:x"},
      {{"https://g", "file:x"}, {"https://g", "file:/moved/x"}, ""},
      {{"", ""}, {"https://g", "gs://b"}, ""},  // an older checkpoint
  };
  for (const auto& row : table) {
    const Status status = check_same_place(row.begun, row.now);
    EXPECT_EQ(status.has_value(), row.named.empty()) << row.begun.store << " " << row.now.store;
    if (!status) {
      EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
      EXPECT_NE(status.error().message.find(row.named), std::string::npos);
      EXPECT_FALSE(status.error().remedy.empty());
    }
  }
}

TEST(CheckSameKey, RefusesAnotherKeyForHashedPeople) {
  const CollectionSettings hashed{.privacy = Privacy::kHashed, .privacy_key = "0123"};
  EXPECT_TRUE(check_same_key(hashed, "0123"));
  for (const std::string key : {"4567", ""}) {
    const Status status = check_same_key(hashed, key);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().remedy.find("PRIVACY_KEY"), std::string::npos);
    EXPECT_EQ(status.error().describe().find("0123"), std::string::npos);
  }
  EXPECT_TRUE(check_same_key({.privacy = Privacy::kNoBodies}, "4567"));
  EXPECT_TRUE(check_same_key({}, "4567"));
}

}  // namespace
}  // namespace github_stats
