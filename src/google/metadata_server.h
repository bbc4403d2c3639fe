// The metadata server of Google's machines (Compute Engine, Kubernetes Engine, Cloud Run): it gives
// tokens of the service account that the machine runs as, without any secret.
//
// Facts: cloud.google.com/compute/docs/metadata/querying-metadata, and google.aip.dev/auth/4115.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

// Looks whether there is one: at `host` ("HOST" or "HOST:PORT", what GCE_METADATA_HOST says), else
// at 169.254.169.254. (metadata.google.internal is the same address; to look up a name can take
// longer than a laptop's user should wait.) Takes at most three seconds. An answer counts only with
// the header "Metadata-Flavor: Google": a proxy, or another cloud, may answer there, too.
//
// Fails with not_found (the message says what came instead), with invalid_argument for a `host`
// that is none, or with cancelled.
Result<std::unique_ptr<TokenIssuer>> find_metadata_server(const TokenTools& tools,
                                                          const std::optional<std::string>& host,
                                                          std::stop_token stop);

}  // namespace github_stats
