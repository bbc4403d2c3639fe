// Which field of GitHub's answer goes into which column. One function a stream, in the order of
// queries.h. Reading may throw simdjson_error.
#pragma once

#include <simdjson.h>

#include <cstdint>

#include "extract/row_encoder.h"

namespace github_stats {

// Fields of a pull request up to, and without, its commits, reviews and comments.
void encode_pull_request(RowEncoder& row, simdjson::ondemand::object& node, int64_t& number);

void encode_commit(RowEncoder& row, int64_t pr_number, simdjson::ondemand::object& commit);

// True when the review is submitted; false for a pending one, whose row is to be dropped.
bool encode_review(RowEncoder& row, int64_t pr_number, simdjson::ondemand::object& node);

void encode_review_comment(RowEncoder& row, int64_t pr_number, std::string_view review_id,
                           simdjson::ondemand::object& node);

void encode_issue_comment(RowEncoder& row, int64_t pr_number, simdjson::ondemand::object& node);

}  // namespace github_stats
