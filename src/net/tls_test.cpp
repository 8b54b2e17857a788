// Whom the client trusts, against `openssl s_server` with certificates made for the purpose.
#include <csignal>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/test_directory.h"
#include "files/unique_fd.h"
#include "net/http_client.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;

// A certificate authority, and certificates signed by it: NAME.pem with NAME.key.
class Certificates {
 public:
  Certificates() {
    run("openssl req -x509 " + std::string(kNewKey) + " -keyout ca.key -out ca.pem -days 2 " +
        "-subj /CN=penstock-test");
    issue("good", "IP:127.0.0.1", 2);
    issue("other", "DNS:other.example", 2);
    issue("expired", "IP:127.0.0.1", -1);
    run("openssl req -x509 " + std::string(kNewKey) + " -keyout alone.key -out alone.pem -days 2 " +
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1");
  }
  std::string path(const std::string& name) const { return directory_ / name; }

 private:
  static constexpr const char* kNewKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

  void run(const std::string& command) {
    const std::string quiet = "cd '" + directory_.path() + "' && " + command + " 2> /dev/null";
    if (std::system(quiet.c_str()) != 0) std::abort();
  }
  void issue(const std::string& name, const std::string& subject, int days) {
    directory_.file(name + ".ext", "subjectAltName=" + subject);
    run("openssl req " + std::string(kNewKey) + " -keyout " + name + ".key -out " + name +
        ".csr -subj /CN=penstock");
    run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -out " +
        name + ".pem -extfile " + name + ".ext -days " + std::to_string(days));
  }

  TestDirectory directory_;
};

const Certificates& certificates() {
  static const Certificates made;
  return made;
}

// Runs until it is destroyed.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name, const std::string& protocol = "-tls1_3") {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    const UniqueFd out(ends[0]);
    UniqueFd in(ends[1]);
    const std::string certificate = certificates().path(name + ".pem");
    const std::string key = certificates().path(name + ".key");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in.get(), STDOUT_FILENO);
      ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
               certificate.c_str(), "-key", key.c_str(), "-cipher", "ALL:@SECLEVEL=0",
               protocol.c_str(), nullptr);
      ::_exit(127);
    }
    in.reset();
    port_ = read_port(out.get());
  }
  ~TlsServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + port_ + "/?secret"; }

 private:
  // The server's "ACCEPT 127.0.0.1:PORT".
  static std::string read_port(int fd) {
    std::string text;
    for (char c = 0; ::read(fd, &c, 1) == 1;) {
      text += c;
      const std::size_t at = text.find("ACCEPT 127.0.0.1:");
      if (c == '\n' && at != std::string::npos) return text.substr(at + 17, text.size() - at - 18);
    }
    std::abort();
  }

  pid_t pid_ = -1;
  std::string port_;
};

Result<HttpResponse> ask(const TlsServer& server, const std::string& ca_file,
                         bool insecure = false) {
  HttpClientOptions options;
  options.ca_file = ca_file;
  options.insecure = insecure;
  HttpRequest request;
  request.url = server.url();
  return (*make_http_client(options))->perform(request, {});
}

void expect_distrust(const Result<HttpResponse>& response, const char* why) {
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kDenied) << response.error().message;
  EXPECT_EQ(response.error().retry, Retry::kNever);
  EXPECT_THAT(response.error().message, HasSubstr(why));
  EXPECT_THAT(response.error().message, ::testing::StartsWith("GET https://127.0.0.1:"));
  EXPECT_THAT(response.error().message, ::testing::Not(HasSubstr("secret")));
}

TEST(Tls, TrustsACertificateOfTheGivenAuthority) {
  const TlsServer server("good");
  const auto response = ask(server, certificates().path("ca.pem"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST(Tls, DistrustsACertificateForAnotherHost) {
  expect_distrust(ask(TlsServer("other"), certificates().path("ca.pem")), "another host name");
}

TEST(Tls, DistrustsACertificateThatHasExpired) {
  expect_distrust(ask(TlsServer("expired"), certificates().path("ca.pem")), "expired");
}

TEST(Tls, DistrustsACertificateThatNobodySigned) {
  expect_distrust(ask(TlsServer("alone"), certificates().path("ca.pem")), "issuer is unknown");
}

TEST(Tls, TheSystemsAuthoritiesDoNotIncludeOurs) {
  expect_distrust(ask(TlsServer("good"), ""), "issuer is unknown");
}

TEST(Tls, TrustsAnyCertificateWhenToldTo) {
  for (const char* name : {"other", "expired", "alone"})
    EXPECT_TRUE(ask(TlsServer(name), certificates().path("ca.pem"), true)) << name;
}

TEST(Tls, SpeaksNothingOlderThanTls12) {
  EXPECT_TRUE(ask(TlsServer("good", "-tls1_2"), certificates().path("ca.pem")));
  const auto response = ask(TlsServer("good", "-tls1_1"), certificates().path("ca.pem"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kIo) << response.error().message;
}

TEST(Tls, SaysWhenTheFileOfCertificatesHoldsNone) {
  const TestDirectory directory;
  directory.file("empty.pem", "nothing");
  const auto response = ask(TlsServer("good"), directory / "empty.pem");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kInvalid) << response.error().message;
}

}  // namespace
}  // namespace penstock
