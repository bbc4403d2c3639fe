#include "extract/co_authors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CoAuthors, AreTheTrailersOfTheLastParagraph) {
  EXPECT_THAT(co_authors_of("Fix it\n\nBecause.\n\nCo-authored-by: Ann <ann@x.example>\n"
                            "Signed-off-by: Bob <bob@x.example>\n"
                            "co-AUTHORED-by:  Cid <cid@x.example> \n"),
              ElementsAre("Ann <ann@x.example>", "Cid <cid@x.example>"));
}

TEST(CoAuthors, TakeWindowsLineEnds) {
  EXPECT_THAT(co_authors_of("Fix\r\n\r\nCo-authored-by: Ann <a@x>\r\nCo-authored-by: Bo <b@x>\r\n"),
              ElementsAre("Ann <a@x>", "Bo <b@x>"));
}

TEST(CoAuthors, AreNamedOnce) {
  EXPECT_THAT(co_authors_of("Fix\n\nCo-authored-by: Ann <a@x>\nCo-authored-by: Ann <a@x>"),
              ElementsAre("Ann <a@x>"));
}

TEST(CoAuthors, KeepWhatHasNoAddress) {
  EXPECT_THAT(co_authors_of("Fix\n\nCo-authored-by: Ann"), ElementsAre("Ann"));
}

TEST(CoAuthors, AreNotSoughtElsewhere) {
  EXPECT_THAT(co_authors_of("Co-authored-by: Ann <a@x>"), IsEmpty()) << "a subject is no trailer";
  EXPECT_THAT(co_authors_of("Fix\n\nCo-authored-by: Ann <a@x>\n\nThe end."), IsEmpty());
  EXPECT_THAT(co_authors_of("Fix\n\nsays Co-authored-by: Ann <a@x>"), IsEmpty());
  EXPECT_THAT(co_authors_of("Fix\n\nCo-authored-by:"), IsEmpty());
  EXPECT_THAT(co_authors_of(""), IsEmpty());
  EXPECT_THAT(co_authors_of("\n\n\n"), IsEmpty());
}

}  // namespace
}  // namespace github_stats
