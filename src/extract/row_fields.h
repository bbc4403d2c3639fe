// Which field of GitHub's answer goes into which column. One function a stream, in the order of
// queries.h. Reading may throw simdjson_error.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "extract/row_encoder.h"

namespace github_stats {

// What the rows of a pull request's parts are written with.
struct PullRequestHead {
  int64_t number = 0;
  std::string bot;  // its author, if that is a bot and people are replaced
};

// Fields of a pull request up to, and without, its commits, reviews and comments.
void encode_pull_request(RowEncoder& row, simdjson::ondemand::object& node, PullRequestHead& head);

// A commit's accounts have no type: the one that opened the pull request is known to be a bot.
void encode_commit(RowEncoder& row, const PullRequestHead& head,
                   simdjson::ondemand::object& commit);

// True when the review is submitted; false for a pending one, whose row is to be dropped.
bool encode_review(RowEncoder& row, int64_t pr_number, simdjson::ondemand::object& node);

void encode_review_comment(RowEncoder& row, int64_t pr_number, std::string_view review_id,
                           simdjson::ondemand::object& node);

void encode_issue_comment(RowEncoder& row, int64_t pr_number, simdjson::ondemand::object& node);

}  // namespace github_stats
