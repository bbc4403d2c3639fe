#include "cli/organisations.h"

#include <gmock/gmock.h>

#include "cli/exit_code.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

Settings organisation(std::string name, std::string store, std::string warehouse) {
  Settings settings;
  settings.github_org = std::move(name);
  settings.store = DirectoryStore{std::move(store)};
  settings.warehouse = DuckDbFile{std::move(warehouse)};
  return settings;
}

const std::vector<Settings>& three() {
  static const std::vector<Settings> kAll = {organisation("acme", "s", "w"),
                                             organisation("labs", "s", "w"),
                                             organisation("zoo", "s", "zoo")};
  return kAll;
}

class OrganisationsCommand : public testing::Test {
 protected:
  // Notes for which it was called, and ends as `codes_` says in turn.
  OneCommand noted() {
    return [this](const Settings& settings, const CommandOptions& options) {
      called_.push_back(settings.github_org);
      files_.push_back(options.summary_file);
      return called_.size() <= codes_.size() ? codes_[called_.size() - 1] : kExitDone;
    };
  }

  int run(const Command& command, const std::vector<Settings>& all,
          const CommandOptions& options = {}) {
    called_.clear();
    files_.clear();
    CaptureStderr();
    const int code = command(all, options);
    said_ = GetCapturedStderr();
    return code;
  }

  std::vector<std::string> called_;
  std::vector<std::string> files_;
  std::vector<int> codes_;
  std::string said_;
};

TEST_F(OrganisationsCommand, EachIsRunInTurnUnderItsName) {
  EXPECT_EQ(run(for_each_organisation(noted()), three()), kExitDone);
  EXPECT_THAT(called_, ElementsAre("acme", "labs", "zoo"));
  EXPECT_EQ(said_, "acme:\nlabs:\nzoo:\n");
  run(for_each_organisation(noted()), {three().front()});
  EXPECT_EQ(said_, "");
}

TEST_F(OrganisationsCommand, TheWorstExitCodeCounts) {
  struct Case {
    std::vector<int> codes;
    int expected;
  };
  for (const auto& [codes, expected] :
       std::to_array<Case>({{{kExitPartly, kExitDone, kExitDone}, kExitPartly},
                            {{kExitDone, kExitFailed, kExitPartly}, kExitFailed},
                            {{kExitUsage, kExitPartly, kExitDone}, kExitUsage},
                            {{kExitUsage, kExitDone, kExitFailed}, kExitFailed}})) {
    codes_ = codes;
    EXPECT_EQ(run(for_each_organisation(noted()), three()), expected);
    EXPECT_EQ(called_.size(), 3U);
  }
}

TEST_F(OrganisationsCommand, AnInterruptEndsAll) {
  codes_ = {kExitFailed, kExitInterrupted};
  EXPECT_EQ(run(for_each_organisation(noted()), three()), kExitInterrupted);
  EXPECT_THAT(called_, ElementsAre("acme", "labs"));
}

TEST_F(OrganisationsCommand, EachHasASummaryFileOfItsOwn) {
  CommandOptions options;
  options.summary_file = "out/{org}.json";
  run(for_each_organisation(noted()), three(), options);
  EXPECT_THAT(files_, ElementsAre("out/acme.json", "out/labs.json", "out/zoo.json"));
  options.summary_file = "out.json";
  EXPECT_EQ(run(for_each_organisation(noted()), three(), options), kExitUsage);
  EXPECT_THAT(called_, ElementsAre());
  EXPECT_THAT(said_, HasSubstr("{org}"));
  EXPECT_EQ(run(for_each_organisation(noted()), {three().front()}, options), kExitDone);
  EXPECT_THAT(files_, ElementsAre("out.json"));
}

TEST_F(OrganisationsCommand, OneHasToBeChosen) {
  EXPECT_EQ(run(for_one_organisation(noted()), three()), kExitUsage);
  EXPECT_THAT(called_, ElementsAre());
  EXPECT_THAT(said_, HasSubstr("acme, labs, zoo"));
  EXPECT_THAT(said_, HasSubstr("--org"));
  codes_ = {kExitPartly};
  EXPECT_EQ(run(for_one_organisation(noted()), {three()[1]}), kExitPartly);
  EXPECT_THAT(called_, ElementsAre("labs"));
}

TEST_F(OrganisationsCommand, WhatSeveralShareIsDoneOnce) {
  run(for_each_warehouse(noted()), three());
  EXPECT_THAT(called_, ElementsAre("acme", "zoo"));
  const std::vector<Settings> stores = {organisation("acme", "s", "w"),
                                        organisation("labs", "s", "w"),
                                        organisation("zoo", "t", "w")};
  run(for_each_place(noted()), stores);
  EXPECT_THAT(called_, ElementsAre("acme", "zoo"));
  EXPECT_EQ(run(for_one_warehouse(noted()), stores), kExitDone);
  EXPECT_THAT(called_, ElementsAre("acme"));
  EXPECT_EQ(run(for_one_warehouse(noted()), three()), kExitUsage);
  EXPECT_THAT(called_, ElementsAre());
}

}  // namespace
}  // namespace github_stats
