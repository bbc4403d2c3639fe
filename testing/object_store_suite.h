// The conformance suite of store/object_store.h: every implementation passes it.
//
//   INSTANTIATE_TEST_SUITE_P(Local, ObjectStoreSuite, testing::Values(&make_local_place));
//
// The tests are in object_store_suite.cc, which is compiled into the test program.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "store/object_store.h"

namespace github_stats {

// Where one test's objects live. Its store is not initialised yet; what is stored goes with it.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  virtual ObjectStore& store() = 0;
  // The same objects as another process would see them; may be store() itself.
  virtual ObjectStore& second() = 0;
};

using StorePlaceFactory = std::unique_ptr<StorePlace> (*)();

class ObjectStoreSuite : public testing::TestWithParam<StorePlaceFactory> {
 protected:
  void SetUp() override;

  std::unique_ptr<StorePlace> place_ = GetParam()();
  ObjectStore& store_ = place_->store();
  ObjectStore& second_ = place_->second();
};

}  // namespace github_stats
