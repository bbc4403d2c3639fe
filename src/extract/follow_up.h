// The query for parts that did not fit into the first answer, and the reading of its answer.
#pragma once

#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "extract/detail_assembly.h"

namespace github_stats {

struct FollowUpQuery {
  std::string document;
  std::string variables;
  // The parts it asks for; those of the two lists first, in the order of the answer.
  std::vector<PendingPart> reviews;  // first pages of reviews' comments: `reviews: nodes(ids:)`
  std::vector<PendingPart> commits;  // parents of commits: `commits: nodes(ids:)`
  std::vector<PendingPart> pages;    // further pages: `p0: node(id:)`, `p1: …`
};

inline constexpr std::string_view kFollowUpOperation = "FollowUp";

// Most further pages in one query: each is up to a hundred nodes.
inline constexpr size_t kMostPages = 20;

// How much is asked for at once; each 1 to 100.
struct RequestSize {
  size_t items = 100;  // things by id
  size_t page = 100;   // of each of their connections
};

// Moves parts from the front of `pending` into one query: at most size.items of each kind that goes
// by list, and at most kMostPages further pages.
FollowUpQuery take_follow_up(std::vector<PendingPart>& pending, const RequestSize& size);

// Gives the parts of a query that came to nothing back to `pending`.
void give_back(const FollowUpQuery& query, std::vector<PendingPart>& pending);

// Hands each part of the answer's data to the assembly; `errors` say why some are null. May throw
// simdjson_error.
Status read_follow_up(const FollowUpQuery& query, simdjson::ondemand::object& data,
                      std::span<const GraphQlError> errors, DetailAssembly& assembly);

}  // namespace github_stats
