// Owners of what DuckDB's C API hands out.
#pragma once

#include <duckdb.h>

#include <utility>

namespace github_stats::duckdb {

// One handle, destroyed at the end. `out()` is where a creating function writes it.
template <typename T, auto kDestroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T handle) : handle_(handle) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_ != nullptr) {
      kDestroy(&handle_);
    }
  }

  T get() const { return handle_; }
  T* out() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  T handle_ = nullptr;
};

using InstanceCache = Handle<duckdb_instance_cache, duckdb_destroy_instance_cache>;
using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Database = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using Statement = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ExtractedStatements = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using DataChunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using Appender = Handle<duckdb_appender, duckdb_appender_destroy>;

// The same for a result, which is no pointer.
class ResultHandle {
 public:
  ResultHandle() = default;
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  ~ResultHandle() { duckdb_destroy_result(&result_); }

  duckdb_result* out() { return &result_; }
  const duckdb_result& get() const { return result_; }

 private:
  duckdb_result result_{};
};

// A text that DuckDB allocated and the caller frees.
class OwnedText {
 public:
  OwnedText() = default;
  explicit OwnedText(const char* text) : text_(const_cast<char*>(text)) {}
  OwnedText(const OwnedText&) = delete;
  OwnedText& operator=(const OwnedText&) = delete;
  ~OwnedText() { duckdb_free(text_); }

  char** out() { return &text_; }
  const char* c_str() const { return text_ == nullptr ? "" : text_; }

 private:
  char* text_ = nullptr;
};

}  // namespace github_stats::duckdb
