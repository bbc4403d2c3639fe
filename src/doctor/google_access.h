// Google as the checks of store and warehouse share it: signed in once.
#pragma once

#include <memory>

#include "base/result.h"
#include "doctor/bounded.h"
#include "doctor/finding.h"
#include "doctor/parts.h"
#include "doctor/tell.h"
#include "google/google_api.h"

namespace github_stats::doctor {

class GoogleAccess {
 public:
  GoogleAccess(const Parts& parts, const Tell& tell)
      : parts_(parts),
        tell_(tell),
        http_(std::make_shared<BoundedClient>(parts.http, parts.clock)) {}

  // Ready to be asked; nothing when signing in has failed, which is told once.
  std::shared_ptr<GoogleApi> get(bool to_emulator);

  // Tells how far this machine's clock is from Google's, if that was asked for anything.
  void check_clock() const;

 private:
  std::shared_ptr<GoogleApi> sign_in();

  const Parts& parts_;
  const Tell& tell_;
  std::shared_ptr<BoundedClient> http_;
  bool tried_ = false;
  bool is_real_ = false;
  std::shared_ptr<GoogleApi> signed_in_;
};

}  // namespace github_stats::doctor
