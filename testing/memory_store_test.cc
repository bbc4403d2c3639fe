#include "testing/memory_store.h"

#include <gmock/gmock.h>

#include "testing/object_store_suite.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class MemoryPlace : public StorePlace {
 public:
  ObjectStore& store() override { return store_; }
  ObjectStore& second() override { return store_; }

 private:
  MemoryStore store_;
};

std::unique_ptr<StorePlace> make_memory_place() { return std::make_unique<MemoryPlace>(); }

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreSuite, testing::Values(&make_memory_place));

StoreFault outage() { return {Error{ErrorCode::kUnavailable, "out of order", ""}}; }
StoreFault lost_answer() { return {Error{ErrorCode::kUnavailable, "no answer", ""}, true}; }

TEST(MemoryStore, RefusesAKeyThatIsAnothersFolder) {
  MemoryStore store;
  ASSERT_TRUE(store.init());
  ASSERT_TRUE(store.put("a/b/c", "1", Precondition::none()));
  for (const std::string_view key : {"a", "a/b", "a/b/c/d"}) {
    const auto version = store.put(key, "2", Precondition::none());
    ASSERT_FALSE(version) << key;
    EXPECT_EQ(version.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(store.put("a/b-", "3", Precondition::none()));
}

TEST(MemoryStore, FailsTheNextCallsOnRequest) {
  MemoryStore store;
  ASSERT_TRUE(store.init());
  store.fail_next(StoreCall::kPut, outage(), 2);
  EXPECT_FALSE(store.put("a", "1", Precondition::none()));
  EXPECT_TRUE(store.remove("a")) << "other calls go on";
  EXPECT_FALSE(store.put("a", "1", Precondition::none()));
  EXPECT_THAT(store.objects(), IsEmpty());
  EXPECT_TRUE(store.put("a", "1", Precondition::none()));
  EXPECT_THAT(store.objects(), ElementsAre(Pair("a", "1")));
  EXPECT_EQ(store.calls(StoreCall::kPut), 3);
  EXPECT_EQ(store.calls(StoreCall::kGet), 0);
}

TEST(MemoryStore, CanLoseAnAnswerAfterTheEffect) {
  MemoryStore store;
  ASSERT_TRUE(store.init());
  store.fail_next(StoreCall::kPut, lost_answer());
  const auto version = store.put("a", "1", Precondition::absent());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().message, "no answer");
  EXPECT_THAT(store.objects(), ElementsAre(Pair("a", "1")));
  store.fail_next(StoreCall::kRemove, lost_answer());
  EXPECT_FALSE(store.remove("a"));
  EXPECT_THAT(store.objects(), IsEmpty());
}

TEST(MemoryStore, AsksTheInterceptorAboutEveryCall) {
  MemoryStore store;
  store.intercept([](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    return call == StoreCall::kGet && key == "bad" ? std::optional(outage()) : std::nullopt;
  });
  ASSERT_TRUE(store.init());
  ASSERT_TRUE(store.put("bad", "1", Precondition::none()));
  ASSERT_TRUE(store.put("good", "1", Precondition::none()));
  EXPECT_FALSE(store.get("bad"));
  EXPECT_TRUE(store.get("good"));
  store.intercept({});
  EXPECT_TRUE(store.get("bad"));
}

}  // namespace
}  // namespace github_stats
