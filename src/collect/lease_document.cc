#include "collect/lease_document.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "collect/document.h"
#include "extract/answer_reading.h"

namespace github_stats {

namespace ondemand = simdjson::ondemand;

std::string encode_lease(const LeaseDocument& lease) {
  std::string bytes;
  JsonWriter json(bytes);
  json.begin_object().key("version").integer(LeaseDocument::kVersion);
  json.key("holder").text(lease.holder);
  json.key("host").text(printable(lease.process.host)).key("machine").text(lease.process.machine);
  json.key("process").integer(lease.process.id);
  json.key("process_started").integer(lease.process.started);
  json.key("command").text(lease.command);
  json.key("taken_at").text(format_time(lease.taken_at));
  json.key("renewed_at").text(format_time(lease.renewed_at));
  json.key("expires_at").text(format_time(lease.expires_at));
  json.key("term").integer(lease.term).end_object();
  bytes.push_back('\n');
  return bytes;
}

Result<LeaseDocument> decode_lease(std::string_view bytes) {
  constexpr DocumentKind kKind{"lease", LeaseDocument::kVersion, ""};
  return read_document(bytes, kKind, [](ondemand::object& object, int64_t) {
    LeaseDocument lease;
    lease.holder = text_of(object["holder"]);
    lease.process.host = text_of(object["host"]);
    lease.process.machine = text_of(object["machine"]);
    lease.process.id = object["process"];
    lease.process.started = object["process_started"];
    lease.command = text_of(object["command"]);
    lease.taken_at = time_in(object["taken_at"]);
    lease.renewed_at = time_in(object["renewed_at"]);
    lease.expires_at = time_in(object["expires_at"]);
    lease.term = object["term"];
    return lease;
  });
}

std::string describe_holder(const LeaseDocument& lease) {
  return fmt::format("process {} on {} since {} ({})", lease.process.id, lease.process.host,
                     format_time(std::chrono::floor<std::chrono::seconds>(lease.taken_at)),
                     lease.command);
}

}  // namespace github_stats
