// One put into Google Cloud Storage.
//
// Every put carries a precondition, so that it may be sent again when an answer was lost: the
// second one is refused. Whether the object that is then found is ours tells a mark in its
// metadata, made anew for every put.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/gcs_bucket.h"
#include "store/object_store.h"

namespace github_stats {

class GcsUpload {
 public:
  // The arguments must outlive it.
  GcsUpload(const GcsBucket& bucket, std::string_view key, std::string_view bytes);

  // Writes the object if its generation is still this one ("0": if there is none). Fails with
  // precondition_failed; whatever other failure leaves it open whether it was written.
  Result<Version> put_if_generation(const std::string& generation);

 private:
  Result<GoogleAnswer> send_whole();
  Result<GoogleAnswer> send_in_parts();
  HttpRequest begin_session() const;
  std::string metadata() const;
  std::string address(std::string_view upload_type) const;
  Result<Version> version_of(const HttpResponse& response) const;
  Result<Version> find_ours(bool was_repeated);
  Error changed() const;

  const GcsBucket& bucket_;
  const std::string_view key_;
  const std::string_view bytes_;
  const std::string checksum_;
  const std::string mark_;
  std::string generation_;
};

// The generation that the object has now; "0" when there is none.
Result<std::string> current_generation(const GcsBucket& bucket, std::string_view key);

}  // namespace github_stats
