// A memory without a timing of its own: a fixed latency, then a word a cycle.
#ifndef OFPGA_MEMORY_IDEAL_MEMORY_HPP
#define OFPGA_MEMORY_IDEAL_MEMORY_HPP

#include "axi_memory.hpp"

namespace ofpga_memory {

class IdealMemory final : public AxiMemory {
 public:
  // `latency`: cycles, at least 1, from a read's address to its first word and from a write's last word to its answer.
  IdealMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, uint32_t latency = 32,
              uint32_t word_bytes = 64);

  void reset() override;

 private:
  static constexpr std::size_t MAX_BURSTS = 64;

  struct Read {
    Burst burst;
    uint32_t done;
    uint64_t cycle;  // in which the first word may be there
  };

  bool has_read_room() const override { return reads_.size() < MAX_BURSTS; }
  bool has_write_room() const override { return true; }
  void take_read(const Burst &burst) override { reads_.push_back({burst, 0, cycle() + latency_}); }
  void take_word(uint64_t) override {}
  void advance() override {}
  bool front_word(uint64_t &address, bool &last) const override;
  void pop_word() override;

  uint32_t latency_;
  std::deque<Read> reads_;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_IDEAL_MEMORY_HPP
