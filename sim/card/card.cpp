// The Verilated card behind its C interface: memories on its AXI channels, a host that writes its registers.
#include "card.h"

#include <algorithm>
#include <cstdio>

#include "Vofpga_card.h"
#include "Vofpga_card___024root.h"
#include "axil.hpp"
#include "memories.hpp"
#include "traffic.hpp"

OFPGA_DEFINE_STOP

namespace {

using namespace ofpga_sim;

constexpr uint64_t ACT_BASE = 0x2'0000'0000;  // not zero, so that the card's addition counts
constexpr uint64_t QUIET = 1 << 20;           // cycles without a word moved: the card hangs

}  // namespace

struct ofpga_card {
  Clocked<Vofpga_card> clocked;
  std::string kind;
  ofpga_memory_options options;
  std::string error;
  std::vector<uint64_t> words;  // of the last run, by port, the activation space's behind them
  std::vector<ofpga_card_event> events;

  explicit ofpga_card(const ofpga_memory_options &memory)
      : clocked(memory.seed), kind(memory.kind == nullptr ? "ideal" : memory.kind), options(memory), words(OFPGA_PORTS + 1) {
    options.kind = kind.c_str();
    uint8_t nothing[1];
    std::vector<uint8_t *> none(OFPGA_PORTS, nothing);
    Memories(options, OFPGA_PORTS, none.data(), 0, nothing, 0, ACT_BASE);  // throws where the options make no sense
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

  void note_events(uint64_t cycle, const Memories &memories) {
    const auto &root = *clocked.model().rootp;
    const uint32_t shown[] = {uint32_t(root.ofpga_card__DOT__cmd_valid & root.ofpga_card__DOT__cmd_ready),
                              uint32_t(root.ofpga_card__DOT__go_valid & root.ofpga_card__DOT__go_ready),
                              uint32_t(root.ofpga_card__DOT__done_valid & root.ofpga_card__DOT__done_ready)};
    if ((shown[0] | shown[1] | shown[2]) == 0) return;
    for (uint32_t kind = 0; kind < 3; ++kind) {
      for (uint32_t unit = 0; shown[kind] >> unit != 0; ++unit) {
        if (shown[kind] >> unit & 1) events.push_back({cycle, memories.port_words(), kind, unit});
      }
    }
  }

  ofpga_run_result run(uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem, uint64_t act_bytes,
                       uint32_t program_addr, uint32_t program_count) {
    auto &m = clocked.model();
    Memories memories(options, OFPGA_PORTS, port_mem, port_bytes, act_mem, act_bytes, ACT_BASE);
    ++options.seed;  // the next run has other rhythms
    events.clear();
    clocked.detach();
    clocked.attach(memories.act(), AxiReadPins OFPGA_AXI_READ_PINS(m, act, 0), AxiWritePins OFPGA_AXI_WRITE_PINS(m, act, 0));
    for (int p = 0; p < OFPGA_PORTS; ++p) {
      clocked.attach(memories.port(p), AxiReadPins OFPGA_AXI_READ_PINS(m, port, p), AxiWritePins OFPGA_AXI_WRITE_PINS(m, port, p));
    }
    start_program(clocked, program_addr, program_count, ACT_BASE);
    const uint64_t begin = clocked.cycle();
    uint64_t moved = 0, moved_at = begin;
    while (!m.interrupt_o) {
      clocked.settle();
      note_events(clocked.cycle() - begin, memories);
      clocked.edge();
      if (clocked.cycle() % 1024 == 0) {
        const uint64_t now = memories.port_words() + memories.act_words();
        if (now != moved) {
          moved = now;
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
    out.port_words = memories.port_words();
    out.act_words = memories.act_words();
    for (int p = 0; p < OFPGA_PORTS; ++p) words[p] = memories.port_words(p);
    words[OFPGA_PORTS] = memories.act_words();
    clocked.detach();
    return out;
  }

  // Runs `act` unless the card has failed before; false if it has now.
  template <class Act>
  bool guarded(const Act &act) {
    if (!error.empty()) return false;
    try {
      act();
      return true;
    } catch (const std::exception &failure) {
      error = failure.what();
      return false;
    }
  }
};

ofpga_card *ofpga_card_open(const ofpga_memory_options *memory, char *why, uint32_t why_bytes) {
  try {
    return new ofpga_card(*memory);
  } catch (const std::exception &failure) {
    std::snprintf(why, why_bytes, "%s", failure.what());
    return nullptr;
  }
}

void ofpga_card_close(ofpga_card *card) { delete card; }

uint32_t ofpga_card_info(ofpga_card *card, uint32_t reg_offset) {
  uint32_t value = 0;
  return card->guarded([&] { value = read_register(card->clocked, reg_offset); }) ? value : 0;
}

int ofpga_card_set(ofpga_card *card, uint32_t reg_offset, uint32_t value) {
  return card->guarded([&] { write_register(card->clocked, reg_offset, value); }) ? 0 : -1;
}

int ofpga_card_run(ofpga_card *card, uint8_t *const *port_mem, uint64_t port_bytes, uint8_t *act_mem,
                   uint64_t act_bytes, uint32_t program_addr, uint32_t program_count, ofpga_run_result *out) {
  if (card == nullptr || port_mem == nullptr || act_mem == nullptr || out == nullptr) return -1;
  for (int p = 0; p < OFPGA_PORTS; ++p) {
    if (port_mem[p] == nullptr) return -1;
  }
  const auto run = [&] { *out = card->run(port_mem, port_bytes, act_mem, act_bytes, program_addr, program_count); };
  return card->guarded(run) ? 0 : -1;
}

uint64_t ofpga_card_words(const ofpga_card *card, uint32_t port) { return card->words.at(port); }

uint64_t ofpga_card_events(const ofpga_card *card, ofpga_card_event *events, uint64_t most) {
  std::copy_n(card->events.begin(), std::min<uint64_t>(most, card->events.size()), events);
  return card->events.size();
}

uint64_t ofpga_card_sequential(const ofpga_card *card, uint64_t cycles) {
  constexpr uint64_t BYTES = 64 << 20;
  std::vector<uint8_t> bytes(BYTES), act(1 << 12);
  std::vector<uint8_t *> ports{bytes.data()};
  Memories memories(card->options, 1, ports.data(), BYTES, act.data(), act.size(), 0);
  const auto addresses = [next = uint64_t(0)]() mutable {
    const uint64_t address = next;
    next = (next + ofpga_memory::BURST_BOUNDARY) % BYTES;
    return address;
  };
  ofpga_memory::Stream reads(addresses, ofpga_memory::BURST_BOUNDARY, ofpga_memory::MAX_WORD_BYTES);
  return ofpga_memory::measure(memories.port(0), &reads, nullptr, cycles, cycles).words_read;
}

const char *ofpga_card_error(const ofpga_card *card) { return card->error.c_str(); }
