#include "dram_timing.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace ofpga_memory {

namespace {

bool is_power_of_two(uint64_t value) { return value != 0 && (value & (value - 1)) == 0; }

uint32_t log2_of(uint64_t value) {
  uint32_t bits = 0;
  while (value >> (bits + 1) != 0) ++bits;
  return bits;
}

// Nanoseconds (in tenths) as clocks, rounded up as JEDEC rounds them.
uint32_t clocks(uint64_t tenths_of_ns, uint64_t clock_khz) {
  const uint64_t product = tenths_of_ns * clock_khz;  // clocks * 10**7
  return uint32_t((product + 10'000'000 - 1) / 10'000'000);
}

DramTiming ddr4_2400(const char *name) {
  DramTiming t{};
  t.name = name;
  t.clock_khz = 1'200'000;
  t.bus_bytes = 8;
  t.burst_length = 8;
  t.groups = 4;
  t.banks_per_group = 4;
  t.row_bytes = 8192;
  t.low_group_bits = 2;
  t.row_command_bus = false;

  t.rcd = 17;  // speed bin 2400U: 17-17-17
  t.rp = 17;
  t.ras = 39;
  t.rc = 56;
  t.rrd_s = 4;
  t.rrd_l = 6;
  t.faw = 16;
  t.rtp = 9;
  t.wr = 18;

  t.cl = 17;
  t.cwl = 12;
  t.ccd_s = 4;
  t.ccd_l = 6;
  t.wtr_s = 3;
  t.wtr_l = 9;
  t.rtw = t.cl + t.burst_clocks() + 2 - t.cwl;

  t.refresh = Refresh::ALL_BANKS;
  t.refi = clocks(78'000, t.clock_khz);
  t.rfc = clocks(3'500, t.clock_khz);
  t.rfc_bank = t.rfc;  // DDR4 has no refresh of one bank
  t.rrefd = 0;

  t.request_latency = 30;
  t.return_latency = 35;
  t.answer_latency = 30;
  t.read_bursts = 32;
  t.read_queue = 16;
  t.return_bytes = 8192;
  t.write_queue = 64;
  t.write_high = 48;
  t.write_low = 16;
  return t;
}

}  // namespace

DramTiming ddr4_2400_rdimm() { return ddr4_2400("ddr4"); }

DramTiming ddr4_2400_x16() {
  DramTiming t = ddr4_2400("ddr4x16");
  t.groups = 2;
  t.low_group_bits = 1;
  t.rrd_s = 7;  // rows of 2 KiB a device
  t.rrd_l = 8;
  t.faw = 36;
  return t;
}

DramTiming hbm2_1800() {
  DramTiming t{};
  t.name = "hbm2";
  t.clock_khz = 900'000;
  t.bus_bytes = 8;
  t.burst_length = 4;
  t.groups = 4;
  t.banks_per_group = 4;
  t.row_bytes = 1024;
  t.low_group_bits = 1;
  t.row_command_bus = true;

  t.rcd = clocks(140, t.clock_khz);
  t.rp = clocks(140, t.clock_khz);
  t.ras = clocks(340, t.clock_khz);
  t.rc = t.ras + t.rp;
  t.rrd_s = clocks(40, t.clock_khz);
  t.rrd_l = clocks(60, t.clock_khz);
  t.faw = clocks(160, t.clock_khz);
  t.rtp = clocks(50, t.clock_khz);
  t.wr = clocks(160, t.clock_khz);

  t.cl = clocks(180, t.clock_khz);
  t.cwl = clocks(70, t.clock_khz);
  t.ccd_s = 2;
  t.ccd_l = clocks(30, t.clock_khz);
  t.wtr_s = clocks(60, t.clock_khz);
  t.wtr_l = clocks(80, t.clock_khz);
  t.rtw = t.cl + t.burst_clocks() + 2 - t.cwl;

  t.refresh = Refresh::ALL_BANKS;
  t.refi = clocks(39'000, t.clock_khz);
  t.rfc = clocks(2'600, t.clock_khz);
  t.rfc_bank = clocks(1'600, t.clock_khz);
  t.rrefd = clocks(80, t.clock_khz);

  t.request_latency = 35;
  t.return_latency = 40;
  t.answer_latency = 35;
  t.read_bursts = 32;
  t.read_queue = 64;
  t.return_bytes = 8192;
  t.write_queue = 128;
  t.write_high = 96;
  t.write_low = 32;
  return t;
}

DramTiming dram_timing(const char *name) {
  for (DramTiming (*make)() : {ddr4_2400_rdimm, ddr4_2400_x16, hbm2_1800}) {
    const DramTiming timing = make();
    if (std::strcmp(timing.name, name) == 0) return timing;
  }
  throw std::invalid_argument(std::string("no memory is called ") + name + "; there are ddr4, ddr4x16 and hbm2");
}

void check(const DramTiming &t) {
  const auto demand = [&](bool holds, const char *what) {
    if (!holds) throw std::invalid_argument(std::string(t.name) + ": " + what);
  };
  demand(t.clock_khz > 0, "the clock must run");
  for (uint64_t size : {t.bus_bytes, t.burst_length, t.groups, t.banks_per_group, t.row_bytes}) {
    demand(is_power_of_two(size), "bus, burst, bank groups, banks and rows must be powers of two");
  }
  demand(t.burst_length >= 2, "a burst must fill whole clocks");
  demand(t.banks() <= 32, "at most 32 banks");
  demand(1u << t.low_group_bits <= t.groups, "low_group_bits exceeds the bits of a bank group");
  demand(t.row_bytes >= t.access_bytes(), "a row must hold an access");
  demand(t.ccd_s >= t.burst_clocks(), "ccd_s must cover the data of a burst");
  demand(t.ccd_l >= t.ccd_s && t.rrd_l >= t.rrd_s && t.wtr_l >= t.wtr_s, "a bank group's own times must not be shorter");
  demand(t.rtw >= t.ccd_l, "rtw must cover ccd_l");
  demand(t.cl >= 1 && t.cwl >= 1 && t.rcd >= 1 && t.rp >= 1, "cl, cwl, rcd and rp must be at least 1");
  demand(t.rc >= t.ras, "rc must cover ras");
  demand(t.refresh == Refresh::NONE || t.refi / t.banks() > t.rfc_bank / 4, "refi is too short");
  demand(t.refresh != Refresh::ALL_BANKS || t.refi > t.rfc + t.rc, "refi leaves no time between refreshes");
  demand(t.read_bursts > 0 && t.read_queue > 0 && t.return_bytes > 0, "the read queues must hold something");
  demand(t.write_low < t.write_high && t.write_high <= t.write_queue, "write_low < write_high <= write_queue must hold");
}

DramMapping::DramMapping(const DramTiming &t) {
  const uint32_t high_bits = log2_of(t.groups) - t.low_group_bits;
  low_bits_ = t.low_group_bits;
  bank_bits_ = log2_of(t.banks_per_group);
  bank_shift_ = low_bits_ + log2_of(t.row_bytes / t.access_bytes());
  high_group_shift_ = bank_shift_ + bank_bits_;
  row_shift_ = high_group_shift_ + high_bits;
  low_mask_ = (uint64_t(1) << low_bits_) - 1;
  high_mask_ = (uint64_t(1) << high_bits) - 1;
  bank_mask_ = (uint64_t(1) << bank_bits_) - 1;
}

}  // namespace ofpga_memory
