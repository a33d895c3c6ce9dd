// Any unit with the common interface, alone with its memories: runs lists of commands, and says how each ended. Compiled for
// a unit by its Verilated class (OFPGA_MODEL).
#define OFPGA_STRING_(x) #x
#define OFPGA_STRING(x) OFPGA_STRING_(x)
#define OFPGA_HEADER_(x) OFPGA_STRING(x.h)
#include OFPGA_HEADER_(OFPGA_MODEL)

#include <algorithm>
#include <cstdio>

#include "clocked.hpp"
#include "coverage.hpp"
#include "memories.hpp"
#include "rhythm.hpp"

OFPGA_DEFINE_STOP

namespace {

using namespace ofpga_sim;
using ofpga_memory::Rhythm;

// Whether all that the command with the go depends on has completed; of units that may have it earlier.
template <class Model>
auto set_met(Model &m, bool met, int) -> decltype(m.go_met_i, void()) {
  m.go_met_i = met;
}
template <class Model>
void set_met(Model &, bool, long) {}

}  // namespace

extern "C" {

struct ofpga_bench_options {
  ofpga_memory_options memory;  // its rhythm is also that of commands, go and done
  uint32_t reset_after;         // cycles; a reset then, memory as it was, and everything once more from the start; 0: none
  uint32_t go_from;             // cycle before which no command has its go
  int32_t error_space;          // an ideal memory that answers with an error: a port, or PORTS for activations; -1: none
  uint32_t reserved;
  uint64_t error_word;          // and to which of its words, counted from 0 as they move
  uint64_t most_cycles;
  uint64_t port_base, act_base;  // bytes: where the memories begin; nothing is below
};

// Of a command. Cycles count from the beginning of the list.
struct ofpga_bench_command {
  uint64_t sent, go, done;
  uint64_t port_words;  // read and written so far, at `done`, on the port that moved most
  uint32_t status;
  uint32_t reserved;
};

struct ofpga_bench_result {
  uint64_t cycles;                // until the last done
  uint64_t stream_from, stream_to;  // cycles of the first and the last word read from port 0
  uint64_t words_ahead;           // read from port 0 before the first go
  uint64_t act_words;             // read and written
  char message[256];              // why it returned something else than 0
};

struct ofpga_bench {
  Clocked<OFPGA_MODEL> clocked;

  explicit ofpga_bench(uint32_t seed) : clocked(seed) {
    auto &m = clocked.model();
    m.cmd_valid_i = m.go_valid_i = m.done_ready_i = 0;
  }
  VerilatedContext &context() { return clocked.context(); }
  void restart() {
    clocked.detach();
    clocked.restart();
    auto &m = clocked.model();
    m.cmd_valid_i = m.go_valid_i = m.done_ready_i = 0;
  }
};

static ofpga_sim::Kept<ofpga_bench> kept;

// `seed` of what the unit's registers hold at first.
__attribute__((visibility("default"))) ofpga_bench *ofpga_bench_new(uint32_t seed) { return kept.open(seed); }
__attribute__((visibility("default"))) void ofpga_bench_free(ofpga_bench *bench) { kept.close(bench); }

// Runs a list of commands. Command i has its go by after_done[i]: 0: at once; 1: when those before it have completed; 2: at
// once, though it depends on those before (matmul).
// `ended` and `port_words` (of PORTS ports) get what happened. Lists follow one another without a reset, until one fails.
// 0: every command completed; 1: one did not within most_cycles; -1: an assertion or the protocol.
__attribute__((visibility("default"))) int ofpga_bench_run(ofpga_bench *bench, uint8_t *const *ports, uint64_t port_bytes,
                                                           uint8_t *act, uint64_t act_bytes, const uint8_t *commands,
                                                           const uint8_t *after_done, uint32_t count,
                                                           const ofpga_bench_options *options, ofpga_bench_command *ended,
                                                           uint64_t *port_words, ofpga_bench_result *result) {
  const auto &o = *options;
  auto &clocked = bench->clocked;
  auto &m = clocked.model();
  *result = {};
  const auto fail = [&](const std::string &why, int code) {
    std::snprintf(result->message, sizeof result->message, "%s", why.c_str());
    return code;
  };
  try {
    Memories memories(o.memory, OFPGA_PORTS, ports, port_bytes, act, act_bytes, o.act_base, {o.error_space, o.error_word}, o.port_base);
    clocked.detach();
    clocked.attach(memories.act(), AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0), AxiWritePins OFPGA_AXI_WRITE_PINS(m, act, 0));
    for (int p = 0; p < OFPGA_PORTS; ++p) {
      std::optional<AxiWritePins> writes;
#if OFPGA_WRITES_PORTS
      writes = AxiWritePins OFPGA_AXI_WRITE_PINS(m, port, p);
#endif
      clocked.attach(memories.port(p), AxiReadPins OFPGA_AXI_READ_PINS(m, port, p), writes);
    }
    std::vector<std::vector<uint8_t>> before;
    bool reset_due = o.reset_after != 0;
    if (reset_due) {
      for (int p = 0; p < OFPGA_PORTS; ++p) before.emplace_back(ports[p], ports[p] + port_bytes);
      before.emplace_back(act, act + act_bytes);
    }
    if (clocked.cycle() == 0) clocked.reset();
    std::fill_n(ended, count, ofpga_bench_command{});

    Rhythm offer(o.memory.willing, o.memory.unwilling, o.memory.seed + 1), go(o.memory.willing, o.memory.unwilling, o.memory.seed + 2);
    Rhythm accept(o.memory.willing, o.memory.unwilling, o.memory.seed + 3);
    uint32_t sent = 0, gone = 0, completed = 0;
    uint64_t begin = clocked.cycle(), port0_words = 0;
    while (completed < count) {
      const uint64_t now = clocked.cycle() - begin;
      if (now > o.most_cycles) {
        return fail("command " + std::to_string(completed) + " has not completed; " + std::to_string(sent) + " were taken, " +
                        std::to_string(gone) + " may go", 1);
      }
      if (reset_due && now >= o.reset_after) {
        reset_due = false;
        m.cmd_valid_i = m.go_valid_i = m.done_ready_i = 0;
        clocked.reset();
        for (int p = 0; p < OFPGA_PORTS; ++p) std::copy(before[p].begin(), before[p].end(), ports[p]);
        std::copy(before.back().begin(), before.back().end(), act);
        sent = gone = completed = 0;
        begin = clocked.cycle();
        port0_words = 0;
        *result = {};
        std::fill_n(ended, count, ofpga_bench_command{});
        continue;
      }
      if (!m.cmd_valid_i && sent < count && offer.next()) {
        m.cmd_valid_i = 1;
        std::memcpy(&m.cmd_i, commands + 64 * sent, 64);
      }
      if (!m.go_valid_i && gone < sent && now >= o.go_from && (after_done[gone] != 1 || completed == gone)) m.go_valid_i = go.next();
      set_met(m, gone < count && (after_done[gone] != 2 || completed == gone), 0);
      m.done_ready_i = accept.next();
      clocked.settle();
      const bool command = m.cmd_valid_i && m.cmd_ready_o, goes = m.go_valid_i && m.go_ready_o;
      const bool done = m.done_valid_o && m.done_ready_i;
      const uint8_t status = m.done_status_o;
      clocked.edge();
      const uint64_t words = memories.port(0).counters().words_read;
      if (words != port0_words) {
        if (port0_words == 0) result->stream_from = now;
        result->stream_to = now;
        if (gone == 0) ++result->words_ahead;
        port0_words = words;
      }
      if (command) ended[sent++].sent = now, m.cmd_valid_i = 0;
      if (goes) ended[gone++].go = now, m.go_valid_i = 0;
      if (done) {
        if (completed == gone) throw std::runtime_error("a command completed that had no go");
        if (memories.act().is_writing() && gone == completed + 1) {
          throw std::runtime_error("a command completed before its results were written");
        }
        ofpga_bench_command &command_ended = ended[completed++];
        command_ended.done = now;
        command_ended.status = status;
        for (uint32_t p = 0; p < OFPGA_PORTS; ++p) {
          command_ended.port_words = std::max(command_ended.port_words, memories.port_words(p));
        }
      }
    }
    m.done_ready_i = 0;
    result->cycles = clocked.cycle() - begin;
    result->act_words = memories.act_words();
    for (uint32_t p = 0; p < OFPGA_PORTS; ++p) port_words[p] = memories.port_words(p);
    // What is still on its way arrives, so that the next list finds the channels quiet.
    uint64_t moved = 0;
    do {
      if (clocked.cycle() - begin > o.most_cycles + 100'000) return fail("the unit never rests", 1);
      moved = memories.port_words() + memories.act_words();
      for (int i = 0; i < 256; ++i) clocked.step();
    } while (memories.port_words() + memories.act_words() != moved);
    clocked.detach();
    return 0;
  } catch (const std::exception &error) {
    return fail(error.what(), -1);
  }
}
}
