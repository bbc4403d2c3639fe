#include "warehouse/bigquery_job.h"

#include <gmock/gmock.h>

#include "warehouse/bigquery_fixture.h"

namespace github_stats::bigquery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BigQueryJob : public BigQueryFixture {
 protected:
  static HttpResponse state(std::string_view state, std::string_view failure = "",
                            std::string_view message = "") {
    const std::string result =
        failure.empty()
            ? ""
            : fmt::format(R"(,"errorResult":{{"reason":"{}","message":"{}"}})", failure, message);
    return answer(200, fmt::format(R"({{"status":{{"state":"{}"{}}}}})", state, result));
  }

  Result<FinishedJob> run(std::vector<Result<HttpResponse>> answers) {
    return run_job(client(std::move(answers)),
                   {.id = "j", .configuration = R"({"query":{}})", .doing = "do it"});
  }
};

TEST_F(BigQueryJob, IsAskedForUntilItIsDone) {
  ASSERT_TRUE(run({state("PENDING"), state("RUNNING"), state("RUNNING"), state("DONE")}));
  EXPECT_THAT(asked(), ElementsAre("POST /projects/p/jobs", "GET /projects/p/jobs/j_1?location=US",
                                   "GET /projects/p/jobs/j_1?location=US",
                                   "GET /projects/p/jobs/j_1?location=US"));
  EXPECT_EQ(http_->requests()[0].body,
            R"({"jobReference":{"projectId":"p","jobId":"j_1","location":"US"},)"
            R"("configuration":{"query":{}}})");
}

TEST_F(BigQueryJob, IsNotBegunTwiceWhenAnAnswerWasLost) {
  ASSERT_TRUE(
      run({answer(503), refusal(409, "duplicate", "Already Exists: Job p:j_1"), state("DONE")}));
  EXPECT_EQ(asked().back(), "GET /projects/p/jobs/j_1?location=US");
}

TEST_F(BigQueryJob, IsDoneAgainUnderAnotherIdWhenTheTroublePasses) {
  for (const auto& [reason, message] :
       {std::pair("backendError", "Error"), std::pair("jobRateLimitExceeded", "Slow down"),
        std::pair("invalidQuery", "Transaction is aborted due to concurrent update against t")}) {
    ASSERT_TRUE(run({state("DONE", reason, message), state("RUNNING"), state("DONE")})) << reason;
    EXPECT_EQ(asked().back(), "GET /projects/p/jobs/j_2?location=US");
  }
}

TEST_F(BigQueryJob, IsGivenUpWhenTheTroubleDoesNotPass) {
  const auto done = run({state("DONE", "backendError", "Error encountered")});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(done.error().message, "can't do it: Error encountered");
  EXPECT_EQ(http_->requests().size(), 6U);
}

TEST_F(BigQueryJob, ThatFailsForGoodIsNotRepeated) {
  const auto done = run({state("DONE", "bytesBilledLimitExceeded", "Query exceeded limit")});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_THAT(done.error().remedy, HasSubstr("BIGQUERY_MAX_BYTES_BILLED"));
  EXPECT_EQ(http_->requests().size(), 1U);
}

TEST_F(BigQueryJob, NamesThePermissionThatIsMissing) {
  const auto refused = run({refusal(403, "accessDenied",
                                    "Access Denied: Project p: User does not have "
                                    "bigquery.jobs.create permission in project p.")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().remedy,
              AllOf(HasSubstr("bigquery.jobs.create"), HasSubstr("roles/bigquery.jobUser")));
  const auto denied = run({state("DONE", "accessDenied",
                                 "Access Denied: Table p:d.t: Permission "
                                 "bigquery.tables.updateData denied on table p:d.t")});
  ASSERT_FALSE(denied);
  EXPECT_THAT(denied.error().remedy, HasSubstr("bigquery.tables.updateData"));
}

TEST_F(BigQueryJob, GoesOnByItselfWhenTheProgramIsToldToStop) {
  client({state("RUNNING")});
  Job job(*client_, {.id = "j", .configuration = "{}", .doing = "do it"});
  ASSERT_TRUE(job.begin());
  stop_.request_stop();
  const auto done = job.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace github_stats::bigquery
