// The Verilated card behind its C interface: memories on its AXI channels, a host that writes its registers.
#include "card.h"

#include "Vofpga_card.h"
#include "axil.hpp"

OFPGA_DEFINE_STOP

namespace {

using namespace ofpga_sim;

constexpr uint64_t ACT_BASE = 0x2'0000'0000;  // not zero, so that the card's addition counts
constexpr uint64_t QUIET = 1 << 20;           // cycles without a word moved: the card hangs

}  // namespace

struct ofpga_card {
  Clocked<Vofpga_card> clocked;
  Timing timing;
  std::mt19937 random;
  std::string error;

  // Registers start as zeros: ofpga_dual_mac's assertion looks at data that no valid accompanies.
  ofpga_card(const Timing &timing_, uint32_t seed) : timing(timing_), random(seed) {
    auto &m = clocked.model();
    idle_registers(clocked);
    m.act_arready_i = m.act_rvalid_i = m.act_awready_i = m.act_wready_i = m.act_bvalid_i = 0;
    for (int p = 0; p < OFPGA_PORTS; ++p) {
      for (const Pin &pin : {Pin(m.port_arready_i, 1, p), Pin(m.port_rvalid_i, 1, p), Pin(m.port_awready_i, 1, p),
                             Pin(m.port_wready_i, 1, p), Pin(m.port_bvalid_i, 1, p)}) {
        pin.set(0);
      }
    }
    clocked.reset();
  }

  ofpga_run_result run(uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem, uint64_t act_bytes,
                       uint32_t program_addr, uint32_t program_count) {
    auto &m = clocked.model();
    std::deque<AxiMemory> ports;
    AxiMemory act("the activation space", act_mem, act_bytes, ACT_BASE, timing, random());
    clocked.detach();
    clocked.attach(act, AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0));
    clocked.attach(act, AxiWritePins OFPGA_AXI_WRITE_PINS(m, act, 0));
    for (int p = 0; p < OFPGA_PORTS; ++p) {
      ports.emplace_back("port " + std::to_string(p), port_mem[p], port_bytes, 0, timing, random());
      clocked.attach(ports.back(), AxiReadPins OFPGA_AXI_READ_PINS(m, port, p));
      clocked.attach(ports.back(), AxiWritePins OFPGA_AXI_WRITE_PINS(m, port, p));
    }
    const auto port_words = [&] {
      uint64_t words = 0;
      for (const AxiMemory &port : ports) words += port.words_read() + port.words_written();
      return words;
    };
    const auto act_words = [&] { return act.words_read() + act.words_written(); };

    start_program(clocked, program_addr, program_count, ACT_BASE);
    const uint64_t begin = clocked.cycle();
    uint64_t moved = 0, moved_at = begin;
    while (!m.interrupt_o) {
      clocked.step();
      if (clocked.cycle() % 1024 == 0) {
        const uint64_t words = port_words() + act_words();
        if (words != moved) {
          moved = words;
          moved_at = clocked.cycle();
        }
        if (clocked.cycle() - moved_at > QUIET) throw std::runtime_error("the card hangs");
      }
    }
    ofpga_run_result out{};
    out.cycles = clocked.cycle() - begin;
    if (!acknowledge(clocked)) throw std::runtime_error("CTRL does not say that the program has ended");
    out.status = read_register(clocked, ofpga::REG_STATUS);
    out.index = read_register(clocked, ofpga::REG_STATUS_INDEX);
    out.tag = read_register(clocked, ofpga::REG_STATUS_TAG);
    out.completed = read_register(clocked, ofpga::REG_COMPLETED);
    out.port_words = port_words();
    out.act_words = act_words();
    clocked.detach();
    return out;
  }
};

ofpga_card *ofpga_card_open(uint32_t latency, uint32_t stall, uint32_t seed) {
  try {
    return new ofpga_card(Timing{latency, stall, ~uint64_t(0)}, seed);
  } catch (const std::exception &) {
    return nullptr;
  }
}

void ofpga_card_close(ofpga_card *card) { delete card; }

uint32_t ofpga_card_info(ofpga_card *card, uint32_t reg_offset) {
  if (!card->error.empty()) return 0;
  try {
    return read_register(card->clocked, reg_offset);
  } catch (const std::exception &failure) {
    card->error = failure.what();
    return 0;
  }
}

int ofpga_card_run(ofpga_card *card, uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem,
                   uint64_t act_bytes, uint32_t program_addr, uint32_t program_count, ofpga_run_result *out) {
  if (card == nullptr || port_mem == nullptr || act_mem == nullptr || out == nullptr || !card->error.empty()) return -1;
  for (int p = 0; p < OFPGA_PORTS; ++p) {
    if (port_mem[p] == nullptr) return -1;
  }
  try {
    *out = card->run(port_mem, port_bytes, act_mem, act_bytes, program_addr, program_count);
    return 0;
  } catch (const std::exception &failure) {
    card->error = failure.what();
    return -1;
  }
}

const char *ofpga_card_error(const ofpga_card *card) { return card->error.c_str(); }
