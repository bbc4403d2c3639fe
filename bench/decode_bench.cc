// What it costs to turn an answer of GitHub into the lines of chunks, under each PRIVACY, beside
// what simdjson takes to walk the same bytes.
//
//   decode_bench [answers, 400 if not given]
//
// An answer is one details query: 20 pull requests with three commits, five reviews and seven
// comments each, texts of a few hundred bytes with line ends and some escapes, as on GitHub.
#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/json_writer.h"
#include "extract/detail_assembly.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kPullRequests = 20;

// Writes connections and nodes of an answer with texts of changing length.
class AnswerWriter {
 public:
  std::string write() {
    json_.begin_object().key("nodes").begin_array();
    for (int number = 1; number <= kPullRequests; ++number) {
      pull_request(number);
    }
    json_.end_array().end_object();
    return std::move(out_);
  }

 private:
  std::string text(size_t around) {
    static constexpr std::string_view kWords[] = {"the ",      "fix ", "of ",         "`parser`, ",
                                                  "which\r\n", "now ", "\"quoted\" ", "überall "};
    std::string result;
    const size_t length = around / 2 + random_() % around;
    while (result.size() < length) {
      result += kWords[random_() % std::size(kWords)];
    }
    return result;
  }

  void actor(std::string_view name) {
    json_.key(name).begin_object().key("__typename").text("User").key("login").text("octocat");
    json_.end_object();
  }

  void begin_connection(std::string_view name, int64_t count) {
    json_.key(name).begin_object().key("totalCount").integer(count);
    json_.key("pageInfo").raw(R"({"hasNextPage":false,"endCursor":null})");
    json_.key("nodes").begin_array();
  }

  void end_connection() { json_.end_array().end_object(); }

  void times() {
    json_.key("createdAt").text("2026-01-31T23:59:59Z");
    json_.key("updatedAt").text("2026-01-31T23:59:59Z");
  }

  void pull_request(int number) {
    json_.begin_object().key("id").text(fmt::format("PR_kwDOA{:08}", number));
    json_.key("fullDatabaseId").text(fmt::format("{}", 1'800'000'000 + number));
    json_.key("number").integer(number).key("title").text(text(60)).key("body").text(text(800));
    json_.key("state").text("OPEN").key("isDraft").boolean(false);
    actor("author");
    json_.key("authorAssociation").text("MEMBER").key("url").text("https://github.com/acme/web/1");
    json_.key("baseRefName").text("main").key("headRefName").text("feature/parser");
    json_.key("headRepository").raw(R"({"nameWithOwner":"acme/web"})");
    json_.key("isCrossRepository").boolean(false);
    times();
    json_.key("closedAt").null().key("mergedAt").null().key("mergedBy").null();
    json_.key("mergeCommit").null().key("additions").integer(120).key("deletions").integer(7);
    json_.key("changedFiles").integer(4).key("reviewDecision").null().key("milestone").null();
    json_.key("timelineItems").raw(R"({"nodes":[]})");
    json_.key("labels").raw(R"({"nodes":[{"name":"bug"},{"name":"parser"}]})");
    json_.key("assignees").raw(R"({"nodes":[]})").key("reviewRequests").raw(R"({"nodes":[]})");
    commits();
    reviews();
    comments();
    json_.end_object();
  }

  void commits() {
    begin_connection("commits", 3);
    for (int i = 0; i < 3; ++i) {
      json_.begin_object().key("commit").begin_object().key("id").text("C_kwDOA0000000000000000");
      json_.key("oid").text("0123456789012345678901234567890123456789");
      json_.key("message").text(text(200)).key("author").raw(
          R"({"name":"Octo Cat","email":"octo@cat.example","user":{"login":"octocat"}})");
      json_.key("authoredDate").text("2026-01-31T23:59:59Z");
      json_.key("committer").raw(R"({"user":{"login":"octocat"}})");
      json_.key("committedDate").text("2026-01-31T23:59:59Z").key("additions").integer(40);
      json_.key("deletions").integer(2).key("changedFilesIfAvailable").integer(2);
      json_.key("url").text("https://github.com/acme/web/commit/0123456789");
      json_.end_object().end_object();
    }
    end_connection();
  }

  void reviews() {
    begin_connection("reviews", 5);
    for (int i = 0; i < 5; ++i) {
      json_.begin_object()
          .key("id")
          .text("PRR_kwDOA0000000000")
          .key("fullDatabaseId")
          .text("12345");
      actor("author");
      json_.key("authorAssociation").text("MEMBER").key("state").text("COMMENTED");
      json_.key("body").text(text(120)).key("commit").raw(R"({"oid":"0123456789"})");
      json_.key("submittedAt").text("2026-01-31T23:59:59Z");
      json_.key("url").text("https://github.com/acme/web/pull/1#pullrequestreview-12345");
      json_.end_object();
    }
    end_connection();
  }

  void comments() {
    begin_connection("comments", 7);
    for (int i = 0; i < 7; ++i) {
      json_.begin_object()
          .key("id")
          .text("IC_kwDOA00000000000")
          .key("fullDatabaseId")
          .text("12345");
      actor("author");
      json_.key("authorAssociation").text("NONE").key("body").text(text(300));
      times();
      json_.key("url").text("https://github.com/acme/web/pull/1#issuecomment-12345");
      json_.end_object();
    }
    end_connection();
  }

  std::string out_;
  JsonWriter json_{out_};
  std::mt19937 random_{20260131};
};

double seconds_since(Duration start) {
  return std::chrono::duration<double>(system_clock().elapsed() - start).count();
}

// Visits every value, as cheaply as simdjson can while it looks at each.
size_t walk(ondemand::value value) {
  size_t visited = 1;
  switch (ondemand::json_type(value.type())) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        visited += walk(field.value());
      }
      break;
    case ondemand::json_type::array:
      for (auto element : value.get_array()) {
        visited += walk(element.value());
      }
      break;
    default:
      visited += value.raw_json_token().empty() ? size_t{0} : size_t{1};
  }
  return visited;
}

size_t decode(ondemand::parser& parser, const simdjson::padded_string& answer,
              const RowContext& context) {
  ondemand::document document = parser.iterate(answer);
  ondemand::object data = document.get_object();
  DetailAssembly assembly(context);
  for (auto node : data["nodes"].get_array()) {
    if (!assembly.add_pull_request({}, {}, node)) {
      return 0;
    }
  }
  assembly.pending().clear();
  size_t bytes = 0;
  for (const RowLines& lines : assembly.finish(DetailAssembly::Owed::kKeep).streams) {
    bytes += lines.size_in_bytes();
  }
  return bytes;
}

// Prints how fast answers are decoded, and gives the bytes of rows that came out.
size_t measure(int answers, const simdjson::padded_string& answer, Privacy privacy,
               double walking) {
  RowContext context{"acme", "web", "20260131T235959Z", system_clock().now()};
  context.privacy.privacy = privacy;
  if (privacy == Privacy::kHashed) {
    context.privacy.pseudonyms =
        std::make_shared<const Pseudonyms>("0123456789abcdef", std::vector<std::string>{});
  }
  const double megabytes = static_cast<double>(answer.size()) * answers / 1e6;
  ondemand::parser parser;
  size_t bytes = 0;
  const Duration start = system_clock().elapsed();
  for (int i = 0; i < answers; ++i) {
    bytes += decode(parser, answer, context);
  }
  const double decoding = seconds_since(start);
  fmt::print(
      "decode  {:8.1f} MB/s, {:.0f} pull requests/s, {:.2f} of walking's time, {} ({:.1f} MB "
      "of rows)\n",
      megabytes / decoding, kPullRequests * answers / decoding, decoding / walking,
      to_string(privacy), static_cast<double>(bytes) / 1e6);
  return bytes;
}

int run(int answers) {
  const simdjson::padded_string answer(AnswerWriter().write());
  const double megabytes = static_cast<double>(answer.size()) * answers / 1e6;
  ondemand::parser parser;

  size_t visited = 0;
  const Duration start = system_clock().elapsed();
  for (int i = 0; i < answers; ++i) {
    ondemand::document document = parser.iterate(answer);
    visited += walk(ondemand::value(document.get_value()));
  }
  const double walking = seconds_since(start);

  fmt::print("{} answers of {:.0f} KB, {} values visited\n", answers,
             static_cast<double>(answer.size()) / 1e3, visited);
  fmt::print("walk    {:8.1f} MB/s\n", megabytes / walking);
  bool wrote = true;
  for (const Privacy privacy : kPrivacies) {
    wrote = measure(answers, answer, privacy, walking) > 0 && wrote;
  }
  return wrote ? 0 : 1;
}

}  // namespace
}  // namespace github_stats

int main(int argc, char** argv) {
  int answers = 400;
  if (argc > 1) {
    const std::string_view text(argv[1]);
    std::from_chars(text.data(), text.data() + text.size(), answers);
  }
  return github_stats::run(answers);
}
