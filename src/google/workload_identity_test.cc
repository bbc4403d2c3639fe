#include "google/workload_identity.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class WorkloadIdentityTest : public TokenTest {
 protected:
  // Reads the file with another 'credential_source'.
  void read_with_source(const std::string& source) {
    Fields file = workload_identity();
    file["credential_source"] = source;
    read(file);
  }

  std::string subject_sent(size_t n) const {
    return form_fields(request(n).body).at("subject_token");
  }
};

TEST_F(WorkloadIdentityTest, ExchangesTheSubjectToken) {
  read(workload_identity());
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(urls(), ElementsAre("https://sts.googleapis.com/v1/token"));
  EXPECT_THAT(
      form_fields(request(0).body),
      ElementsAre(Pair("audience", "//iam.googleapis.com/projects/1/providers/x"),
                  Pair("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                  Pair("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                  Pair("scope", "https://www.googleapis.com/auth/cloud-platform"),
                  Pair("subject_token", "subject-token"),
                  Pair("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")));
  EXPECT_EQ(source_->description(), "workload identity (/k/file.json)");
  EXPECT_EQ(source_->project(), std::nullopt);
}

TEST_F(WorkloadIdentityTest, ReadsTheSubjectTokenAnewEachTime) {
  read(workload_identity());
  EXPECT_EQ(token(), "token-1");
  write("subject", "subject-token-2\n");
  clock_.advance(1h);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(subject_sent(1), "subject-token-2");
}

TEST_F(WorkloadIdentityTest, TheSubjectTokenMayBeAFieldOfJson) {
  const std::string path = write("subject.json", R"({"value":"subject-token"})");
  read_with_source(R"({"file":)" + quoted(path) +
                   R"(,"format":{"type":"json","subject_token_field_name":"value"}})");
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(subject_sent(0), "subject-token");
  write("subject.json", R"({"other":"subject-token"})");
  clock_.advance(1h);
  EXPECT_THAT(token(), AllOf(HasSubstr(path), HasSubstr("it has no 'value'")));
  write("subject.json", "subject-token");
  EXPECT_THAT(token(), HasSubstr("it is no JSON object"));
}

TEST_F(WorkloadIdentityTest, TheSubjectTokenMayComeFromAnAddress) {
  read_with_source(R"({"url":"http://169.254.169.254/token?resource=x","headers":)"
                   R"({"Metadata":"True"},"format":{"type":"json",)"
                   R"("subject_token_field_name":"access_token"}})");
  answer_ = [](const HttpRequest& request) {
    return request.url.starts_with("http:")
               ? Answer(http_answer(200, R"({"access_token":"subject-token"})"))
               : std::nullopt;
  };
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(urls(), ElementsAre("http://169.254.169.254/token?resource=x",
                                  "https://sts.googleapis.com/v1/token"));
  EXPECT_EQ(request(0).method, HttpMethod::kGet);
  EXPECT_THAT(request(0).headers, ElementsAre(Pair("Metadata", "True")));
  EXPECT_EQ(subject_sent(1), "subject-token");
}

TEST_F(WorkloadIdentityTest, SaysWhyThereIsNoSubjectToken) {
  read_with_source(R"({"file":"/nowhere/token"})");
  EXPECT_THAT(token(), AllOf(HasSubstr("/nowhere/token"), HasSubstr("No such file")));
  read_with_source(R"({"file":)" + quoted(write("empty", " \n")) + "}");
  EXPECT_THAT(token(), HasSubstr("is empty"));
  read_with_source(R"({"url":"https://id.example/t","headers":{"Authorization":"client-secret"}})");
  answer_ = [](const HttpRequest& request) {
    return http_answer(403, "not with " + request.headers.at(0).second);
  };
  EXPECT_THAT(token(), AllOf(HasSubstr("the subject token: 403: not with (hidden)")));
}

TEST_F(WorkloadIdentityTest, ExplainsARefusal) {
  read(workload_identity());
  answer_ = [](const HttpRequest& request) {
    return http_answer(400, R"({"error":"invalid_grant","error_description":"bad )" +
                                form_fields(request.body).at("subject_token") + R"("})");
  };
  EXPECT_THAT(token(), AllOf(HasSubstr("400: bad (hidden) (invalid_grant)"), HasSubstr("audience"),
                             HasSubstr("provider")));
  answer_ = [](const HttpRequest&) {
    return http_answer(400, R"({"error":"invalid_target","error_description":"no pool"})");
  };
  EXPECT_THAT(token(), AllOf(HasSubstr("no pool"), HasSubstr("'audience'")));
}

TEST_F(WorkloadIdentityTest, AWorkforcePoolNamesTheProjectThatIsCharged) {
  Fields file = workload_identity();
  file["workforce_pool_user_project"] = R"("p-9")";
  file["quota_project_id"] = R"("p-8")";
  read(file);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(form_fields(request(0).body).at("options"), R"({"userProject":"p-9"})");
  EXPECT_EQ(source_->project(), "p-8");
}

}  // namespace
}  // namespace github_stats
