// The concurrency pattern of penstock in small: the sizes of files, read by several threads and
// printed in the order they were named.
//
//   names --Channel--> readers (fan-out) --OrderedRing--> printer (fan-in, in order)
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

#include "flow/channel.h"
#include "flow/crew.h"
#include "flow/meter.h"
#include "flow/ordered_ring.h"

namespace {

using namespace penstock;

struct Name {
  std::uint64_t ticket;
  std::string path;
};

constexpr int kReaders = 4;

Status size_up(Channel<Name>& names, OrderedRing<std::string>& lines, StageMeter& meter,
               const std::stop_token& stop) {
  while (auto name = names.pop(stop)) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(name->path, error);
    if (error) return fail_errno("size of " + name->path, error.value());
    meter.add(1, bytes);
    if (!lines.put(name->ticket, std::to_string(bytes) + " " + name->path, stop)) break;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Channel<Name> names(2);              // bounded: the walk waits for the readers
  OrderedRing<std::string> lines(16);  // restores the order
  StageMeter meter;
  Crew crew;

  crew.add("name", [&](const std::stop_token& stop) -> Status {
    for (int i = 1; i < argc; ++i)
      if (!names.push({static_cast<std::uint64_t>(i - 1), argv[i]}, stop)) return {};
    names.close();
    lines.finish(static_cast<std::uint64_t>(argc - 1));
    return {};
  });
  for (int i = 0; i < kReaders; ++i)
    crew.add("size",
             [&](const std::stop_token& stop) { return size_up(names, lines, meter, stop); });
  crew.add("print", [&](const std::stop_token& stop) -> Status {
    while (auto line = lines.take(stop)) std::cout << *line << '\n';
    return {};
  });

  const Status done = crew.join();  // the first error, and nobody left running
  if (!done) {
    std::cerr << "pipeline: " << done.error().message << '\n';
    return 1;
  }
  std::cout << meter.snapshot().items << " files, " << meter.snapshot().bytes << " bytes\n";
  return 0;
}
