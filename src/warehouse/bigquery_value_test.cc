#include "warehouse/bigquery_value.h"

#include <gmock/gmock.h>

#include "warehouse/bigquery_client.h"

namespace github_stats::bigquery {
namespace {

using testing::ElementsAre;

std::vector<std::string> values(std::string_view fields, std::string_view row) {
  const auto schema = Document::parse("{\"schema\":{\"fields\":" + std::string(fields) + "}}");
  const auto document = Document::parse(row);
  const auto read = read_fields(schema->root());
  EXPECT_TRUE(read);
  const auto found = read_row(*read, document->root());
  if (!found) {
    return {found.error().message};
  }
  std::vector<std::string> texts;
  for (const auto& value : *found) {
    texts.push_back(value.value_or("null"));
  }
  return texts;
}

TEST(BigQueryValue, AreWrittenAsThoseOfEveryWarehouse) {
  EXPECT_THAT(values(R"([{"name":"a","type":"STRING"},{"name":"b","type":"TIMESTAMP"},)"
                     R"({"name":"c","type":"FLOAT"},{"name":"d","type":"FLOAT"},)"
                     R"({"name":"e","type":"BOOLEAN"},{"name":"f","type":"DATE"}])",
                     R"({"f":[{"v":"x"},{"v":"1769903999123456"},{"v":"0.25"},{"v":"NaN"},)"
                     R"({"v":"true"},{"v":null}]})"),
              ElementsAre("x", "2026-01-31T23:59:59.123456Z", "0.25", "null", "true", "null"));
}

TEST(BigQueryValue, ListsAndStructsAreJson) {
  EXPECT_THAT(
      values(R"([{"name":"a","type":"STRING","mode":"REPEATED"},)"
             R"({"name":"b","type":"INTEGER","mode":"REPEATED"},)"
             R"({"name":"c","type":"RECORD","mode":"REPEATED","fields":[)"
             R"({"name":"t","type":"TIMESTAMP"},{"name":"l","type":"BOOL","mode":"REPEATED"}]},)"
             R"({"name":"d","type":"RECORD","fields":[{"name":"n","type":"FLOAT"}]}])",
             R"({"f":[{"v":[{"v":"a \"q\""},{"v":"日本"}]},{"v":[]},)"
             R"({"v":[{"v":{"f":[{"v":"0"},{"v":[{"v":"true"}]}]}}]},{"v":null}]})"),
      ElementsAre(R"(["a \"q\"","日本"])", "[]", R"([{"t":"1970-01-01T00:00:00Z","l":[true]}])",
                  "null"));
}

TEST(BigQueryValue, OfAnotherFormAreRefused) {
  EXPECT_THAT(values(R"([{"name":"a","type":"STRING"}])", R"({"f":[]})"),
              ElementsAre("can't read the rows that BigQuery gives"));
  EXPECT_THAT(values(R"([{"name":"a","type":"STRING"}])", R"({"f":[{"v":{"f":[]}}]})"),
              ElementsAre("can't read the rows that BigQuery gives"));
}

}  // namespace
}  // namespace github_stats::bigquery
