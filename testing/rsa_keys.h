// Private RSA keys in PEM, made on the spot: none lies about in the repository.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>
#include <string_view>

namespace github_stats {

// What base64url wrote, as bytes again.
inline std::string from_base64url(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char digit : text) {
    bits = (bits << 6U) | static_cast<unsigned>(kDigits.find(digit));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 255U);
    }
  }
  return bytes;
}

enum class PemForm { kPkcs1, kPkcs8, kPkcs8Encrypted };

class TestKey {
 public:
  explicit TestKey(unsigned bits = 2048) : TestKey(EVP_RSA_gen(bits)) {}
  explicit TestKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  std::string pem(PemForm form = PemForm::kPkcs8) const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    if (form == PemForm::kPkcs1) {
      PEM_write_bio_PrivateKey_traditional(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr);
    } else {
      char passphrase[] = "passphrase";
      const auto* cipher = form == PemForm::kPkcs8Encrypted ? EVP_aes_256_cbc() : nullptr;
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), cipher, nullptr, 0, nullptr, passphrase);
    }
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<size_t>(size)};
  }

  // Whether `signature` is this key's RS256 signature of `text`.
  bool verifies(const std::string& text, const std::string& signature) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
    const auto bytes = [](const std::string& string) {
      return reinterpret_cast<const unsigned char*>(string.data());
    };
    return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(digest.get(), bytes(signature), signature.size(), bytes(text),
                            text.size()) == 1;
  }

 private:
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace github_stats
