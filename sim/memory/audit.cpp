#include "audit.hpp"

#include <stdexcept>
#include <string>

namespace ofpga_memory {

namespace {

const char *name_of(Command command) {
  constexpr const char *NAMES[] = {"ACT", "PRE", "PREA", "RD", "WR", "REF", "REFSB"};
  return NAMES[int(command)];
}

bool is_column(Command command) { return command == Command::READ || command == Command::WRITE; }

[[noreturn]] void fail(const char *rule, const IssuedCommand &first, const IssuedCommand &second) {
  throw std::runtime_error(std::string(rule) + ": " + name_of(first.command) + " of bank " + std::to_string(first.bank) +
                           " at clock " + std::to_string(first.clock) + ", " + name_of(second.command) + " of bank " +
                           std::to_string(second.bank) + " at " + std::to_string(second.clock));
}

struct Least {
  uint32_t clocks;
  const char *rule;
};

// How far `second` must be from `first`.
Least least(const DramTiming &t, const IssuedCommand &first, const IssuedCommand &second) {
  using C = Command;
  const C a = first.command, b = second.command;
  const bool same_bank = first.bank == second.bank;
  const bool same_group = first.bank / t.banks_per_group == second.bank / t.banks_per_group;
  const bool closes = b == C::PRECHARGE_ALL || (b == C::PRECHARGE && same_bank);
  const bool refreshes = b == C::REFRESH || (b == C::REFRESH_BANK && same_bank);
  switch (a) {
    case C::ACTIVATE:
      if (b == C::ACTIVATE && same_bank) return {t.rc, "tRC"};
      if (b == C::ACTIVATE) return same_group ? Least{t.rrd_l, "tRRD_L"} : Least{t.rrd_s, "tRRD_S"};
      if (is_column(b) && same_bank) return {t.rcd, "tRCD"};
      if (closes) return {t.ras, "tRAS"};
      if (refreshes) return {t.rc, "tRC"};
      break;
    case C::PRECHARGE:
      if ((b == C::ACTIVATE && same_bank) || refreshes) return {t.rp, "tRP"};
      break;
    case C::PRECHARGE_ALL:
      if (b == C::ACTIVATE || b == C::REFRESH || b == C::REFRESH_BANK) return {t.rp, "tRP"};
      break;
    case C::READ:
      if (b == C::READ) return same_group ? Least{t.ccd_l, "tCCD_L"} : Least{t.ccd_s, "tCCD_S"};
      if (b == C::WRITE) return {t.cl + t.burst_length / 2 + 2 - t.cwl, "read to write"};
      if (closes) return {t.rtp, "tRTP"};
      break;
    case C::WRITE: {
      const uint32_t data = t.cwl + t.burst_length / 2;
      if (b == C::WRITE) return same_group ? Least{t.ccd_l, "tCCD_L"} : Least{t.ccd_s, "tCCD_S"};
      if (b == C::READ) return {data + (same_group ? t.wtr_l : t.wtr_s), same_group ? "tWTR_L" : "tWTR_S"};
      if (closes) return {data + t.wr, "tWR"};
      break;
    }
    case C::REFRESH:
      if (!is_column(b)) return {t.rfc, "tRFC"};
      break;
    case C::REFRESH_BANK:
      if (b == C::ACTIVATE || b == C::REFRESH_BANK) {
        return same_bank ? Least{t.rfc_bank, "tRFCSB"} : Least{t.rrefd, "tRREFD"};
      }
      break;
  }
  return {0, ""};
}

// Commands that came at the same clock, or that an ACTIVATE of two clocks did not leave room for.
void check_command_bus(const DramTiming &t, const IssuedCommand &first, const IssuedCommand &second) {
  const uint64_t distance = second.clock - first.clock;
  const bool shared = !t.row_command_bus || is_column(first.command) == is_column(second.command);
  if (shared && distance == 0) fail("two commands on a bus", first, second);
  if (t.row_command_bus && first.command == Command::ACTIVATE && !is_column(second.command) && distance < 2) {
    fail("ACTIVATE takes two clocks", first, second);
  }
}

// Open and closed rows, and the data bus.
class State {
 public:
  explicit State(const DramTiming &t) : t_(t), open_(t.banks(), false), rows_(t.banks()) {}

  void step(const IssuedCommand &c) {
    switch (c.command) {
      case Command::ACTIVATE:
        demand(!open_[c.bank], "ACT of an open bank", c);
        open_[c.bank] = true;
        rows_[c.bank] = c.row;
        break;
      case Command::PRECHARGE: open_[c.bank] = false; break;
      case Command::PRECHARGE_ALL: open_.assign(open_.size(), false); break;
      case Command::READ:
      case Command::WRITE: {
        demand(open_[c.bank], "a column of a closed bank", c);
        demand(rows_[c.bank] == c.row, "a column of another row", c);
        const uint64_t from = c.clock + (c.command == Command::READ ? t_.cl : t_.cwl);
        demand(from >= data_, "two bursts on the data bus", c);
        data_ = from + t_.burst_length / 2;
        break;
      }
      case Command::REFRESH:
        for (bool is_open : open_) demand(!is_open, "REF with an open bank", c);
        break;
      case Command::REFRESH_BANK: demand(!open_[c.bank], "REFSB of an open bank", c); break;
    }
  }

 private:
  static void demand(bool holds, const char *rule, const IssuedCommand &c) {
    if (!holds) fail(rule, c, c);
  }

  const DramTiming &t_;
  std::vector<bool> open_;
  std::vector<uint64_t> rows_;
  uint64_t data_ = 0;  // from when on the data bus is free
};

void check_refresh(const DramTiming &t, const std::vector<IssuedCommand> &trace, uint64_t end, uint32_t offset) {
  if (t.refresh == Refresh::NONE) return;
  const uint64_t interval = t.refresh == Refresh::ALL_BANKS ? t.refi : t.refi / t.banks();
  // Until what came just before allows the row to be closed and the refresh to follow, and the command bus is free.
  const uint64_t slack = std::max(t.rc, t.cwl + t.burst_clocks() + t.wr + t.rp) + 4;
  uint64_t due = t.refi + offset;
  for (const IssuedCommand &c : trace) {
    if (c.command != Command::REFRESH && c.command != Command::REFRESH_BANK) continue;
    if (c.clock < due) throw std::runtime_error("a refresh came early, at clock " + std::to_string(c.clock));
    if (c.clock > due + slack) throw std::runtime_error("a refresh came late, at clock " + std::to_string(c.clock));
    due += interval;
  }
  if (end > due + slack) throw std::runtime_error("the refresh due at clock " + std::to_string(due) + " never came");
}

}  // namespace

void audit(const DramTiming &t, const std::vector<IssuedCommand> &trace, uint64_t end, uint32_t refresh_offset) {
  const uint64_t horizon = std::max({t.rfc, t.rfc_bank, t.rc, t.faw, t.cwl + t.burst_clocks() + t.wr + t.wtr_l, t.rtw});
  State state(t);
  std::size_t first = 0;
  std::vector<std::size_t> activates;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const IssuedCommand &c = trace[i];
    while (trace[first].clock + horizon < c.clock) ++first;
    for (std::size_t j = first; j < i; ++j) {
      if (trace[j].clock > c.clock) fail("commands out of order", trace[j], c);
      check_command_bus(t, trace[j], c);
      const Least needed = least(t, trace[j], c);
      if (c.clock - trace[j].clock < needed.clocks) fail(needed.rule, trace[j], c);
    }
    if (c.command == Command::ACTIVATE) {
      if (activates.size() >= 4) {
        const IssuedCommand &fourth = trace[activates[activates.size() - 4]];
        if (c.clock - fourth.clock < t.faw) fail("tFAW", fourth, c);
      }
      activates.push_back(i);
    }
    state.step(c);
  }
  check_refresh(t, trace, end, refresh_offset);
}

}  // namespace ofpga_memory
