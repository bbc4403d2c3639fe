#include "report/figures_json.h"

#include "base/json_writer.h"

namespace github_stats {
namespace {

constexpr int64_t kFormat = 1;

class FiguresWriter {
 public:
  FiguresWriter(const Rows& rows, const Figures& figures) : rows_(rows), figures_(figures) {}

  std::string write() {
    json_.begin_object().key("format").integer(kFormat);
    json_.key("org").text(rows_.org).key("as_of").text(format_time(rows_.as_of));
    json_.key("period");
    add(rows_.period);
    json_.key("before");
    rows_.before ? add(*rows_.before) : void(json_.null());
    json_.key("rows_from").text(format_day(rows_.rows_from));
    json_.key("totals").begin_object();
    json_.key("period");
    add(figures_.period);
    json_.key("before");
    figures_.before ? add(*figures_.before) : void(json_.null());
    json_.end_object();
    add_weeks();
    add_distribution();
    add_sizes();
    add_open_work();
    add_groups();
    json_.end_object();
    return std::move(out_) + "\n";
  }

 private:
  void add(const Period& period) {
    json_.begin_object().key("from").text(format_day(period.first));
    json_.key("to").text(format_day(period.last)).key("days").integer(period.days()).end_object();
  }

  void add(const std::optional<int64_t>& value) { value ? json_.integer(*value) : json_.null(); }

  void add(std::string_view name, const Summary& summary) {
    json_.key(name).begin_object().key("count").integer(summary.count);
    json_.key("p50");
    add(summary.p50);
    json_.key("p75");
    add(summary.p75);
    json_.key("p90");
    add(summary.p90);
    json_.end_object();
  }

  void add(const Measures& measures) {
    json_.begin_object();
    add_fields(measures);
    json_.end_object();
  }

  void add_fields(const Measures& measures) {
    json_.key("opened").integer(measures.opened).key("merged").integer(measures.merged);
    json_.key("closed").integer(measures.closed).key("open").integer(measures.open);
    json_.key("bots_merged").integer(measures.bots_merged);
    json_.key("unreviewed").integer(measures.unreviewed);
    json_.key("self_merged").integer(measures.self_merged);
    json_.key("reviews").integer(measures.reviews);
    for (size_t i = 0; i < kPhaseNames.size(); ++i) {
      add(kPhaseNames[i], measures.phases[i]);
    }
    add("size", measures.size);
  }

  template <typename Numbers>
  void add_numbers(std::string_view name, const Numbers& numbers) {
    json_.key(name).begin_array();
    for (const int64_t number : numbers) {
      json_.integer(number);
    }
    json_.end_array();
  }

  void add_weeks() {
    json_.key("weeks").begin_array();
    for (const Week& week : figures_.weeks) {
      json_.begin_object().key("week").text(format_day(week.monday));
      add_fields(week.measures);
      json_.end_object();
    }
    json_.end_array();
  }

  void add_distribution() {
    json_.key("distribution").begin_object();
    add_numbers("bounds", kDurationBounds);
    for (size_t i = 0; i < kPhaseNames.size(); ++i) {
      add_numbers(kPhaseNames[i], figures_.distribution[i]);
    }
    json_.end_object();
  }

  void add_sizes() {
    json_.key("sizes").begin_array();
    for (const SizeClass& each : figures_.sizes) {
      json_.begin_object().key("from").integer(each.from).key("to");
      add(each.to);
      add_fields(each.measures);
      json_.end_object();
    }
    json_.end_array().key("size_time").begin_array();
    for (const SizeTimeCell& cell : figures_.size_time) {
      json_.begin_object().key("size").integer(cell.size).key("time").integer(cell.time);
      json_.key("count").integer(cell.count).end_object();
    }
    json_.end_array();
  }

  int64_t age_of(Time since) const {
    return std::chrono::floor<std::chrono::seconds>(rows_.as_of - since).count();
  }

  void add_listed(std::string_view name, const std::vector<size_t>& listed) {
    json_.key(name).begin_array();
    for (const size_t i : listed) {
      const PullRequest& pull = rows_.pull_requests[i];
      json_.begin_object().key("repository").text(repository(pull.repository));
      if (rows_.of_people != People::kAnonymous) {
        json_.key("number").integer(pull.number);
      }
      if (rows_.of_people == People::kNamed) {
        json_.key("title").text(pull.title).key("url").text(pull.url);
      }
      if (rows_.of_people != People::kNone) {
        json_.key("author");
        pull.author == kNobody ? json_.null() : json_.text(person(pull.author));
      }
      json_.key("draft").boolean(pull.is_draft).key("stale").boolean(pull.is_stale);
      json_.key("age_seconds").integer(age_of(pull.created_at)).key("waiting_seconds");
      add(pull.is_waiting() ? std::optional(age_of(*pull.ready_at)) : std::nullopt);
      json_.end_object();
    }
    json_.end_array();
  }

  void add_open_work() {
    const OpenWork& open = figures_.open;
    json_.key("open_work").begin_object().key("count").integer(open.count);
    json_.key("drafts").integer(open.drafts).key("waiting").integer(open.waiting);
    json_.key("stale").integer(open.stale);
    add_numbers("age_bounds", kAgeBounds);
    add_numbers("ages", open.ages);
    add_listed("oldest", open.oldest);
    add_listed("longest_waiting", open.longest_waiting);
    json_.end_object();
  }

  void add_groups() {
    json_.key("repositories").begin_array();
    for (const auto& [index, measures] : figures_.repositories) {
      json_.begin_object().key("repository").text(repository(index));
      add_fields(measures);
      json_.end_object();
    }
    json_.end_array();
    if (rows_.of_people == People::kNone) {
      return;
    }
    json_.key("people").begin_array();
    for (const auto& [index, measures] : figures_.people) {
      json_.begin_object().key("person").text(person(index));
      add_fields(measures);
      json_.end_object();
    }
    json_.end_array().key("review_pairs").begin_array();
    for (const ReviewPair& pair : figures_.review_pairs) {
      json_.begin_object().key("reviewer").text(person(pair.reviewer));
      json_.key("author").text(person(pair.author));
      json_.key("pull_requests").integer(pair.pull_requests).end_object();
    }
    json_.end_array();
  }

  const std::string& repository(int32_t index) const {
    return rows_.repositories[static_cast<size_t>(index)];
  }
  const std::string& person(int32_t index) const {
    return rows_.people[static_cast<size_t>(index)];
  }

  const Rows& rows_;
  const Figures& figures_;
  std::string out_;
  JsonWriter json_{out_};
};

}  // namespace

std::string figures_as_json(const Rows& rows, const Figures& figures) {
  return FiguresWriter(rows, figures).write();
}

}  // namespace github_stats
