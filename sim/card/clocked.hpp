// A Verilated model with its clock and the memories behind its AXI channels.
#ifndef OFPGA_SIM_CLOCKED_HPP
#define OFPGA_SIM_CLOCKED_HPP

#include <verilated.h>

#include <memory>
#include <optional>
#include <vector>

#include "axi_memory.hpp"
#include "pins.hpp"
#include "wave.hpp"

namespace ofpga_sim {

using ofpga_memory::AxiMaster;
using ofpga_memory::AxiMemory;
using ofpga_memory::AxiSlave;

// Verilator calls this when an assertion of the design fails.
struct DesignError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Of models that have it, the clock twice as fast.
template <class Model>
auto set_fast_clock(Model &model, bool value, int) -> decltype(void(model.clk2x_i)) {
  model.clk2x_i = value;
}
template <class Model>
void set_fast_clock(Model &, bool, long) {}

template <class Model>
class Clocked {
 public:
  // `seed` of what registers hold at first; 0: zeros.
  explicit Clocked(uint32_t seed = 0) : context_(std::make_unique<VerilatedContext>()) {
    context_->randReset(seed == 0 ? 0 : 2);
    context_->randSeed(int(seed & 0x7fffffff));
    Verilated::threadContextp(context_.get());  // blocks that were compiled apart take it from there
    prepare_wave(*context_);
    model_ = std::make_unique<Model>(context_.get());
    wave_.open(*model_);
  }
  ~Clocked() {
    wave_.close();
    model_->final();
  }

  Model &model() { return *model_; }
  VerilatedContext &context() { return *context_; }
  uint64_t cycle() const { return cycle_; }
  void restart() { cycle_ = 0; }  // counted from here; a reset is due

  void attach(AxiMemory &memory, const std::optional<AxiReadPins> &reads, const std::optional<AxiWritePins> &writes) {
    channels_.push_back({&memory, reads, writes, {}});
  }
  // The channels fall silent.
  void detach() {
    for (const Channel &channel : channels_) channel.drive({});
    channels_.clear();
  }

  // Everything but the rising edge: afterwards the model's outputs are those that the edge will see.
  void settle() {
    for (const Channel &channel : channels_) channel.drive(channel.memory->out());
#if OFPGA_DSP_CLOCKS == 2
    set_fast_clock(*model_, false, 0);
    eval();
    set_fast_clock(*model_, true, 0);
    model_->clk_i = 0;
    eval();
    set_fast_clock(*model_, false, 0);
#else
    model_->clk_i = 0;
#endif
    eval();
  }
  void edge() {
    for (Channel &channel : channels_) {
      if (channel.reads) channel.reads->sample(channel.in);
      if (channel.writes) channel.writes->sample(channel.in);
      channel.memory->clock(channel.in);
    }
    rise();
  }
  void step() {
    settle();
    edge();
  }

  // The memories forget what is in flight.
  void reset() {
    for (Channel &channel : channels_) {
      channel.memory->reset();
      channel.in = {};
    }
    model_->rst_ni = 0;
    for (int i = 0; i < RESET_CYCLES; ++i) {
      settle();
      rise();
    }
    model_->rst_ni = 1;
  }

 private:
  // So long that what registers held at first has left the pipelines: multipliers assert the range of their factors.
  static constexpr int RESET_CYCLES = 48;

  struct Channel {
    AxiMemory *memory;
    std::optional<AxiReadPins> reads;
    std::optional<AxiWritePins> writes;
    AxiMaster in;

    void drive(const AxiSlave &out) const {
      if (reads) reads->drive(out);
      if (writes) writes->drive(out);
    }
  };

  void rise() {
    model_->clk_i = 1;
    if (OFPGA_DSP_CLOCKS == 2) set_fast_clock(*model_, true, 0);
    eval();
    ++cycle_;
  }
  void eval() {
    model_->eval();
    wave_.dump(context_->time());
    context_->timeInc(1);
  }

  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  Wave wave_;
  std::vector<Channel> channels_;
  uint64_t cycle_ = 0;
};

}  // namespace ofpga_sim

// What Verilator's run-time library asks for under VL_USER_STOP and VL_USER_FATAL: an error the caller can report.
#define OFPGA_DEFINE_STOP                                                                               \
  void vl_stop(const char *file, int line, const char *hierarchy) VL_MT_UNSAFE {                        \
    throw ofpga_sim::DesignError(std::string(file) + ":" + std::to_string(line) + " in " + hierarchy);  \
  }                                                                                                     \
  void vl_fatal(const char *file, int line, const char *hierarchy, const char *what) VL_MT_UNSAFE {     \
    throw ofpga_sim::DesignError(std::string(file) + ":" + std::to_string(line) + " in " + hierarchy + ": " + what); \
  }

#endif  // OFPGA_SIM_CLOCKED_HPP
