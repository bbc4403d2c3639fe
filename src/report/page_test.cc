#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/gzip.h"
#include "report/digest.h"
#include "report/pack.h"
#include "report/rows_fixture.h"

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr size_t kMost = 1U << 24U;

// A page is too long to be shown when it fails.
bool holds(std::string_view page, std::string_view text) {
  return page.find(text) != std::string_view::npos;
}

Rows hostile_rows() {
  Rows rows = small_rows();
  rows.org = "</title><script>alert(1)</script>";
  rows.people = {"<img src=x>"};
  rows.pull_requests = {open_since("2026-01-12T00:00:00Z")};
  rows.pull_requests[0].title = "</script><script>alert('{{APP}}')</script>";
  return rows;
}

TEST(Digest, IsWhatOthersSayItIs) {
  EXPECT_EQ(base64(sha256("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("a"), "YQ==");
  EXPECT_EQ(base64(keyed_digest("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

TEST(Pack, HasAHeaderOfTheRowsNames) {
  Rows rows = small_rows();
  rows.pull_requests = {open_since("2026-01-12T00:00:00Z")};
  const auto packed = pack_rows(rows);
  ASSERT_TRUE(packed);
  const auto bytes = gunzip(*packed, kMost);
  ASSERT_TRUE(bytes);
  EXPECT_THAT(*bytes, HasSubstr(R"("people":["ann","bob","Cid"])"));
  EXPECT_THAT(*bytes, HasSubstr(R"("titles":[[0,"Do it","https://github.com/acme/api/pull/1"]])"));
}

TEST(Pack, HasTitlesOfTheOldestOnly) {
  Rows rows = small_rows();
  for (size_t i = 0; i < kMostTitles + 1; ++i) {
    rows.pull_requests.push_back(open_since("2026-01-12T00:00:00Z"));
    rows.pull_requests.back().title = "title " + std::to_string(i);
  }
  const auto bytes = gunzip(*pack_rows(rows), kMost);
  EXPECT_THAT(*bytes, HasSubstr("\"title 499\""));
  EXPECT_THAT(*bytes, Not(HasSubstr("\"title 500\"")));
}

TEST(Page, HasNothingOfTheRowsOutsideItsPackedData) {
  const auto page = make_page(hostile_rows());
  ASSERT_TRUE(page);
  EXPECT_FALSE(holds(*page, "alert(1)<"));
  EXPECT_FALSE(holds(*page, "<img"));
  EXPECT_TRUE(holds(*page, "&lt;/title&gt;&lt;script&gt;alert(1)"));
  EXPECT_FALSE(holds(*page, "{{"));
}

TEST(Page, AllowsItsOwnScriptsOnly) {
  const auto page = make_page(small_rows());
  ASSERT_TRUE(page);
  EXPECT_TRUE(holds(*page, "default-src 'none'; script-src 'sha256-"));
  EXPECT_FALSE(holds(*page, "unsafe-eval"));
  size_t scripts = 0;
  for (size_t at = page->find("<script"); at != std::string::npos; at = page->find("<script", at)) {
    const size_t begin = page->find('>', at) + 1;
    const size_t end = page->find("</script>", begin);
    if (page->compare(at, 12, "<script type") != 0 ||
        page->compare(at, 21, "<script type=\"module\"") == 0) {
      EXPECT_TRUE(holds(*page, base64(sha256(page->substr(begin, end - begin)))));
      ++scripts;
    }
    at = end;
  }
  EXPECT_EQ(scripts, 3U);
}

TEST(Page, IsTheSameForTheSameRows) {
  EXPECT_TRUE(*make_page(hostile_rows()) == *make_page(hostile_rows()));
}

TEST(Page, NamesTheAuthorsOfItsCharts) {
  EXPECT_TRUE(holds(*make_page(small_rows()), "Observable, Inc.\n\nPermission to use"));
}

}  // namespace
}  // namespace github_stats
