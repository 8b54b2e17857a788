// upload SOURCE DESTINATION: uploads a directory to "s3://bucket/prefix" and tells what happened.
// Run again, it sends only what has changed; interrupted by Ctrl-C, it ends in order.
#include <csignal>
#include <iostream>
#include <stop_token>
#include <thread>

#include <penstock/upload.h>

namespace {

// Asks `upload` to stop when Ctrl-C comes, until it is asked to end itself.
void wait_for_interrupt(const std::stop_token& ended, const sigset_t& signals,
                        std::stop_source upload) {
  const timespec a_moment{0, 100'000'000};
  while (!ended.stop_requested())
    if (sigtimedwait(&signals, nullptr, &a_moment) == SIGINT) upload.request_stop();
}

void tell(const penstock::UploadResult& result) {
  if (result.success)
    std::cout << result.file << ": " << (result.attempts > 0 ? "sent" : "there already") << '\n';
  else
    std::cerr << result.error << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: upload SOURCE DESTINATION\n";
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::stop_source stop;
  const std::jthread waiter(
      [&](const std::stop_token& ended) { wait_for_interrupt(ended, signals, stop); });

  penstock::UploadOptions options;
  options.sources = {argv[1]};
  options.destination = argv[2];
  auto upload = penstock::UploadManager::create(options);
  if (!upload) {
    std::cerr << upload.error().message << '\n';
    return 1;
  }
  upload->on_result(tell);
  const auto summary = upload->run(stop.get_token());
  if (!summary) {
    std::cerr << summary.error().message << '\n';
    return 1;
  }
  std::cout << summary->sent << " files sent, " << summary->unchanged << " there already, "
            << summary->failed << " failed\n";
  return summary->failed == 0 ? 0 : 1;
}
