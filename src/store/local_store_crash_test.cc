// Kills a process at each crash point of a put and looks at what it left.

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/local_store.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;

constexpr char kRootVariable[] = "LOCAL_STORE_CRASH_TEST_ROOT";
constexpr std::string_view kKey = "acme/web/x";

std::string old_bytes() { return "old"; }
std::string new_bytes() { return std::string(100'000, 'n'); }

// What the process to be killed does: this program again, with this test alone.
TEST(LocalStoreCrashChild, Puts) {
  const char* root = std::getenv(kRootVariable);
  if (root == nullptr) {
    GTEST_SKIP() << "only for the tests below";
  }
  ASSERT_TRUE(make_local_store(root)->put(kKey, new_bytes(), Precondition::none()));
}

// Puts in a process of its own that dies at `crash_point`; how it ended, as wait tells.
int put_and_crash(const fs::path& root, const std::string& crash_point) {
  const pid_t child = fork();
  if (child == 0) {
    setenv(kRootVariable, root.c_str(), 1);
    setenv("GITHUB_STATS_CRASH_AT", (crash_point + ":1").c_str(), 1);
    if (std::freopen("/dev/null", "w", stdout) != nullptr) {
      execl("/proc/self/exe", "store_test", "--gtest_filter=LocalStoreCrashChild.Puts", nullptr);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

size_t leftovers(const fs::path& root) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(root / ".github-stats")) {
    count += entry.path().filename() != "lock" ? 1U : 0U;
  }
  return count;
}

struct Moment {
  std::string name;
  bool new_is_there;
  size_t leftovers;
};

class LocalStoreCrash : public testing::TestWithParam<Moment> {
 protected:
  void SetUp() override { ASSERT_TRUE(store_->init()); }

  void crash() {
    const int status = put_and_crash(root_, "local_store.put." + GetParam().name);
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_EQ(leftovers(root_), GetParam().leftovers);
  }

  std::vector<std::string> keys() {
    std::vector<std::string> found;
    EXPECT_TRUE(store_->list("", [&](const ObjectInfo& info) {
      found.push_back(info.key);
      return true;
    }));
    return found;
  }

  TempDir dir_;
  const fs::path root_ = dir_.path() / "root";
  std::unique_ptr<ObjectStore> store_ = make_local_store(root_);
};

TEST_P(LocalStoreCrash, LeavesAnAbsentObjectAbsentOrWhole) {
  crash();
  const auto object = store_->get(kKey);
  ASSERT_EQ(object.has_value(), GetParam().new_is_there);
  if (object) {
    EXPECT_EQ(object->bytes, new_bytes());
  }
  EXPECT_EQ(keys().size(), GetParam().new_is_there ? 1U : 0U) << "leftovers are not listed";
  EXPECT_EQ(store_->list_folders("")->size(), GetParam().new_is_there ? 1U : 0U);
}

TEST_P(LocalStoreCrash, LeavesTheOldObjectOrTheNew) {
  ASSERT_TRUE(store_->put(kKey, old_bytes(), Precondition::none()));
  crash();
  const auto object = store_->get(kKey);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->bytes, GetParam().new_is_there ? new_bytes() : old_bytes());
}

TEST_P(LocalStoreCrash, TheNextPutOrInitRemovesWhatIsLeft) {
  crash();
  ASSERT_TRUE(store_->put("other", "x", Precondition::none()));
  EXPECT_EQ(leftovers(root_), 0U);
  crash();
  ASSERT_TRUE(store_->init());
  EXPECT_EQ(leftovers(root_), 0U);
}

INSTANTIATE_TEST_SUITE_P(At, LocalStoreCrash,
                         testing::Values(Moment{"before_write", false, 0},
                                         Moment{"half_written", false, 1},
                                         Moment{"before_rename", false, 1},
                                         Moment{"after_rename", true, 0}),
                         [](const auto& moment) { return moment.param.name; });

}  // namespace
}  // namespace github_stats
