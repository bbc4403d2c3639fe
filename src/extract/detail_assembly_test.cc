#include "extract/detail_assembly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "extract/follow_up.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

class DetailAssemblyTest : public testing::Test {
 protected:
  Status add_pull_requests(const std::string& json, std::span<const GraphQlError> errors = {},
                           size_t requested = 1) {
    const simdjson::padded_string padded(json);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    ondemand::object data = document.get_object();
    return assembly_.add_pull_requests(data, errors, requested);
  }

  void answer(const FollowUpQuery& query, const std::string& json,
              std::span<const GraphQlError> errors = {}) {
    const Status status = try_answer(query, json, errors);
    ASSERT_TRUE(status) << status.error().describe();
  }

  Status try_answer(const FollowUpQuery& query, const std::string& json,
                    std::span<const GraphQlError> errors) {
    const simdjson::padded_string padded(json);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    ondemand::object data = document.get_object();
    return read_follow_up(query, data, errors, assembly_);
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

  DetailAssembly assembly_{kContext};
};

constexpr std::string_view kParents = R"({"commits":[{"parents":{"totalCount":2}}]})";

TEST_F(DetailAssemblyTest, WritesTheColumnsOfThePullRequest) {
  ASSERT_TRUE(add_pull_requests(details(kNoReviews)));
  answer(take_follow_up(assembly_.pending(), {}), std::string(kParents));
  EXPECT_THAT(assembly_.pending(), IsEmpty());
  RowBatch batch = assembly_.finish();
  EXPECT_THAT(batch.incomplete, IsEmpty());

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

TEST_F(DetailAssemblyTest, KnowsNoColumnThatTheSchemaLacks) {
  ASSERT_TRUE(add_pull_requests(
      details(R"({"totalCount":1,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)" +
              review("R_1", "\"2026-01-01T01:00:00Z\"") + "]}")));
  const FollowUpQuery query = take_follow_up(assembly_.pending(), {});
  answer(query, R"({"reviews":[{"comments":{"totalCount":1,
      "pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[{"id":"RC_1",
      "fullDatabaseId":"8","author":null,"authorAssociation":"NONE","body":"b","path":"p","line":1,
      "startLine":null,"originalLine":2,"diffHunk":"@@","replyTo":{"id":"RC_0"},"commit":null,
      "outdated":false,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z",
      "url":"u"}]}}],"commits":[{"parents":{"totalCount":1}}]})");
  RowBatch batch = assembly_.finish();
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

TEST_F(DetailAssemblyTest, CountsPendingReviewsButDropsThem) {
  ASSERT_TRUE(add_pull_requests(details(
      R"({"totalCount":2,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)" +
      review("R_pending", "null") + "," + review("R_1", "\"2026-01-01T01:00:00Z\"") + "]}")));
  const FollowUpQuery query = take_follow_up(assembly_.pending(), {});
  ASSERT_EQ(query.reviews.size(), 1U) << "nobody asks for a pending review's comments";
  EXPECT_EQ(query.reviews[0].id, "R_1");
  answer(query, R"({"reviews":[{"comments":{"totalCount":0,"pageInfo":{"hasNextPage":false,
      "endCursor":null},"nodes":[]}}],"commits":[{"parents":{"totalCount":1}}]})");
  RowBatch batch = assembly_.finish();
  EXPECT_THAT(batch.incomplete, IsEmpty());
  EXPECT_EQ(batch[Stream::kReviews].rows(), 1U);
  EXPECT_EQ(int64_t(row(batch, Stream::kPullRequests)["review_count"]), 1);
}

TEST_F(DetailAssemblyTest, FollowsAConnectionToItsEnd) {
  ASSERT_TRUE(add_pull_requests(details(kNoReviews, /*more_commits=*/true)));
  const FollowUpQuery query = take_follow_up(assembly_.pending(), {});
  ASSERT_EQ(query.pages.size(), 1U);
  EXPECT_EQ(query.pages[0].cursor, "C1");
  EXPECT_THAT(query.document, HasSubstr("commits(first: $page, after: $after0) { ...CommitPage }"));
  EXPECT_THAT(query.variables, HasSubstr(R"("id0":"PR_1","after0":"C1")"));
  answer(query, R"({"commits":[{"parents":{"totalCount":1}}],"p0":{"commits":{"totalCount":2,
      "pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[{"commit":{"id":"C_2","oid":"f01",
      "message":"m","author":null,"authoredDate":"2026-01-01T00:00:00Z","committer":null,
      "committedDate":"2026-01-01T00:00:00Z","additions":1,"deletions":0,
      "changedFilesIfAvailable":1,"url":"u"}}]}}})");
  answer(take_follow_up(assembly_.pending(), {}), std::string(kParents));
  RowBatch batch = assembly_.finish();
  EXPECT_EQ(batch[Stream::kCommits].rows(), 2U);
  EXPECT_THAT(batch.incomplete, IsEmpty());
}

TEST_F(DetailAssemblyTest, NamesPullRequestsWhoseCountsDoNotAddUp) {
  std::string short_of_one = details(kNoReviews);
  short_of_one.replace(short_of_one.find("\"totalCount\":1"), 14, "\"totalCount\":3");
  ASSERT_TRUE(add_pull_requests(short_of_one));
  assembly_.pending().clear();
  EXPECT_THAT(assembly_.finish().incomplete, ElementsAre(7));
}

TEST_F(DetailAssemblyTest, AReviewThatCannotBeReadIsNoReviewWithoutComments) {
  ASSERT_TRUE(add_pull_requests(
      details(R"({"totalCount":1,"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)" +
              review("R_1", "\"2026-01-01T01:00:00Z\"") + "]}")));
  const FollowUpQuery query = take_follow_up(assembly_.pending(), {});
  const std::string null = R"({"reviews":[null],"commits":[{"parents":{"totalCount":1}}]})";
  const std::vector<GraphQlError> hidden = {{"FORBIDDEN", "SAML", {"reviews", "0"}}};
  const Status refused = try_answer(query, null, hidden);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  const Status unexplained = try_answer(query, null, {});
  ASSERT_FALSE(unexplained);
  EXPECT_EQ(unexplained.error().code, ErrorCode::kDataLoss);
  const std::vector<GraphQlError> gone = {{"NOT_FOUND", "no", {"reviews", "0"}}};
  answer(query, null, gone);
  EXPECT_THAT(assembly_.finish().incomplete, ElementsAre(7)) << "it changed while it was read";
}

TEST_F(DetailAssemblyTest, ALoneSurrogateDoesNotHideCoAuthors) {
  std::string json = details(kNoReviews);
  json.replace(json.find("Do\\n"), 4, R"(\ud83d\n)");
  ASSERT_TRUE(add_pull_requests(json));
  assembly_.pending().clear();
  RowBatch batch = assembly_.finish();
  EXPECT_EQ(simdjson::minify(row(batch, Stream::kCommits)["co_authors"]), R"(["Bo <b@x>"])");
}

TEST_F(DetailAssemblyTest, AMalformedAnswerIsRefused) {
  std::string json = details(kNoReviews);
  json.replace(json.find("\"number\":7,"), 11, "\"number\":7 ");
  EXPECT_THROW(static_cast<void>(add_pull_requests(json)), simdjson::simdjson_error);
  json = details(kNoReviews);
  json.replace(json.find("\"state\":\"MERGED\","), 17, "\"state\":\"MERGED\" ");
  EXPECT_THROW(static_cast<void>(add_pull_requests(json)), simdjson::simdjson_error);
}

TEST_F(DetailAssemblyTest, CountsThoseThatAreGoneAndRefusesThoseThatAreHidden) {
  const std::vector<GraphQlError> gone = {{"NOT_FOUND", "no", {"nodes", "0"}}};
  ASSERT_TRUE(add_pull_requests(R"({"nodes":[null]})", gone));
  EXPECT_EQ(assembly_.finish().vanished, 1);
  const std::vector<GraphQlError> hidden = {{"FORBIDDEN", "SAML", {"nodes", "0"}}};
  const Status refused = add_pull_requests(R"({"nodes":[null]})", hidden);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_FALSE(add_pull_requests(R"({"nodes":[null]})")) << "null without a reason is no answer";
  EXPECT_FALSE(add_pull_requests(R"({"nodes":[]})")) << "fewer than were asked for";
}

TEST_F(DetailAssemblyTest, CutsBackWhatABrokenAnswerLeft) {
  const DetailAssembly::Mark before = assembly_.mark();
  std::string broken = details(kNoReviews);
  broken.replace(broken.find(R"("url":"u"}]}}]})"), 9, R"("url":"\x")");
  EXPECT_THROW(static_cast<void>(add_pull_requests(broken)), simdjson::simdjson_error);
  assembly_.cut_back(before);
  ASSERT_TRUE(add_pull_requests(details(kNoReviews)));
  assembly_.pending().clear();
  RowBatch batch = assembly_.finish();
  EXPECT_EQ(batch.pull_requests(), 1);
  EXPECT_EQ(batch[Stream::kCommits].rows(), 1U);
}

TEST(TakeFollowUp, TakesNoMoreThanFits) {
  std::vector<PendingPart> pending;
  for (size_t i = 0; i < 30; ++i) {
    pending.push_back({PendingPart::Kind::kReviewComments, i, "R" + std::to_string(i), ""});
    pending.push_back({PendingPart::Kind::kIssueComments, i, "P" + std::to_string(i), "cursor"});
  }
  const FollowUpQuery query = take_follow_up(pending, {25, 50});
  EXPECT_EQ(query.reviews.size(), 25U);
  EXPECT_EQ(query.pages.size(), kMostPages);
  EXPECT_THAT(query.variables, HasSubstr(R"({"page":50,)"));
  EXPECT_EQ(pending.size(), 60U - 25U - kMostPages);
  EXPECT_EQ(query.document.find("$commits"), std::string::npos)
      << "GitHub refuses unused variables";
  EXPECT_EQ(query.document.find("fragment CommitPage"), std::string::npos) << "and fragments";
  give_back(query, pending);
  EXPECT_EQ(pending.size(), 60U);
}

}  // namespace
}  // namespace github_stats
