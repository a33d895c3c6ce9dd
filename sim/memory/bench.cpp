// What the memory models give: bandwidth of several kinds of traffic and latency of an idle channel.
//
//   bench              a table; the columns are separated by spaces
//   bench --speed      cycles of the AXI clock that this machine simulates in a second, for each memory
#include <chrono>
#include <cstdio>
#include <cstring>

#include "dram_memory.hpp"
#include "ideal_memory.hpp"
#include "traffic.hpp"

namespace {

using namespace ofpga_memory;

constexpr uint64_t BYTES = uint64_t(64) << 20;

struct Port {
  const char *memory;
  uint64_t axi_khz;
  uint32_t word_bytes;
};
constexpr Port PORTS[] = {
    {"ddr4", 300'000, 64}, {"ddr4x16", 300'000, 64}, {"hbm2", 225'000, 64}, {"hbm2", 450'000, 32}};

Addresses sequential(uint64_t step, uint64_t first = 0) {
  return [=, next = first]() mutable {
    const uint64_t address = next;
    next = (next + step) % BYTES;
    return address;
  };
}

Addresses random_runs(uint64_t bytes) {
  return [=, random = Random(1)]() mutable { return random.below(BYTES / bytes) * bytes; };
}

class Bench {
 public:
  Bench(const Port &port, Refresh refresh, std::vector<uint8_t> &bytes)
      : port_(port), timing_(dram_timing(port.memory)), bytes_(bytes) {
    timing_.refresh = refresh;
    peak_ = std::min(timing_.peak_bytes_per_ms(), port.axi_khz * port.word_bytes);
  }

  void row(const char *traffic, Stream *reads, Stream *writes, uint32_t read_part = 1, uint32_t write_part = 1) {
    DramMemory memory("memory", bytes_.data(), bytes_.size(), 0, timing_, port_.axi_khz, port_.word_bytes);
    // Whole refresh intervals: 20 of all banks.
    const uint64_t interval = uint64_t(timing_.refi) * port_.axi_khz / timing_.clock_khz;
    const Measured m = measure(memory, reads, writes, 2 * interval, 20 * interval, read_part, write_part);
    const uint64_t bytes = (m.words_read + m.words_written) * port_.word_bytes;
    const double per_ms = double(bytes) * double(port_.axi_khz) / double(m.cycles);
    const auto &c = memory.commands();
    std::printf("%-8s %4u %4u %-8s %-14s %8.3f %7.2f %9llu %9llu %9llu\n", port_.memory, unsigned(port_.axi_khz / 1000),
                unsigned(port_.word_bytes * 8), refresh_name(), traffic, per_ms / 1e6, 100 * per_ms / double(peak_),
                (unsigned long long)(c.reads + c.writes), (unsigned long long)c.activates, (unsigned long long)c.refreshes);
  }

  void bandwidths() {
    const uint32_t word = port_.word_bytes;
    Stream read(sequential(BURST_BOUNDARY), BURST_BOUNDARY, word);
    row("read_seq", &read, nullptr);
    if (timing_.refresh != Refresh::ALL_BANKS) return;
    Stream read16(sequential(BURST_BOUNDARY), BURST_BOUNDARY, word, 16);
    row("read_seq16", &read16, nullptr);
    Stream written(sequential(BURST_BOUNDARY), BURST_BOUNDARY, word);
    row("write_seq", nullptr, &written);
    for (const auto &[name, parts] : {std::pair("mix_3_1", 3u), std::pair("mix_1_1", 1u)}) {
      Stream reads(sequential(BURST_BOUNDARY), BURST_BOUNDARY, word);
      Stream writes(sequential(BURST_BOUNDARY, BYTES / 2), BURST_BOUNDARY, word);
      row(name, &reads, &writes, parts, 1);
    }
    for (const auto &[name, bytes] : {std::pair("read_rand_64", 64u), std::pair("read_rand_256", 256u),
                                      std::pair("read_rand_1k", 1024u), std::pair("read_rand_2k", 2048u)}) {
      Stream reads(random_runs(bytes), bytes, word);
      row(name, &reads, nullptr);
    }
    Stream conflicts(sequential(conflict_step()), std::max(64u, word), word);
    row("read_conflict", &conflicts, nullptr);
  }

  // A row that is open, one of a closed bank, and one of a bank with another row open.
  void latencies() {
    DramMemory memory("memory", bytes_.data(), bytes_.size(), 0, timing_, port_.axi_khz, port_.word_bytes);
    memory.reset();
    const uint64_t closed = read_latency(memory, 0);
    const uint64_t hit = read_latency(memory, 0);
    const uint64_t conflict = read_latency(memory, conflict_step());
    for (const auto &[name, cycles] :
         {std::pair("row_open", hit), std::pair("row_closed", closed), std::pair("row_conflict", conflict)}) {
      std::printf("%-8s %4u %4u latency  %-14s %8llu %7.1f\n", port_.memory, unsigned(port_.axi_khz / 1000),
                  unsigned(port_.word_bytes * 8), name, (unsigned long long)cycles, double(cycles) * 1e6 / double(port_.axi_khz));
    }
  }

 private:
  // To the next row of the same bank.
  uint64_t conflict_step() const { return uint64_t(timing_.row_bytes) * timing_.banks(); }
  const char *refresh_name() const {
    return timing_.refresh == Refresh::NONE ? "none" : timing_.refresh == Refresh::PER_BANK ? "bank" : "all";
  }

  Port port_;
  DramTiming timing_;
  std::vector<uint8_t> &bytes_;
  uint64_t peak_;
};

void speed(std::vector<uint8_t> &bytes) {
  constexpr uint64_t CYCLES = 400'000;
  const auto run = [&](const char *name, AxiMemory &memory) {
    Stream reads(sequential(BURST_BOUNDARY), BURST_BOUNDARY, memory.word_bytes());
    const auto begun = std::chrono::steady_clock::now();
    measure(memory, &reads, nullptr, 0, CYCLES);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    std::printf("%-8s %8.2f million cycles a second, one port reading\n", name, double(CYCLES) / seconds.count() / 1e6);
  };
  IdealMemory ideal("memory", bytes.data(), bytes.size(), 0);
  run("ideal", ideal);
  for (const Port &port : PORTS) {
    DramMemory memory("memory", bytes.data(), bytes.size(), 0, dram_timing(port.memory), port.axi_khz, port.word_bytes);
    run(port.memory, memory);
  }
}

}  // namespace

int main(int argc, char **argv) {
  std::vector<uint8_t> bytes(BYTES);
  if (argc == 2 && std::strcmp(argv[1], "--speed") == 0) {
    speed(bytes);
    return 0;
  }
  std::printf("memory   MHz bits refresh  traffic            GB/s  %%peak   columns activates refreshes\n");
  for (const Port &port : PORTS) {
    for (Refresh refresh : {Refresh::ALL_BANKS, Refresh::PER_BANK, Refresh::NONE}) {
      if (refresh == Refresh::PER_BANK && std::strcmp(port.memory, "hbm2") != 0) continue;
      Bench(port, refresh, bytes).bandwidths();
    }
  }
  std::printf("memory   MHz bits latency  case             cycles      ns\n");
  for (const Port &port : PORTS) Bench(port, Refresh::ALL_BANKS, bytes).latencies();
}
