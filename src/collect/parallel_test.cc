#include "collect/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <string>

namespace github_stats {
namespace {

TEST(InParallel, DoesEachOnce) {
  for (const size_t workers : {0U, 1U, 3U, 100U}) {
    std::mutex mutex;
    std::multiset<size_t> done;
    ASSERT_TRUE(in_parallel(50, workers, {}, [&](size_t number) {
      const std::lock_guard lock(mutex);
      done.insert(number);
      return Status();
    }));
    EXPECT_EQ(done.size(), 50U);
    EXPECT_EQ(std::set<size_t>(done.begin(), done.end()).size(), 50U);
  }
  EXPECT_TRUE(in_parallel(0, 4, {}, [](size_t) { return fail(ErrorCode::kInternal, "called"); }));
}

TEST(InParallel, HasAsManyAtOnceAsThereAreWorkers) {
  std::latch all_there(4);  // would wait for ever with fewer
  std::atomic<int> now = 0;
  std::atomic<bool> too_many = false;
  ASSERT_TRUE(in_parallel(4, 4, {}, [&](size_t) {
    ++now;
    all_there.arrive_and_wait();
    return Status();
  }));
  now = 0;
  ASSERT_TRUE(in_parallel(200, 4, {}, [&](size_t) {
    too_many = too_many || ++now > 4;
    --now;
    return Status();
  }));
  EXPECT_FALSE(too_many);
}

TEST(InParallel, EndsAtTheFirstFailure) {
  int calls = 0;
  const Status status = in_parallel(10, 1, {}, [&](size_t number) {
    ++calls;
    return number == 3 ? Status(fail(ErrorCode::kUnavailable, "the fourth")) : Status();
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the fourth");
  EXPECT_EQ(calls, 4);
}

TEST(InParallel, BeginsNothingMoreWhenToldToStop) {
  std::stop_source stop;
  int calls = 0;
  const auto work = [&](size_t number) {
    ++calls;
    if (number == 2) {
      stop.request_stop();
    }
    return Status();
  };
  const Status status = in_parallel(10, 1, stop.get_token(), work);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(calls, 3);
  std::stop_source at_the_end;
  EXPECT_TRUE(in_parallel(3, 1, at_the_end.get_token(), [&](size_t number) {
    if (number == 2) {
      at_the_end.request_stop();
    }
    return Status();
  })) << "nothing was left";
}

}  // namespace
}  // namespace github_stats
