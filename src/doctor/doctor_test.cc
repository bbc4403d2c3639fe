#include "doctor/doctor.h"

#include <gmock/gmock.h>
#include <simdjson.h>

namespace github_stats::doctor {
namespace {

constexpr Time kNow{std::chrono::seconds(1'769'860'800)};  // 2026-01-31T12:00:00Z

TEST(AsJson, IsOneObject) {
  const Findings findings = {Check{"a", "an a"}.ok("fine"),
                             Check{"b", "a \"b\""}.warning("so\nso", "do that"),
                             Check{"c", "c"}.skipped("later")};
  EXPECT_EQ(as_json(findings, "1.2.3", kNow + std::chrono::milliseconds(5)),
            R"({"version":"1.2.3","checked_at":"2026-01-31T12:00:00Z","ok":true,"checks":[)"
            R"({"id":"a","title":"an a","status":"ok","detail":"fine","remedy":""},)"
            R"({"id":"b","title":"a \"b\"","status":"warn","detail":"so\nso","remedy":"do that"},)"
            R"({"id":"c","title":"c","status":"skipped","detail":"later","remedy":""}]})");
}

TEST(AsJson, IsJsonWhateverAServerSaid) {
  const std::string out = as_json({Check{"a", "a"}.failed("\xff\x1b[31m\"\\", "\xc3")}, "1", kNow);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(out).get(root), simdjson::SUCCESS) << out;
  EXPECT_FALSE(bool(root["ok"]));
}

}  // namespace
}  // namespace github_stats::doctor
