#include "http/authorities.h"

namespace github_stats {
namespace {

constexpr const char* kVariables[] = {"SSL_CERT_FILE", "CURL_CA_BUNDLE"};

constexpr const char* kFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",
};

}  // namespace

std::optional<std::string> find_authorities(
    const std::function<const char*(const char*)>& environment,
    const std::function<bool(const std::string&)>& is_file) {
  for (const char* variable : kVariables) {
    if (const char* file = environment(variable); file != nullptr && *file != '\0') {
      return file;
    }
  }
  for (const char* file : kFiles) {
    if (is_file(file)) {
      return file;
    }
  }
  return std::nullopt;
}

}  // namespace github_stats
