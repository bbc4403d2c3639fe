#include "doctor/permission_judgement.h"

#include <gmock/gmock.h>

namespace github_stats::doctor {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr WantedPermission kWanted[] = {{"x.create", "writing"}, {"x.look", "looking", false}};

std::string remedy(std::string_view permission) { return "grant " + std::string(permission); }

TEST(JudgeGranted, TellsOfEach) {
  const struct {
    std::vector<std::string> granted;
    Health create;
    Health look;
  } kCases[] = {
      {{"x.create", "x.look", "x.more"}, Health::kOk, Health::kOk},
      {{"x.look"}, Health::kFailed, Health::kOk},
      {{"x.create"}, Health::kOk, Health::kWarning},
      {{}, Health::kFailed, Health::kWarning},
  };
  for (const auto& [granted, create, look] : kCases) {
    Findings told;
    judge_granted("store.permission", kWanted, granted, "gs://b", remedy,
                  [&](Finding finding) { told.push_back(std::move(finding)); });
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].id, "store.permission.x.create");
    EXPECT_EQ(told[0].health, create);
    EXPECT_EQ(told[1].health, look);
    EXPECT_THAT(told[0].detail, HasSubstr("gs://b"));
    EXPECT_EQ(told[0].remedy, create == Health::kOk ? "" : "grant x.create");
  }
}

TEST(JudgeGrantedOnTables, NamesTheTablesWithout) {
  const TablePermissions kTables[] = {
      {"commits", {"x.create", "x.look"}}, {"reviews", {"x.look"}}, {"metrics", {}}};
  Findings told;
  judge_granted_on_tables("warehouse.permission", kWanted, kTables, remedy,
                          [&](Finding finding) { told.push_back(std::move(finding)); });
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].health, Health::kFailed);
  EXPECT_THAT(told[0].detail, AllOf(HasSubstr("reviews, metrics"), HasSubstr("writing")));
  EXPECT_EQ(told[1].health, Health::kWarning);
  EXPECT_THAT(told[1].detail, HasSubstr("on metrics;"));
}

}  // namespace
}  // namespace github_stats::doctor
