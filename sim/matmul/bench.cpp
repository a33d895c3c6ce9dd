// The verilated matmul unit as a library: runs commands on memory that the caller gives.
#include <verilated.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "Vofpga_matmul.h"
#include "axi_memory.hpp"

namespace {

using ofpga_sim::AxiMemory;
using ofpga_sim::AxiRead;
using ofpga_sim::AxiWrite;
using ofpga_sim::kWordBytes;
using ofpga_sim::Pattern;
using ofpga_sim::Rates;

// A signal of whatever width, as Verilator stores it: little-endian bytes.
template <typename Signal>
uint8_t *bytes_of(Signal &signal) {
  return reinterpret_cast<uint8_t *>(&signal);
}

template <typename Signal>
bool get_bit(Signal &signal, uint32_t at) {
  return bytes_of(signal)[at / 8] >> (at % 8) & 1;
}

template <typename Signal>
void set_bits(Signal &signal, uint32_t at, uint32_t width, uint8_t value) {  // within a byte
  uint8_t &byte = bytes_of(signal)[at / 8];
  const uint32_t mask = ((1u << width) - 1) << (at % 8);
  byte = uint8_t((byte & ~mask) | (uint32_t(value) << (at % 8) & mask));
}

// So long that what registers woke up with has left the pipelines: multipliers assert the range of their inputs.
constexpr uint64_t kResetCycles = 40;

}  // namespace

extern "C" {

struct BenchOptions {
  uint32_t seed;
  uint32_t willing, unwilling, latency;  // of the memories, and of commands, go and done
  uint32_t reset_at;                     // cycle of a reset in mid-run, after which all starts again; 0: none
  uint32_t go_from;                      // cycle before which no command has its go
  uint32_t limit;                        // cycles without progress that are a hang
  uint64_t poisoned_port_word, poisoned_act_word;  // answer SLVERR
};

struct BenchResult {
  uint64_t cycles;       // from the first command to the last done
  uint64_t stream_from;  // cycle of port 0's first weights
  uint64_t stream_to;    // of its last
  uint64_t port_beats;   // weights that port 0 gave
  uint64_t beats_ahead;  // of those: before the first go
  char complaint[200];
};

// Runs `count` commands; go of command i is given at once, or, where after_done[i] is set, when those before
// have completed. Returns whether all completed without complaint.
bool ofpga_matmul_bench(uint8_t **ports, uint64_t port_size, uint8_t *act, uint64_t act_size, const uint8_t *commands,
                        const uint8_t *after_done, uint32_t count, const BenchOptions *options, uint8_t *statuses,
                        BenchResult *result) {
  const auto context = std::make_unique<VerilatedContext>();
  context->fatalOnError(false);
  context->randReset(2);  // registers wake up with anything in them
  context->randSeed(int(options->seed % 0x7fffffff) + 1);
  const auto top = std::make_unique<Vofpga_matmul>(context.get());
  const Rates rates{options->willing, options->unwilling, options->latency};
  const uint32_t seed = options->seed;
  AxiMemory act_memory(act, act_size, options->poisoned_act_word, seed, rates);
  std::vector<AxiMemory> port_memories;
  for (uint32_t p = 0; p < PORTS; ++p) {
    port_memories.emplace_back(ports[p], port_size, options->poisoned_port_word, seed + 16 * (p + 1), rates);
  }
  Pattern offer(seed + 5, rates.willing, rates.unwilling), go(seed + 6, rates.willing, rates.unwilling);
  Pattern accept(seed + 7, rates.willing, rates.unwilling);
  const std::vector<uint8_t> before(act, act + act_size);
  uint32_t sent = 0, gone = 0, completed = 0;
  uint64_t progress = 0;
  *result = {};
  std::string complaint;

  top->clk_i = 0;
  top->rst_ni = 0;
  top->cmd_valid_i = top->go_valid_i = top->done_ready_i = 0;
  uint64_t cycle = 0;
  for (; completed < count && complaint.empty(); ++cycle) {
    const bool resets = cycle < kResetCycles || (options->reset_at != 0 && cycle >= options->reset_at && cycle < options->reset_at + 1);
    if (resets) {
      act_memory.forget();
      for (AxiMemory &memory : port_memories) memory.forget();
      sent = gone = completed = 0;
      std::memcpy(act, before.data(), act_size);
      progress = cycle;
      top->cmd_valid_i = top->go_valid_i = 0;
    } else {
      act_memory.show(cycle);
      for (AxiMemory &memory : port_memories) memory.show(cycle);
      if (!top->cmd_valid_i) top->cmd_valid_i = sent < count && offer();
      if (!top->go_valid_i) top->go_valid_i = gone < sent && cycle >= options->go_from && (!after_done[gone] || completed == gone) && go();
    }
    top->rst_ni = !resets;
    top->done_ready_i = accept();
    if (sent < count) std::memcpy(&top->cmd_i, commands + 64 * sent, 64);
    top->act_arready_i = act_memory.arready;
    top->act_rvalid_i = act_memory.rvalid && !resets;
    std::memcpy(&top->act_rdata_i, act_memory.rdata, kWordBytes);
    top->act_rresp_i = act_memory.rresp;
    top->act_rlast_i = act_memory.rlast;
    top->act_awready_i = act_memory.awready;
    top->act_wready_i = act_memory.wready;
    top->act_bvalid_i = act_memory.bvalid && !resets;
    top->act_bresp_i = act_memory.bresp;
    for (uint32_t p = 0; p < PORTS; ++p) {
      const AxiMemory &memory = port_memories[p];
      set_bits(top->port_arready_i, p, 1, memory.arready);
      set_bits(top->port_rvalid_i, p, 1, memory.rvalid && !resets);
      std::memcpy(bytes_of(top->port_rdata_i) + kWordBytes * p, memory.rdata, kWordBytes);
      set_bits(top->port_rresp_i, 2 * p, 2, memory.rresp);
      set_bits(top->port_rlast_i, p, 1, memory.rlast);
    }
    top->eval();

    if (!resets) {
      act_memory.take(cycle, {bool(top->act_arvalid_o), bool(top->act_rready_o), top->act_araddr_o, top->act_arlen_o},
                      {bool(top->act_awvalid_o), bool(top->act_wvalid_o), bool(top->act_wlast_o),
                       bool(top->act_bready_o), top->act_awaddr_o, top->act_awlen_o, bytes_of(top->act_wdata_o),
                       top->act_wstrb_o});
      for (uint32_t p = 0; p < PORTS; ++p) {
        uint64_t addr;
        std::memcpy(&addr, bytes_of(top->port_araddr_o) + 8 * p, 8);
        const uint64_t beats = port_memories[p].beats_read;
        port_memories[p].take(cycle,
                              {get_bit(top->port_arvalid_o, p), get_bit(top->port_rready_o, p), addr,
                               bytes_of(top->port_arlen_o)[p]},
                              {});
        if (port_memories[p].beats_read != beats) {
          progress = cycle;
          if (p == 0) {
            if (result->port_beats++ == 0) result->stream_from = cycle;
            if (gone == 0) ++result->beats_ahead;
            result->stream_to = cycle;
          }
        }
        if (!port_memories[p].complaint.empty()) complaint = port_memories[p].complaint;
      }
      if (!act_memory.complaint.empty()) complaint = act_memory.complaint;
      if (top->done_valid_o && top->done_ready_i) {
        statuses[completed++] = top->done_status_o;
        progress = cycle;
        if (completed > gone) complaint = "a command completed before its go";
        if (completed == count) result->cycles = cycle;
      }
      const bool sends = top->cmd_valid_i && top->cmd_ready_o, goes = top->go_valid_i && top->go_ready_o;
      if (cycle - progress > options->limit) {
        complaint = "hangs: of " + std::to_string(count) + " commands " + std::to_string(sent) + " were taken, " +
                    std::to_string(gone) + " may go, " + std::to_string(completed) + " completed";
      }
      top->clk_i = 1;
      context->timeInc(1);
      top->eval();
      sent += sends;
      gone += goes;
      if (sends) top->cmd_valid_i = 0;
      if (goes) top->go_valid_i = 0;
    } else {
      top->clk_i = 1;
      context->timeInc(1);
      top->eval();
    }
    top->clk_i = 0;
    context->timeInc(1);
    top->eval();
    if (context->gotError() || context->errorCount() != 0) complaint = "an assertion failed; see the log";
  }
  if (complaint.empty() && !act_memory.idle()) complaint = "the last command completed before its memory accesses";
  top->final();
  std::snprintf(result->complaint, sizeof result->complaint, "%s", complaint.c_str());
  return complaint.empty();
}

}  // extern "C"
