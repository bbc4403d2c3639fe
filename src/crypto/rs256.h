// JSON Web Tokens signed with a private RSA key (RS256, RFC 7515): how a program proves to GitHub,
// or to Google, that it holds a key, without sending it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

// A private RSA key. May be used by several threads at once; copies share the key.
class RsaKey {
 public:
  // Reads PEM text, PKCS#1 ("BEGIN RSA PRIVATE KEY") or PKCS#8 ("BEGIN PRIVATE KEY"). Fails with
  // invalid_argument and a message that says what is wrong with "the key" (unreadable, protected by
  // a passphrase, no RSA key, under 2048 bits) and shows none of it.
  static Result<RsaKey> from_pem(std::string_view pem);

  // The RSASSA-PKCS1-v1_5 signature over SHA-256, as bytes. Fails with internal.
  Result<std::string> sign(std::string_view text) const;

 private:
  explicit RsaKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

  std::shared_ptr<void> key_;  // EVP_PKEY
};

// Base64 with "-" and "_", without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);

// The token that says `claims`, a JSON object: header.claims.signature.
Result<std::string> signed_jwt(const RsaKey& key, std::string_view claims);

}  // namespace github_stats
