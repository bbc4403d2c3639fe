#include "crypto/rs256.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdint>

namespace github_stats {
namespace {

constexpr int kFewestBits = 2048;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Source = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

// Stands where OpenSSL would otherwise ask for a passphrase on the terminal; tells that it was
// called.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

tl::unexpected<Error> unusable(std::string reason) {
  // What OpenSSL noted is of no use to a person, and must not turn up in another call's errors.
  ERR_clear_error();
  return fail(ErrorCode::kInvalidArgument, std::move(reason));
}

}  // namespace

Result<RsaKey> RsaKey::from_pem(std::string_view pem) {
  const Source source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  bool asked = false;
  std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, &asked), EVP_PKEY_free);
  if (asked) {
    return unusable("the key is protected by a passphrase");
  }
  if (key == nullptr) {
    return unusable("the key can't be read: it is no whole private key in PEM");
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return unusable("the key is no RSA key");
  }
  if (EVP_PKEY_get_bits(key.get()) < kFewestBits) {
    return unusable("the key is shorter than 2048 bits");
  }
  return RsaKey(std::move(key));
}

Result<std::string> RsaKey::sign(std::string_view text) const {
  const Digest digest(EVP_MD_CTX_new());
  auto* key = static_cast<EVP_PKEY*>(key_.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) == 1) {
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(digest.get(), out, &size, bytes, text.size()) == 1) {
      signature.resize(size);
      return signature;
    }
  }
  ERR_clear_error();
  return fail(ErrorCode::kInternal, "the private key could not sign");
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int count = 0;  // of bits not written yet
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) {
      text += kDigits[(bits >> static_cast<unsigned>(count - 6)) & 63U];
    }
  }
  if (count > 0) {
    text += kDigits[(bits << static_cast<unsigned>(6 - count)) & 63U];
  }
  return text;
}

Result<std::string> signed_jwt(const RsaKey& key, std::string_view claims) {
  std::string token = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims);
  ASSIGN_OR_RETURN(const std::string signature, key.sign(token));
  return token + "." + base64url(signature);
}

}  // namespace github_stats
