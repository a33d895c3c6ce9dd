// A Verilated model with its clock and the memories behind its AXI channels.
#ifndef OFPGA_SIM_CLOCKED_HPP
#define OFPGA_SIM_CLOCKED_HPP

#include <verilated.h>

#include <memory>
#include <vector>

#include "axi_memory.hpp"

namespace ofpga_sim {

// Verilator calls this when an assertion of the design fails.
struct DesignError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Model>
class Clocked {
 public:
  explicit Clocked(uint32_t seed = 0) : context_(std::make_unique<VerilatedContext>()) {
    context_->randReset(seed == 0 ? 0 : 2);
    context_->randSeed(int(seed & 0x7fffffff));
    model_ = std::make_unique<Model>(context_.get());
  }
  ~Clocked() { model_->final(); }

  Model &model() { return *model_; }
  uint64_t cycle() const { return cycle_; }

  void attach(AxiMemory &memory, const AxiReadPins &pins) { reads_.push_back({&memory, pins}); }
  void attach(AxiMemory &memory, const AxiWritePins &pins) { writes_.push_back({&memory, pins}); }
  void detach() {
    reads_.clear();
    writes_.clear();
  }

  // Everything but the rising edge: afterwards the model's outputs are those that the edge will see.
  void settle() {
    for (auto &[memory, pins] : reads_) memory->drive(pins, cycle_);
    for (auto &[memory, pins] : writes_) memory->drive(pins, cycle_);
    model_->clk_i = 0;
    model_->eval();
    context_->timeInc(1);
  }
  void edge() {
    for (auto &[memory, pins] : reads_) memory->sample(pins, cycle_);
    for (auto &[memory, pins] : writes_) memory->sample(pins, cycle_);
    model_->clk_i = 1;
    model_->eval();
    context_->timeInc(1);
    ++cycle_;
  }
  void step() {
    settle();
    edge();
  }

  void reset() {
    for (auto &[memory, pins] : reads_) memory->reset();
    for (auto &[memory, pins] : writes_) memory->reset();
    model_->rst_ni = 0;
    for (int i = 0; i < 4; ++i) {
      settle();
      model_->clk_i = 1;
      model_->eval();
      context_->timeInc(1);
      ++cycle_;
    }
    model_->rst_ni = 1;
  }

 private:
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  std::vector<std::pair<AxiMemory *, AxiReadPins>> reads_;
  std::vector<std::pair<AxiMemory *, AxiWritePins>> writes_;
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
