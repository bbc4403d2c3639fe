#include "http/authorities.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace github_stats {
namespace {

std::optional<std::string> found(const std::map<std::string, std::string>& variables,
                                 const std::set<std::string>& files) {
  return find_authorities(
      [&](const char* name) {
        const auto variable = variables.find(name);
        return variable == variables.end() ? nullptr : variable->second.c_str();
      },
      [&](const std::string& file) { return files.contains(file); });
}

TEST(Authorities, AreWhereTheDistributionKeepsThem) {
  for (const std::string file :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem"}) {
    EXPECT_EQ(found({}, {file}), file);
  }
  EXPECT_EQ(found({}, {"/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt"}),
            "/etc/pki/tls/certs/ca-bundle.crt");
}

TEST(Authorities, AreThoseThatTheEnvironmentNamesEvenIfTheyAreMissing) {
  const std::set<std::string> files{"/etc/ssl/cert.pem"};
  EXPECT_EQ(found({{"SSL_CERT_FILE", "/a"}, {"CURL_CA_BUNDLE", "/b"}}, files), "/a");
  EXPECT_EQ(found({{"CURL_CA_BUNDLE", "/b"}}, files), "/b");
  EXPECT_EQ(found({{"SSL_CERT_FILE", ""}, {"CURL_CA_BUNDLE", "/b"}}, files), "/b");
}

TEST(Authorities, AreNoneWhereThereAreNone) {
  EXPECT_FALSE(found({}, {}));
  EXPECT_EQ(found({{"SSL_CERT_FILE", ""}}, {"/etc/ssl/cert.pem"}), "/etc/ssl/cert.pem");
}

}  // namespace
}  // namespace github_stats
