// What models covered, in builds that count it (sim/Makefile's COVERAGE=1): in $OFPGA_COVERAGE at the end of the process.
#ifndef OFPGA_SIM_COVERAGE_HPP
#define OFPGA_SIM_COVERAGE_HPP

#include <memory>

#if VM_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>

#include <cstdlib>
#include <string>
#endif

namespace ofpga_sim {

#if VM_COVERAGE
// The one bench of a process: every test starts it anew, so that counts add up and are written once. Its registers hold
// zeros at first whatever the seed: a toggle of what they held by chance would count.
template <class Bench>
class Kept {
 public:
  ~Kept() {
    const char *folder = std::getenv("OFPGA_COVERAGE");
    if (bench_ == nullptr || folder == nullptr || *folder == '\0') return;
    bench_->context().coveragep()->write(std::string(folder) + "/" OFPGA_NAME "-" + std::to_string(getpid()) + ".dat");
  }

  Bench *open(uint32_t) {
    if (bench_ == nullptr) bench_ = std::make_unique<Bench>(0);
    else bench_->restart();
    return bench_.get();
  }
  void close(Bench *) {}

 private:
  std::unique_ptr<Bench> bench_;
};
#else
template <class Bench>
class Kept {
 public:
  Bench *open(uint32_t seed) { return new Bench(seed); }
  void close(Bench *bench) { delete bench; }
};
#endif

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_COVERAGE_HPP
