#include "crypto/rs256.h"

#include <gtest/gtest.h>

#include "testing/rsa_keys.h"

namespace github_stats {
namespace {

std::string failure(std::string_view pem) {
  const auto key = RsaKey::from_pem(pem);
  if (key) {
    return "taken";
  }
  EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument);
  return key.error().describe();
}

TEST(Base64Url, FollowsTheStandardsExamples) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64url(bytes), text);
  }
}

TEST(RsaKey, SignsWithEitherFormOfKey) {
  const TestKey test_key;
  for (const PemForm form : {PemForm::kPkcs1, PemForm::kPkcs8}) {
    const auto key = RsaKey::from_pem(test_key.pem(form));
    ASSERT_TRUE(key) << key.error().describe();
    const auto signature = key->sign("text");
    ASSERT_TRUE(signature);
    EXPECT_TRUE(test_key.verifies("text", *signature));
    EXPECT_FALSE(test_key.verifies("texT", *signature));
  }
}

TEST(RsaKey, SaysWhatIsWrongWithAKey) {
  const TestKey test_key;
  const std::string good = test_key.pem();
  EXPECT_NE(failure("").find("can't be read"), std::string::npos);
  EXPECT_NE(failure(good.substr(0, good.size() / 2)).find("can't be read"), std::string::npos);
  EXPECT_NE(failure(test_key.pem(PemForm::kPkcs8Encrypted)).find("passphrase"), std::string::npos);
  EXPECT_NE(failure(TestKey(1024).pem()).find("2048"), std::string::npos);
  EXPECT_NE(failure(TestKey(EVP_EC_gen("P-256")).pem()).find("no RSA key"), std::string::npos);
}

TEST(RsaKey, NeverShowsAKey) {
  std::string broken = TestKey().pem();
  broken[broken.size() / 2] = broken[broken.size() / 2] == 'A' ? 'B' : 'A';
  broken.erase(broken.size() / 3, 1);
  const std::string text = failure(broken);
  EXPECT_EQ(text.find(broken.substr(40, 8)), std::string::npos);
}

TEST(SignedJwt, HasAHeaderTheClaimsAndASignatureOverBoth) {
  const TestKey test_key;
  const auto key = RsaKey::from_pem(test_key.pem());
  ASSERT_TRUE(key);
  const auto token = signed_jwt(*key, R"({"iss":"12"})");
  ASSERT_TRUE(token);
  const size_t first = token->find('.');
  const size_t last = token->rfind('.');
  EXPECT_EQ(from_base64url(token->substr(0, first)), R"({"alg":"RS256","typ":"JWT"})");
  EXPECT_EQ(from_base64url(token->substr(first + 1, last - first - 1)), R"({"iss":"12"})");
  EXPECT_TRUE(test_key.verifies(token->substr(0, last), from_base64url(token->substr(last + 1))));
}

}  // namespace
}  // namespace github_stats
