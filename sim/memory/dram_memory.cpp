#include "dram_memory.hpp"

namespace ofpga_memory {

DramMemory::DramMemory(std::string name, uint8_t *data, uint64_t bytes, uint64_t base, const DramTiming &timing,
                       uint64_t axi_khz, uint32_t word_bytes, uint32_t refresh_offset)
    : AxiMemory(std::move(name), data, bytes, base, word_bytes),
      timing_((check(timing), timing)),
      mapping_(timing),
      banks_(timing),
      axi_khz_(axi_khz),
      refresh_offset_(refresh_offset),
      accesses_per_word_(std::max(1u, word_bytes / timing.access_bytes())),
      words_per_access_(std::max(1u, timing.access_bytes() / word_bytes)),
      return_words_(timing.return_bytes / word_bytes),
      reads_(timing.read_queue),
      writes_(timing.write_queue) {
  if (axi_khz == 0) throw std::invalid_argument("the AXI clock of a memory is 0 kHz; it must run");
  if (return_words_ < words_per_access_ || timing.read_queue < accesses_per_word_ ||
      timing.write_queue < accesses_per_word_) {
    throw std::invalid_argument(std::string(timing.name) + ": the queues must hold a word of " +
                                std::to_string(word_bytes) + " bytes");
  }
  set_answer_delay(std::max<uint64_t>(1, (timing.answer_latency * axi_khz + timing.clock_khz - 1) / timing.clock_khz));
  refresh_due_ = timing_.refi + refresh_offset_;
}

void DramMemory::set_trace(std::vector<IssuedCommand> *trace) {
  trace_ = trace;
  banks_.set_trace(trace);
}

void DramMemory::reset() {
  AxiMemory::reset();
  banks_ = DramBanks(timing_);
  banks_.set_trace(trace_);
  now_ = accumulated_ = wake_ = row_bus_ = 0;
  refresh_due_ = timing_.refi + refresh_offset_;
  refresh_next_ = 0;
  blocked_bank_ = NO_BANK;
  writing_ = false;
  bursts_.clear();
  reads_.clear();
  writes_.clear();
  arrivals_.clear();
  returns_.clear();
  returned_ = gather_until_ = 0;
}

// ------------------------------------------------------------------------------------------------------ the port's side
void DramMemory::take_read(const Burst &burst) {
  bursts_.push_back({now_ + timing_.request_latency, burst.address, burst.words});
}

void DramMemory::take_word(uint64_t address) {
  const uint64_t first = (address - base()) / timing_.access_bytes();
  // A word narrower than an access joins the write of the word before it while that waits.
  if (address % timing_.access_bytes() != 0 && first == writes_.last_number() && now_ < gather_until_) return;
  for (uint64_t number = first; number < first + accesses_per_word_; ++number) {
    gather_until_ = now_ + timing_.request_latency;
    writes_.push({0, gather_until_, mapping_.row(number), mapping_.bank(number), 0, number});
  }
  wake_ = 0;
}

bool DramMemory::front_word(uint64_t &address, bool &last) const {
  if (returns_.empty() || returns_.front().missing > 0) return false;
  address = returns_.front().address;
  last = returns_.front().last;
  return true;
}

void DramMemory::pop_word() {
  returns_.pop_front();
  ++returned_;
}

void DramMemory::advance() {
  for (accumulated_ += timing_.clock_khz; accumulated_ >= axi_khz_; accumulated_ -= axi_khz_) {
    tick();
    ++now_;
  }
}

// ------------------------------------------------------------------------------------------------------ a clock
void DramMemory::tick() {
  while (!arrivals_.empty() && arrivals_.front().clock <= now_) {
    const Arrival &arrival = arrivals_.front();
    for (uint32_t i = 0; i < arrival.words; ++i) --returns_[arrival.first_word + i - returned_].missing;
    arrivals_.pop_front();
  }
  ask();
  if (timing_.refresh != Refresh::NONE && now_ >= refresh_due_) {
    if (timing_.refresh == Refresh::ALL_BANKS) {
      if (refresh_all()) return;
    } else if (refresh_bank()) {
      return;
    }
  }
  if (now_ < wake_) return;
  choose_direction();
  serve();
}

// Moves words of the oldest burst into the read queue, as far as there is room for what comes back.
void DramMemory::ask() {
  if (bursts_.empty() || bursts_.front().ready > now_) return;
  ReadBurst &burst = bursts_.front();
  const uint64_t from_base = burst.address - base();
  const uint32_t in_access = uint32_t(from_base / word_bytes() % words_per_access_);
  const uint32_t words = std::min(burst.words, words_per_access_ - in_access);
  if (returns_.size() + words > return_words_ || reads_.size() + accesses_per_word_ > timing_.read_queue) return;
  const uint64_t first_word = returned_ + returns_.size();
  bool any_inside = false;
  for (uint32_t i = 0; i < words; ++i) {
    const uint64_t address = burst.address + uint64_t(i) * word_bytes();
    const bool is_inside = inside(address);
    any_inside = any_inside || is_inside;
    returns_.push_back({address, is_inside ? accesses_per_word_ : 0, burst.words == i + 1});
  }
  if (any_inside) {
    uint32_t count = 0;  // words inside are the first of the access: the memory ends at a word, its base is a multiple of 4 KiB
    while (count < words && inside(burst.address + uint64_t(count) * word_bytes())) ++count;
    for (uint32_t i = 0; i < accesses_per_word_; ++i) {
      const uint64_t access = from_base / timing_.access_bytes() + i;
      reads_.push({0, now_, mapping_.row(access), mapping_.bank(access), count, first_word});
    }
    wake_ = 0;
  }
  burst.address += uint64_t(words) * word_bytes();
  burst.words -= words;
  if (burst.words == 0) bursts_.pop_front();
}

// Whether the clock is the refresh's.
bool DramMemory::refresh_all() {
  if (banks_.any_open()) {
    if (now_ >= banks_.earliest_precharge_all() && now_ >= row_bus_) banks_.precharge_all(now_);
  } else if (now_ >= banks_.earliest_refresh() && now_ >= row_bus_) {
    banks_.refresh(now_);
    refresh_due_ += timing_.refi;
    wake_ = 0;
  }
  return true;
}

bool DramMemory::refresh_bank() {
  blocked_bank_ = refresh_next_;
  wake_ = 0;
  if (now_ < row_bus_) return false;
  if (banks_.is_open(blocked_bank_)) {
    if (now_ < banks_.earliest_precharge(blocked_bank_)) return false;
    banks_.precharge(now_, blocked_bank_);
  } else {
    if (now_ < banks_.earliest_refresh(blocked_bank_)) return false;
    banks_.refresh(now_, blocked_bank_);
    refresh_due_ += timing_.refi / timing_.banks();
    refresh_next_ = (refresh_next_ + 1) % timing_.banks();
    blocked_bank_ = NO_BANK;
  }
  row_bus_ = now_ + 1;
  return !timing_.row_command_bus;
}

void DramMemory::choose_direction() {
  if (!writing_) {
    writing_ = writes_.size() >= timing_.write_high || (reads_.empty() && !writes_.empty());
  } else {
    writing_ = !writes_.empty() && (reads_.empty() || writes_.size() > timing_.write_low);
  }
}

// At most one column and one row command, or one of the two where they share a bus.
void DramMemory::serve() {
  BankQueues &queue = writing_ ? writes_ : reads_;
  uint32_t column = NO_BANK, row = NO_BANK;
  uint64_t column_order = NEVER, row_order = NEVER, wake = NEVER;
  for (uint32_t left = queue.occupied(); left != 0; left &= left - 1) {
    const uint32_t bank = uint32_t(__builtin_ctz(left));
    if (bank == blocked_bank_) continue;
    const Access &access = queue.front(bank);
    const bool is_open = banks_.is_open(bank);
    const bool is_hit = is_open && banks_.row(bank) == access.row;
    const uint64_t legal = is_hit ? (writing_ ? banks_.earliest_write(bank) : banks_.earliest_read(bank))
                                  : std::max(row_bus_, is_open ? banks_.earliest_precharge(bank) : banks_.earliest_activate(bank));
    const uint64_t earliest = std::max(access.ready, legal);
    wake = std::min(wake, earliest);
    if (earliest > now_) continue;
    uint32_t &chosen = is_hit ? column : row;
    uint64_t &order = is_hit ? column_order : row_order;
    if (access.order < order) {
      order = access.order;
      chosen = bank;
    }
  }
  wake_ = wake;  // not in the future where anything could be issued: then this is looked at again in the next clock
  if (row != NO_BANK && (timing_.row_command_bus || column == NO_BANK)) issue_row(queue.front(row));
  if (column != NO_BANK) issue_column(queue, column);
}

void DramMemory::issue_row(const Access &access) {
  row_bus_ = now_ + 1;
  if (banks_.is_open(access.bank)) {
    banks_.precharge(now_, access.bank);
  } else {
    banks_.activate(now_, access.bank, access.row);
    if (timing_.row_command_bus) row_bus_ = now_ + 2;
  }
}

void DramMemory::issue_column(BankQueues &queue, uint32_t bank) {
  const Access &access = queue.front(bank);
  if (writing_) {
    banks_.write(now_, bank, access.row);
  } else {
    banks_.read(now_, bank, access.row);
    const uint64_t arrives = now_ + timing_.cl + timing_.burst_clocks() + timing_.return_latency;
    arrivals_.push_back({arrives, access.number, access.words});
  }
  queue.pop(bank);
}

}  // namespace ofpga_memory
