// A bucket of Google Cloud Storage: its addresses, and what is asked of the bucket itself.
//
// Facts: cloud.google.com/storage/docs/json_api/v1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "google/google_api.h"

namespace github_stats {

struct GcsOptions {
  std::string bucket;
  std::string prefix;  // in front of every key; empty, or without "/" at either end
  std::string base_url = "https://storage.googleapis.com";
  std::string location;                // of a bucket that is created: "US", "europe-west3"
  std::optional<std::string> project;  // to create it in; else the credentials' own
  // Objects above this are uploaded in parts, so that an interruption costs one part.
  size_t largest_single_upload = size_t{8} << 20U;
  size_t part_size = size_t{8} << 20U;  // a multiple of 256 KiB
};

class GcsBucket {
 public:
  GcsBucket(std::shared_ptr<GoogleApi> api, GcsOptions options);

  GoogleApi& api() const { return *api_; }
  const GcsOptions& options() const { return options_; }

  // "gs://bucket/prefix" and "gs://bucket/prefix/key".
  std::string name() const;
  std::string location(std::string_view key) const;

  // The object's name in the bucket, and the key of a name; nothing when no key has it.
  std::string object_name(std::string_view key) const;
  std::optional<std::string> key_of(std::string_view object_name) const;
  // A prefix of keys as one of names.
  std::string name_prefix(std::string_view key_prefix) const;

  std::string url() const;          // of the bucket
  std::string objects_url() const;  // to list
  std::string object_url(std::string_view key) const;
  std::string upload_url() const;

  // The prefix leaves room for the key's name; invalid_argument.
  Status check(std::string_view key) const;

  // Creates the bucket unless it is there: with uniform access and never public.
  Status init();

  // Lets Google delete what is below the prefix `days` days after it was written; 0: nothing any
  // more. Other lifecycle rules of the bucket stay.
  Status set_retention(int64_t days);

  // What an answer of 4xx amounts to while `doing` ("write gs://b/x").
  Error refusal(std::string_view doing, const HttpResponse& response) const;

 private:
  Status create();
  Status check_usable(const HttpResponse& refused) const;

  const std::shared_ptr<GoogleApi> api_;
  const GcsOptions options_;
};

}  // namespace github_stats
