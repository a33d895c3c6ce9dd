// Random traffic against a plain array, the audit of every command, and what must be refused. Prints a line for each run;
// leaves with 1 and a sentence at the first that is wrong.
#include <cstdio>
#include <cstring>

#include "audit.hpp"
#include "dram_memory.hpp"
#include "ideal_memory.hpp"
#include "random_master.hpp"

namespace {

using namespace ofpga_memory;

constexpr uint64_t BASE = uint64_t(1) << 30;
constexpr uint64_t BYTES = (uint64_t(4) << 20) - 1024;  // ends within a page
constexpr uint64_t MOST_CYCLES = 2'000'000;

void demand(bool holds, const std::string &what) {
  if (!holds) throw std::runtime_error(what);
}

std::vector<uint8_t> some_bytes() {
  std::vector<uint8_t> bytes(BYTES);
  Random random(7);
  for (uint8_t &byte : bytes) byte = uint8_t(random.below(256));
  return bytes;
}

// Cycles that the traffic took.
uint64_t run(AxiMemory &memory, std::vector<uint8_t> &bytes, const RandomTraffic &traffic, RandomMaster &master) {
  memory.reset();
  uint64_t cycles = 0;
  for (; !master.is_done(); ++cycles) {
    demand(cycles < MOST_CYCLES, "the traffic does not end");
    master.step(memory);
  }
  demand(std::memcmp(bytes.data(), master.bytes().data(), BYTES) == 0, "the memory's bytes are not what was written");
  demand(master.errors() > 0, "the traffic never left the memory: seed " + std::to_string(traffic.seed));
  return cycles;
}

void random_ideal(uint32_t word_bytes, uint32_t stall) {
  std::vector<uint8_t> bytes = some_bytes();
  const RandomTraffic traffic{3, BASE, stall, 6, 2000};
  RandomMaster master(traffic, bytes, word_bytes);
  IdealTiming timing;
  timing.latency = 20;
  timing.willing = 16 - stall, timing.unwilling = stall;
  IdealMemory memory("ideal", bytes.data(), BYTES, BASE, timing, word_bytes);
  const uint64_t cycles = run(memory, bytes, traffic, master);
  std::printf("random ideal    %3u bits stall %2u: %llu words in %llu cycles\n", word_bytes * 8, stall,
              (unsigned long long)master.words(), (unsigned long long)cycles);
}

void random_dram(const char *name, Refresh refresh, uint64_t axi_khz, uint32_t word_bytes, uint32_t stall, uint32_t writes) {
  uint64_t cycles[2];
  std::vector<IssuedCommand> traces[2];
  RandomTraffic traffic{axi_khz + word_bytes + stall, BASE, stall, writes, 2000};
  DramTiming timing = dram_timing(name);
  timing.refresh = refresh;
  const uint32_t offset = timing.refi / 3;
  for (int i = 0; i < 2; ++i) {
    std::vector<uint8_t> bytes = some_bytes();
    RandomMaster master(traffic, bytes, word_bytes);
    DramMemory memory(name, bytes.data(), BYTES, BASE, timing, axi_khz, word_bytes, offset);
    memory.set_trace(&traces[i]);
    cycles[i] = run(memory, bytes, traffic, master);
    audit(timing, traces[i], memory.clocks(), offset);
    if (i == 1) {
      std::printf("random %-8s %3u bits stall %2u writes %2u/16 refresh %d: %llu words in %llu cycles, %zu commands\n", name,
                  word_bytes * 8, stall, writes, int(refresh), (unsigned long long)master.words(), (unsigned long long)cycles[i],
                  traces[i].size());
    }
  }
  demand(cycles[0] == cycles[1] && traces[0].size() == traces[1].size(), "the same traffic took another time");
  for (std::size_t i = 0; i < traces[0].size(); ++i) {
    demand(traces[0][i].clock == traces[1][i].clock && traces[0][i].command == traces[1][i].command,
           "the same traffic gave other commands");
  }
}

template <class Error, class Act>
void must_refuse(const char *what, const char *says, Act act) {
  try {
    act();
  } catch (const Error &error) {
    demand(std::strstr(error.what(), says) != nullptr, std::string(what) + " is refused with: " + error.what());
    std::printf("refused: %s\n", error.what());
    return;
  }
  throw std::runtime_error(std::string(what) + " is not refused");
}

void refusals() {
  std::vector<uint8_t> bytes(1 << 16);
  const auto with = [&](auto act) {
    IdealMemory memory("memory", bytes.data(), bytes.size(), 0);
    memory.reset();
    memory.clock({});
    act(memory);
  };
  const auto reading = [](uint64_t address, uint8_t len) {
    AxiMaster in;
    in.arvalid = true;
    in.araddr = address;
    in.arlen = len;
    return in;
  };
  must_refuse<ProtocolError>("a burst over 4 KiB", "crosses 4 KiB", [&] { with([&](auto &m) { m.clock(reading(4096 - 64, 1)); }); });
  must_refuse<ProtocolError>("a burst within a word", "does not start at a word", [&] { with([&](auto &m) { m.clock(reading(32, 0)); }); });
  must_refuse<ProtocolError>("an address that changes", "AR changed", [&] {
    IdealMemory memory("memory", bytes.data(), bytes.size(), 0);
    memory.reset();  // nothing is ready in the first cycle
    memory.clock(reading(0, 0));
    memory.clock(reading(64, 0));
  });
  must_refuse<ProtocolError>("an early WLAST", "WLAST", [&] {
    with([&](auto &m) {
      AxiMaster in;
      in.awvalid = true;
      in.awlen = 1;
      m.clock(in);
      in.awvalid = false;
      in.wvalid = in.wlast = true;
      in.wdata = bytes.data();
      m.clock(in);
    });
  });
  must_refuse<std::invalid_argument>("a word of 48 bytes", "power of two",
                                     [&] { IdealMemory("memory", bytes.data(), bytes.size(), 0, {}, 48); });
  must_refuse<std::invalid_argument>("an unknown memory", "no memory is called", [&] { dram_timing("ddr9"); });
  must_refuse<std::invalid_argument>("a ccd_s below the burst", "ccd_s", [&] {
    DramTiming timing = hbm2_1800();
    timing.ccd_s = 1;
    DramMemory("memory", bytes.data(), bytes.size(), 0, timing, 225'000);
  });
}

// The audit itself: a rule broken in a trace must be found.
void audit_finds() {
  const DramTiming t = ddr4_2400_rdimm();
  using C = Command;
  must_refuse<std::runtime_error>("a READ before tRCD", "tRCD", [&] { audit(t, {{0, C::ACTIVATE, 0, 1}, {t.rcd - 1, C::READ, 0, 1}}, 100); });
  must_refuse<std::runtime_error>("a fifth ACTIVATE", "tFAW", [&] {
    DramTiming slow = t;
    slow.faw = 26;
    audit(slow, {{0, C::ACTIVATE, 0, 1}, {4, C::ACTIVATE, 4, 1}, {8, C::ACTIVATE, 8, 1}, {12, C::ACTIVATE, 12, 1}, {16, C::ACTIVATE, 1, 1}}, 100);
  });
  must_refuse<std::runtime_error>("a READ too soon after a WRITE", "tWTR_L", [&] {
    audit(t, {{0, C::ACTIVATE, 0, 1}, {17, C::WRITE, 0, 1}, {17 + t.cwl + 4 + t.wtr_l - 1, C::READ, 0, 1}}, 100);
  });
  must_refuse<std::runtime_error>("a READ of a row that is not open", "another row",
                                  [&] { audit(t, {{0, C::ACTIVATE, 0, 1}, {t.rcd, C::READ, 0, 2}}, 100); });
  must_refuse<std::runtime_error>("a refresh that never comes", "never came", [&] { audit(t, {}, 3 * t.refi); });
}

// A master that takes nothing: the memory stops asking, loses nothing and goes on.
void held_back() {
  std::vector<uint8_t> bytes = some_bytes();
  const DramTiming timing = ddr4_2400_rdimm();
  DramMemory memory("memory", bytes.data(), BYTES, BASE, timing, 300'000);
  memory.reset();
  AxiMaster in;
  in.arvalid = true;
  uint64_t asked = 0, taken = 0;
  for (int cycle = 0; cycle < 20'000; ++cycle) {
    in.rready = cycle >= 10'000;
    in.araddr = BASE + asked % 900 * BURST_BOUNDARY;
    in.arlen = 63;
    const bool ar = memory.out().arready;
    if (cycle == 9'999) {
      demand(!ar, "reads are taken without end");
      demand(memory.commands().reads <= timing.return_bytes / 64 + 1, "words are asked for that have no place");
    }
    if (in.rready && memory.out().rvalid) {
      const uint64_t address = taken / 64 % 900 * BURST_BOUNDARY + taken % 64 * 64;
      demand(std::memcmp(memory.out().rdata.data(), bytes.data() + address, 64) == 0, "wrong data after a pause");
      ++taken;
    }
    memory.clock(in);
    if (ar) ++asked;
  }
  demand(taken > 9'000, "the memory does not go on after a pause");
  std::printf("held back: %llu words after it\n", (unsigned long long)taken);
}

// Words narrower than a WRITE share one while it waits, and only then.
void gathered_writes() {
  std::vector<uint8_t> bytes(1 << 16);
  for (const auto &[pause, writes] : {std::pair(0, 2u), std::pair(500, 4u)}) {
    DramMemory memory("memory", bytes.data(), bytes.size(), 0, ddr4_2400_rdimm(), 300'000, 32);
    memory.reset();
    AxiMaster in;
    in.wdata = bytes.data();
    in.wstrb = ~0u;
    in.bready = true;
    uint32_t asked = 0, given = 0;
    for (int cycle = 0; cycle < 4000; ++cycle) {
      in.awvalid = asked == 0;
      in.awlen = 3;
      in.wvalid = given < 4 && cycle >= int(given) * pause;
      in.wlast = given == 3;
      const bool aw = in.awvalid && memory.out().awready, w = in.wvalid && memory.out().wready;
      memory.clock(in);
      asked += aw;
      given += w;
    }
    demand(memory.commands().writes == writes, std::to_string(memory.commands().writes) + " WRITEs for two accesses in halves");
  }
  std::printf("gathered: 32-byte words share a WRITE of 64 bytes\n");
}

// No two accesses lie in one place, and neighbours lie in different bank groups.
void mapping() {
  for (const char *name : {"ddr4", "ddr4x16", "hbm2"}) {
    const DramTiming t = dram_timing(name);
    const DramMapping map(t);
    const uint64_t columns = t.row_bytes / t.access_bytes(), rows = 4, all = columns * t.banks() * rows;
    std::vector<uint64_t> filled(t.banks() * rows);
    for (uint64_t access = 0; access < all; ++access) {
      demand(map.row(access) < rows, "a row is left before it is full");
      ++filled[map.bank(access) * rows + map.row(access)];
      demand(map.bank(access) / t.banks_per_group != map.bank(access + 1) / t.banks_per_group, "neighbours share a bank group");
    }
    for (uint64_t count : filled) demand(count == columns, "a row does not hold its columns");
  }
  std::printf("mapping: every row of every bank is filled once\n");
}

}  // namespace

int main() {
  try {
    for (uint32_t stall : {0u, 8u}) {
      random_ideal(64, stall);
      random_ideal(16, stall);
      for (uint32_t writes : {4u, 8u}) {
        random_dram("ddr4", Refresh::ALL_BANKS, 300'000, 64, stall, writes);
        random_dram("ddr4", Refresh::ALL_BANKS, 100'000, 32, stall, writes);
        random_dram("ddr4x16", Refresh::ALL_BANKS, 333'333, 64, stall, writes);
        random_dram("hbm2", Refresh::ALL_BANKS, 225'000, 64, stall, writes);
        random_dram("hbm2", Refresh::ALL_BANKS, 450'000, 16, stall, writes);
        random_dram("hbm2", Refresh::PER_BANK, 450'000, 32, stall, writes);
        random_dram("hbm2", Refresh::NONE, 1'000'000, 8, stall, writes);
      }
    }
    held_back();
    gathered_writes();
    mapping();
    refusals();
    audit_finds();
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
