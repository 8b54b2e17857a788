// pack_directory DIRECTORY OUT.zip: packs a directory with the library, and tells what happened.
// The password is the first line of standard input; an empty one means no encryption.
#include <iostream>
#include <string>

#include <penstock/pack.h>

namespace {

// Told about every file that had to be left out, while the others are packed.
class ToStderr final : public penstock::Observer {
 public:
  void problem(const penstock::Error& error) override { std::cerr << error.message << '\n'; }
  void notice(std::string_view text) override { std::cerr << text << '\n'; }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: pack_directory DIRECTORY OUT.zip\n";
    return 2;
  }
  std::string line;
  std::getline(std::cin, line);
  const penstock::Secret password(std::move(line));

  penstock::PackOptions options;
  options.sources = {argv[1]};
  options.output = argv[2];
  if (!password.empty()) options.password = &password;

  ToStderr observer;
  penstock::Progress progress;  // another thread may look at it while pack() runs
  const auto report = penstock::pack(options, observer, progress, {});
  if (!report) {
    std::cerr << report.error().message << '\n';
    return 1;
  }
  std::cout << report->files << " files, " << report->bytes_in << " bytes -> " << report->bytes_out
            << " bytes\n";
  return report->failed == 0 ? 0 : 1;
}
