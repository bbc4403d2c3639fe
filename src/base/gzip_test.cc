#include "base/gzip.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

using testing::HasSubstr;

constexpr size_t kMost = size_t{1} << 24U;

std::string random_bytes(std::mt19937& random, size_t size) {
  std::string bytes(size, '\0');
  const bool is_text = random() % 2 == 0;
  for (char& byte : bytes) {
    byte = static_cast<char>(is_text ? 'a' + random() % 4 : random());
  }
  return bytes;
}

std::string refusal(std::string_view bytes, size_t most = kMost) {
  const auto result = gunzip(bytes, most);
  if (result) {
    return "accepted: " + *result;
  }
  EXPECT_EQ(result.error().code, ErrorCode::kDataLoss);
  return result.error().message;
}

TEST(Gzip, RandomBytesGoThereAndBack) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  for (const size_t size : {0U, 1U, 100U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
    const std::string bytes = random_bytes(random, size);
    EXPECT_EQ(gunzip(*gzip(bytes), kMost), bytes) << size;
  }
}

TEST(Gzip, TellsNeitherTimeNorSystem) {
  const std::string header = gzip("x")->substr(0, 10);
  EXPECT_EQ(header.substr(0, 4), std::string("\x1f\x8b\x08\x00", 4));
  EXPECT_EQ(header.substr(4, 4), std::string(4, '\0')) << "the time";
  EXPECT_EQ(header[9], '\xff') << "the system";
}

TEST(Gzip, MakesRowsSmaller) {
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    rows += fmt::format(R"({{"org":"acme","repo":"web","number":{}}})"
                        "\n",
                        i);
  }
  EXPECT_LT(gzip(rows)->size(), rows.size() / 5);
}

TEST(Gunzip, ReadsMembersOneAfterTheOther) {
  EXPECT_EQ(gunzip(*gzip("one\n") + *gzip("") + *gzip("two\n"), kMost), "one\ntwo\n");
}

TEST(Gunzip, ReadsWhatAnotherProgramWrote) {
  // printf 'hello\n' | gzip -n
  const std::string_view bytes(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06"
      "\x00\x00\x00",
      26);
  EXPECT_EQ(gunzip(bytes, kMost), "hello\n");
}

TEST(Gunzip, SaysWhatIsWrong) {
  const std::string good = *gzip("some text, and more text");
  EXPECT_THAT(refusal(""), HasSubstr("cut short"));
  EXPECT_THAT(refusal("{\"a\":1}\n"), HasSubstr("no gzip"));
  EXPECT_THAT(refusal(good + "x"), testing::AnyOf(HasSubstr("followed"), HasSubstr("cut short")));
  EXPECT_THAT(refusal(good + "something else"), HasSubstr("followed by something else"));
  EXPECT_THAT(refusal(good + std::string(100, '\0')), HasSubstr("followed by something else"));
  EXPECT_THAT(refusal(*gzip(std::string(2000, 'x')), 1999), HasSubstr("more than 1999 bytes"));
  EXPECT_TRUE(gunzip(*gzip(std::string(2000, 'x')), 2000));
}

TEST(Gunzip, RefusesEveryCutAndEveryFlippedByteOfTheBody) {
  const std::string good = *gzip("some text, and more text");
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_THAT(refusal(std::string_view(good).substr(0, length)), HasSubstr("cut short"));
  }
  constexpr size_t kHeader = 10;
  for (size_t i = kHeader; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(~bad[i]);
    EXPECT_THAT(refusal(bad), HasSubstr("gzip data"));
  }
}

TEST(Gunzip, StopsAtABombEarly) {
  const std::string bomb = *gzip(std::string(size_t{100} << 20U, '\0'));
  EXPECT_LT(bomb.size(), 200'000U);
  EXPECT_THAT(refusal(bomb, 1000), HasSubstr("more than 1000 bytes"));
}

}  // namespace
}  // namespace github_stats
