// A memory without a timing of its own: a fixed latency, then a word a cycle. For tests it can stall and fail.
#ifndef OFPGA_MEMORY_IDEAL_MEMORY_HPP
#define OFPGA_MEMORY_IDEAL_MEMORY_HPP

#include "axi_memory.hpp"
#include "rhythm.hpp"

namespace ofpga_memory {

constexpr uint64_t NO_WORD = ~uint64_t(0);

struct IdealTiming {
  uint32_t latency = 32;  // cycles, at least 1, from a read's address to its first word, from a write's last word to its answer
  uint32_t willing = 1, unwilling = 0;  // longest runs of cycles of each channel, see Rhythm
  uint32_t seed = 0;                    // of the rhythms
  uint64_t error_word = NO_WORD;        // SLVERR instead of this word, counted from 0 over the words inside, read and written
};

class IdealMemory final : public AxiMemory {
 public:
  IdealMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, const IdealTiming &timing = {},
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
  void take_read(const Burst &burst) override { reads_.push_back({burst, 0, cycle() + timing_.latency}); }
  void take_word(uint64_t) override {}
  void advance() override {}
  bool front_word(uint64_t &address, bool &last) const override;
  void pop_word() override;
  Response respond(uint64_t address) override;
  bool is_willing(Channel channel) override { return rhythms_[std::size_t(channel)].next(); }

  IdealTiming timing_;
  std::array<Rhythm, 5> rhythms_;  // by Channel; they and the count of words go on through a reset
  uint64_t words_ = 0;
  std::deque<Read> reads_;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_IDEAL_MEMORY_HPP
