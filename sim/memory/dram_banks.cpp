#include "dram_banks.hpp"

namespace ofpga_memory {

namespace {

void raise(uint64_t &time, uint64_t to) { time = std::max(time, to); }

}  // namespace

DramBanks::DramBanks(const DramTiming &timing) : timing_(timing) {}

uint64_t DramBanks::earliest_precharge_all() const {
  uint64_t time = 0;
  for (uint32_t b = 0; b < timing_.banks(); ++b) {
    if (banks_[b].open) raise(time, banks_[b].precharge);
  }
  return time;
}

uint64_t DramBanks::earliest_refresh() const {
  uint64_t time = 0;
  for (uint32_t b = 0; b < timing_.banks(); ++b) raise(time, banks_[b].activate);
  return time;
}

void DramBanks::activate(uint64_t now, uint32_t bank, uint64_t row) {
  Bank &b = banks_[bank];
  b.open = true;
  b.row = row;
  b.column = now + timing_.rcd;
  b.precharge = now + timing_.ras;
  raise(b.activate, now + timing_.rc);
  raise(groups_[group(bank)].activate, now + timing_.rrd_l);
  raise(activate_, now + timing_.rrd_s);
  four_activates_[oldest_activate_] = now + timing_.faw;
  oldest_activate_ = (oldest_activate_ + 1) % 4;
  ++open_banks_;
  ++counters_.activates;
  note(now, Command::ACTIVATE, bank, row);
}

void DramBanks::precharge(uint64_t now, uint32_t bank) {
  Bank &b = banks_[bank];
  b.open = false;
  raise(b.activate, now + timing_.rp);
  --open_banks_;
  ++counters_.precharges;
  note(now, Command::PRECHARGE, bank, 0);
}

void DramBanks::precharge_all(uint64_t now) {
  for (uint32_t b = 0; b < timing_.banks(); ++b) {
    if (banks_[b].open) raise(banks_[b].activate, now + timing_.rp);
    banks_[b].open = false;
  }
  open_banks_ = 0;
  ++counters_.precharges;
  note(now, Command::PRECHARGE_ALL, 0, 0);
}

void DramBanks::read(uint64_t now, uint32_t bank, uint64_t row) {
  raise(banks_[bank].precharge, now + timing_.rtp);
  raise(groups_[group(bank)].read, now + timing_.ccd_l);
  raise(read_, now + timing_.ccd_s);
  raise(write_, now + timing_.rtw);
  ++counters_.reads;
  note(now, Command::READ, bank, row);
}

void DramBanks::write(uint64_t now, uint32_t bank, uint64_t row) {
  const uint64_t end = now + timing_.cwl + timing_.burst_clocks();  // of the data
  raise(banks_[bank].precharge, end + timing_.wr);
  raise(groups_[group(bank)].write, now + timing_.ccd_l);
  raise(groups_[group(bank)].read, end + timing_.wtr_l);
  raise(write_, now + timing_.ccd_s);
  raise(read_, end + timing_.wtr_s);
  ++counters_.writes;
  note(now, Command::WRITE, bank, row);
}

void DramBanks::refresh(uint64_t now) {
  for (uint32_t b = 0; b < timing_.banks(); ++b) raise(banks_[b].activate, now + timing_.rfc);
  ++counters_.refreshes;
  note(now, Command::REFRESH, 0, 0);
}

void DramBanks::refresh(uint64_t now, uint32_t bank) {
  raise(banks_[bank].activate, now + timing_.rfc_bank);
  raise(activate_, now + timing_.rrefd);
  ++counters_.refreshes;
  note(now, Command::REFRESH_BANK, bank, 0);
}

}  // namespace ofpga_memory
