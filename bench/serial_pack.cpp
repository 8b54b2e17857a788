// serial_pack DIRECTORY OUT.zip LEVEL: what `penstock pack` does, as a plain loop in one thread:
// plan, read, derive keys, compress, encrypt, write, one ticket after the other. The same kernels
// without the pipeline around them: the yardstick of ./bench/run pipeline. The password is
// "secret".
#include <charconv>
#include <cstdio>
#include <string_view>

#include "penstock/pack.h"

#include "archive/pack_planner.h"
#include "archive/pack_reader.h"
#include "archive/pack_worker.h"
#include "archive/pack_writer.h"
#include "crypto/pbkdf2.h"
#include "files/byte_sink.h"

namespace penstock::zip {
namespace {

Status serial_pack(std::string directory, const std::string& output, int level) {
  const Secret password(std::string("secret"));
  PackSettings settings;
  settings.level = level;
  settings.password = &password;
  settings.salts = &random_salts();
  PackMeters meters;
  Progress progress;
  const auto ignore = [](const Error&) {};
  const auto quiet = [](const std::string&) {};
  PackWriter::Hooks told{ignore, quiet, quiet};

  WalkOptions walk;
  walk.sources = {std::move(directory)};
  PENSTOCK_TRY(Walker walker, Walker::create(std::move(walk)));
  PackPlanner::Hooks hooks{ignore, [](const WalkItem&) {},
                           [](const WalkItem&) { return Status(); }};
  PackPlanner planner(std::move(walker), hooks, pbkdf2_batch(material_bytes(settings.strength)));
  PENSTOCK_TRY(auto sink, open_file_sink(output, true));
  PENSTOCK_TRY(PackWriter writer,
               PackWriter::create(std::move(sink), settings, meters, progress, std::move(told)));
  PENSTOCK_TRY(PackWorker worker, PackWorker::create(settings, meters));
  BufferPool pool(2, job_buffer_bytes());

  const std::stop_token never;
  for (;;) {
    PENSTOCK_TRY(std::optional<Job> job, planner.next(never));
    if (!job) return writer.finish();
    job->input = *pool.acquire(never);
    job->output = *pool.acquire(never);
    read_job(*job);
    PENSTOCK_CHECK(worker.work(*job));
    PENSTOCK_CHECK(writer.write(*job));
  }
}

}  // namespace
}  // namespace penstock::zip

int main(int argc, char** argv) {
  int level = 0;
  const std::string_view digits = argc == 4 ? argv[3] : "";
  std::from_chars(digits.data(), digits.data() + digits.size(), level);
  if (level == 0) {
    std::fputs("usage: serial_pack DIRECTORY OUT.zip LEVEL\n", stderr);
    return 2;
  }
  const auto done = penstock::zip::serial_pack(argv[1], argv[2], level);
  if (!done) std::fprintf(stderr, "serial_pack: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
