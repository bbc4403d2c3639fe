#include "crypto/sha256.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

// The examples of the standard (FIPS 180-4, with NIST's values).
TEST(Sha256, IsWhatTheStandardSays) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace github_stats
