#include "doctor/doctor.h"

#include "base/json_writer.h"
#include "base/utf8.h"
#include "doctor/bounded.h"
#include "doctor/collection_checks.h"
#include "doctor/github_checks.h"
#include "doctor/google_access.h"
#include "doctor/settings_checks.h"
#include "doctor/store_checks.h"
#include "doctor/warehouse_checks.h"

namespace github_stats::doctor {

Findings examine(const Parts& given, const Tell& tell) {
  BoundedClock clock(given.clock);
  const Parts parts{given.settings,    given.version, clock,        given.http,
                    given.app_options, given.google,  given.bucket, given.dataset};
  Findings findings;
  const Tell note = [&](Finding finding) {
    tell(finding);
    findings.push_back(std::move(finding));
  };
  check_versions(parts.version, note);
  check_settings(parts.settings, note);
  check_github(parts, note);
  GoogleAccess google(parts, note);
  const auto store = check_store(parts, google, note);
  check_warehouse(parts, google, note);
  google.check_clock();
  check_collections(store.get(), parts.settings.github_org, clock.now(), note);
  return findings;
}

std::string as_json(const Findings& findings, std::string_view version, Time checked_at) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("version").text(version);
  json.key("checked_at").text(format_time(std::chrono::floor<std::chrono::seconds>(checked_at)));
  json.key("ok").boolean(is_well(findings)).key("checks").begin_array();
  for (const Finding& finding : findings) {
    json.begin_object().key("id").text(finding.id).key("title").text(finding.title);
    json.key("status").text(to_string(finding.health));
    json.key("detail").text(valid_utf8(finding.detail));
    json.key("remedy").text(valid_utf8(finding.remedy)).end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace github_stats::doctor
