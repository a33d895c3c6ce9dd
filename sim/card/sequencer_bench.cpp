// The sequencer with units that only pretend: they take commands, wait for the go, and end them after a while with the
// status that the test asks for. Notes every handshake.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <random>

#include "Vofpga_sequencer.h"
#include "axil.hpp"
#include "coverage.hpp"
#include "ideal_memory.hpp"

OFPGA_DEFINE_STOP

namespace {

using namespace ofpga_sim;

constexpr int UNITS = 3;  // matmul, attention, kv_cache
enum Kind : uint32_t { COMMAND, GO, DONE, GO_EARLY };

struct Unit {
  std::size_t most;               // commands that it holds
  std::size_t most_gone;          // of them: with their go
  std::deque<uint32_t> sent;      // tags, not gone
  std::deque<uint32_t> gone;      // tags, not done
  uint64_t done_at = 0;           // cycle at which the oldest of them is done
  bool done_shown = false;
};

}  // namespace

extern "C" {

struct ofpga_sequencer_options {
  uint32_t seed;     // of all that is random
  uint32_t latency;  // of the memory, in cycles
  uint32_t stall;    // longest run of idle cycles, 16 - stall of others, on every channel; 0: none
  uint32_t work;     // cycles that a unit takes at most
  uint32_t runs;     // times that the program runs: more than one by AUTO_RESTART
  uint32_t reset_after;  // cycles; a reset then, and everything once more from the start; 0: none
  uint64_t base;         // bytes: where the memory begins, and the program's address counts from; nothing is below
  uint64_t error_word;
  uint64_t most_cycles;
};

struct ofpga_sequencer_event {
  uint64_t cycle;
  uint32_t kind, unit, tag;
};

// What the counters were shown of a channel: words moved, cycles waited.
struct ofpga_sequencer_channel {
  uint64_t read, written, waited;
};

struct ofpga_sequencer_result {
  uint32_t status, index, tag, completed;
  uint64_t cycles, events;
  uint64_t stalled;                                   // cycles in which a channel waited and none moved
  ofpga_sequencer_channel channels[OFPGA_PORTS + 1];  // memory ports, then the activation space
  char message[256];
};

// An access to a register; see AxilManner.
struct ofpga_sequencer_host {
  uint32_t strobe, address_late, data_late, ready_late;
};

struct ofpga_sequencer_bench {
  Clocked<Vofpga_sequencer> clocked;
  std::mt19937 random;
  std::deque<Unit> units;

  explicit ofpga_sequencer_bench(uint32_t seed) : clocked(seed), random(seed) { begin(); }
  VerilatedContext &context() { return clocked.context(); }
  void restart() {
    clocked.detach();
    clocked.restart();
    begin();
  }
  // Units take nothing and end nothing, whatever cycles pass.
  void pause() {
    auto &m = clocked.model();
    m.cmd_ready_i = m.go_ready_i = m.done_valid_i = 0;
    show({});
  }
  // What ofpga_axi_watch would say of the channels.
  struct Watched {
    uint64_t read = 0, written = 0, waits = 0;
  };
  void show(const Watched &watched) {
    auto &m = clocked.model();
    m.read_i = watched.read;
    m.written_i = watched.written;
    m.waits_i = watched.waits;
  }
  void begin() {
    units.clear();
    for (int u = 0; u < UNITS; ++u) units.push_back(Unit{std::size_t(u == 0 ? 3 : 1), std::size_t(u == 0 ? 2 : 1), {}, {}, 0, false});
    auto &m = clocked.model();
    idle_registers(clocked);
    pause();
    m.act_arready_i = m.act_rvalid_i = 0;
    clocked.reset();
  }
};

static ofpga_sim::Kept<ofpga_sequencer_bench> kept;

__attribute__((visibility("default"))) ofpga_sequencer_bench *ofpga_sequencer_new(uint32_t seed) { return kept.open(seed); }
__attribute__((visibility("default"))) void ofpga_sequencer_free(ofpga_sequencer_bench *bench) { kept.close(bench); }

// 0: the program has ended; 1: it has not within most_cycles; -1: an assertion or the protocol.
// unit_status: by tag modulo `tags`, how a unit ends the command; `events` has room for `most_events`.
__attribute__((visibility("default"))) int ofpga_sequencer_run(ofpga_sequencer_bench *bench, uint8_t *act,
                                                               uint64_t act_bytes, uint32_t program_addr,
                                                               uint32_t program_count, const uint8_t *unit_status,
                                                               uint32_t tags, const ofpga_sequencer_options *options,
                                                               ofpga_sequencer_event *events, uint64_t most_events,
                                                               ofpga_sequencer_result *result) {
  const auto &o = *options;
  auto &clocked = bench->clocked;
  auto &m = clocked.model();
  auto &random = bench->random;
  result->events = 0;
  std::snprintf(result->message, sizeof result->message, "%s", "");
  const auto fail = [&](const std::string &why, int code) {
    std::snprintf(result->message, sizeof result->message, "%s", why.c_str());
    return code;
  };
  try {
    ofpga_memory::IdealTiming timing;
    timing.latency = o.latency;
    timing.willing = 16 - o.stall, timing.unwilling = o.stall;
    timing.seed = random();
    timing.error_word = o.error_word;
    ofpga_memory::IdealMemory memory("act", act, act_bytes, o.base, timing);
    const uint64_t act_base = (uint64_t(random()) << 32 | random()) & ~uint64_t(0xfff);
    memory.reset();
    clocked.detach();
    clocked.attach(memory, AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0), std::nullopt);
    uint32_t runs_left = o.runs;
    const auto clear = [&] {
      result->events = result->stalled = 0;
      std::fill(std::begin(result->channels), std::end(result->channels), ofpga_sequencer_channel{});
    };
    const auto ring = [&] {
      start_program(clocked, program_addr + uint32_t(o.base / 64), program_count, act_base,
                    ofpga::REG_CTRL_AP_START | (runs_left > 1 ? ofpga::REG_CTRL_AUTO_RESTART : 0));
      clear();
    };
    ring();
    uint64_t begin = clocked.cycle();
    bool reset_due = o.reset_after != 0;
    const auto willing = [&] { return o.stall == 0 || random() % 16 >= o.stall; };
    const auto done_at = [&] { return clocked.cycle() + 1 + (o.work != 0 ? random() % o.work : 0); };
    const auto some_channels = [&] { return uint64_t(random()) % (1u << (OFPGA_PORTS + 1)); };
    const auto note = [&](Kind kind, int unit, uint32_t tag) {
      if (result->events < most_events) events[result->events] = {clocked.cycle() - begin, kind, uint32_t(unit), tag};
      ++result->events;
    };
    while (true) {
      if (clocked.cycle() - begin > o.most_cycles) return fail("the program has not ended", 1);
      if (reset_due && clocked.cycle() - begin >= o.reset_after) {
        reset_due = false;
        bench->begin();
        runs_left = o.runs;
        ring();
        begin = clocked.cycle();
      }
      for (int u = 0; u < UNITS; ++u) {
        Unit &unit = bench->units[u];
        Pin(m.cmd_ready_i, 1, u).set(unit.sent.size() + unit.gone.size() < unit.most && willing());
        Pin(m.go_ready_i, 1, u).set(!unit.sent.empty() && unit.gone.size() < unit.most_gone && willing());
        if (!unit.gone.empty() && clocked.cycle() >= unit.done_at) unit.done_shown = true;
        Pin(m.done_valid_i, 1, u).set(unit.done_shown);
        if (unit.done_shown) {
          const uint32_t tag = unit.gone.front();
          Pin(m.done_status_i, 8, u).set(unit_status[tag % tags]);
        }
      }
      const ofpga_sequencer_bench::Watched watched{some_channels(), some_channels() & some_channels(), some_channels()};
      bench->show(watched);
      clocked.settle();
      if (m.interrupt_o) {
        bench->pause();
        if (--runs_left == 0) break;
        begin = clocked.cycle();  // of the next; the last one is told not to come back
        write_register(clocked, ofpga::REG_ISR, ofpga::REG_ISR_DONE);
        if (runs_left == 1) write_register(clocked, ofpga::REG_CTRL, 0);
        if (m.interrupt_o) return fail("the program ended though its units took nothing", -1);
        clear();
        continue;
      }
      for (int c = 0; c <= OFPGA_PORTS; ++c) {
        result->channels[c].read += watched.read >> c & 1;
        result->channels[c].written += watched.written >> c & 1;
        result->channels[c].waited += watched.waits >> c & 1;
      }
      result->stalled += watched.waits != 0 && (watched.read | watched.written) == 0;
      for (int u = 0; u < UNITS; ++u) {
        Unit &unit = bench->units[u];
        if (Pin(m.go_valid_o, 1, u).get() && Pin(m.go_ready_i, 1, u).get()) {
          note(u != 0 || m.go_met_o ? GO : GO_EARLY, u, unit.sent.front());
          unit.gone.push_back(unit.sent.front());
          unit.sent.pop_front();
          if (unit.gone.size() == 1) unit.done_at = done_at();
        }
        if (Pin(m.cmd_valid_o, 1, u).get() && Pin(m.cmd_ready_i, 1, u).get()) {
          uint32_t tag;
          std::memcpy(&tag, Pin(m.cmd_o, 512, u).bytes() + 4, sizeof tag);
          note(COMMAND, u, tag);
          unit.sent.push_back(tag);
        }
        if (unit.done_shown && Pin(m.done_ready_o, 1, u).get()) {
          note(DONE, u, unit.gone.front());
          unit.gone.pop_front();
          unit.done_shown = false;
          unit.done_at = done_at();
        }
      }
      clocked.edge();
    }
    clocked.step();
    result->cycles = clocked.cycle() - begin;
    m.cmd_ready_i = m.go_ready_i = 7;  // nothing may come any more
    for (int i = 0; i < 50; ++i) {
      clocked.settle();
      if (m.cmd_valid_o || m.go_valid_o || m.act_arvalid_o) return fail("something moves after the end", -1);
      clocked.edge();
    }
    for (const Unit &unit : bench->units) {
      if (!unit.sent.empty() || !unit.gone.empty()) return fail("a unit still has a command after the end", -1);
    }
    if (!acknowledge(clocked)) return fail("CTRL does not say that the program has ended", -1);
    if (m.act_base_o != act_base) return fail("the base of activations is not what was written", -1);
    result->status = read_register(clocked, ofpga::REG_STATUS);
    result->index = read_register(clocked, ofpga::REG_STATUS_INDEX);
    result->tag = read_register(clocked, ofpga::REG_STATUS_TAG);
    result->completed = read_register(clocked, ofpga::REG_COMPLETED);
    clocked.detach();
    return 0;
  } catch (const std::exception &error) {
    return fail(error.what(), -1);
  }
}

static AxilManner manner_of(const ofpga_sequencer_host &host) {
  return {host.strobe, host.address_late, host.data_late, host.ready_late};
}

__attribute__((visibility("default"))) uint32_t ofpga_sequencer_read(ofpga_sequencer_bench *bench, uint32_t offset,
                                                                     const ofpga_sequencer_host *host) {
  return read_register(bench->clocked, offset, manner_of(*host));
}
__attribute__((visibility("default"))) void ofpga_sequencer_write(ofpga_sequencer_bench *bench, uint32_t offset,
                                                                  uint32_t value, const ofpga_sequencer_host *host) {
  write_register(bench->clocked, offset, value, manner_of(*host));
}
}
