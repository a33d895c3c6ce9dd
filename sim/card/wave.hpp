// The waveform of a model, in builds that can write one (`make wave`, sim/Makefile's WAVE=1).
#ifndef OFPGA_SIM_WAVE_HPP
#define OFPGA_SIM_WAVE_HPP

#include <verilated.h>

#if VM_TRACE
#include <verilated_vcd_c.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#endif

namespace ofpga_sim {

#if VM_TRACE
inline void prepare_wave(VerilatedContext &context) { context.traceEverOn(true); }

// Writes $OFPGA_WAVE-N.vcd for the Nth model of the process, from 0; nothing where that is not set.
class Wave {
 public:
  template <class Model>
  void open(Model &model) {
    static std::atomic<unsigned> models{0};
    const char *path = std::getenv("OFPGA_WAVE");
    if (path == nullptr || *path == '\0') return;
    file_ = std::make_unique<VerilatedVcdC>();
    model.trace(file_.get(), 99);
    file_->open((std::string(path) + "-" + std::to_string(models++) + ".vcd").c_str());
  }
  void dump(uint64_t time) {
    if (file_ != nullptr) file_->dump(time);
  }
  void close() {
    if (file_ != nullptr) file_->close();
  }

 private:
  std::unique_ptr<VerilatedVcdC> file_;
};
#else
inline void prepare_wave(VerilatedContext &) {}

class Wave {
 public:
  template <class Model>
  void open(Model &) {}
  void dump(uint64_t) {}
  void close() {}
};
#endif

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_WAVE_HPP
