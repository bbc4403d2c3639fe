#include "store/local_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "testing/object_store_suite.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalPlace : public StorePlace {
 public:
  ObjectStore& store() override { return *store_; }
  ObjectStore& second() override { return *second_; }

 private:
  TempDir dir_;
  std::unique_ptr<ObjectStore> store_ = make_local_store(dir_.path() / "root");
  std::unique_ptr<ObjectStore> second_ = make_local_store(dir_.path() / "root/");
};

std::unique_ptr<StorePlace> make_local_place() { return std::make_unique<LocalPlace>(); }

INSTANTIATE_TEST_SUITE_P(Local, ObjectStoreSuite, testing::Values(&make_local_place));

class LocalStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_->init()); }

  std::vector<std::string> keys() {
    std::vector<std::string> found;
    const Status status = store_->list("", [&](const ObjectInfo& info) {
      found.push_back(info.key);
      return true;
    });
    EXPECT_TRUE(status) << status.error().describe();
    return found;
  }

  Result<Version> put(std::string_view key, std::string_view bytes = "x") {
    return store_->put(key, bytes, Precondition::none());
  }

  TempDir dir_;
  const fs::path root_ = dir_.path() / "root";
  std::unique_ptr<ObjectStore> store_ = make_local_store(root_);
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

size_t own_files(const fs::path& root) {
  const fs::directory_iterator files(root / ".github-stats");
  return static_cast<size_t>(std::distance(fs::begin(files), fs::end(files)));
}

TEST_F(LocalStoreTest, AKeyIsAPathBelowTheRoot) {
  ASSERT_TRUE(put("acme/web/x.json", "content"));
  EXPECT_EQ(read_file(root_ / "acme/web/x.json"), "content");
  EXPECT_EQ(store_->location("acme/web/x.json"), (root_ / "acme/web/x.json").string());
  EXPECT_EQ(store_->name(), "file:" + root_.string());
}

TEST_F(LocalStoreTest, ListsFilesThatSomeoneCopiedIn) {
  write_file(root_ / "acme/web/x.json", "content");
  EXPECT_THAT(keys(), ElementsAre("acme/web/x.json"));
  EXPECT_EQ(store_->get("acme/web/x.json")->bytes, "content");
}

TEST_F(LocalStoreTest, StrangersFilesAreNotListed) {
  write_file(root_ / ".git/config", "x");
  write_file(root_ / ".DS_Store", "x");
  write_file(root_ / "acme/back\\slash", "x");
  write_file(root_ / "acme/bad\xff", "x");
  ASSERT_EQ(mkfifo((root_ / "acme/pipe").c_str(), 0600), 0);
  EXPECT_THAT(keys(), IsEmpty());
  const auto object = store_->get("acme/pipe");
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, ErrorCode::kNotFound);
}

TEST_F(LocalStoreTest, KeepsNothingOfItsOwnButALock) {
  ASSERT_TRUE(put("a/b"));
  ASSERT_FALSE(store_->put("a/b", "y", Precondition::absent()));
  EXPECT_EQ(own_files(root_), 1U);
}

TEST_F(LocalStoreTest, RemovesFoldersThatBecameEmpty) {
  ASSERT_TRUE(put("acme/web/commits/x"));
  ASSERT_TRUE(put("acme/api/x"));
  ASSERT_TRUE(store_->remove("acme/web/commits/x"));
  EXPECT_FALSE(fs::exists(root_ / "acme/web"));
  EXPECT_TRUE(fs::exists(root_ / "acme/api/x"));
  ASSERT_TRUE(store_->remove("acme/api/x"));
  EXPECT_TRUE(fs::exists(root_)) << "the root stays";
}

TEST_F(LocalStoreTest, TheRootMayBeMovedAndVersionsStayValid) {
  const auto version = put("a/b", "1");
  ASSERT_TRUE(version);
  const fs::path elsewhere = dir_.path() / "elsewhere";
  fs::rename(root_, elsewhere);
  const auto moved = make_local_store(elsewhere);
  EXPECT_EQ(moved->get("a/b")->version, *version);
  EXPECT_TRUE(moved->put("a/b", "2", Precondition::unchanged(*version)));
}

TEST_F(LocalStoreTest, TheRootMayBeASymbolicLink) {
  fs::create_directory_symlink(root_, dir_.path() / "link");
  const auto linked = make_local_store(dir_.path() / "link");
  EXPECT_TRUE(linked->init());
  EXPECT_TRUE(linked->put("a/b", "1", Precondition::none()));
  EXPECT_EQ(read_file(root_ / "a/b"), "1");
}

TEST_F(LocalStoreTest, InitCreatesTheFoldersAbove) {
  const auto deep = make_local_store(dir_.path() / "x/y/z/");
  ASSERT_TRUE(deep->init());
  EXPECT_TRUE(deep->put("a", "1", Precondition::none()));
  EXPECT_EQ(deep->location("a"), (dir_.path() / "x/y/z/a").string());
}

TEST_F(LocalStoreTest, NoSymbolicLinkLeadsOutOfTheRoot) {
  const fs::path outside = dir_.path() / "outside";
  write_file(outside / "secret", "s");
  fs::create_directory_symlink(outside, root_ / "acme");
  for (const std::string_view key : {"acme/secret", "acme/new", "acme/deep/new"}) {
    const auto version = put(key, "overwritten");
    ASSERT_FALSE(version) << key;
    EXPECT_EQ(version.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(version.error().remedy, HasSubstr("symbolic link"));
    EXPECT_FALSE(store_->get(key)) << key;
    EXPECT_FALSE(store_->remove(key)) << key;
  }
  EXPECT_EQ(read_file(outside / "secret"), "s");
  EXPECT_FALSE(fs::exists(outside / "new"));
  EXPECT_FALSE(store_->list("acme/", [](const ObjectInfo&) { return true; }));
}

TEST_F(LocalStoreTest, ListingsPassOverSymbolicLinksWithAWarning) {
  write_file(dir_.path() / "outside", "s");
  ASSERT_TRUE(put("acme/x"));
  fs::create_symlink(dir_.path() / "outside", root_ / "acme/link");
  std::string logged;
  configure_logging({.sink = [&](std::string_view line) { logged += line; }});
  EXPECT_THAT(keys(), ElementsAre("acme/x"));
  configure_logging({});
  EXPECT_THAT(logged, HasSubstr("acme/link"));
}

TEST_F(LocalStoreTest, APutReplacesALinkInsteadOfFollowingIt) {
  write_file(dir_.path() / "outside", "s");
  fs::create_symlink(dir_.path() / "outside", root_ / "link");
  EXPECT_FALSE(store_->get("link"));
  ASSERT_TRUE(put("link", "new"));
  EXPECT_EQ(read_file(dir_.path() / "outside"), "s");
  EXPECT_EQ(store_->get("link")->bytes, "new");
}

TEST_F(LocalStoreTest, ANameTooLongForAFileIsRefusedByName) {
  const std::string part(256, 'p');
  const auto version = put("acme/" + part + "/x");
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(version.error().message, HasSubstr(part));
  EXPECT_TRUE(put("acme/" + part.substr(1) + "/x"));
}

TEST_F(LocalStoreTest, AFileInAFoldersPlaceIsAnErrorThatSaysWhere) {
  ASSERT_TRUE(put("acme"));
  const auto below = put("acme/web/x");
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(below.error().message, HasSubstr((root_ / "acme").string()));
  EXPECT_THAT(below.error().message, HasSubstr("Not a directory"));
  ASSERT_TRUE(put("folder/x"));
  const auto above = put("folder");
  ASSERT_FALSE(above);
  EXPECT_EQ(above.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(own_files(root_), 1U) << "temp files are gone";
}

TEST_F(LocalStoreTest, ARootThatIsAFileIsRefused) {
  write_file(dir_.path() / "file", "x");
  const auto store = make_local_store(dir_.path() / "file");
  const Status status = store->init();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(status.error().message, HasSubstr((dir_.path() / "file").string()));
  EXPECT_FALSE(store->get("a"));
}

TEST_F(LocalStoreTest, BeforeInitTheErrorSaysWhatToRun) {
  const auto absent = make_local_store(dir_.path() / "absent");
  const auto version = absent->put("a", "1", Precondition::none());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(version.error().describe(), HasSubstr("github-stats init"));
  EXPECT_FALSE(fs::exists(dir_.path() / "absent")) << "a mistyped directory is not created";
}

// Files longer than `bytes` can't be written while this lives, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
    handler_before_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_before_);
  }

 private:
  rlimit before_{};
  void (*handler_before_)(int) = SIG_DFL;
};

TEST_F(LocalStoreTest, AWriteThatFailsLeavesTheOldObjectAndNoTempFile) {
  ASSERT_TRUE(put("a/b", "old"));
  const std::string large(100'000, 'x');
  Result<Version> version;
  {
    const FileSizeLimit limit(60'000);
    version = put("a/b", large);
  }
  ASSERT_FALSE(version);
  EXPECT_THAT(version.error().message, HasSubstr("File too large"));
  EXPECT_THAT(version.error().message, HasSubstr((root_ / "a/b").string()));
  EXPECT_FALSE(version.error().remedy.empty());
  EXPECT_EQ(store_->get("a/b")->bytes, "old");
  EXPECT_EQ(own_files(root_), 1U);
  EXPECT_TRUE(put("a/b", large)) << "once there is room it works again";
}

}  // namespace
}  // namespace github_stats
