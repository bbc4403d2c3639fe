#include "doctor/github_checks.h"

#include <fmt/format.h>

#include "doctor/app_probe.h"
#include "doctor/bounded.h"
#include "doctor/github_probe.h"
#include "doctor/judgement.h"
#include "doctor/token_judgement.h"

namespace github_stats::doctor {
namespace {

constexpr std::string_view kGitHubItself = "https://api.github.com";

// One way of being signed in: a token of the settings, or an App.
struct SignedIn {
  std::string id;     // "github.token.1"
  std::string title;  // "token 1"
  std::string token;
  TokenKind kind = TokenKind::kUnknown;

  Check check(std::string_view what) const {
    std::string_view last = what.substr(0, what.find(' '));
    return {fmt::format("{}.{}", id, what == "pull requests" ? "pull_requests" : last),
            fmt::format("{}: {}", title, what)};
  }
};

class GitHubChecks {
 public:
  GitHubChecks(const Parts& parts, const Tell& tell)
      : settings_(parts.settings),
        clock_(parts.clock),
        parts_(parts),
        tell_(tell),
        http_(parts.http, parts.clock),
        probe_(http_, parts.clock, parts.settings.github_api_url) {}

  void run() {
    if (const Status there = check_github_credentials(settings_); !there) {
      tell_(Check{"github.credentials", "GitHub credentials"}.failed(there.error()));
      return;
    }
    if (settings_.github_credentials.app) {
      check_app();
    }
    size_t number = 0;
    for (const Secret& token : settings_.github_credentials.tokens) {
      ++number;
      check_token({fmt::format("github.token.{}", number), fmt::format("token {}", number),
                   token.reveal(), kind_of(token.reveal())});
    }
    check_clock();
  }

 private:
  void check_token(const SignedIn& who) {
    const Check check{who.id, who.title};
    if (is_unreachable_) {
      tell_(check.skipped("GitHub was not reached"));
      return;
    }
    const auto facts = probe_.token_facts(who.token);
    if (!facts) {
      is_unreachable_ = facts.error().code == ErrorCode::kUnavailable;
      tell_(check.failed(facts.error()));
      return;
    }
    std::string viewer;
    const auto sight = probe_.sight(who.token, settings_.github_org, viewer);
    tell_(check.ok(viewer.empty() ? std::string(in_words(who.kind))
                                  : fmt::format("{} of the user {}", in_words(who.kind), viewer)));
    check_server(who);
    if (facts->scopes && who.kind != TokenKind::kFineGrained) {
      tell_(judge_scopes(who.check("scopes"), *facts->scopes));
    }
    tell_(judge_expiry(who.check("expiry"), facts->expires_at, github_now()));
    check_use(who, *facts, sight);
  }

  void check_app() {
    const Check check{"github.app", "App"};
    AppProbe probe(parts_, http_);
    const auto name = probe.name();
    if (!name) {
      is_unreachable_ = name.error().code == ErrorCode::kUnavailable;
      tell_(check.failed(name.error()));
      return;
    }
    tell_(check.ok(*name));
    check_installation(probe);
  }

  void check_installation(AppProbe& probe) {
    const Check check{"github.app.installation", "App: installation"};
    const auto installation = probe.installation();
    if (!installation) {
      tell_(check.failed(installation.error()));
      return;
    }
    tell_(judge_installation(check, *installation));
    tell_(judge_permissions({"github.app.permissions", "App: permissions"},
                            installation->permissions));
    if (!installation->suspended_at.empty()) {
      return;
    }
    const Check token{"github.app.token", "App: token"};
    const auto fresh = probe.token();
    if (!fresh) {
      tell_(token.failed(fresh.error()));
      return;
    }
    const SignedIn who{"github.app", "App", *fresh, TokenKind::kAppInstallation};
    const auto facts = probe_.token_facts(who.token);
    if (!facts) {
      tell_(token.failed(facts.error()));
      return;
    }
    tell_(token.ok("given by GitHub"));
    check_server(who);
    std::string viewer;
    check_use(who, *facts, probe_.sight(who.token, settings_.github_org, viewer));
  }

  // What every kind of token is for.
  void check_use(const SignedIn& who, const TokenFacts& facts, const Result<Sight>& sight) {
    const Check limits = who.check("limits");
    tell_(facts.left ? judge_budget(limits, *facts.left, settings_.reserve_points, github_now())
                     : limits.ok("this GitHub keeps none"));
    const Check organisation = who.check("organisation");
    const Finding seen = sight ? judge_sight(organisation, *sight, settings_.github_org)
                               : organisation.failed(sight.error());
    const bool sees_something = sight && sight->repositories > 0;
    tell_(seen);
    const Check pull_requests = who.check("pull requests");
    if (!sees_something) {
      tell_(pull_requests.skipped("no repository is seen"));
      return;
    }
    const auto sample = probe_.sample(who.token, settings_.github_org);
    tell_(sample ? judge_sample(pull_requests, *sample) : pull_requests.failed(sample.error()));
  }

  // Once, with the first token that is good.
  void check_server(const SignedIn& who) {
    if (settings_.github_api_url == kGitHubItself || server_is_told_) {
      return;
    }
    server_is_told_ = true;
    const Check check{"github.server", "GitHub server"};
    const auto version = probe_.server_version(who.token);
    tell_(!version           ? check.warning(version.error().message, "check GITHUB_API_URL")
          : version->empty() ? check.ok(settings_.github_api_url)
                             : check.ok(fmt::format("{}, Enterprise Server {}",
                                                    settings_.github_api_url, *version)));
  }

  void check_clock() {
    const Check check{"clock.github", "clock"};
    const auto ahead = http_.ahead();
    tell_(ahead ? judge_clock(check, *ahead, "GitHub's")
                : check.skipped("GitHub did not tell its time"));
  }

  Time github_now() const { return clock_.now() - http_.ahead().value_or(Duration(0)); }

  const Settings& settings_;
  Clock& clock_;
  const Parts& parts_;
  const Tell& tell_;
  BoundedClient http_;
  GitHubProbe probe_;
  bool is_unreachable_ = false;
  bool server_is_told_ = false;
};

}  // namespace

void check_github(const Parts& parts, const Tell& tell) { GitHubChecks(parts, tell).run(); }

}  // namespace github_stats::doctor
