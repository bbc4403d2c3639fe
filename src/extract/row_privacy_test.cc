// What of people gets into rows, held against what schema/privacy.h says of each column.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "extract/row_encoder.h"
#include "extract/row_fields.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kBots = {"acme-ci"};
const auto kNames = std::make_shared<const Pseudonyms>("a key of some length", kBots);

// A thing of each stream in which every text has a value of its own. Owners of forks and pages are
// people.
const std::string_view kPullRequest = R"({"fullDatabaseId":"9","number":7,"title":"the title",
  "body":"the body","state":"MERGED","isDraft":false,
  "author":{"__typename":"User","login":"Ann-Author"},"authorAssociation":"MEMBER",
  "url":"https://github.com/ann-owner/web/pull/7","baseRefName":"ann/base","headRefName":"ann/head",
  "headRepository":{"nameWithOwner":"ann-owner/ann-web"},"isCrossRepository":true,
  "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-02T00:00:00Z","closedAt":null,
  "mergedAt":null,"mergedBy":{"__typename":"User","login":"mia-merger"},
  "mergeCommit":{"oid":"abc"},"additions":1,"deletions":2,"changedFiles":3,
  "reviewDecision":"APPROVED","milestone":{"title":"the milestone"},
  "timelineItems":{"nodes":[]},"labels":{"nodes":[{"name":"the label"}]},
  "assignees":{"nodes":[{"login":"asa-assignee"}]},
  "reviewRequests":{"nodes":[{"requestedReviewer":{"login":"rea-requested"}}]}})";
const std::string_view kCommit = R"({"oid":"f00",
  "message":"the message\n\nCo-authored-by: Coco Author <coco@example.com>",
  "author":{"name":"Ann Author","email":"ann@example.com","user":{"login":"ann-author"}},
  "authoredDate":"2026-01-01T00:00:00Z","committer":{"user":{"login":"cid-committer"}},
  "committedDate":"2026-01-01T00:00:00Z","additions":1,"deletions":0,
  "changedFilesIfAvailable":null,"url":"https://github.com/ann-owner/web/commit/f00"})";
const std::string_view kReview = R"({"fullDatabaseId":"6",
  "author":{"__typename":"Mannequin","login":"rob-reviewer"},"authorAssociation":"MEMBER",
  "state":"COMMENTED","body":"the review","commit":{"oid":"f00"},
  "submittedAt":"2026-01-01T00:00:00Z","url":"https://github.com/ann-owner/web/pull/7#r"})";
const std::string_view kReviewComment = R"({"id":"PRRC_1","fullDatabaseId":"6",
  "author":{"__typename":"Organization","login":"org-author"},"authorAssociation":"MEMBER",
  "body":"the remark","path":"src/a.cc","line":1,"startLine":null,"originalLine":1,
  "diffHunk":"the hunk","replyTo":{"id":"PRRC_0"},"commit":{"oid":"f00"},"outdated":false,
  "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z",
  "url":"https://github.com/ann-owner/web/pull/7#c"})";
const std::string_view kIssueComment = R"({"id":"IC_1","fullDatabaseId":"6",
  "author":{"__typename":"User","login":"ida-commenter"},"authorAssociation":"NONE",
  "body":"the comment","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z",
  "url":"https://github.com/ann-owner/web/pull/7#i"})";

std::string_view example_of(Stream stream) {
  constexpr const std::string_view* kExamples[] = {&kPullRequest, &kCommit, &kReview,
                                                   &kReviewComment, &kIssueComment};
  return *kExamples[static_cast<size_t>(stream)];
}

void encode(Stream stream, RowEncoder& row, ondemand::object& node, PullRequestHead& head) {
  switch (stream) {
    case Stream::kPullRequests:
      return encode_pull_request(row, node, head);
    case Stream::kCommits:
      return encode_commit(row, head, node);
    case Stream::kReviews:
      EXPECT_TRUE(encode_review(row, 7, node));
      return;
    case Stream::kReviewComments:
      return encode_review_comment(row, 7, "PRR_1", node);
    case Stream::kIssueComments:
      return encode_issue_comment(row, 7, node);
  }
}

// A row as it is written under `privacy`. `head` is read for a commit, filled in for a pull
// request.
std::string line_of(Stream stream, Privacy privacy, std::string_view json,
                    PullRequestHead head = {7, ""}) {
  const bool is_hashed = privacy == Privacy::kHashed;
  const RowFrame frame({"acme",
                        "web",
                        "20260131T235959Z",
                        *parse_time("2026-01-31T23:59:59Z"),
                        {privacy, is_hashed ? kNames : nullptr}});
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded);
  ondemand::object node = document.get_object();
  std::string line;
  RowEncoder row(line, frame);
  encode(stream, row, node, head);
  return line + frame.tail();
}

// The JSON of a column's value; empty when there is no such column.
std::string value_in(const std::string& line, std::string_view column) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  return parser.parse(line)[column].get(value) == simdjson::SUCCESS ? simdjson::minify(value) : "";
}

std::string with(std::string_view json, std::string_view from, std::string_view to) {
  std::string text(json);
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

bool is_pseudonym(const std::string& value) {
  static const std::regex kForm(R"re("([ub]_[0-9a-f]{16}|u_[0-9a-f]{16} <u_[0-9a-f]{16}>)")re");
  const bool is_list = value.starts_with('[');
  return std::regex_match(is_list ? value.substr(1, value.size() - 2) : value, kForm);
}

TEST(RowPrivacy, TreatsEveryColumnAsItsContentAsks) {
  for (const Stream stream : kStreams) {
    const std::string full = line_of(stream, Privacy::kFull, example_of(stream));
    for (const Privacy privacy : {Privacy::kNoBodies, Privacy::kHashed}) {
      const std::string line = line_of(stream, privacy, example_of(stream));
      for (const Column& column : table_of(stream).columns) {
        const std::string was = value_in(full, column.name);
        const std::string is = value_in(line, column.name);
        const std::string where =
            std::string(to_string(stream)) + '.' + std::string(column.name) + " is " + is;
        switch (treatment_of(*content_of(column), privacy)) {
          case Treatment::kKeep:
            EXPECT_EQ(is, was) << where;
            break;
          case Treatment::kDrop:
            EXPECT_EQ(is, "null") << where;
            EXPECT_NE(was, "null") << "the example must have " << where;
            break;
          case Treatment::kHash:
            EXPECT_TRUE(is_pseudonym(is)) << where;
            break;
          case Treatment::kKeepOwn:
            EXPECT_THAT(is, Not(HasSubstr("ann"))) << where;
            EXPECT_THAT(was, HasSubstr("ann-owner")) << where;
            break;
        }
      }
    }
  }
}

TEST(RowPrivacy, LeavesNothingOfPeopleInAHashedRow) {
  for (const Stream stream : kStreams) {
    const std::string line = line_of(stream, Privacy::kHashed, example_of(stream));
    for (const std::string_view person :
         {"ann-",        "ann@",     "Ann",         "mia",         "asa-",
          "rea-",        "Coco",     "coco",        "cid",         "rob",
          "org-author",  "ida",      "example.com", "the body",    "the title",
          "the message", "the hunk", "the remark",  "the comment", "the review"}) {
      EXPECT_THAT(line, Not(HasSubstr(std::string(person)))) << to_string(stream);
    }
  }
}

TEST(RowPrivacy, KeepsPagesAndForksOfTheOrganisation) {
  for (const Stream stream : kStreams) {
    const std::string own = with(example_of(stream), "github.com/ann-owner", "github.com/Acme");
    EXPECT_THAT(value_in(line_of(stream, Privacy::kHashed, own), "url"),
                HasSubstr("https://github.com/Acme/web/"));
  }
  const std::string own = with(kPullRequest, "ann-owner/ann-web", "acme/web");
  EXPECT_EQ(value_in(line_of(Stream::kPullRequests, Privacy::kHashed, own), "head_repo"),
            R"("acme/web")");
}

TEST(RowPrivacy, NamesAPersonAlikeInEveryStream) {
  const std::string ann = '"' + kNames->person("ann-author") + '"';
  const auto author = [&](Stream stream) {
    return value_in(line_of(stream, Privacy::kHashed, example_of(stream)), "author");
  };
  EXPECT_EQ(author(Stream::kPullRequests), ann);
  EXPECT_EQ(author(Stream::kCommits), ann);
}

TEST(RowPrivacy, LeavesNullsNull) {
  std::string json = with(kPullRequest, R"({"__typename":"User","login":"Ann-Author"})", "null");
  json = with(json, R"({"__typename":"User","login":"mia-merger"})", "null");
  json = with(json, R"({"nameWithOwner":"ann-owner/ann-web"})", "null");
  json = with(json, R"({"nodes":[{"login":"asa-assignee"}]})", "null");
  const std::string line = line_of(Stream::kPullRequests, Privacy::kHashed, json);
  for (const std::string_view column : {"author", "author_type", "merged_by", "head_repo"}) {
    EXPECT_EQ(value_in(line, column), "null") << column;
  }
  EXPECT_EQ(value_in(line, "assignees"), "[]");
  const std::string commit = with(
      kCommit, R"({"name":"Ann Author","email":"ann@example.com","user":{"login":"ann-author"}})",
      R"({"name":null,"email":null,"user":null})");
  const std::string row = line_of(Stream::kCommits, Privacy::kHashed, commit);
  for (const std::string_view column : {"author", "author_name", "author_email"}) {
    EXPECT_EQ(value_in(row, column), "null") << column;
  }
}

TEST(RowPrivacy, LeavesBotsTheirLogins) {
  std::string json =
      with(kPullRequest, R"("User","login":"Ann-Author")", R"("Bot","login":"renovate")");
  json = with(json, R"("User","login":"mia-merger")", R"("Bot","login":"merge-queue")");
  json = with(json, "asa-assignee", "ACME-ci");
  json = with(json, R"({"login":"rea-requested"})", R"({"bot":"copilot"})");
  const std::string line = line_of(Stream::kPullRequests, Privacy::kHashed, json);
  EXPECT_EQ(value_in(line, "author"), R"("renovate")");
  EXPECT_EQ(value_in(line, "author_type"), R"("Bot")");
  EXPECT_EQ(value_in(line, "merged_by"), R"("merge-queue")");
  EXPECT_EQ(value_in(line, "assignees"), R"(["ACME-ci"])");
  EXPECT_EQ(value_in(line, "requested_reviewers"), R"(["copilot"])");

  // A commit's account has no type, but the pull request's author has.
  const std::string commit = with(kCommit, R"("login":"ann-author")", R"("login":"renovate")");
  EXPECT_EQ(
      value_in(line_of(Stream::kCommits, Privacy::kHashed, commit, {7, "renovate"}), "author"),
      R"("renovate")");
  EXPECT_TRUE(
      is_pseudonym(value_in(line_of(Stream::kCommits, Privacy::kHashed, commit), "author")));
}

TEST(RowPrivacy, KeepsTeamsAmongRequestedReviewers) {
  const std::string json =
      with(kPullRequest, R"({"login":"rea-requested"})", R"({"combinedSlug":"acme/core"})");
  EXPECT_EQ(value_in(line_of(Stream::kPullRequests, Privacy::kHashed, json), "requested_reviewers"),
            R"(["acme/core"])");
}

TEST(RowPrivacy, SaysUnderAnyPrivacyWhetherThereWasAText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"("")", "false"},
      {R"(" \r\n\t ")", "false"},
      {R"("\u0020\u000a\u000D\u0009")", "false"},
      {R"(" \n.")", "true"},
      {R"("\\n")", "true"},
      {R"("\u0001")", "true"},
      {R"("\u00a0")", "true"},
      {R"("\ud800")", "true"},
      {"null", "false"},
  };
  for (const auto& [body, has_text] : cases) {
    for (const Privacy privacy : kPrivacies) {
      const std::string line =
          line_of(Stream::kReviews, privacy, with(kReview, R"("the review")", body));
      EXPECT_EQ(value_in(line, "has_text"), has_text) << body;
      EXPECT_EQ(value_in(line, "body") == "null", privacy != Privacy::kFull || body == "null");
    }
  }
}

TEST(RowPrivacy, HashesWhatIsNoProperText) {
  const std::string commit = with(kCommit, "Ann Author", R"(Ann \ud800 Author)");
  EXPECT_EQ(value_in(line_of(Stream::kCommits, Privacy::kHashed, commit), "author_name"),
            '"' + kNames->person("Ann \xef\xbf\xbd Author") + '"');
}

}  // namespace
}  // namespace github_stats
