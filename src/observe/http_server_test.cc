#include "observe/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <vector>

namespace github_stats {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A connection to 127.0.0.1 that sends what a test wants, well-formed or not.
class Client {
 public:
  explicit Client(const std::string& address)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what sockets are like
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Client& send(std::string_view bytes) {
    (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return *this;
  }

  // What the server sends until it ends the connection.
  std::string receive() {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t size = 0; (size = recv(socket_, part.data(), part.size(), 0)) > 0;) {
      all.append(part.data(), static_cast<size_t>(size));
    }
    return all;
  }

 private:
  const int socket_;
};

class HttpServerTest : public testing::Test {
 protected:
  void start(HttpServerOptions options = {}) {
    options.host = "127.0.0.1";
    auto started = HttpServer::start(options, [](std::string_view path) -> HttpAnswer {
      if (path == "/throws") {
        throw std::runtime_error("on purpose");
      }
      if (path == "/large") {
        return {.body = std::string(8 << 20, 'x')};
      }
      return {.status = path == "/ill" ? 503 : 200, .body = "at " + std::string(path) + "\n"};
    });
    ASSERT_TRUE(started) << started.error().describe();
    server_ = *std::move(started);
  }

  std::string exchange(std::string_view request) {
    return Client(server_->address()).send(request).receive();
  }
  std::string get(const std::string& path) {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersGetAndHead) {
  start();
  EXPECT_THAT(server_->address(), testing::MatchesRegex("127.0.0.1:[1-9][0-9]+"));
  const std::string got = get("/a?b=c");
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(got, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(got, EndsWith("\r\n\r\nat /a\n"));
  EXPECT_THAT(get("/ill"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(exchange("GET / HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\nat /\n"));
  const std::string head = exchange("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesOtherMethodsAndWhatIsNoRequest) {
  start();
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
    const std::string answer =
        exchange(method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
  }
  for (const std::string request : {"\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n",
                                    "GET / HTTP/9\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"}) {
    EXPECT_THAT(exchange(request), StartsWith("HTTP/1.1 400 ")) << request;
  }
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, TakesNoEndlessHeaders) {
  start({.header_bytes = 2'000});
  EXPECT_THAT(get("/" + std::string(1'500, 'a')), StartsWith("HTTP/1.1 200 "));
  const std::string answer = get("/" + std::string(3'000, 'a'));
  EXPECT_THAT(answer, Not(HasSubstr("200 OK")));
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, EndsAClientThatTakesTooLong) {
  start({.patience = std::chrono::milliseconds(20)});
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHos"), IsEmpty());
  EXPECT_THAT(exchange(""), IsEmpty());
  // Nor does it wait for ever for one that does not read.
  const Client deaf(server_->address());
  Client(server_->address()).send("GET /large HTTP/1.1\r\n\r\n");
}

TEST_F(HttpServerTest, ServesOthersWhileSomeAreSlow) {
  start({.connections = 3, .patience = std::chrono::hours(1)});
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(std::make_unique<Client>(server_->address()));
    slow.back()->send("GET /slow HTTP/1.1\r\n");
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
  }
  slow.back()->send("\r\n");
  EXPECT_THAT(slow.back()->receive(), EndsWith("at /slow\n"));
}

TEST_F(HttpServerTest, LetsThoseBeyondItsConnectionsWaitUntilOthersHaveEnded) {
  start({.connections = 2, .patience = std::chrono::milliseconds(100)});
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 10; ++i) {
    silent.push_back(std::make_unique<Client>(server_->address()));
  }
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, OutlivesClientsThatGo) {
  start();
  for (int i = 0; i < 100; ++i) {
    Client(server_->address()).send(i % 2 == 0 ? "GET /large HTTP/1.1\r\n\r\n" : "GE");
  }
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, EndsWhileClientsAreThere) {
  start();
  Client silent(server_->address());
  Client deaf(server_->address());
  deaf.send("GET /large HTTP/1.1\r\n\r\n");
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
  server_.reset();
  EXPECT_THAT(silent.receive(), IsEmpty());
}

TEST_F(HttpServerTest, OutlivesAHandlerThatThrows) {
  start();
  EXPECT_THAT(get("/throws"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, LeavesSignalsToOthers) {
  start();
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 200 "));
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &usr1, nullptr), 0);
  // No thread but this one takes it, or the test would be dead.
  ASSERT_EQ(kill(getpid(), SIGUSR1), 0);
  int signal = 0;
  ASSERT_EQ(sigwait(&usr1, &signal), 0);
  EXPECT_EQ(signal, SIGUSR1);
  pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
}

TEST(HttpServerAddress, ThatIsTakenOrNotOursIsRefused) {
  const auto nothing = [](std::string_view) { return HttpAnswer{}; };
  const auto first = HttpServer::start({.host = "127.0.0.1"}, nothing);
  ASSERT_TRUE(first);
  const std::string address = (*first)->address();
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto second = HttpServer::start({.host = "127.0.0.1", .port = port}, nothing);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(second.error().message, HasSubstr("can't listen at " + address));
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  for (const std::string host : {"192.0.2.1", "2001:db8::1"}) {
    const auto elsewhere = HttpServer::start({.host = host}, nothing);
    ASSERT_FALSE(elsewhere) << host;
    EXPECT_THAT(elsewhere.error().message, HasSubstr(host));
  }
}

TEST(HttpServerAddress, MayBeEveryOne) {
  const auto server =
      HttpServer::start({}, [](std::string_view) { return HttpAnswer{.body = "here"}; });
  ASSERT_TRUE(server) << server.error().describe();
  EXPECT_THAT(Client((*server)->address()).send("GET / HTTP/1.1\r\n\r\n").receive(),
              EndsWith("here"));
}

}  // namespace
}  // namespace github_stats
