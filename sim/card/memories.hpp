// The memories of a card or of a unit alone: one a port, one for the activation space.
#ifndef OFPGA_SIM_MEMORIES_HPP
#define OFPGA_SIM_MEMORIES_HPP

#include <memory>
#include <vector>

#include "dram_memory.hpp"
#include "ideal_memory.hpp"
#include "memories.h"

namespace ofpga_sim {

using ofpga_memory::AxiMemory;

// Where an ideal memory answers with an error.
struct Failure {
  int space = -1;  // a port; the number of ports for the activation space; -1: nowhere
  uint64_t word = ofpga_memory::NO_WORD;
};

class Memories {
 public:
  // port_mem: `ports` spaces of port_bytes, seen from port_base on; act_mem: the activation space, seen from act_base on.
  // Sizes are cut to whole words. The channels of DRAM refresh one after another. Throws std::invalid_argument.
  Memories(const ofpga_memory_options &options, uint32_t ports, uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem,
           uint64_t act_bytes, uint64_t act_base, const Failure &failure = {}, uint64_t port_base = 0) {
    constexpr uint64_t WORD = ofpga_memory::MAX_WORD_BYTES;
    const std::string kind = options.kind == nullptr ? "ideal" : options.kind;
    for (uint32_t i = 0; i <= ports; ++i) {
      const bool is_act = i == ports;
      const std::string name = is_act ? "the activation space" : "port " + std::to_string(i);
      uint8_t *const bytes = is_act ? act_mem : port_mem[i];
      const uint64_t size = (is_act ? act_bytes : port_bytes) / WORD * WORD, base = is_act ? act_base : port_base;
      if (kind == "ideal") {
        ofpga_memory::IdealTiming timing;
        timing.latency = options.latency;
        timing.willing = options.willing;
        timing.unwilling = options.unwilling;
        timing.seed = options.seed * 64 + i;
        if (failure.space == int(i)) timing.error_word = failure.word;
        memories_.push_back(std::make_unique<ofpga_memory::IdealMemory>(name, bytes, size, base, timing));
      } else {
        const ofpga_memory::DramTiming timing = ofpga_memory::dram_timing(kind.c_str());
        memories_.push_back(std::make_unique<ofpga_memory::DramMemory>(name, bytes, size, base, timing, options.clock_khz,
                                                                       uint32_t(WORD), i * timing.refi / (ports + 1)));
      }
      memories_.back()->reset();
    }
  }

  uint32_t ports() const { return uint32_t(memories_.size() - 1); }
  AxiMemory &port(uint32_t p) { return *memories_[p]; }
  AxiMemory &act() { return *memories_.back(); }

  // Read and written.
  uint64_t port_words(uint32_t p) const { return words(*memories_[p]); }
  uint64_t port_words() const {
    uint64_t sum = 0;
    for (uint32_t p = 0; p < ports(); ++p) sum += port_words(p);
    return sum;
  }
  uint64_t act_words() const { return words(*memories_.back()); }

 private:
  static uint64_t words(const AxiMemory &memory) { return memory.counters().words_read + memory.counters().words_written; }

  std::vector<std::unique_ptr<AxiMemory>> memories_;
};

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_MEMORIES_HPP
