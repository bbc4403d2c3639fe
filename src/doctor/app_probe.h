// What is asked of GitHub as an App.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "doctor/finding.h"
#include "doctor/parts.h"
#include "doctor/token_judgement.h"
#include "github/app_sign_in.h"
#include "http/http_client.h"

namespace github_stats::doctor {

struct Installation {
  int64_t id = 0;
  std::string account;
  std::string selection;     // "all" or "selected": which repositories
  std::string suspended_at;  // empty: it is not
  Permissions permissions;
};

Finding judge_installation(const Check& check, const Installation& installation);

class AppProbe {
 public:
  AppProbe(const Parts& parts, HttpClient& http) : parts_(parts), http_(http) {}

  // The App's name and id. Fails when the key can't be used, or as GitHub refuses it.
  Result<std::string> name();
  Result<Installation> installation();
  // One that lasts an hour: secret.
  Result<std::string> token();

 private:
  const Parts& parts_;
  HttpClient& http_;
  std::optional<AppSignIn> sign_in_;  // from name() on
};

}  // namespace github_stats::doctor
