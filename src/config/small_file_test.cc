#include "config/small_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "testing/temp_dir.h"

namespace github_stats {
namespace {

TEST(ReadSmallFile, TellsWhatIsNotThereFromWhatCannotBeRead) {
  const TempDir dir;
  const auto code = [&](const std::string& name) {
    return read_small_file((dir.path() / name).string()).error().code;
  };
  std::ofstream(dir.path() / "file") << "text";
  EXPECT_EQ(read_small_file((dir.path() / "file").string()), "text");
  EXPECT_EQ(code("missing"), ErrorCode::kNotFound);
  EXPECT_EQ(code("file/below"), ErrorCode::kNotFound);
  EXPECT_EQ(code(""), ErrorCode::kInvalidArgument) << "a directory";
}

}  // namespace
}  // namespace github_stats
