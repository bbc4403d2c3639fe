#include "config/location.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(StoreLocation, IsReadAndWritten) {
  EXPECT_EQ(parse_store_location("file:./data"), StoreLocation(DirectoryStore{"./data"}));
  EXPECT_EQ(parse_store_location("file:/a b/ü"), StoreLocation(DirectoryStore{"/a b/ü"}));
  EXPECT_EQ(parse_store_location("gs://bucket"), StoreLocation(BucketStore{"bucket", ""}));
  EXPECT_EQ(parse_store_location("gs://bucket/"), StoreLocation(BucketStore{"bucket", ""}));
  EXPECT_EQ(parse_store_location("gs://b.c_d-1/x/y/"),
            StoreLocation(BucketStore{"b.c_d-1", "x/y"}));
  for (const std::string_view text : {"file:./data", "gs://bucket", "gs://bucket/x/y"}) {
    EXPECT_EQ(to_string(*parse_store_location(text)), text);
  }
}

TEST(StoreLocation, AnythingElseIsRefused) {
  for (const std::string_view text :
       {"", "file:", "./data", "/data", "gs:", "gs://", "gs:///x", "gs://B", "gs://ab",
        "gs://-bucket", "gs://bucket-", "gs://bu cket", "gs://bucket//x", "gs://bucket/x//y",
        "gs://bucket/../y", "gs://bucket/x?y", "s3://bucket", "FILE:./data"}) {
    const auto location = parse_store_location(text);
    ASSERT_FALSE(location) << text;
    EXPECT_EQ(location.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(location.error().message.starts_with("allowed: ")) << location.error().message;
  }
}

TEST(WarehouseLocation, IsReadAndWritten) {
  EXPECT_EQ(parse_warehouse_location("duckdb:./x.duckdb"),
            WarehouseLocation(DuckDbFile{"./x.duckdb"}));
  EXPECT_EQ(parse_warehouse_location("bigquery:my-project.my_data"),
            WarehouseLocation(BigQueryDataset{"my-project", "my_data"}));
  EXPECT_EQ(parse_warehouse_location("bigquery:example.com:project.data"),
            WarehouseLocation(BigQueryDataset{"example.com:project", "data"}));
  for (const std::string_view text : {"duckdb:a", "bigquery:p.d", "bigquery:example.com:p.d"}) {
    EXPECT_EQ(to_string(*parse_warehouse_location(text)), text);
  }
}

TEST(WarehouseLocation, AnythingElseIsRefused) {
  for (const std::string_view text :
       {"", "duckdb:", "x.duckdb", "bigquery:", "bigquery:project", "bigquery:.data",
        "bigquery:project.", "bigquery:Project.data", "bigquery:1p.data", "bigquery:p-.data",
        "bigquery:p.da-ta", "bigquery:p q.data", "bigquery:p.`x`", "postgres:x"}) {
    const auto location = parse_warehouse_location(text);
    ASSERT_FALSE(location) << text;
    EXPECT_EQ(location.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace github_stats
