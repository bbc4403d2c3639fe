#include "http/curl_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace github_stats {
namespace {

// A listener on loopback that answers each connection in turn with given bytes.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }

  ~CannedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

  // What was received, valid once the answer has been read.
  const std::string& request() const { return request_; }

 private:
  void serve() {
    for (const std::string& answer : answers_) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) {
        return;
      }
      read_request(connection);
      send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(connection);
    }
  }

  // Whether the headers, and as much of a body as they promise, are there.
  static bool is_whole(const std::string& request) {
    const size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) {
      return false;
    }
    const size_t length = request.find("Content-Length: ");
    return length > end || request.size() >= end + 4 + std::stoul(request.substr(length + 16));
  }

  void read_request(int connection) {
    char buffer[4096];
    request_.clear();
    while (!is_whole(request_)) {
      const ssize_t count = recv(connection, buffer, sizeof(buffer), 0);
      if (count <= 0) {
        return;
      }
      request_.append(buffer, static_cast<size_t>(count));
    }
  }

  std::vector<std::string> answers_;
  std::string request_;
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

TEST(CurlClient, GivesStatusHeadersAndBody) {
  const CannedServer server(
      {"HTTP/1.1 502 Bad Gateway\r\nX-RateLimit-Remaining:  42 \r\nContent-Length: 4\r\n\r\nbody"});
  const auto client = make_curl_client("github-stats/test");
  HttpRequest request{.method = HttpMethod::kPost, .url = server.url("/graphql"), .body = "{}"};
  request.headers.emplace_back("authorization", "bearer secret");
  const auto response = client->send(request, {});
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->status, 502);
  EXPECT_EQ(response->header("x-ratelimit-remaining"), "42");
  EXPECT_FALSE(response->header("retry-after"));
  EXPECT_EQ(response->body, "body");
  EXPECT_GE(response->body.capacity(), response->body.size() + kBodyPadding);
  EXPECT_TRUE(server.request().starts_with("POST /graphql HTTP/1.1\r\n"));
  EXPECT_NE(server.request().find("User-Agent: github-stats/test\r\n"), std::string::npos);
  EXPECT_NE(server.request().find("authorization: bearer secret\r\n"), std::string::npos);
}

TEST(CurlClient, JoinsTheValuesOfAHeaderThatComesTwice) {
  const CannedServer server(
      {"HTTP/1.1 200 OK\r\nx-goog-hash: crc32c=AAAAAA==\r\nX-Goog-Hash: md5=x\r\n"
       "Content-Length: 0\r\n\r\n"});
  const auto response = make_curl_client("github-stats/test")->send({.url = server.url("/")}, {});
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->header("x-goog-hash"), "crc32c=AAAAAA==, md5=x");
}

TEST(CurlClient, GivesTheBodyAsItWasSentWhenThatIsAskedFor) {
  const CannedServer server(
      {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b??"});
  const auto response =
      make_curl_client("github-stats/test")->send({.url = server.url("/"), .decode = false}, {});
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->body, "\x1f\x8b??");
  EXPECT_EQ(server.request().find("Accept-Encoding"), std::string::npos);
}

TEST(CurlClient, TellsWhenHalfOfTheBodyIsSent) {
  for (const std::string& body :
       {std::string("x"), std::string("abc"), std::string(300'000, 'y')}) {
    for (const HttpMethod method : {HttpMethod::kPost, HttpMethod::kPut}) {
      const CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
      int told = 0;
      const auto response = make_curl_client("github-stats/test")
                                ->send({.method = method,
                                        .url = server.url("/"),
                                        .body = body,
                                        .half_sent = [&] { ++told; }},
                                       {});
      ASSERT_TRUE(response) << response.error().describe();
      EXPECT_EQ(told, 1);
      EXPECT_TRUE(server.request().ends_with("\r\n\r\n" + body));
    }
  }
}

TEST(CurlClient, ACutOffBodyIsNoAnswer) {
  const CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"data\":"});
  const auto client = make_curl_client("github-stats/test");
  const auto response = client->send({.url = server.url("/private/path?key=1")}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().message.find("private"), std::string::npos)
      << "only the host is named";
}

TEST(CurlClient, AClosedPortIsUnavailable) {
  const auto client = make_curl_client("github-stats/test");
  const auto response = client->send({.url = "http://127.0.0.1:1/"}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(response.error().message.find("http://127.0.0.1:1"), std::string::npos);
}

TEST(CurlClient, AnAddressThatIsNoneIsTheCallersFault) {
  const auto client = make_curl_client("github-stats/test");
  const auto response = client->send({.url = "ftp://127.0.0.1/"}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
}

// Sets an environment variable for a test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() { unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

TEST(CurlClient, AProxysPasswordIsNeverShown) {
  const auto client = make_curl_client("github-stats/test");
  for (const std::string proxy :
       {"ftp://user:secret@127.0.0.1:1", "http://user:secret@127.0.0.1:port",
        "http://user:sec@secret@127.0.0.1:1", "user:secret@127.0.0.1:1:1", "http://user:secret@",
        "http://user:secret@127.0.0.1:1", "http://user:secret@no-such-host.invalid:1",
        "socks5h://user:secret@127.0.0.1:1"}) {
    const ScopedVariable variable("http_proxy", proxy);
    const auto response = client->send({.url = "http://127.0.0.1:2/"}, {});
    ASSERT_FALSE(response) << proxy;
    EXPECT_EQ(response.error().describe().find("secret"), std::string::npos)
        << response.error().describe();
  }
}

TEST(CurlClient, AProxyThatWantsAPasswordIsNamedAsTheCause) {
  const CannedServer proxy(
      {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
       "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"});
  const auto client = make_curl_client("github-stats/test");
  const ScopedVariable http("http_proxy", proxy.url(""));
  const ScopedVariable https("https_proxy", proxy.url(""));
  for (const char* url : {"http://127.0.0.1:2/", "https://127.0.0.1:2/"}) {
    const auto response = client->send({.url = url}, {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument) << url;
    EXPECT_NE(response.error().message.find("407"), std::string::npos);
    EXPECT_NE(response.error().remedy.find("HTTPS_PROXY"), std::string::npos);
  }
}

TEST(CurlClient, GoesPastTheProxyWhenThatIsAskedFor) {
  const CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"});
  const ScopedVariable variable("http_proxy", "http://127.0.0.1:1");
  const auto response =
      make_curl_client("github-stats/test")->send({.url = server.url("/"), .direct = true}, {});
  ASSERT_TRUE(response) << response.error().describe();
  EXPECT_EQ(response->body, "ok");
}

TEST(CurlClient, StopsWhenTold) {
  const auto client = make_curl_client("github-stats/test");
  std::stop_source stop;
  stop.request_stop();
  const auto response = client->send({.url = "http://127.0.0.1:1/"}, stop.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace github_stats
