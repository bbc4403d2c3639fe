// A small HTTP server for a few pages that are made in memory, which bears any client: one thread,
// few connections, one request on each, all of it within seconds, GET and HEAD only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Called by the server's thread with a path, without its query. Must be quick.
using HttpHandler = std::function<HttpAnswer(std::string_view path)>;

struct HttpServerOptions {
  std::string host;   // a name or an address; empty: every address of this machine
  uint16_t port = 0;  // 0: one that is free
  // Connections at once; those beyond wait until one has ended.
  size_t connections = 16;
  // What a connection may take from its beginning to its end, by the machine's own clock.
  std::chrono::milliseconds patience{10'000};
  size_t header_bytes = 8192;  // of a request
};

// Serves until it goes, on a thread that leaves signals to others.
class HttpServer {
 public:
  // Fails with invalid_argument when the address can't be had; the message names it.
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options,
                                                   HttpHandler handler);
  virtual ~HttpServer() = default;

  // Where it listens: "127.0.0.1:9464", "[::]:9464".
  virtual std::string address() const = 0;
};

}  // namespace github_stats
