// One GraphQL request put together from many small things: pages of listings, details of pull
// requests, and parts that did not fit into an earlier answer, of any repositories.
//
// GitHub charges a request (connections in it)/100 points, rounded, at least one. So a request of
// up to 149 connections costs one point, and it pays to fill it (docs/adr/0002-fetch-plan.md).
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "extract/detail_work.h"
#include "extract/pull_request_page.h"
#include "extract/queries.h"
#include "github/github_client.h"

namespace github_stats {

// Most connections that GitHub still rounds to one point.
inline constexpr size_t kConnectionsPerPoint = 149;

// A page of a repository's pull requests that is to be listed.
struct ListWork {
  std::string repository_id;
  std::string after;   // cursor; empty: from the start
  size_t first = 100;  // most pull requests in it
  PullRequestPage page = {};

  bool can_shrink() const { return first > kSmallestPage; }
  void shrink() { first = std::max(first / 2, kSmallestPage); }
};

class RequestPlan {
 public:
  RequestPlan() = default;

  // Adds what `work` wants next, as much as `room` connections hold. All works of a plan have the
  // same depth, and stay where they are while it lives.
  void add(DetailWork& work, size_t room);
  void add(ListWork& work) { lists_.push_back({&work, {}}); }

  size_t connections() const { return connections_ + lists_.size(); }
  // What GitHub will charge.
  int64_t points() const;
  bool empty() const { return connections() == 0; }
  // True when there is one thing in it.
  bool is_single() const;
  // False when it can be made neither fewer nor smaller things without leaving something out.
  bool is_divisible() const;

  // "PullRequests", "Details" and "FollowUp", whichever are in it.
  std::string operation() const;
  std::string document() const;
  std::string variables() const;  // a JSON object

  // Takes an answer's data, again if another answer came before. `errors` say why parts of it are
  // null. Fails with data_loss when the answer is not one to this request; may throw
  // simdjson_error. What concerns one work only is in its outcome.
  Status read(simdjson::ondemand::object& data, std::span<const GraphQlError> errors);

  // After a good answer; gives, for each work in the order of adding, what became of it.
  std::vector<Status> accept_details();
  std::vector<Status> list_outcomes() const;

  // After none: everything is as before.
  void put_back();

 private:
  struct Details {
    DetailWork* work;
    DetailWork::Taken taken;
    DetailAssembly::Mark mark;
    Status outcome;
  };
  struct List {
    ListWork* work;
    Status outcome;
  };
  // A part and the place in details_ of what it belongs to.
  struct Part {
    size_t owner;
    const PendingPart* part;
  };
  using Parts = std::vector<Part>;

  std::vector<Parts> parts_by_list(PendingPart::Kind kind) const;
  Parts pages() const;
  bool has_pull_requests() const;
  void append_list_document(std::string_view name, PendingPart::Kind kind, std::string& parameters,
                            std::string& selections) const;
  Status read_pull_requests(simdjson::ondemand::object& data, std::span<const GraphQlError> errors);
  Status read_parts(std::string_view name, PendingPart::Kind kind, simdjson::ondemand::object& data,
                    std::span<const GraphQlError> errors);
  Status add_part(const Part& part, std::span<const GraphQlError> errors,
                  const std::vector<std::string>& path,
                  simdjson::simdjson_result<simdjson::ondemand::value> node);
  Status read_page(List& list, std::span<const GraphQlError> errors, const std::string& name,
                   simdjson::ondemand::object& data);
  RequestDepth depth() const;

  std::vector<Details> details_;
  std::vector<List> lists_;
  size_t connections_ = 0;  // in details_
};

}  // namespace github_stats
