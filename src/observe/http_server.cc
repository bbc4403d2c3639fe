#include "observe/http_server.h"

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

// Boost 1.74 leaves out <utility> where it needs it, so it comes after that.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"

namespace github_stats {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

// After the system could not give a connection, as every file is open: asking again at once is no
// use.
constexpr std::chrono::seconds kAcceptPause{1};

using Request = http::request_parser<http::empty_body>;
using Response = http::response<http::string_body>;

std::string_view path_of(const Request& request) {
  const auto target = request.get().target();
  const std::string_view text(target.data(), target.size());
  return text.substr(0, text.find('?'));
}

Response make_response(const HttpAnswer& answer, unsigned version) {
  Response response(static_cast<http::status>(answer.status), version);
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(false);
  response.body() = answer.body;
  response.prepare_payload();
  return response;
}

// One request and its answer. It lives as long as something is awaited.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const HttpHandler& handler, const HttpServerOptions& options,
             std::function<void()> on_end)
      : stream_(std::move(socket)), handler_(handler), on_end_(std::move(on_end)) {
    request_.header_limit(static_cast<std::uint32_t>(options.header_bytes));
    stream_.expires_after(options.patience);  // for all of it: nothing sets it anew
  }
  ~Connection() { on_end_(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void begin() {
    http::async_read_header(
        stream_, buffer_, request_,
        [self = shared_from_this()](error_code error, size_t) { self->answer(error); });
  }

 private:
  void answer(error_code error) {
    if (!error) {
      send(answer_request());
    } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream) {
      send(make_response({.status = 400, .body = "this is no request\n"}, 11));
    }  // else the client went, or took too long
  }

  Response answer_request() {
    const auto method = request_.get().method();
    const unsigned version = request_.get().version();
    if (method != http::verb::get && method != http::verb::head) {
      Response refusal = make_response({.status = 405, .body = "only GET and HEAD\n"}, version);
      refusal.set(http::field::allow, "GET, HEAD");
      return refusal;
    }
    is_head_ = method == http::verb::head;
    return make_response(handled(path_of(request_)), version);
  }

  HttpAnswer handled(std::string_view path) const {
    try {
      return handler_(path);
    } catch (const std::exception& error) {
      log_warning("a page could not be made", {{"reason", error.what()}});
      return {.status = 500, .body = "it could not be made\n"};
    }
  }

  void send(Response response) {
    response_ = std::move(response);
    const auto on_sent = [self = shared_from_this()](error_code, size_t) {
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    };
    if (is_head_) {
      http::async_write_header(stream_, serializer_.emplace(response_), on_sent);
    } else {
      http::async_write(stream_, serializer_.emplace(response_), on_sent);
    }
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Request request_;
  Response response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  bool is_head_ = false;
  const HttpHandler& handler_;
  const std::function<void()> on_end_;
};

class BeastServer final : public HttpServer {
 public:
  BeastServer(HttpServerOptions options, HttpHandler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}

  ~BeastServer() override {
    closing_ = true;  // read by the server's thread, which has ended when it may matter
    io_.stop();
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  error_code listen() {
    error_code error;
    if (options_.host.empty()) {
      error = listen_at({tcp::v6(), options_.port});  // for IPv4, too
      return error == asio::error::address_family_not_supported
                 ? listen_at({tcp::v4(), options_.port})
                 : error;
    }
    const auto found =
        tcp::resolver(io_).resolve(options_.host, std::to_string(options_.port),
                                   tcp::resolver::passive | tcp::resolver::numeric_service, error);
    return error ? error : listen_at(found.begin()->endpoint());
  }

  void begin() {
    accept();
    // Whoever handles signals waits for them on threads of its own.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  std::string address() const override { return written(acceptor_.local_endpoint()); }

  static std::string written(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port());
  }

 private:
  error_code listen_at(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error && endpoint.protocol() == tcp::v6()) {
      acceptor_.set_option(asio::ip::v6_only(!options_.host.empty()), error);
    }
    if (!error) {
      acceptor_.bind(endpoint, error);
    }
    if (!error) {
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    return error;
  }

  void serve() {
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (const std::exception& error) {
        log_warning("a request for metrics failed", {{"reason", error.what()}});
      }
    }
  }

  // Takes the next connection, unless enough are open: the others wait in the system's queue.
  void accept() {
    if (accepting_ || open_ >= options_.connections) {
      return;
    }
    accepting_ = true;
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      accepting_ = false;
      error ? accept_later() : take(std::move(socket));
    });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code) { accept(); });
  }

  void take(tcp::socket socket) {
    ++open_;
    std::make_shared<Connection>(std::move(socket), handler_, options_, [this] {
      --open_;
      if (!closing_) {
        accept();
      }
    })->begin();
    accept();
  }

  const HttpServerOptions options_;
  const HttpHandler handler_;
  std::atomic<bool> closing_ = false;
  bool accepting_ = false;
  size_t open_ = 0;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      HttpHandler handler) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler));
  if (const error_code error = server->listen()) {
    const std::string_view host = options.host;
    const bool is_ipv6 = host.find(':') != std::string_view::npos;
    return fail(ErrorCode::kInvalidArgument,
                "can't listen at " + std::string(is_ipv6 ? "[" : "") + options.host +
                    (is_ipv6 ? "]:" : ":") + std::to_string(options.port) + ": " + error.message(),
                "choose an address of this machine and a port that is free; port 0 finds one");
  }
  server->begin();
  return server;
}

}  // namespace github_stats
