#include "store/local_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "testing/temp_dir.h"

namespace github_stats {
namespace {

class LocalLock : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(open_root(dir_.path().string(), folder_), 0); }

  bool exists(const std::string& name) { return std::filesystem::exists(dir_.path() / name); }

  TempDir dir_;
  FileDescriptor folder_;
};

TEST_F(LocalLock, OneKeyIsHeldByOneAtATime) {
  std::atomic<int> inside = 0;
  const auto enter_often = [&] {
    for (int i = 0; i < 100; ++i) {
      FileDescriptor lock;
      ASSERT_EQ(lock_key(folder_.get(), "a/b", lock), 0);
      EXPECT_EQ(++inside, 1);
      --inside;
    }
  };
  const std::jthread one(enter_often);
  const std::jthread other(enter_often);
}

TEST_F(LocalLock, OtherKeysDoNotWait) {
  FileDescriptor one;
  FileDescriptor other;
  ASSERT_EQ(lock_key(folder_.get(), "a", one), 0);
  ASSERT_EQ(lock_key(folder_.get(), "b", other), 0);
}

TEST_F(LocalLock, ATempFileGoesUnlessItIsPublished) {
  std::string dropped;
  std::string kept;
  {
    TempFile first;
    TempFile second;
    ASSERT_EQ(first.create(folder_.get()), 0);
    ASSERT_EQ(second.create(folder_.get()), 0);
    dropped = first.name();
    kept = second.name();
    EXPECT_NE(dropped, kept);
    second.published();
  }
  EXPECT_FALSE(exists(dropped));
  EXPECT_TRUE(exists(kept));
}

TEST_F(LocalLock, ASweepTakesDeadFilesAndSparesTheLiving) {
  TempFile living;
  ASSERT_EQ(living.create(folder_.get()), 0);
  std::ofstream(dir_.path() / "put-0000000000000000-1") << "left by a process that is gone";
  std::ofstream(dir_.path() / "notes") << "not a temp file";
  sweep_temp_files(folder_.get());
  EXPECT_TRUE(exists(living.name()));
  EXPECT_FALSE(exists("put-0000000000000000-1"));
  EXPECT_TRUE(exists("notes"));
}

}  // namespace
}  // namespace github_stats
