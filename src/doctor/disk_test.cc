#include "doctor/disk.h"

#include <gmock/gmock.h>

#include <fstream>

#include "testing/temp_dir.h"

namespace github_stats::doctor {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const Check kCheck{"id", "title"};

TEST(CheckSpace, AsksWhereThePathIsOrWouldBe) {
  const TempDir dir;
  const std::string there = "free in " + dir.path().string();
  for (const char* below : {"", "/", "/not/there/yet", "/./x/"}) {
    const Finding finding = check_space(kCheck, dir.path().string() + below);
    EXPECT_THAT(finding.detail, HasSubstr(there)) << below;
    EXPECT_THAT(finding.detail, testing::Not(EndsWith("/"))) << below;
  }
}

TEST(JudgePlace, KnowsWhatIsInTheWay) {
  const TempDir dir;
  const auto free = judge_place(kCheck, dir.path() / "a" / "b", "the store");
  EXPECT_EQ(free.health, Health::kWarning);
  EXPECT_THAT(free.remedy, HasSubstr("github-stats init"));
  std::ofstream(dir.path() / "a") << "a file";
  const auto taken = judge_place(kCheck, dir.path() / "a" / "b", "the store");
  EXPECT_EQ(taken.health, Health::kFailed);
  EXPECT_THAT(taken.detail, EndsWith("a is no directory"));
}

}  // namespace
}  // namespace github_stats::doctor
