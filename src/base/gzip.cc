#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace github_stats {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipFormat = 16;  // added to the window's bits: gzip, and nothing else
constexpr int kMemoryLevel = 8;
constexpr int kUnknownSystem = 255;
constexpr size_t kPiece = size_t{64} << 10U;
constexpr size_t kMostInput = size_t{1} << 30U;  // zlib counts in 32 bits

tl::unexpected<Error> out_of_memory() {
  return fail(ErrorCode::kInternal, "not enough memory to compress or decompress");
}

tl::unexpected<Error> bad_gzip(std::string_view reason) {
  return fail(ErrorCode::kDataLoss, "the gzip data " + std::string(reason));
}

// A zlib stream that reads `input` and is ended by `kEnd`.
template <auto kEnd>
class Stream {
 public:
  explicit Stream(std::string_view input) : input_(input) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { kEnd(&zlib_); }

  z_stream* zlib() { return &zlib_; }
  bool has_input() const { return zlib_.avail_in > 0 || !input_.empty(); }
  bool has_last_input() const { return input_.empty(); }

  // Runs `step` once; gives its answer and appends to `out` what it brought.
  template <typename Step>
  int run(const Step& step, std::string& out) {
    if (zlib_.avail_in == 0) {
      // zlib does not write there; its older interface just does not say so.
      zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
      zlib_.avail_in = static_cast<uInt>(std::min(input_.size(), kMostInput));
      input_.remove_prefix(zlib_.avail_in);
    }
    zlib_.next_out = piece_.data();
    zlib_.avail_out = static_cast<uInt>(piece_.size());
    const int answer = step();
    const size_t count = piece_.size() - zlib_.avail_out;
    out.append(reinterpret_cast<const char*>(piece_.data()), count);
    return answer;
  }

 private:
  z_stream zlib_{};
  std::string_view input_;  // not given to zlib yet
  std::array<Bytef, kPiece> piece_{};
};

}  // namespace

Result<std::string> gzip(std::string_view bytes) {
  Stream<deflateEnd> stream(bytes);
  gz_header header{};
  header.os = kUnknownSystem;
  if (deflateInit2(stream.zlib(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits + kGzipFormat,
                   kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK ||
      deflateSetHeader(stream.zlib(), &header) != Z_OK) {
    return out_of_memory();
  }
  std::string out;
  int answer = Z_OK;
  while (answer == Z_OK) {
    answer = stream.run(
        [&] { return deflate(stream.zlib(), stream.has_last_input() ? Z_FINISH : Z_NO_FLUSH); },
        out);
  }
  return answer == Z_STREAM_END ? Result<std::string>(std::move(out)) : out_of_memory();
}

Result<std::string> gunzip(std::string_view bytes, size_t most_bytes) {
  Stream<inflateEnd> stream(bytes);
  if (inflateInit2(stream.zlib(), kWindowBits + kGzipFormat) != Z_OK) {
    return out_of_memory();
  }
  std::string out;
  bool in_member = true;
  bool is_first = true;
  while (in_member || stream.has_input()) {
    if (!in_member) {
      inflateReset(stream.zlib());
      is_first = false;
    }
    const int answer = stream.run([&] { return inflate(stream.zlib(), Z_NO_FLUSH); }, out);
    if (out.size() > most_bytes) {
      return bad_gzip("unfolds to more than " + std::to_string(most_bytes) + " bytes");
    }
    if (answer == Z_MEM_ERROR) {
      return out_of_memory();
    }
    if (answer == Z_BUF_ERROR) {
      return bad_gzip("is cut short");
    }
    if (answer != Z_OK && answer != Z_STREAM_END) {
      const bool is_trailing = !is_first && stream.zlib()->total_out == 0;
      return bad_gzip(is_trailing ? "is followed by something else" : "is damaged or no gzip");
    }
    in_member = answer != Z_STREAM_END;
  }
  return out;
}

}  // namespace github_stats
