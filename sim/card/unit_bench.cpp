// Any unit with the common interface, alone with its memories: runs a list of commands, each begun when the one before
// has completed, and says how each ended. Compiled for a unit by its Verilated class (OFPGA_MODEL).
#define OFPGA_STRING_(x) #x
#define OFPGA_STRING(x) OFPGA_STRING_(x)
#define OFPGA_HEADER_(x) OFPGA_STRING(x.h)
#include OFPGA_HEADER_(OFPGA_MODEL)

#include <algorithm>
#include <cstdio>

#include "clocked.hpp"

OFPGA_DEFINE_STOP

extern "C" {

struct ofpga_bench_options {
  uint32_t seed;        // of all that is random; 0: registers start as zeros
  uint32_t latency;     // of the memories, in cycles
  uint32_t stall;       // idle cycles of 16, on every channel
  uint32_t reset_after;  // cycles; a reset then, and everything once more from the start; 0: none
  int32_t error_space;  // where to answer with an error: a port, or PORTS for activations; -1: nowhere
  uint32_t reserved;
  uint64_t error_word;  // and to which of its words
  uint64_t most_cycles;
};

struct ofpga_bench_result {
  uint64_t cycles;
  char message[256];  // why it returned something else than 0
};

// 0: every command completed, `statuses` holds how; 1: one did not within most_cycles; -1: an assertion or the protocol.
__attribute__((visibility("default"))) int ofpga_bench_run(uint8_t *const *ports, uint64_t port_bytes, uint8_t *act,
                                                           uint64_t act_bytes, const uint8_t *commands, uint32_t count,
                                                           const ofpga_bench_options *options, uint8_t *statuses,
                                                           ofpga_bench_result *result) {
  using namespace ofpga_sim;
  const auto &o = *options;
  std::snprintf(result->message, sizeof result->message, "%s", "");
  try {
    Clocked<OFPGA_MODEL> clocked(o.seed);
    auto &m = clocked.model();
    std::mt19937 random(o.seed);
    std::deque<AxiMemory> memories;
    for (int p = 0; p <= OFPGA_PORTS; ++p) {
      Timing timing{o.latency, o.stall, p == o.error_space ? o.error_word : ~0ull};
      const bool is_act = p == OFPGA_PORTS;
      memories.emplace_back(is_act ? "act" : "port " + std::to_string(p), is_act ? act : ports[p],
                            is_act ? act_bytes : port_bytes, 0, timing, random());
    }
    clocked.attach(memories.back(), AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0));
    clocked.attach(memories.back(), AxiWritePins OFPGA_AXI_WRITE_PINS(m, act, 0));
    for (int p = 0; p < OFPGA_PORTS; ++p) {
      clocked.attach(memories[p], AxiReadPins OFPGA_AXI_READ_PINS(m, port, p));
#if OFPGA_WRITES_PORTS
      clocked.attach(memories[p], AxiWritePins OFPGA_AXI_WRITE_PINS(m, port, p));
#endif
    }
    m.cmd_valid_i = m.go_valid_i = m.done_ready_i = 0;
    clocked.reset();

    const auto willing = [&] { return o.stall == 0 || random() % 16 >= o.stall; };
    bool reset_due = o.reset_after != 0;
    uint32_t sent = 0, gone = 0, ended = 0;
    const uint64_t begin = clocked.cycle();
    while (ended < count) {
      if (clocked.cycle() - begin > o.most_cycles) {
        std::snprintf(result->message, sizeof result->message, "command %u has not completed", ended);
        return 1;
      }
      if (reset_due && clocked.cycle() - begin >= o.reset_after) {
        reset_due = false;
        sent = gone = ended = 0;
        m.cmd_valid_i = m.go_valid_i = m.done_ready_i = 0;
        clocked.reset();
      }
      if (!m.cmd_valid_i && sent < count && willing()) {
        m.cmd_valid_i = 1;
        std::memcpy(&m.cmd_i, commands + 64 * sent, 64);
      }
      if (!m.go_valid_i && gone < sent && gone == ended && willing()) m.go_valid_i = 1;
      m.done_ready_i = willing();
      clocked.settle();
      const bool command = m.cmd_valid_i && m.cmd_ready_o, go = m.go_valid_i && m.go_ready_o;
      const bool done = m.done_valid_o && m.done_ready_i;
      const uint8_t status = m.done_status_o;
      clocked.edge();
      if (command) ++sent, m.cmd_valid_i = 0;
      if (go) ++gone, m.go_valid_i = 0;
      if (done) {
        if (ended == gone) throw std::runtime_error("a command completed that had no go");
        statuses[ended++] = status;
      }
    }
    result->cycles = clocked.cycle() - begin;
    return 0;
  } catch (const std::exception &error) {
    std::snprintf(result->message, sizeof result->message, "%s", error.what());
    return -1;
  }
}
}
