#include "extract/request_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "extract/answer_reading.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

// Most ids in one `nodes(ids:)`.
constexpr size_t kMostIds = 100;

bool is_page(const PendingPart& part) {
  return part.kind != PendingPart::Kind::kCommitParents &&
         (part.kind != PendingPart::Kind::kReviewComments || !part.cursor.empty());
}

// What one work is told: an answer that makes no sense is everybody's business.
Status keep(Status status, Status& outcome) {
  if (!status && status.error().code == ErrorCode::kDataLoss) {
    return status;
  }
  if (!status && outcome) {
    outcome = std::move(status);
  }
  return {};
}

}  // namespace

void RequestPlan::add(DetailWork& work, size_t room) {
  Details added{&work, work.take(room), {}, {}};
  added.mark = work.assembly().mark();
  connections_ += added.taken.connections();
  details_.push_back(std::move(added));
}

int64_t RequestPlan::points() const {
  return std::max<int64_t>(1, static_cast<int64_t>(connections() + 50) / 100);
}

bool RequestPlan::is_single() const {
  return details_.size() + lists_.size() == 1 &&
         (details_.empty() || details_.front().taken.is_single());
}

bool RequestPlan::is_divisible() const {
  return !is_single() ||
         (lists_.empty() ? details_.front().work->can_shrink() : lists_.front().work->can_shrink());
}

RequestDepth RequestPlan::depth() const {
  return details_.empty() ? RequestDepth{} : details_.front().work->depth();
}

bool RequestPlan::has_pull_requests() const {
  return std::ranges::any_of(details_,
                             [](const Details& d) { return !d.taken.pull_requests.empty(); });
}

std::vector<RequestPlan::Parts> RequestPlan::parts_by_list(PendingPart::Kind kind) const {
  std::vector<Parts> lists;
  for (size_t i = 0; i < details_.size(); ++i) {
    for (const PendingPart& part : details_[i].taken.parts) {
      if (part.kind != kind || is_page(part)) {
        continue;
      }
      if (lists.empty() || lists.back().size() == kMostIds) {
        lists.emplace_back();
      }
      lists.back().push_back({i, &part});
    }
  }
  return lists;
}

RequestPlan::Parts RequestPlan::pages() const {
  Parts found;
  for (size_t i = 0; i < details_.size(); ++i) {
    for (const PendingPart& part : details_[i].taken.parts) {
      if (is_page(part)) {
        found.push_back({i, &part});
      }
    }
  }
  return found;
}

Status RequestPlan::read(ondemand::object& data, std::span<const GraphQlError> errors) {
  for (Details& details : details_) {
    details.work->assembly().cut_back(details.mark);
    details.outcome = {};
  }
  RETURN_IF_ERROR(read_pull_requests(data, errors));
  RETURN_IF_ERROR(read_parts("reviews", PendingPart::Kind::kReviewComments, data, errors));
  RETURN_IF_ERROR(read_parts("commits", PendingPart::Kind::kCommitParents, data, errors));
  const Parts further = pages();
  for (size_t i = 0; i < further.size(); ++i) {
    const std::string name = fmt::format("page{}", i);
    RETURN_IF_ERROR(add_part(further[i], errors, {name}, data[name]));
  }
  for (size_t i = 0; i < lists_.size(); ++i) {
    lists_[i].outcome = {};
    RETURN_IF_ERROR(read_page(lists_[i], errors, fmt::format("list{}", i), data));
  }
  return {};
}

Status RequestPlan::read_pull_requests(ondemand::object& data,
                                       std::span<const GraphQlError> errors) {
  if (!has_pull_requests()) {
    return {};
  }
  size_t index = 0;
  auto owner = details_.begin();
  size_t left = owner->taken.pull_requests.size();
  for (auto element : data["nodes"].get_array()) {
    while (left == 0 && ++owner != details_.end()) {
      left = owner->taken.pull_requests.size();
    }
    if (owner == details_.end()) {
      return fail(ErrorCode::kDataLoss, "more pull requests came than were asked for");
    }
    RETURN_IF_ERROR(keep(owner->work->assembly().add_pull_request(
                             errors, {"nodes", std::to_string(index++)}, element),
                         owner->outcome));
    --left;
  }
  while (left == 0 && owner != details_.end() && ++owner != details_.end()) {
    left = owner->taken.pull_requests.size();
  }
  return left == 0 ? Status{}
                   : fail(ErrorCode::kDataLoss,
                          fmt::format("{} pull requests came, more were asked for", index));
}

Status RequestPlan::read_parts(std::string_view name, PendingPart::Kind kind,
                               ondemand::object& data, std::span<const GraphQlError> errors) {
  size_t number = 0;
  for (const Parts& parts : parts_by_list(kind)) {
    const std::string list = fmt::format("{}{}", name, number++);
    size_t index = 0;
    for (auto element : data[list].get_array()) {
      if (index < parts.size()) {
        RETURN_IF_ERROR(add_part(parts[index], errors, {list, std::to_string(index)}, element));
      }
      ++index;
    }
    if (index != parts.size()) {
      return fail(ErrorCode::kDataLoss,
                  fmt::format("{} {} came, {} were asked for", index, name, parts.size()));
    }
  }
  return {};
}

Status RequestPlan::add_part(const Part& part, std::span<const GraphQlError> errors,
                             const std::vector<std::string>& path,
                             simdjson::simdjson_result<ondemand::value> node) {
  Details& owner = details_[part.owner];
  return keep(owner.work->assembly().add_part(*part.part, errors, path, node), owner.outcome);
}

Status RequestPlan::read_page(List& list, std::span<const GraphQlError> errors,
                              const std::string& name, ondemand::object& data) {
  PullRequestPage page;
  Status status = read_pull_request_page(data[name], errors, name, page);
  list.work->page = std::move(page);
  return keep(std::move(status), list.outcome);
}

std::vector<Status> RequestPlan::accept_details() {
  std::vector<Status> outcomes;
  for (Details& details : details_) {
    if (details.outcome) {
      details.work->accept(details.taken);
    }
    outcomes.push_back(details.outcome);
  }
  return outcomes;
}

std::vector<Status> RequestPlan::list_outcomes() const {
  std::vector<Status> outcomes;
  for (const List& list : lists_) {
    outcomes.push_back(list.outcome);
  }
  return outcomes;
}

void RequestPlan::put_back() {
  for (Details& details : details_) {
    details.work->assembly().cut_back(details.mark);
    details.work->put_back(std::move(details.taken));
  }
  details_.clear();
  lists_.clear();
  connections_ = 0;
}

}  // namespace github_stats
