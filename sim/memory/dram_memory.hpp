// A DRAM channel with its controller behind an AXI4 port.
#ifndef OFPGA_MEMORY_DRAM_MEMORY_HPP
#define OFPGA_MEMORY_DRAM_MEMORY_HPP

#include <vector>

#include "axi_memory.hpp"
#include "bank_queues.hpp"
#include "dram_banks.hpp"

namespace ofpga_memory {

// The controller, in short. Bursts are cut into accesses (one READ or WRITE each). Reads wait in one queue and writes,
// already answered, in another; one of the two is served at a time. Of each bank only the oldest access of that queue is
// looked at; among the banks an access whose row is open goes first, the older before the younger (first ready, first
// come). A row stays open until its bank is wanted for another or refreshed. Words leave in the order they were asked for.
//
// The memory's clock is derived from the AXI clock by accumulation: whole numbers, the same every time.
class DramMemory final : public AxiMemory {
 public:
  // `axi_khz`: frequency of the calls of clock(). `refresh_offset`: clocks by which the first refresh comes later than
  // refi, so that channels need not refresh together. Throws std::invalid_argument.
  DramMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, const DramTiming &timing, uint64_t axi_khz,
             uint32_t word_bytes = 64, uint32_t refresh_offset = 0);

  void reset() override;

  const DramTiming &timing() const { return timing_; }
  const CommandCounters &commands() const { return banks_.counters(); }
  uint64_t clocks() const { return now_; }
  // Appends every command to `trace` from now on; null: none.
  void set_trace(std::vector<IssuedCommand> *trace);

 private:
  struct ReadBurst {
    uint64_t ready, address;
    uint32_t words;
  };
  struct ReturnWord {
    uint64_t address;
    uint32_t missing;  // accesses that are still to give a part of it
    bool last;
  };
  struct Arrival {
    uint64_t clock;
    uint64_t first_word;
    uint32_t words;
  };
  static constexpr uint64_t NEVER = ~uint64_t(0);
  static constexpr uint32_t NO_BANK = ~0u;

  bool has_read_room() const override { return bursts_.size() < timing_.read_bursts; }
  bool has_write_room() const override { return writes_.size() + accesses_per_word_ <= timing_.write_queue; }
  void take_read(const Burst &burst) override;
  void take_word(uint64_t address) override;
  void advance() override;
  bool front_word(uint64_t &address, bool &last) const override;
  void pop_word() override;

  void tick();
  void ask();
  bool refresh_all();
  bool refresh_bank();
  void choose_direction();
  void serve();
  void issue_row(const Access &access);
  void issue_column(BankQueues &queue, uint32_t bank);

  DramTiming timing_;
  DramMapping mapping_;
  DramBanks banks_;
  uint64_t axi_khz_;
  uint32_t refresh_offset_;
  uint32_t accesses_per_word_;  // at least 1
  uint32_t words_per_access_;   // at least 1
  uint32_t return_words_;       // timing_.return_bytes in words
  std::vector<IssuedCommand> *trace_ = nullptr;

  uint64_t now_ = 0;          // clock
  uint64_t accumulated_ = 0;  // of clock_khz against axi_khz
  uint64_t wake_ = 0;         // no command can be issued before, unless something arrives
  uint64_t row_bus_ = 0;      // from when on the bus of row commands is free
  uint64_t refresh_due_ = 0;
  uint32_t refresh_next_ = 0;   // PER_BANK: the bank whose turn it is
  uint32_t blocked_bank_ = NO_BANK;  // PER_BANK: the bank that waits for its refresh
  bool writing_ = false;

  std::deque<ReadBurst> bursts_;
  BankQueues reads_, writes_;
  uint64_t gather_until_ = 0;  // clock until which a word may join the write pushed last
  std::deque<Arrival> arrivals_;
  std::deque<ReturnWord> returns_;
  uint64_t returned_ = 0;  // number of the word at the front of returns_
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_DRAM_MEMORY_HPP
