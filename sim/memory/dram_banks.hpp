// The state of a DRAM channel: which rows are open, and from when on each command is legal.
#ifndef OFPGA_MEMORY_DRAM_BANKS_HPP
#define OFPGA_MEMORY_DRAM_BANKS_HPP

#include <algorithm>
#include <array>
#include <vector>

#include "dram_timing.hpp"

namespace ofpga_memory {

enum class Command : uint8_t { ACTIVATE, PRECHARGE, PRECHARGE_ALL, READ, WRITE, REFRESH, REFRESH_BANK };

struct IssuedCommand {
  uint64_t clock;
  Command command;
  uint32_t bank;  // bank group * banks a group + bank; 0 where the command is for all
  uint64_t row;   // ACTIVATE: to be opened; READ, WRITE: that is meant
};

struct CommandCounters {
  uint64_t activates = 0, precharges = 0, reads = 0, writes = 0, refreshes = 0;
};

// The caller issues a command no earlier than its `earliest_*` says, and columns only of the open row.
class DramBanks {
 public:
  explicit DramBanks(const DramTiming &timing);

  bool is_open(uint32_t bank) const { return banks_[bank].open; }
  uint64_t row(uint32_t bank) const { return banks_[bank].row; }
  bool any_open() const { return open_banks_ > 0; }

  uint64_t earliest_activate(uint32_t bank) const {
    return std::max({banks_[bank].activate, groups_[group(bank)].activate, activate_, four_activates_[oldest_activate_]});
  }
  uint64_t earliest_precharge(uint32_t bank) const { return banks_[bank].precharge; }
  uint64_t earliest_read(uint32_t bank) const {
    return std::max({banks_[bank].column, groups_[group(bank)].read, read_});
  }
  uint64_t earliest_write(uint32_t bank) const {
    return std::max({banks_[bank].column, groups_[group(bank)].write, write_});
  }
  uint64_t earliest_precharge_all() const;           // of those that are open
  uint64_t earliest_refresh() const;                 // all are closed
  uint64_t earliest_refresh(uint32_t bank) const { return banks_[bank].activate; }  // it is closed

  void activate(uint64_t now, uint32_t bank, uint64_t row);
  void precharge(uint64_t now, uint32_t bank);
  void precharge_all(uint64_t now);
  void read(uint64_t now, uint32_t bank, uint64_t row);
  void write(uint64_t now, uint32_t bank, uint64_t row);
  void refresh(uint64_t now);
  void refresh(uint64_t now, uint32_t bank);

  const CommandCounters &counters() const { return counters_; }
  void set_trace(std::vector<IssuedCommand> *trace) { trace_ = trace; }

 private:
  struct Bank {
    bool open = false;
    uint64_t row = 0;
    uint64_t activate = 0, precharge = 0, column = 0;  // earliest
  };
  struct Group {
    uint64_t activate = 0, read = 0, write = 0;
  };

  uint32_t group(uint32_t bank) const { return bank / timing_.banks_per_group; }
  void note(uint64_t now, Command command, uint32_t bank, uint64_t row) {
    if (trace_ != nullptr) trace_->push_back({now, command, bank, row});
  }

  DramTiming timing_;
  std::array<Bank, 32> banks_;
  std::array<Group, 32> groups_;
  uint64_t activate_ = 0, read_ = 0, write_ = 0;    // earliest, whatever the bank
  std::array<uint64_t, 4> four_activates_{};        // when the window of each of the last four closes
  uint32_t oldest_activate_ = 0;
  uint32_t open_banks_ = 0;
  CommandCounters counters_;
  std::vector<IssuedCommand> *trace_ = nullptr;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_DRAM_BANKS_HPP
