#include "http/curl_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "base/trim.h"
#include "http/authorities.h"
#include "http/url.h"

namespace github_stats {
namespace {

constexpr auto kConnectTimeout = std::chrono::seconds(20);
constexpr int kProxyAuthenticationRequired = 407;
constexpr const char* kProxyForm =
    "set HTTPS_PROXY (for http:// addresses: http_proxy) to http://USER:PASSWORD@HOST:PORT; "
    "special "
    "characters in the password are written as %XX";

struct HandleDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleDeleter>;

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListDeleter>;

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  curl_easy_setopt(handle, option, value);
}

size_t append_body(char* data, size_t size, size_t count, void* response) {
  std::string& body = static_cast<HttpResponse*>(response)->body;
  const size_t needed = body.size() + size * count + kBodyPadding;
  if (body.capacity() < needed) {
    body.reserve(std::max(needed, 2 * body.capacity()));
  }
  body.append(data, size * count);
  return size * count;
}

size_t add_header(char* data, size_t size, size_t count, void* response) {
  auto& headers = static_cast<HttpResponse*>(response)->headers;
  const std::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    headers.clear();  // those of a redirect or of "100 Continue" are not the answer's
  } else if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string& value = headers[std::move(name)];
    value.append(value.empty() ? "" : ", ").append(trimmed(line.substr(colon + 1)));
  }
  return size * count;
}

// A request's body on its way out.
struct Upload {
  const HttpRequest& request;
  size_t sent = 0;
};

// Gives curl the next bytes of the body; the first half alone, when somebody wants to know.
size_t read_body(char* data, size_t size, size_t count, void* pointer) {
  auto& upload = *static_cast<Upload*>(pointer);
  const std::string_view body = upload.request.body;
  size_t end = body.size();
  if (upload.request.half_sent) {
    if (upload.sent < body.size() / 2) {
      end = body.size() / 2;
    } else if (upload.sent == body.size() / 2) {
      upload.request.half_sent();
    }
  }
  const size_t length = std::min(size * count, end - upload.sent);
  std::copy_n(body.data() + upload.sent, length, data);
  upload.sent += length;
  return length;
}

// Curl sends the body again when a connection that it kept turns out to be closed.
int seek_body(void* pointer, curl_off_t offset, int origin) {
  auto& upload = *static_cast<Upload*>(pointer);
  if (origin != SEEK_SET || offset < 0 ||
      static_cast<size_t>(offset) > upload.request.body.size()) {
    return CURL_SEEKFUNC_FAIL;
  }
  upload.sent = static_cast<size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// Called by curl about once a second and whenever data moves; non-zero ends the transfer.
int check_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

const char* method_name(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kPatch:
      return "PATCH";
    case HttpMethod::kDelete:
      return "DELETE";
  }
  return "GET";
}

// For messages: paths and queries can hold what must not be shown.
std::string host_of(std::string_view url) { return std::string(origin_of(url)); }

int status_of(CURL* handle, CURLINFO which) {
  long status = 0;
  curl_easy_getinfo(handle, which, &status);
  return static_cast<int>(status);
}

HeaderList make_headers(const HttpRequest& request) {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  // Without this curl waits a second for "100 Continue" before large bodies.
  list = curl_slist_append(list, "Expect:");
  return HeaderList(list);
}

// curl repeats an address that it can't read as it is, with the password in it.
bool may_show_password(std::string_view detail) {
  return detail.starts_with("Unsupported proxy") || detail.find('@') != std::string_view::npos;
}

tl::unexpected<Error> transport_failure(CURLcode code, const char* detail,
                                        const HttpRequest& request) {
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return fail(ErrorCode::kCancelled, "stopped while waiting for " + host_of(request.url));
  }
  const std::string_view reason = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  if (may_show_password(reason)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("can't reach {}: the address of the proxy in the environment can't be "
                            "used",
                            host_of(request.url)),
                kProxyForm);
  }
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("can't use the address {}: {}", host_of(request.url), reason));
  }
  if (code == CURLE_SSL_CACERT_BADFILE) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("can't tell whether to trust {}: {}", host_of(request.url), reason),
        "install the certificates of the authorities that the world trusts (most systems "
        "call the package ca-certificates), or set SSL_CERT_FILE to a file with them (PEM)");
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("can't trust {}: {}", host_of(request.url), reason),
                "if its certificate comes from a private authority, set SSL_CERT_FILE to that "
                "authority's certificate (PEM)");
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("no answer from {}: {}", host_of(request.url), reason),
              "check the network, the address and any proxy settings");
}

tl::unexpected<Error> proxy_refusal(const HttpRequest& request) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("can't reach {}: the proxy in the environment wants a user name and a "
                          "password, or others than were given (407)",
                          host_of(request.url)),
              kProxyForm);
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

class CurlClient : public HttpClient {
 public:
  explicit CurlClient(std::string user_agent)
      : user_agent_(std::move(user_agent)), authorities_(find_authorities(std::getenv, is_file)) {
    static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(kInitialised);
  }

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return fail(ErrorCode::kCancelled, "stopped before a request to " + host_of(request.url));
    }
    Handle handle = take_handle();
    if (handle == nullptr) {
      return fail(ErrorCode::kInternal, "libcurl could not be set up");
    }
    HttpResponse response;
    Upload upload{request};
    std::array<char, CURL_ERROR_SIZE> detail{};
    const HeaderList headers = make_headers(request);
    configure(handle.get(), request, headers.get(), response, stop, detail.data());
    configure_body(handle.get(), request, upload);

    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) {
      // A handle that failed is dropped, and its connection with it.
      if (status_of(handle.get(), CURLINFO_HTTP_CONNECTCODE) == kProxyAuthenticationRequired) {
        return proxy_refusal(request);
      }
      return transport_failure(code, detail.data(), request);
    }
    response.status = status_of(handle.get(), CURLINFO_RESPONSE_CODE);
    if (response.status == kProxyAuthenticationRequired) {
      return proxy_refusal(request);
    }
    response.body.reserve(response.body.size() + kBodyPadding);
    give_back(std::move(handle));
    return response;
  }

 private:
  void configure(CURL* handle, const HttpRequest& request, curl_slist* headers,
                 HttpResponse& response, const std::stop_token& stop, char* detail) const {
    using std::chrono::milliseconds;
    curl_easy_reset(handle);  // keeps the connections
    set(handle, CURLOPT_URL, request.url.c_str());
    set(handle, CURLOPT_CUSTOMREQUEST, method_name(request.method));
    set(handle, CURLOPT_HTTPHEADER, headers);
    set(handle, CURLOPT_USERAGENT, user_agent_.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    if (request.decode) {
      set(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
    }
    if (request.direct) {
      set(handle, CURLOPT_NOPROXY, "*");
    }
    set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::chrono::duration_cast<milliseconds>(kConnectTimeout).count()));
    set(handle, CURLOPT_TIMEOUT_MS,
        static_cast<long>(std::chrono::duration_cast<milliseconds>(request.timeout).count()));
    set(handle, CURLOPT_WRITEFUNCTION, append_body);
    set(handle, CURLOPT_WRITEDATA, &response);
    set(handle, CURLOPT_HEADERFUNCTION, add_header);
    set(handle, CURLOPT_HEADERDATA, &response);
    set(handle, CURLOPT_NOPROGRESS, 0L);
    set(handle, CURLOPT_XFERINFOFUNCTION, check_stop);
    set(handle, CURLOPT_XFERINFODATA, &stop);
    set(handle, CURLOPT_ERRORBUFFER, detail);
    if (authorities_) {
      set(handle, CURLOPT_CAINFO, authorities_->c_str());
      set(handle, CURLOPT_PROXY_CAINFO, authorities_->c_str());
    }
  }

  static void configure_body(CURL* handle, const HttpRequest& request, Upload& upload) {
    if (request.method == HttpMethod::kGet || request.method == HttpMethod::kDelete) {
      return;
    }
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    if (request.half_sent) {
      set(handle, CURLOPT_READFUNCTION, read_body);
      set(handle, CURLOPT_READDATA, &upload);
      set(handle, CURLOPT_SEEKFUNCTION, seek_body);
      set(handle, CURLOPT_SEEKDATA, &upload);
    } else {
      set(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
  }

  Handle take_handle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      return Handle(curl_easy_init());
    }
    Handle handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
  }

  void give_back(Handle handle) {
    // The response and the buffers it pointed to are gone when it is used next.
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }

  const std::string user_agent_;
  const std::optional<std::string> authorities_;
  std::mutex mutex_;
  std::vector<Handle> idle_;  // at most as many as there were requests at once
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_client(std::string user_agent) {
  return std::make_unique<CurlClient>(std::move(user_agent));
}

}  // namespace github_stats
