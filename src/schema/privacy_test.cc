#include "schema/privacy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace github_stats {
namespace {

TEST(Privacy, IsKnownByItsName) {
  for (const Privacy privacy : kPrivacies) {
    EXPECT_EQ(privacy_named(to_string(privacy)), privacy);
  }
  EXPECT_EQ(privacy_named("Full"), std::nullopt);
  EXPECT_EQ(privacy_named(""), std::nullopt);
}

TEST(ContentOf, KnowsEveryColumnThatIsCollected) {
  for (const Stream stream : kStreams) {
    for (const Column& column : table_of(stream).columns) {
      EXPECT_TRUE(content_of(column))
          << to_string(stream) << '.' << column.name
          << " is new: say in schema/privacy.cc what it can hold of people";
    }
  }
}

TEST(ContentOf, DoesNotGuessAtATextItDoesNotKnow) {
  EXPECT_EQ(content_of({"nickname", ColumnType::kText, false, ""}), std::nullopt);
  EXPECT_EQ(content_of({"nicknames", ColumnType::kTextList, false, ""}), std::nullopt);
  EXPECT_EQ(content_of({"nickname", ColumnType::kInteger, false, ""}), Content::kFact);
}

TEST(TreatmentOf, KeepsWhatIsRequired) {
  for (const Stream stream : kStreams) {
    for (const Column& column : table_of(stream).columns) {
      for (const Privacy privacy : kPrivacies) {
        EXPECT_TRUE(!column.required ||
                    treatment_of(*content_of(column), privacy) == Treatment::kKeep)
            << column.name;
      }
    }
  }
}

std::string_view word_for(Content content, Privacy privacy) {
  switch (treatment_of(content, privacy)) {
    case Treatment::kKeep:
      return "kept";
    case Treatment::kKeepOwn:
      return content == Content::kFork ? "owner hashed, unless it is the organisation"
                                       : "kept if in the organisation";
    case Treatment::kDrop:
      return "dropped";
    case Treatment::kHash:
      return "hashed";
  }
  return "";
}

// Of the columns that hold text: the others are always kept.
std::string documentation() {
  std::string text = "| column | `no-bodies` | `hashed` |\n|---|---|---|\n";
  for (const Stream stream : kStreams) {
    for (const Column& column : table_of(stream).columns) {
      const Content content = content_of(column).value_or(Content::kFact);
      if (column.type == ColumnType::kText || column.type == ColumnType::kTextList) {
        text +=
            fmt::format("| `{}.{}` | {} | {} |\n", to_string(stream), column.name,
                        word_for(content, Privacy::kNoBodies), word_for(content, Privacy::kHashed));
      }
    }
  }
  return text;
}

TEST(PrivacyDocumentation, IsWhatBecomesOfEachColumn) {
  std::ifstream file(SOURCE_DIR "/docs/privacy.md");
  const std::string written((std::istreambuf_iterator<char>(file)), {});
  const std::string marker = "<!-- columns: checked against src/schema by schema_test -->\n\n";
  const size_t at = written.find(marker);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(written.substr(at + marker.size()), documentation())
      << "docs/privacy.md must end with:\n"
      << documentation();
}

}  // namespace
}  // namespace github_stats
