#include "warehouse/duckdb_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats::duckdb {
namespace {

using testing::HasSubstr;

Failure said(std::string message, duckdb_error_type type = DUCKDB_ERROR_INVALID_INPUT) {
  return {type, std::move(message)};
}

struct Reading {
  std::string_view message;
  std::string_view path;
  std::string_view reason;
};

class ReadRefusals : public testing::TestWithParam<Reading> {};

TEST_P(ReadRefusals, NameTheFileAndKeepItsContentOut) {
  const auto refusal = read_refusal(said(std::string(GetParam().message)));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->path, GetParam().path);
  EXPECT_EQ(refusal->reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    DuckDb, ReadRefusals,
    testing::Values(
        Reading{"Invalid Input Error: Malformed JSON in file \"/a/b.json\", at byte 15 in line 2: "
                "invalid UTF-8 encoding in string. ",
                "/a/b.json", "invalid UTF-8 encoding in string"},
        Reading{"Invalid Input Error: Malformed JSON in file \"/a/b.json\", at byte 9 in line 2: "
                "unexpected end of data. Try auto-detecting the JSON format",
                "/a/b.json", "unexpected end of data"},
        Reading{"Invalid Input Error: JSON transform error in file \"/a \"b\".json\", in line 2: "
                "Failed to cast value to numerical: \"SECRET\"\nTry setting …",
                "/a \"b\".json", "Failed to cast value to numerical"},
        Reading{"Invalid Input Error: JSON transform error in file \"/b.json\", in line 1: "
                "Unable to cast 'SECRET' to TIMESTAMP",
                "/b.json", "Unable to cast"},
        Reading{"Invalid Input Error: JSON transform error in file \"/b.json\", in line 1: Object "
                "{\"id\":\"SECRET\",\"id\":1} has duplicate key \"id\"",
                "/b.json", "a row has a field twice"},
        Reading{"Invalid Input Error: JSON transform error in file \"/b.json\", in line 1: "
                "Expected OBJECT, but got ARRAY: [\"SECRET\"]",
                "/b.json", "Expected OBJECT, but got ARRAY"},
        Reading{"Invalid Input Error: \"maximum_object_size\" of 67108864 bytes exceeded while "
                "reading file \"/b.json\" (>134217720 bytes).\n Try increasing",
                "/b.json", "a row is too large"},
        Reading{"IO Error: Input is not a GZIP stream: /b.json.gz", "/b.json.gz",
                "it is not compressed as its name says"},
        Reading{"Invalid Input Error: something new about SECRET", "",
                "a row is not of the stream's form"}));

TEST(ReadRefusal, IsNoneWhenTheFileIsNotAtFault) {
  EXPECT_FALSE(read_refusal(said("Out of Memory Error: …", DUCKDB_ERROR_OUT_OF_MEMORY)));
  EXPECT_FALSE(read_refusal(said("Catalog Error: no such table", DUCKDB_ERROR_CATALOG)));
}

TEST(OpenError, TellsWhoHoldsTheLock) {
  const Error error = open_error(
      "a.duckdb",
      said("IO Error: Could not set lock on file \"/x/a.duckdb\": Conflicting lock is held in "
           "/usr/bin/duckdb (PID 42) by user me. See also https://duckdb.org/docs"));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.message, "a.duckdb is in use by /usr/bin/duckdb (PID 42) by user me");
}

TEST(OpenError, IsClassified) {
  const std::pair<std::string_view, ErrorCode> cases[] = {
      {"Could not set lock on file", ErrorCode::kUnavailable},
      {"it is not a valid DuckDB database file!", ErrorCode::kInvalidArgument},
      {"Cannot open file \"a\": Permission denied", ErrorCode::kPermissionDenied},
      {"Trying to read a database file with version number 99", ErrorCode::kPreconditionFailed},
      {"Could not write file: No space left on device", ErrorCode::kUnavailable},
      {"something else", ErrorCode::kInternal},
  };
  for (const auto& [message, code] : cases) {
    const Error error = open_error("a.duckdb", said(std::string(message), DUCKDB_ERROR_IO));
    EXPECT_EQ(error.code, code) << message;
    EXPECT_THAT(error.message, HasSubstr("a.duckdb"));
  }
}

TEST(StatementError, IsClassified) {
  const std::pair<duckdb_error_type, ErrorCode> cases[] = {
      {DUCKDB_ERROR_CATALOG, ErrorCode::kPreconditionFailed},
      {DUCKDB_ERROR_BINDER, ErrorCode::kPreconditionFailed},
      {DUCKDB_ERROR_OUT_OF_MEMORY, ErrorCode::kUnavailable},
      {DUCKDB_ERROR_IO, ErrorCode::kUnavailable},
      {DUCKDB_ERROR_INTERNAL, ErrorCode::kInternal},
  };
  for (const auto& [type, code] : cases) {
    EXPECT_EQ(statement_error("doing it", said("no", type)).code, code) << type;
  }
  EXPECT_EQ(statement_error("doing it", said("No space left on device", DUCKDB_ERROR_FATAL)).code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace github_stats::duckdb
