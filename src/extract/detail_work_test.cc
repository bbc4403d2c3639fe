#include "extract/detail_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "extract/request_plan.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const RowContext kContext{"acme", "web", "20260131T235959Z", *parse_time("2026-01-31T23:59:59Z")};

// A pull request with one of everything; %REVIEWS% and %MORE_COMMITS% are filled in by the tests.
std::string details(std::string reviews, bool more_commits = false) {
  std::string json = R"({"nodes":[{"id":"PR_1","fullDatabaseId":"9007199254740993","number":7,
    "title":"Fix \"it\" \ud83d\ude00","body":"a\r\nb\u0001","state":"MERGED","isDraft":false,
    "author":{"__typename":"Bot","login":"dependabot"},"authorAssociation":"NONE","url":"u",
    "baseRefName":"main","headRefName":"x","headRepository":null,"isCrossRepository":true,
    "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","closedAt":null,
    "mergedAt":null,"mergedBy":null,"mergeCommit":{"oid":"abc"},"additions":1,"deletions":2,
    "changedFiles":3,"reviewDecision":"APPROVED","milestone":{"title":"m"},
    "timelineItems":{"nodes":[{"__typename":"ConvertToDraftEvent"},
      {"__typename":"ReadyForReviewEvent","createdAt":"2026-01-01T05:00:00Z"}]},
    "labels":{"nodes":[{"name":"a,b"},{"name":"c"}]},"assignees":{"nodes":[]},
    "reviewRequests":{"nodes":[{"requestedReviewer":{"combinedSlug":"acme/core"}},
      {"requestedReviewer":null},{"requestedReviewer":{"login":"ann"}}]},
    "commits":{"totalCount":%TOTAL%,"pageInfo":{"hasNextPage":%MORE%,"endCursor":"C1"},"nodes":[
      {"commit":{"id":"C_1","oid":"f00","message":"Do\n\nCo-authored-by: Bo <b@x>",
       "author":{"name":"Ann","email":"a@x","user":null},"authoredDate":"2026-01-01T00:00:00Z",
       "committer":null,"committedDate":"2026-01-01T00:00:00Z","additions":1,"deletions":0,
       "changedFilesIfAvailable":null,"url":"u"}}]},
    "reviews":%REVIEWS%,
    "comments":{"totalCount":1,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[
      {"id":"IC_1","fullDatabaseId":5,"author":null,"authorAssociation":"NONE","body":"hi",
       "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","url":"u"}]}}]})";
  const auto fill = [&](std::string_view name, std::string_view value) {
    json.replace(json.find(name), name.size(), value);
  };
  fill("%REVIEWS%", reviews);
  fill("%TOTAL%", more_commits ? "2" : "1");
  fill("%MORE%", more_commits ? "true" : "false");
  return json;
}

const std::string kNoReviews =
    R"({"totalCount":0,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[]})";

std::string review(std::string_view id, std::string_view submitted_at) {
  return std::string(R"({"id":")") + std::string(id) +
         R"(","fullDatabaseId":"6","author":null,"authorAssociation":"MEMBER","state":"COMMENTED",
          "body":"","commit":null,"submittedAt":)" +
         std::string(submitted_at) + R"(,"url":"u"})";
}

class DetailWorkTest : public testing::Test {
 protected:
  // Asks for what is next and takes `json` for the answer.
  Status try_answer(const std::string& json, std::span<const GraphQlError> errors = {}) {
    RequestPlan plan;
    plan.add(work_, kConnectionsPerPoint);
    document_ = plan.document();
    variables_ = plan.variables();
    const simdjson::padded_string padded(json);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    ondemand::object data = document.get_object();
    Status status;
    try {
      status = plan.read(data, errors);
    } catch (const simdjson::simdjson_error& error) {
      status = fail(ErrorCode::kDataLoss, error.what());
    }
    if (!status) {
      plan.put_back();
      return status;
    }
    return plan.accept_details().front();
  }

  void answer(const std::string& json, std::span<const GraphQlError> errors = {}) {
    const Status status = try_answer(json, errors);
    ASSERT_TRUE(status) << status.error().describe();
  }

  RowBatch take_rows() {
    EXPECT_TRUE(work_.done());
    return work_.take_rows();
  }

  static simdjson::dom::element row(RowBatch& batch, Stream stream, size_t index = 0) {
    static simdjson::dom::parser parser;
    EXPECT_GT(batch[stream].rows(), index);
    return parser.parse(std::string(batch[stream].lines(index, 1)));
  }

  static std::set<std::string> keys_of(simdjson::dom::element element) {
    std::set<std::string> keys;
    for (const auto field : element.get_object()) {
      EXPECT_TRUE(keys.emplace(field.key).second) << field.key << " is written twice";
    }
    return keys;
  }

  DetailWork work_{kContext, {{"PR_1", 7, {}}}, 100};
  std::string document_;  // of the last request
  std::string variables_;
};

const std::string kParents = R"({"commits0":[{"parents":{"totalCount":2}}]})";
const std::string kOneReview =
    R"({"totalCount":1,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)" +
    review("R_1", "\"2026-01-01T01:00:00Z\"") + "]}";

TEST_F(DetailWorkTest, WritesTheColumnsOfThePullRequest) {
  answer(details(kNoReviews));
  answer(kParents);
  RowBatch batch = take_rows();
  EXPECT_THAT(batch.owed, IsEmpty());

  const auto pull_request = row(batch, Stream::kPullRequests);
  EXPECT_EQ(std::string_view(pull_request["org"]), "acme");
  EXPECT_EQ(int64_t(pull_request["database_id"]), 9007199254740993);
  EXPECT_EQ(std::string_view(pull_request["title"]), "Fix \"it\" 😀");
  EXPECT_EQ(std::string_view(pull_request["body"]), "a\r\nb\x01");
  EXPECT_EQ(std::string_view(pull_request["author"]), "dependabot");
  EXPECT_EQ(std::string_view(pull_request["author_type"]), "Bot");
  EXPECT_TRUE(pull_request["head_repo"].is_null());
  EXPECT_FALSE(bool(pull_request["opened_as_draft"])) << "it was converted before it was ready";
  EXPECT_EQ(std::string_view(pull_request["ready_for_review_at"]), "2026-01-01T05:00:00Z");
  EXPECT_EQ(simdjson::minify(pull_request["labels"]), R"(["a,b","c"])");
  EXPECT_EQ(simdjson::minify(pull_request["requested_reviewers"]), R"(["acme/core","ann"])");
  EXPECT_EQ(int64_t(pull_request["commit_count"]), 1);
  EXPECT_EQ(int64_t(pull_request["issue_comment_count"]), 1);
  EXPECT_EQ(std::string_view(pull_request["collected_at"]), "2026-01-31T23:59:59Z");

  const auto commit = row(batch, Stream::kCommits);
  EXPECT_EQ(int64_t(commit["pr_number"]), 7);
  EXPECT_EQ(int64_t(commit["parent_count"]), 2);
  EXPECT_EQ(simdjson::minify(commit["co_authors"]), R"(["Bo <b@x>"])");
  EXPECT_TRUE(commit["author"].is_null()) << "a commit by somebody without an account";
  EXPECT_EQ(std::string_view(commit["author_name"]), "Ann");
}

TEST_F(DetailWorkTest, KnowsNoColumnThatTheSchemaLacks) {
  answer(details(kOneReview));
  answer(R"({"reviews0":[{"comments":{"totalCount":1,
      "pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[{"id":"RC_1",
      "fullDatabaseId":"8","author":null,"authorAssociation":"NONE","body":"b","path":"p","line":1,
      "startLine":null,"originalLine":2,"diffHunk":"@@","replyTo":{"id":"RC_0"},"commit":null,
      "outdated":false,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z",
      "url":"u"}]}}],"commits0":[{"parents":{"totalCount":1}}]})");
  RowBatch batch = take_rows();
  EXPECT_EQ(int64_t(row(batch, Stream::kReviews)["comment_count"]), 1);
  EXPECT_EQ(std::string_view(row(batch, Stream::kReviewComments)["review_id"]), "R_1");
  EXPECT_EQ(std::string_view(row(batch, Stream::kReviewComments)["in_reply_to_id"]), "RC_0");
  for (const Stream stream : kStreams) {
    std::set<std::string> columns;
    for (const Column& column : table_of(stream).columns) {
      columns.emplace(column.name);
    }
    std::set<std::string> written = keys_of(row(batch, stream));
    for (const std::string& key : written) {
      EXPECT_EQ(columns.erase(key), 1U) << to_string(stream) << " has no column " << key;
    }
    for (const std::string& left : columns) {
      EXPECT_THAT((std::set<std::string>{"author", "committer"}), testing::Contains(left))
          << to_string(stream) << " lacks " << left;
    }
  }
}

TEST_F(DetailWorkTest, CountsPendingReviewsButDropsThem) {
  answer(details(R"({"totalCount":2,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)" +
                 review("R_pending", "null") + "," + review("R_1", "\"2026-01-01T01:00:00Z\"") +
                 "]}"));
  answer(R"({"reviews0":[{"comments":{"totalCount":0,"pageInfo":{"hasNextPage":false,
      "endCursor":null},"nodes":[]}}],"commits0":[{"parents":{"totalCount":1}}]})");
  EXPECT_THAT(variables_, HasSubstr(R"("reviews0":["R_1"])"))
      << "nobody asks for a pending review's comments";
  RowBatch batch = take_rows();
  EXPECT_THAT(batch.owed, IsEmpty());
  EXPECT_EQ(batch[Stream::kReviews].rows(), 1U);
  EXPECT_EQ(int64_t(row(batch, Stream::kPullRequests)["review_count"]), 1);
}

TEST_F(DetailWorkTest, FollowsAConnectionToItsEnd) {
  answer(details(kNoReviews, /*more_commits=*/true));
  answer(R"({"commits0":[{"parents":{"totalCount":1}}],"page0":{"commits":{"totalCount":2,
      "pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[{"commit":{"id":"C_2","oid":"f01",
      "message":"m","author":null,"authoredDate":"2026-01-01T00:00:00Z","committer":null,
      "committedDate":"2026-01-01T00:00:00Z","additions":1,"deletions":0,
      "changedFilesIfAvailable":1,"url":"u"}}]}}})");
  EXPECT_THAT(document_, HasSubstr("commits(first: $page, after: $after0) { ...CommitPage }"));
  EXPECT_THAT(variables_, HasSubstr(R"("id0":"PR_1","after0":"C1")"));
  answer(kParents);
  RowBatch batch = take_rows();
  EXPECT_EQ(batch[Stream::kCommits].rows(), 2U);
  EXPECT_THAT(batch.owed, IsEmpty());
}

TEST_F(DetailWorkTest, AsksAgainForPullRequestsWhoseCountsDoNotAddUp) {
  std::string short_of_two = details(kNoReviews);
  short_of_two.replace(short_of_two.find("\"totalCount\":1"), 14, "\"totalCount\":3");
  answer(short_of_two);
  answer(kParents);
  ASSERT_FALSE(work_.done());
  answer(details(kNoReviews));
  answer(kParents);
  RowBatch batch = take_rows();
  EXPECT_THAT(batch.owed, IsEmpty());
  EXPECT_EQ(batch[Stream::kPullRequests].rows(), 1U);
  EXPECT_EQ(batch[Stream::kCommits].rows(), 1U) << "what came first is dropped";
}

TEST_F(DetailWorkTest, NamesPullRequestsWhoseCountsNeverAddUpAndKeepsWhatCame) {
  std::string short_of_two = details(kNoReviews);
  short_of_two.replace(short_of_two.find("\"totalCount\":1"), 14, "\"totalCount\":3");
  for (int round = 0; round < 2; ++round) {
    answer(short_of_two);
    answer(kParents);
  }
  RowBatch batch = take_rows();
  ASSERT_THAT(batch.owed, SizeIs(1));
  EXPECT_EQ(batch.owed[0], (OwedPullRequest{7, "PR_1", "GitHub says it has 3 commits and gave 1"}));
  EXPECT_THAT(batch.numbers, ElementsAre(7));
  EXPECT_EQ(batch[Stream::kCommits].rows(), 1U);
}

TEST_F(DetailWorkTest, AReviewThatCannotBeReadIsNoReviewWithoutComments) {
  const std::string null = R"({"reviews0":[null],"commits0":[{"parents":{"totalCount":1}}]})";
  const std::vector<GraphQlError> hidden = {{"FORBIDDEN", "SAML", {"reviews0", "0"}}};
  const std::vector<GraphQlError> gone = {{"NOT_FOUND", "no", {"reviews0", "0"}}};
  answer(details(kOneReview));
  const Status unexplained = try_answer(null);
  ASSERT_FALSE(unexplained);
  EXPECT_EQ(unexplained.error().code, ErrorCode::kDataLoss);
  answer(null, gone);
  answer(details(kOneReview));
  answer(null, gone);
  EXPECT_THAT(take_rows().owed, SizeIs(1)) << "it changed while it was read";

  work_ = DetailWork{kContext, {{"PR_1", 7, {}}}, 100};
  answer(details(kOneReview));
  const Status refused = try_answer(null, hidden);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(DetailWorkTest, ALoneSurrogateDoesNotHideCoAuthors) {
  std::string json = details(kNoReviews);
  json.replace(json.find("Do\\n"), 4, R"(\ud83d\n)");
  answer(json);
  answer(kParents);
  RowBatch batch = take_rows();
  EXPECT_EQ(simdjson::minify(row(batch, Stream::kCommits)["co_authors"]), R"(["Bo <b@x>"])");
}

TEST_F(DetailWorkTest, AMalformedAnswerIsRefused) {
  std::string json = details(kNoReviews);
  json.replace(json.find("\"number\":7,"), 11, "\"number\":7 ");
  EXPECT_FALSE(try_answer(json));
  json = details(kNoReviews);
  json.replace(json.find("\"state\":\"MERGED\","), 17, "\"state\":\"MERGED\" ");
  EXPECT_FALSE(try_answer(json));
  EXPECT_FALSE(try_answer(R"({"nodes":[]})")) << "fewer than were asked for";
  EXPECT_FALSE(try_answer(R"({"nodes":[null]})")) << "null without a reason is no answer";
}

TEST_F(DetailWorkTest, CountsThoseThatAreGoneAndRefusesThoseThatAreHidden) {
  const std::vector<GraphQlError> hidden = {{"FORBIDDEN", "SAML", {"nodes", "0"}}};
  const Status refused = try_answer(R"({"nodes":[null]})", hidden);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  const std::vector<GraphQlError> gone = {{"NOT_FOUND", "no", {"nodes", "0"}}};
  answer(R"({"nodes":[null]})", gone);
  EXPECT_EQ(take_rows().vanished, 1);
}

TEST_F(DetailWorkTest, DropsWhatABrokenAnswerLeft) {
  std::string broken = details(kNoReviews);
  broken.replace(broken.find(R"("url":"u"}]}}]})"), 9, R"("url":"\x")");
  EXPECT_FALSE(try_answer(broken));
  answer(details(kNoReviews));
  answer(kParents);
  RowBatch batch = take_rows();
  EXPECT_EQ(batch.pull_requests(), 1);
  EXPECT_EQ(batch[Stream::kCommits].rows(), 1U);
}

TEST_F(DetailWorkTest, AsksForLessAndLessOfWhatGitHubCannotGive) {
  std::vector<size_t> pages;
  while (work_.shrink()) {
    EXPECT_TRUE(work_.alone());
    pages.push_back(work_.depth().page);
  }
  EXPECT_THAT(pages, ElementsAre(50, 25, 12, 10, 10));
  EXPECT_FALSE(work_.depth().sizes);
  answer(details(kNoReviews));
  EXPECT_THAT(variables_, HasSubstr(R"("page":10,"sizes":false)"));
  EXPECT_FALSE(work_.alone()) << "the next thing may be lighter";
  answer(kParents);
  EXPECT_THAT(take_rows().owed, IsEmpty());
}

TEST_F(DetailWorkTest, OwesWhatItGivesUp) {
  work_.give_up("too heavy");
  RowBatch batch = take_rows();
  EXPECT_THAT(batch.owed, ElementsAre(OwedPullRequest{7, "PR_1", "too heavy"}));
  EXPECT_THAT(batch.numbers, IsEmpty());

  work_ = DetailWork{kContext, {{"PR_1", 7, {}}}, 100};
  for (int round = 0; round < 2; ++round) {
    answer(details(kNoReviews));
    work_.give_up("too heavy");  // the commit's parents
  }
  batch = take_rows();
  EXPECT_THAT(batch.owed, ElementsAre(OwedPullRequest{7, "PR_1", "too heavy"}));
  EXPECT_EQ(batch[Stream::kCommits].rows(), 1U);
}

}  // namespace
}  // namespace github_stats
