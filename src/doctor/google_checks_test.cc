#include <gmock/gmock.h>

#include <map>

#include "doctor/bucket_checks.h"
#include "doctor/google_access.h"
#include "doctor/store_checks.h"
#include "doctor/warehouse_checks.h"
#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

// Signs in as told.
class FixedAccess : public AccessTokenSource {
 public:
  explicit FixedAccess(Result<std::string> token) : token_(std::move(token)) {}
  Result<std::string> token(std::stop_token) override { return token_; }
  bool refused(const std::string&) override { return false; }
  std::string description() const override { return "service account s@p"; }

 private:
  Result<std::string> token_;
};

// Google, whose answers tests choose by address; what is asked for besides answers 404.
class GoogleChecksTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_.store = BucketStore{"b", ""};
    settings_.warehouse = BigQueryDataset{"p", "d"};
    settings_.google_location = "EU";
    allow("/b/b/iam/testPermissions", kOnBucket);
    answers_["/storage/v1/b/b?fields"] = {200, {}, R"({"location":"EU"})"};
    answers_["/datasets/d"] = {200, {}, R"({"location":"EU"})"};
    refuse("/datasets/d/tables/", 404, "Not found: Table");
    allow(kProjectUrl, kOnProject);
  }

  static constexpr const char* kProjectUrl =
      "cloudresourcemanager.googleapis.com/v1/projects/p:testIamPermissions";

  static constexpr std::string_view kOnBucket =
      R"("storage.objects.create","storage.objects.get","storage.objects.delete",)"
      R"("storage.objects.list","storage.buckets.get")";
  static constexpr std::string_view kOnProject =
      R"("bigquery.jobs.create","bigquery.datasets.create","bigquery.tables.create",)"
      R"("bigquery.tables.delete")";
  static constexpr std::string_view kOnTable =
      R"("bigquery.tables.get","bigquery.tables.getData","bigquery.tables.update",)"
      R"("bigquery.tables.updateData")";

  // `names`: permissions as JSON.
  void allow(const std::string& address, std::string_view names) {
    answers_[address] = {200, {}, R"({"permissions":[)" + std::string(names) + "]}"};
  }

  void refuse(const std::string& address, int status, const std::string& message) {
    answers_[address] = {
        status,
        {},
        R"({"error":{"code":)" + std::to_string(status) + R"(,"message":")" + message + R"("}})"};
  }

  // The answer for the longest part of an address that is known.
  Result<HttpResponse> respond(const HttpRequest& request) {
    const HttpResponse* found = nullptr;
    size_t length = 0;
    for (const auto& [part, response] : answers_) {
      if (part.size() > length && request.url.find(part) != std::string::npos) {
        found = &response;
        length = part.size();
      }
    }
    return found != nullptr ? *found : HttpResponse{404, {}, R"({"error":{"code":404}})"};
  }

  // By id.
  std::map<std::string, Finding> check() {
    http_ = std::make_shared<ScriptedHttp>(
        [this](const HttpRequest& request) { return respond(request); });
    const Parts parts{
        .settings = settings_,
        .version = "1",
        .clock = clock_,
        .http = http_,
        .app_options = {},
        .google = [this](std::shared_ptr<HttpClient> http, Clock& clock, const RetryPolicy& retry,
                         bool) -> Result<std::shared_ptr<GoogleApi>> {
          return std::make_shared<GoogleApi>(
              std::move(http), clock, std::make_unique<FixedAccess>(token_),
              GoogleApiOptions{.retry = retry, .random = [] { return 0.5; }, .stop = {}});
        },
        .bucket = {.bucket = "b", .prefix = "", .location = "EU", .project = {}},
        .dataset = {.project = "p", .dataset = "d", .location = "EU"}};
    std::map<std::string, Finding> told;
    const Tell tell = [&](const Finding& finding) {
      EXPECT_TRUE(told.emplace(finding.id, finding).second) << finding.id << " comes twice";
    };
    GoogleAccess google(parts, tell);
    (void)check_store(parts, google, tell);
    check_warehouse(parts, google, tell);
    google.check_clock();
    return told;
  }

  FakeClock clock_;
  Settings settings_;
  Result<std::string> token_ = "ya29.token";
  std::map<std::string, HttpResponse> answers_;
  std::shared_ptr<ScriptedHttp> http_;
};

TEST_F(GoogleChecksTest, SaysWhoIsSignedInAndWhatIsThere) {
  const auto told = check();
  EXPECT_EQ(told.at("google.sign_in").detail, "service account s@p");
  EXPECT_EQ(told.at("store").detail, "gs://b in EU");
  EXPECT_EQ(told.at("warehouse").detail, "bigquery:p.d in EU");
  EXPECT_EQ(told.at("store.permission.storage.objects.create").health, Health::kOk);
  EXPECT_EQ(told.at("warehouse.permission.bigquery.jobs.create").health, Health::kOk);
  EXPECT_THAT(told, Not(Contains(Key("warehouse.permission.bigquery.datasets.create"))));
}

TEST_F(GoogleChecksTest, SkipsAllThatNeedsASignInThatFails) {
  token_ = fail(ErrorCode::kUnauthenticated, "no access token", "sign in");
  const auto told = check();
  EXPECT_EQ(told.at("google.sign_in").health, Health::kFailed);
  EXPECT_EQ(told.at("google.sign_in").remedy, "sign in");
  for (const char* id : {"store", "store.write", "warehouse", "warehouse.tables"}) {
    EXPECT_EQ(told.at(id).health, Health::kSkipped) << id;
  }
  EXPECT_THAT(http_->requests(), IsEmpty());
}

TEST_F(GoogleChecksTest, NamesEachPermissionThatTheBucketLacks) {
  const struct {
    const char* name;
    Health health;
    const char* role;
  } kCases[] = {
      {"storage.objects.create", Health::kFailed, "roles/storage.objectAdmin"},
      {"storage.objects.get", Health::kFailed, "roles/storage.objectAdmin"},
      {"storage.objects.delete", Health::kFailed, "roles/storage.objectAdmin"},
      {"storage.objects.list", Health::kFailed, "roles/storage.objectAdmin"},
      {"storage.buckets.get", Health::kWarning, "roles/storage.legacyBucketReader"},
  };
  for (const auto& [name, health, role] : kCases) {
    std::string others(kOnBucket);
    const std::string quoted = '"' + std::string(name) + '"';
    others.replace(others.find(quoted), quoted.size(), R"("storage.other")");
    allow("/b/b/iam/testPermissions", others);
    const auto told = check();
    for (const auto& [id, finding] : told) {
      if (id.starts_with("store.permission.")) {
        EXPECT_EQ(finding.health, id.ends_with(name) ? health : Health::kOk) << id;
      }
    }
    EXPECT_THAT(told.at("store.permission." + std::string(name)).remedy,
                AllOf(HasSubstr(role), HasSubstr("service account s@p"), HasSubstr("gs://b")));
  }
  answers_["/b/b/iam/testPermissions"] = {200, {}, R"({"kind":"x"})"};
  EXPECT_EQ(check().at("store.permission.storage.objects.get").health, Health::kFailed);
}

TEST_F(GoogleChecksTest, KnowsABucketThatIsNotThere) {
  answers_.erase("/storage/v1/b/b?fields");
  const auto told = check();
  EXPECT_EQ(told.at("store").health, Health::kWarning);
  EXPECT_THAT(told.at("store").remedy, HasSubstr("github-stats init"));
  EXPECT_EQ(told.at("store.write").health, Health::kSkipped);
}

TEST_F(GoogleChecksTest, GoesOnWhereTheBucketsSettingsAreHidden) {
  refuse("/storage/v1/b/b?fields", 403, "no storage.buckets.get");
  const auto told = check();
  EXPECT_EQ(told.at("store").health, Health::kOk);
  EXPECT_EQ(told.at("store.rules").health, Health::kSkipped);
  EXPECT_EQ(told.at("store.permission.storage.objects.get").health, Health::kOk);
}

TEST_F(GoogleChecksTest, NamesEachPermissionThatTheProjectLacks) {
  for (const bool dataset_is_there : {true, false}) {
    if (!dataset_is_there) {
      answers_.erase("/datasets/d");
    }
    allow(kProjectUrl, "");
    const auto told = check();
    const Finding& jobs = told.at("warehouse.permission.bigquery.jobs.create");
    EXPECT_EQ(jobs.health, Health::kFailed);
    EXPECT_THAT(jobs.remedy, AllOf(HasSubstr("roles/bigquery.jobUser"), HasSubstr("project p")));
    // A role on the dataset would do as well, if there is one.
    EXPECT_EQ(told.at("warehouse.permission.bigquery.tables.create").health,
              dataset_is_there ? Health::kWarning : Health::kFailed);
    EXPECT_EQ(told.contains("warehouse.permission.bigquery.datasets.create"), !dataset_is_there);
    EXPECT_EQ(told.at("warehouse").health, dataset_is_there ? Health::kOk : Health::kWarning);
  }
}

TEST_F(GoogleChecksTest, TriesAStatementWhereTheResourceManagerIsNotEnabled) {
  refuse(kProjectUrl, 403, "Cloud Resource Manager API has not been used");
  answers_["/projects/p/jobs"] = {200, {}, R"({"statistics":{}})"};
  EXPECT_EQ(check().at("warehouse.permission.bigquery.jobs.create").health, Health::kOk);
  refuse("/projects/p/jobs", 403, "User does not have bigquery.jobs.create permission");
  const auto told = check();
  EXPECT_EQ(told.at("warehouse.permission.bigquery.jobs.create").health, Health::kFailed);
  EXPECT_THAT(told.at("warehouse.permission.bigquery.jobs.create").remedy,
              HasSubstr("roles/bigquery.jobUser"));
}

TEST_F(GoogleChecksTest, NamesThePermissionsThatTablesLack) {
  answers_["/datasets/d/tables/commits"] = {200, {}, R"({"type":"TABLE","schema":{"fields":[]}})"};
  allow("/datasets/d/tables/commits:testIamPermissions", kOnTable);
  EXPECT_EQ(check().at("warehouse.permission.bigquery.tables.updateData").health, Health::kOk);
  allow("/datasets/d/tables/commits:testIamPermissions",
        R"("bigquery.tables.get","bigquery.tables.getData")");
  const auto told = check();
  const Finding& writing = told.at("warehouse.permission.bigquery.tables.updateData");
  EXPECT_EQ(writing.health, Health::kFailed);
  EXPECT_THAT(writing.detail, HasSubstr("commits"));
  EXPECT_THAT(writing.remedy, HasSubstr("roles/bigquery.dataEditor"));
  EXPECT_EQ(told.at("warehouse.permission.bigquery.tables.update").health, Health::kWarning);
  EXPECT_EQ(told.at("warehouse.tables").health, Health::kWarning);
  EXPECT_THAT(told.at("warehouse.tables").detail,
              AllOf(HasSubstr("table pull_requests"), HasSubstr("column commits.")));
}

TEST_F(GoogleChecksTest, KnowsADatasetThatIsElsewhere) {
  answers_["/datasets/d"] = {200, {}, R"({"location":"US"})"};
  const Finding finding = check().at("warehouse");
  EXPECT_EQ(finding.health, Health::kFailed);
  EXPECT_THAT(finding.remedy, HasSubstr("BIGQUERY_LOCATION=US"));
}

TEST_F(GoogleChecksTest, TellsOfAClockThatIsWrong) {
  answers_["/datasets/d"].headers["date"] = "Sat, 31 Jan 2026 12:01:00 GMT";
  const Finding finding = check().at("clock.google");
  EXPECT_EQ(finding.health, Health::kWarning);
  EXPECT_THAT(finding.detail, HasSubstr("behind Google's"));
}

TEST_F(GoogleChecksTest, WritesNothingThatItCouldNotRemove) {
  answers_["/storage/v1/b/b?fields"] = {
      200, {}, R"({"location":"EU","retentionPolicy":{"retentionPeriod":"86400"}})"};
  auto told = check();
  EXPECT_EQ(told.at("store.rules").health, Health::kFailed);
  EXPECT_EQ(told.at("store.write").health, Health::kSkipped);
  SetUp();
  allow("/b/b/iam/testPermissions", R"("storage.objects.create","storage.objects.get")");
  told = check();
  EXPECT_EQ(told.at("store.write").health, Health::kSkipped);
  for (const HttpRequest& request : http_->requests()) {
    EXPECT_THAT(request.url, Not(HasSubstr("/upload/")));
  }
}

// --- The bucket's own

const Check kCheck{"id", "title"};

TEST(JudgeRules, RefusesWhatKeepsObjectsAsTheyAre) {
  EXPECT_EQ(judge_rules(kCheck, {}).health, Health::kOk);
  EXPECT_THAT(judge_rules(kCheck, {.soft_delete_seconds = 604'800}).detail, HasSubstr("7 days"));
  EXPECT_EQ(judge_rules(kCheck, {.is_versioned = true}).health, Health::kWarning);
  const Finding retention = judge_rules(kCheck, {.retention_seconds = 86'400 * 30});
  EXPECT_EQ(retention.health, Health::kFailed);
  EXPECT_THAT(retention.detail, HasSubstr("30 days"));
  EXPECT_EQ(judge_rules(kCheck, {.holds_new_objects = true}).health, Health::kFailed);
}

TEST(JudgeBucketLocation, MindsADatasetElsewhere) {
  const auto health = [](std::string location, std::string_view wanted) {
    return judge_bucket_location(kCheck, "gs://b", {.location = std::move(location)}, wanted)
        .health;
  };
  EXPECT_EQ(health("EUROPE-WEST3", "europe-west3"), Health::kOk);
  EXPECT_EQ(health("EUROPE-WEST3", ""), Health::kOk) << "nothing is loaded from it by BigQuery";
  EXPECT_EQ(health("EU", "US"), Health::kOk) << "a dataset in the US takes files from anywhere";
  EXPECT_EQ(health("EUROPE-WEST3", "EU"), Health::kOk);
  EXPECT_EQ(health("EUR4", "EU"), Health::kOk);
  EXPECT_EQ(health("EUROPE-WEST2", "EU"), Health::kWarning);
  EXPECT_EQ(health("US", "EU"), Health::kWarning);
  EXPECT_EQ(health("EU", "europe-west3"), Health::kWarning);
}

TEST(JudgeMissingParts, NamesAFew) {
  EXPECT_EQ(judge_missing_parts(kCheck, {}).health, Health::kOk);
  const Finding finding = judge_missing_parts(kCheck, {"table a", "table b", "table c", "view d"});
  EXPECT_EQ(finding.health, Health::kWarning);
  EXPECT_EQ(finding.detail, "missing: table a, table b, table c and 1 more");
  EXPECT_THAT(finding.remedy, HasSubstr("github-stats init"));
}

}  // namespace
}  // namespace github_stats::doctor
