// What an emulator does not show: lost answers, damage, refusals. The suite against an emulator is
// in gcs_store_emulator_test.cc.
#include "store/gcs_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include "base/crc32c.h"
#include "base/gzip.h"
#include "http/url.h"
#include "store/gcs_bucket_state.h"
#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

HttpResponse answer(int status, std::string body = {}) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

tl::unexpected<Error> lost() { return fail(ErrorCode::kUnavailable, "the answer was lost"); }

std::string written(std::string_view generation, std::string_view bytes) {
  return fmt::format(R"({{"generation":"{}","crc32c":"{}"}})", generation, crc32c_base64(bytes));
}

// The mark that an upload carries in its metadata.
std::string mark_in(const HttpRequest& upload) {
  const std::regex mark(R"re("github-stats-write":"([0-9a-f]{32})")re");
  std::smatch match;
  EXPECT_TRUE(std::regex_search(upload.body, match, mark)) << upload.body;
  return match.empty() ? "" : match[1].str();
}

class GcsStoreTest : public testing::Test {
 protected:
  // A store whose requests are answered by `answer`, given with their number from 0.
  ObjectStore& store_answering(
      const std::function<Result<HttpResponse>(const HttpRequest&, size_t)>& answer,
      GcsOptions options = {}) {
    http_ = std::make_shared<ScriptedHttp>(
        [this, answer](const HttpRequest& request) { return answer(request, asked_++); });
    options.bucket = "b";
    options.location = "EU";
    GoogleApiOptions api;
    api.random = [] { return 0.5; };
    api.stop = stop_.get_token();
    store_ = make_gcs_store(std::make_shared<GoogleApi>(http_, clock_, nullptr, std::move(api)),
                            std::move(options));
    return *store_;
  }

  std::vector<std::string> lines() const {
    constexpr std::string_view kBase = "https://storage.googleapis.com";
    constexpr const char* kNames[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    std::vector<std::string> lines;
    for (const HttpRequest& request : http_->requests()) {
      lines.push_back(fmt::format("{} {}", kNames[static_cast<size_t>(request.method)],
                                  request.url.substr(kBase.size())));
    }
    return lines;
  }

  FakeClock clock_;
  std::stop_source stop_;
  std::shared_ptr<ScriptedHttp> http_;
  size_t asked_ = 0;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(GcsStoreTest, APutIsOneRequestWithItsChecksumAndPrecondition) {
  ObjectStore& store =
      store_answering([](const HttpRequest&, size_t) { return answer(200, written("7", "{}\n")); },
                      {.prefix = "team/stats"});
  const auto version = store.put("acme/web/commits/2026-01-31/20260131T000000Z_chunk_0.json",
                                 "{}\n", Precondition::absent());
  ASSERT_TRUE(version) << version.error().describe();
  EXPECT_EQ(version->value, "7");
  EXPECT_THAT(lines(), ElementsAre("POST /upload/storage/v1/b/b/o?uploadType=multipart&"
                                   "ifGenerationMatch=0&fields=generation%2Ccrc32c"));
  const HttpRequest request = http_->requests()[0];
  EXPECT_THAT(request.body, HasSubstr(R"("name":"team/stats/acme/web/commits/)"));
  EXPECT_THAT(request.body, HasSubstr(R"("contentType":"application/x-ndjson")"));
  EXPECT_THAT(request.body, HasSubstr(fmt::format(R"("crc32c":"{}")", crc32c_base64("{}\n"))));
  EXPECT_THAT(request.headers[0].second, StartsWith("multipart/related; boundary="));
  const std::string boundary = request.headers[0].second.substr(28);
  EXPECT_THAT(request.body, EndsWith("\r\n\r\n{}\n\r\n--" + boundary + "--\r\n"));
  EXPECT_EQ(store.name(), "gs://b/team/stats");
  EXPECT_EQ(store.location("acme/x"), "gs://b/team/stats/acme/x");
}

TEST_F(GcsStoreTest, APutWhoseAnswerWasLostFindsItsOwnObject) {
  std::string mark;
  ObjectStore& store =
      store_answering([&](const HttpRequest& request, size_t number) -> Result<HttpResponse> {
        if (number == 0) {
          mark = mark_in(request);
          return lost();
        }
        if (number == 1) {
          return answer(412);
        }
        EXPECT_THAT(request.url, EndsWith("/o/a?fields=generation%2Ccrc32c%2Cmetadata"));
        return answer(200, fmt::format(R"({{"generation":"9","crc32c":"{}",)"
                                       R"("metadata":{{"github-stats-write":"{}"}}}})",
                                       crc32c_base64("x"), mark));
      });
  const auto version = store.put("a", "x", Precondition::unchanged(Version{"8"}));
  ASSERT_TRUE(version) << version.error().describe();
  EXPECT_EQ(version->value, "9");
}

TEST_F(GcsStoreTest, APutWhoseAnswerWasLostDoesNotTakeAnothersObjectForItsOwn) {
  for (const std::string metadata : {R"(,"metadata":{"github-stats-write":"another"})", ""}) {
    asked_ = 0;
    ObjectStore& store =
        store_answering([&](const HttpRequest&, size_t number) -> Result<HttpResponse> {
          return number == 0   ? Result<HttpResponse>(answer(503))
                 : number == 1 ? answer(412)
                               : answer(200, fmt::format(R"({{"generation":"9","crc32c":"{}"{}}})",
                                                         crc32c_base64("x"), metadata));
        });
    const auto version = store.put("a", "x", Precondition::absent());
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().code, ErrorCode::kAlreadyExists);
  }
}

TEST_F(GcsStoreTest, ARefusedFirstAttemptMayHaveBeenRepeatedByTheConnection) {
  std::string mark;
  const auto answer_about = [&](const std::string& found_mark) {
    return [&, found_mark](const HttpRequest& request, size_t number) {
      if (number == 0) {
        mark = mark_in(request);
        return answer(412);
      }
      return answer(200, fmt::format(R"({{"generation":"9","crc32c":"{}",)"
                                     R"("metadata":{{"github-stats-write":"{}"}}}})",
                                     crc32c_base64("x"), found_mark.empty() ? mark : found_mark));
    };
  };
  const auto ours = store_answering(answer_about("")).put("a", "x", Precondition::absent());
  ASSERT_TRUE(ours) << ours.error().describe();
  EXPECT_EQ(ours->value, "9");
  asked_ = 0;
  const auto others =
      store_answering(answer_about("another")).put("a", "x", Precondition::unchanged(Version{"8"}));
  EXPECT_EQ(others.error().code, ErrorCode::kPreconditionFailed);
}

TEST_F(GcsStoreTest, APutUnchangedOfAnObjectThatIsGoneIsRefused) {
  ObjectStore& store = store_answering(
      [](const HttpRequest&, size_t number) { return answer(number == 0 ? 412 : 404); });
  const auto version = store.put("a", "x", Precondition::unchanged(Version{"8"}));
  EXPECT_EQ(version.error().code, ErrorCode::kPreconditionFailed);
}

TEST_F(GcsStoreTest, APutWithoutAPreconditionUndoesNothingThatOthersWriteMeanwhile) {
  ObjectStore& store = store_answering([](const HttpRequest& request, size_t number) {
    switch (number) {
      case 0:
        return answer(404);
      case 1:
        EXPECT_THAT(request.url, HasSubstr("ifGenerationMatch=0"));
        return answer(412);
      case 2:  // not ours
      case 3:
        return answer(200, R"({"generation":"5"})");
      default:
        EXPECT_THAT(request.url, HasSubstr("ifGenerationMatch=5"));
        return answer(200, written("6", "x"));
    }
  });
  EXPECT_EQ(store.put("a", "x", Precondition::none())->value, "6");
}

TEST_F(GcsStoreTest, WhatArrivedDamagedIsNotTakenForWritten) {
  ObjectStore& store = store_answering(
      [](const HttpRequest&, size_t) { return answer(200, written("7", "other bytes")); });
  const auto version = store.put("a", "x", Precondition::absent());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, ErrorCode::kDataLoss);
}

HttpResponse download(const std::string& bytes, const std::string& checksum) {
  return {
      .status = 200,
      .headers = {{"x-goog-generation", "7"}, {"x-goog-hash", "crc32c=" + checksum + ", md5=x"}},
      .body = bytes};
}

TEST_F(GcsStoreTest, ADamagedDownloadIsAskedForAgain) {
  ObjectStore& store = store_answering([](const HttpRequest& request, size_t number) {
    EXPECT_FALSE(request.decode);
    return download(number < 2 ? "bxtes" : "bytes", crc32c_base64("bytes"));
  });
  const auto object = store.get("a");
  ASSERT_TRUE(object) << object.error().describe();
  EXPECT_EQ(object->bytes, "bytes");
  EXPECT_EQ(object->version.value, "7");
  EXPECT_EQ(asked_, 3U);
  ObjectStore& damaged = store_answering(
      [](const HttpRequest&, size_t) { return download("bxtes", crc32c_base64("bytes")); });
  EXPECT_EQ(damaged.get("a").error().code, ErrorCode::kDataLoss);
}

TEST_F(GcsStoreTest, CompressedContentIsUnpackedAndCheckedWhicheverWayItWasCompressed) {
  const std::string packed = *gzip("bytes");
  for (const std::string& checksum : {crc32c_base64(packed), crc32c_base64("bytes")}) {
    ObjectStore& store = store_answering([&](const HttpRequest&, size_t) {
      HttpResponse response = download(packed, checksum);
      response.headers["content-encoding"] = "gzip";
      return response;
    });
    const auto object = store.get("a");
    ASSERT_TRUE(object) << object.error().describe();
    EXPECT_EQ(object->bytes, "bytes");
  }
  ObjectStore& compressed_file = store_answering(
      [&](const HttpRequest&, size_t) { return download(packed, crc32c_base64(packed)); });
  EXPECT_EQ(compressed_file.get("a.json.gz")->bytes, packed);
}

TEST_F(GcsStoreTest, LargeObjectsGoUpInPartsAndGoOnFromWhatWasKept) {
  const std::string bytes(10, 'x');
  ObjectStore& store = store_answering(
      [&](const HttpRequest& request, size_t number) -> Result<HttpResponse> {
        const auto range = [&] {
          return request.headers.empty() ? std::string() : request.headers[0].second;
        };
        switch (number) {
          case 0: {
            EXPECT_THAT(request.url, HasSubstr("uploadType=resumable&ifGenerationMatch=0"));
            HttpResponse begun = answer(200);
            begun.headers["location"] = "http://elsewhere.example/upload/s?upload_id=1";
            return begun;
          }
          case 1:
            EXPECT_EQ(range(), "bytes 0-3/10");
            return HttpResponse{.status = 308, .headers = {{"range", "bytes=0-2"}}};
          case 2:
            EXPECT_EQ(range(), "bytes 3-6/10");
            return lost();
          case 3:
            EXPECT_EQ(range(), "bytes */10");
            return HttpResponse{.status = 308, .headers = {{"range", "bytes=0-6"}}};
          case 4:
            EXPECT_EQ(range(), "bytes 7-9/10");
            EXPECT_EQ(request.body, "xxx");
            return answer(503);
          default:
            EXPECT_EQ(range(), "bytes */10");
            return answer(200, written("7", bytes));
        }
      },
      {.largest_single_upload = 4, .part_size = 4});
  const auto version = store.put("a", bytes, Precondition::absent());
  ASSERT_TRUE(version) << version.error().describe();
  EXPECT_EQ(asked_, 6U);
  for (const std::string& line : lines()) {
    EXPECT_THAT(line, Not(HasSubstr("elsewhere")));
  }
  EXPECT_THAT(lines()[1], StartsWith("PUT /upload/s?upload_id=1"));
}

TEST_F(GcsStoreTest, AnUploadThatGoogleForgotBeginsAgain) {
  ObjectStore& store = store_answering(
      [&](const HttpRequest& request, size_t number) {
        if (request.method == HttpMethod::kPost) {
          HttpResponse begun = answer(200);
          begun.headers["location"] = fmt::format("https://x/s?upload_id={}", number);
          return begun;
        }
        return number == 1 ? answer(410) : answer(200, written("7", "12345"));
      },
      {.largest_single_upload = 4, .part_size = 8});
  EXPECT_TRUE(store.put("a", "12345", Precondition::absent()));
  EXPECT_THAT(lines().back(), EndsWith("upload_id=2"));
}

TEST_F(GcsStoreTest, AnUploadThatGoogleForgetsAgainAndAgainIsPassingTrouble) {
  int sessions = 0;
  ObjectStore& store = store_answering(
      [&](const HttpRequest& request, size_t) {
        if (request.method == HttpMethod::kPost) {
          ++sessions;
          HttpResponse begun = answer(200);
          begun.headers["location"] = "https://x/s?upload_id=1";
          return begun;
        }
        return sessions < 8 ? answer(410) : answer(200, written("7", "12345"));
      },
      {.largest_single_upload = 4, .part_size = 8});
  EXPECT_TRUE(store.put("a", "12345", Precondition::absent()));
  sessions = -100;
  const auto version = store.put("b", "12345", Precondition::absent());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(version.error().message, HasSubstr("forgot the upload"));
  EXPECT_EQ(sessions, -90);
}

TEST_F(GcsStoreTest, AListGoesThroughAllPages) {
  ObjectStore& store = store_answering(
      [](const HttpRequest& request, size_t number) {
        if (number == 0) {
          EXPECT_THAT(request.url, Not(HasSubstr("pageToken")));
          return answer(200, R"({"items":[{"name":"p/acme/a","size":"1"},)"
                             R"({"name":"p/acme/b//odd","size":"1"}],"nextPageToken":"t/1"})");
        }
        if (number == 1) {
          EXPECT_THAT(request.url, HasSubstr("pageToken=t%2F1"));
          return answer(200, R"({"nextPageToken":"t2"})");
        }
        return answer(200, R"({"items":[{"name":"p/acme/c","size":"123456789012"}]})");
      },
      {.prefix = "p"});
  std::vector<std::string> seen;
  const Status status = store.list("acme/", [&](const ObjectInfo& object) {
    seen.push_back(fmt::format("{} {}", object.key, object.size));
    return true;
  });
  ASSERT_TRUE(status) << status.error().describe();
  EXPECT_THAT(seen, ElementsAre("acme/a 1", "acme/c 123456789012"));
}

TEST_F(GcsStoreTest, APrefixThatEndsWithinACharacterIsAskedWithoutIt) {
  ObjectStore& store = store_answering([](const HttpRequest& request, size_t) {
    EXPECT_THAT(request.url, HasSubstr("prefix=a%2F&"));
    return answer(200, R"({"items":[{"name":"a/x","size":"1"},{"name":"a/日","size":"1"}]})");
  });
  std::vector<std::string> seen;
  EXPECT_TRUE(store.list("a/\xe6\x97", [&](const ObjectInfo& object) {
    seen.push_back(object.key);
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("a/日"));
}

TEST_F(GcsStoreTest, InitCreatesABucketThatIsNotThere) {
  ObjectStore& store = store_answering(
      [](const HttpRequest&, size_t number) { return answer(number == 0 ? 404 : 200, "{}"); },
      {.project = "my-project"});
  EXPECT_TRUE(store.init());
  EXPECT_THAT(lines(), ElementsAre("GET /storage/v1/b/b?fields=name",
                                   "POST /storage/v1/b?project=my-project&fields=name"));
  EXPECT_EQ(http_->requests()[1].body,
            R"({"name":"b","location":"EU","iamConfiguration":{"uniformBucketLevelAccess":)"
            R"({"enabled":true},"publicAccessPrevention":"enforced"}})");
}

TEST_F(GcsStoreTest, InitExplainsWhyItCant) {
  const struct {
    std::vector<int> statuses;  // of the requests in turn
    std::optional<std::string> project;
    std::string expected;  // in the message or remedy; empty: it can
  } table[] = {
      {{200}, {}, ""},
      {{403, 200}, {}, ""},  // may use the objects, not see the bucket
      {{403, 403}, {}, "roles/storage.objectAdmin"},
      {{404}, {}, "BIGQUERY_PROJECT_ID"},
      {{404, 409, 403}, "p", "taken by somebody else"},
      {{404, 409, 200}, "p", ""},  // another process was faster
      {{404, 403}, "p", "roles/storage.admin"},
      {{404, 400}, "p", "can't create the bucket b"},
  };
  for (const auto& row : table) {
    asked_ = 0;
    ObjectStore& store = store_answering(
        [&](const HttpRequest&, size_t number) { return answer(row.statuses.at(number), "{}"); },
        {.project = row.project});
    const Status status = store.init();
    SCOPED_TRACE(row.expected);
    EXPECT_EQ(status.has_value(), row.expected.empty());
    if (!status) {
      EXPECT_THAT(status.error().describe(), HasSubstr(row.expected));
    }
    EXPECT_EQ(asked_, row.statuses.size());
  }
}

TEST_F(GcsStoreTest, RetentionReplacesItsOwnRuleOnly) {
  const std::string others =
      R"({"action":{"type":"SetStorageClass","storageClass":"NEARLINE"},"condition":{"age":7}})";
  const auto ours = [](int64_t days) {
    return fmt::format(
        R"({{"action":{{"type":"Delete"}},"condition":{{"age":{},"matchesPrefix":["p/"]}}}})",
        days);
  };
  for (const int64_t days : {30, 0}) {
    ObjectStore& store = store_answering(
        [&](const HttpRequest& request, size_t) {
          if (request.method == HttpMethod::kGet) {
            return answer(200,
                          fmt::format(R"({{"metageneration":"3","lifecycle":{{"rule":[{},{}]}}}})",
                                      others, ours(90)));
          }
          EXPECT_THAT(request.url, HasSubstr("ifMetagenerationMatch=3"));
          EXPECT_EQ(request.body, R"({"lifecycle":{"rule":[)" + others +
                                      (days == 0 ? "" : "," + ours(days)) + "]}}");
          return answer(200, "{}");
        },
        {.prefix = "p"});
    const Status status = store.set_retention(days);
    EXPECT_TRUE(status) << status.error().describe();
  }
}

TEST_F(GcsStoreTest, RetentionIsSetAgainWhenOthersChangeTheBucketMeanwhile) {
  int version = 0;
  ObjectStore& store = store_answering([&](const HttpRequest& request, size_t) {
    return request.method == HttpMethod::kGet
               ? answer(200, fmt::format(R"({{"metageneration":"{}"}})", ++version))
               : answer(version < 3 ? 412 : 200, "{}");
  });
  EXPECT_TRUE(store.set_retention(30));
  EXPECT_EQ(version, 3);
}

TEST_F(GcsStoreTest, TroubleIsWaitedOutForLongAndNotForEver) {
  ObjectStore& store = store_answering([](const HttpRequest&, size_t) { return answer(503); });
  const auto object = store.get("a");
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(object.error().message, HasSubstr("gs://b/a"));
  EXPECT_EQ(asked_, 10U);
  EXPECT_GT(clock_.elapsed(), std::chrono::seconds(40));
}

TEST_F(GcsStoreTest, OnceToldToStopItTriesForASecondOrTwo) {
  ObjectStore& store = store_answering([](const HttpRequest&, size_t) { return answer(503); });
  stop_.request_stop();
  EXPECT_FALSE(store.put("a", "x", Precondition::absent()));
  EXPECT_EQ(asked_, 3U);
  EXPECT_LT(clock_.elapsed(), std::chrono::seconds(2));
  EXPECT_EQ(http_->requests()[0].timeout, std::chrono::seconds(5));
}

TEST_F(GcsStoreTest, AMissingPermissionNamesTheRole) {
  ObjectStore& store = store_answering([](const HttpRequest&, size_t) {
    return answer(403, R"({"error":{"message":"x does not have storage.objects.create access"}})");
  });
  const auto version = store.put("a", "x", Precondition::absent());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(version.error().message, HasSubstr("storage.objects.create"));
  EXPECT_THAT(version.error().remedy, HasSubstr("roles/storage.objectAdmin"));
}

// --- What the bucket is like

class GcsBucketStateTest : public testing::Test {
 protected:
  GcsBucket& bucket_answering(HttpResponse response) {
    http_ = std::make_shared<ScriptedHttp>(std::vector<Result<HttpResponse>>{std::move(response)});
    bucket_.emplace(std::make_shared<GoogleApi>(http_, clock_, nullptr,
                                                GoogleApiOptions{.random = [] { return 0.5; }}),
                    GcsOptions{.bucket = "b", .prefix = "x", .location = "EU"});
    return *bucket_;
  }

  FakeClock clock_;
  std::shared_ptr<ScriptedHttp> http_;
  std::optional<GcsBucket> bucket_;
};

TEST_F(GcsBucketStateTest, ReadsTheRulesThatHinderAStore) {
  const auto state = bucket_state(bucket_answering(
      answer(200, R"({"location":"EUROPE-WEST3","retentionPolicy":{"retentionPeriod":"86400"},)"
                  R"("defaultEventBasedHold":true,"versioning":{"enabled":true},)"
                  R"("softDeletePolicy":{"retentionDurationSeconds":"604800"}})")));
  ASSERT_TRUE(state) << state.error().describe();
  EXPECT_EQ(state->location, "EUROPE-WEST3");
  EXPECT_EQ(state->retention_seconds, 86'400);
  EXPECT_EQ(state->soft_delete_seconds, 604'800);
  EXPECT_TRUE(state->holds_new_objects && state->is_versioned);
  const auto plain = bucket_state(bucket_answering(answer(200, R"({"location":"EU"})")));
  EXPECT_EQ(plain->retention_seconds + plain->soft_delete_seconds, 0);
  EXPECT_FALSE(plain->holds_new_objects || plain->is_versioned);
  EXPECT_EQ(bucket_state(bucket_answering(answer(404))).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(bucket_state(bucket_answering(answer(200, "<"))).error().code, ErrorCode::kDataLoss);
}

TEST_F(GcsBucketStateTest, AsksForAllPermissionsAtOnce) {
  constexpr std::string_view kWanted[] = {"storage.objects.get", "storage.objects.list"};
  const auto some = granted_permissions(
      bucket_answering(answer(200, R"({"permissions":["storage.objects.get"]})")), kWanted);
  EXPECT_THAT(*some, ElementsAre("storage.objects.get"));
  EXPECT_THAT(http_->requests().at(0).url,
              EndsWith("/b/b/iam/testPermissions?permissions=storage.objects.get&permissions="
                       "storage.objects.list"));
  EXPECT_THAT(*granted_permissions(bucket_answering(answer(200, "{}")), kWanted), ElementsAre());
}

}  // namespace
}  // namespace github_stats
