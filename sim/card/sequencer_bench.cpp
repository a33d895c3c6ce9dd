// The sequencer with units that only pretend: they take commands, wait for the go, and end them after a while with the
// status that the test asks for. Notes every handshake.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <random>

#include "Vofpga_sequencer.h"
#include "axil.hpp"
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
  uint64_t error_word;
  uint64_t most_cycles;
};

struct ofpga_sequencer_event {
  uint64_t cycle;
  uint32_t kind, unit, tag;
};

struct ofpga_sequencer_result {
  uint32_t status, index, tag, completed;
  uint64_t cycles, events;
  char message[256];
};

struct ofpga_sequencer_bench {
  Clocked<Vofpga_sequencer> clocked;
  std::mt19937 random;
  std::deque<Unit> units;

  explicit ofpga_sequencer_bench(uint32_t seed) : clocked(seed), random(seed) {
    for (int u = 0; u < UNITS; ++u) units.push_back(Unit{std::size_t(u == 0 ? 3 : 1), std::size_t(u == 0 ? 2 : 1), {}, {}, 0, false});
    auto &m = clocked.model();
    idle_registers(clocked);
    m.cmd_ready_i = m.go_ready_i = m.done_valid_i = 0;
    m.act_arready_i = m.act_rvalid_i = 0;
    clocked.reset();
  }
};

__attribute__((visibility("default"))) ofpga_sequencer_bench *ofpga_sequencer_new(uint32_t seed) {
  return new ofpga_sequencer_bench(seed);
}
__attribute__((visibility("default"))) void ofpga_sequencer_free(ofpga_sequencer_bench *bench) { delete bench; }

// 0: the program has ended; 1: it has not within most_cycles; -1: an assertion or the protocol.
// unit_status: by tag, how a unit ends the command; `events` has room for `most_events`.
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
    ofpga_memory::IdealMemory memory("act", act, act_bytes, 0, timing);
    memory.reset();
    clocked.detach();
    clocked.attach(memory, AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0), std::nullopt);
    start_program(clocked, program_addr, program_count, 0x1234'5678'9000);
    const uint64_t begin = clocked.cycle();
    const auto willing = [&] { return o.stall == 0 || random() % 16 >= o.stall; };
    const auto done_at = [&] { return clocked.cycle() + 1 + (o.work != 0 ? random() % o.work : 0); };
    const auto note = [&](Kind kind, int unit, uint32_t tag) {
      if (result->events < most_events) events[result->events] = {clocked.cycle() - begin, kind, uint32_t(unit), tag};
      ++result->events;
    };
    while (true) {
      if (clocked.cycle() - begin > o.most_cycles) return fail("the program has not ended", 1);
      for (int u = 0; u < UNITS; ++u) {
        Unit &unit = bench->units[u];
        Pin(m.cmd_ready_i, 1, u).set(unit.sent.size() + unit.gone.size() < unit.most && willing());
        Pin(m.go_ready_i, 1, u).set(!unit.sent.empty() && unit.gone.size() < unit.most_gone && willing());
        if (!unit.gone.empty() && clocked.cycle() >= unit.done_at) unit.done_shown = true;
        Pin(m.done_valid_i, 1, u).set(unit.done_shown);
        if (unit.done_shown) {
          const uint32_t tag = unit.gone.front();
          Pin(m.done_status_i, 8, u).set(tag < tags ? unit_status[tag] : 0);
        }
      }
      clocked.settle();
      if (m.interrupt_o) break;
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
    clocked.edge();
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
    if (m.act_base_o != 0x1234'5678'9000) return fail("the base of activations is not what was written", -1);
    result->status = read_register(clocked, ofpga::REG_STATUS);
    result->index = read_register(clocked, ofpga::REG_STATUS_INDEX);
    result->tag = read_register(clocked, ofpga::REG_STATUS_TAG);
    result->completed = read_register(clocked, ofpga::REG_COMPLETED);
    return 0;
  } catch (const std::exception &error) {
    return fail(error.what(), -1);
  }
}

__attribute__((visibility("default"))) uint32_t ofpga_sequencer_read(ofpga_sequencer_bench *bench, uint32_t offset) {
  return read_register(bench->clocked, offset);
}
__attribute__((visibility("default"))) void ofpga_sequencer_write(ofpga_sequencer_bench *bench, uint32_t offset,
                                                                  uint32_t value) {
  write_register(bench->clocked, offset, value);
}
}
