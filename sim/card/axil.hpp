// AXI4-Lite accesses to a card's registers, and what a host does to run a program.
#ifndef OFPGA_SIM_AXIL_HPP
#define OFPGA_SIM_AXIL_HPP

#include "clocked.hpp"
#include "ofpga_contract.hpp"

namespace ofpga_sim {

constexpr uint64_t AXIL_PATIENCE = 1000;  // cycles in which a register must answer

// How a host goes about an access: which bytes it writes, and how many cycles late it is.
struct AxilManner {
  uint32_t strobe = 15;
  uint32_t address_late = 0, data_late = 0, ready_late = 0;
};

template <class Card>
void write_register(Card &card, uint32_t offset, uint32_t value, const AxilManner &manner = {}) {
  auto &m = card.model();
  m.axil_awaddr_i = m.axil_araddr_i = uint16_t(offset);
  m.axil_wdata_i = value;
  m.axil_wstrb_i = uint8_t(manner.strobe);
  bool address_taken = false, data_taken = false;
  for (uint64_t waited = 0;; ++waited) {
    if (waited > AXIL_PATIENCE) throw std::runtime_error("a register does not take a write");
    m.axil_awvalid_i = !address_taken && waited >= manner.address_late;
    m.axil_wvalid_i = !data_taken && waited >= manner.data_late;
    m.axil_bready_i = waited >= manner.ready_late;
    card.settle();
    address_taken |= m.axil_awvalid_i && m.axil_awready_o;
    data_taken |= m.axil_wvalid_i && m.axil_wready_o;
    const bool answered = m.axil_bvalid_o && m.axil_bready_i;
    card.edge();
    if (answered) break;
  }
  m.axil_awvalid_i = m.axil_wvalid_i = m.axil_bready_i = 0;
}

template <class Card>
uint32_t read_register(Card &card, uint32_t offset, const AxilManner &manner = {}) {
  auto &m = card.model();
  m.axil_araddr_i = uint16_t(offset);
  bool address_taken = false;
  uint32_t value = 0;
  for (uint64_t waited = 0;; ++waited) {
    if (waited > AXIL_PATIENCE) throw std::runtime_error("a register does not answer");
    m.axil_arvalid_i = !address_taken && waited >= manner.address_late;
    m.axil_rready_i = waited >= manner.ready_late;
    card.settle();
    address_taken |= m.axil_arvalid_i && m.axil_arready_o;
    const bool answered = m.axil_rvalid_o && m.axil_rready_i;
    value = m.axil_rdata_o;
    card.edge();
    if (answered) break;
  }
  m.axil_arvalid_i = m.axil_rready_i = 0;
  return value;
}

template <class Card>
void idle_registers(Card &card) {
  auto &m = card.model();
  m.axil_awvalid_i = m.axil_wvalid_i = m.axil_bready_i = m.axil_arvalid_i = m.axil_rready_i = 0;
}

// The doorbell: a program of `count` commands at word `addr` of the activation space at byte `base`, with an interrupt at
// its end; `control`: what is written to CTRL.
template <class Card>
void start_program(Card &card, uint32_t addr, uint32_t count, uint64_t base, uint32_t control = ofpga::REG_CTRL_AP_START) {
  using namespace ofpga;
  write_register(card, REG_PROGRAM_ADDR, addr);
  write_register(card, REG_PROGRAM_COUNT, count);
  write_register(card, REG_ACT_BASE_LO, uint32_t(base));
  write_register(card, REG_ACT_BASE_HI, uint32_t(base >> 32));
  write_register(card, REG_GIE, REG_GIE_ENABLE);
  write_register(card, REG_IER, REG_IER_DONE);
  write_register(card, REG_CTRL, control);
}

// After the interrupt: acknowledges it. False if the registers do not say that the program has ended.
template <class Card>
bool acknowledge(Card &card) {
  using namespace ofpga;
  const uint32_t control = read_register(card, REG_CTRL);
  write_register(card, REG_ISR, REG_ISR_DONE);
  card.settle();
  const bool fell = !card.model().interrupt_o;
  card.edge();
  return fell && (control & REG_CTRL_AP_DONE) && (control & REG_CTRL_AP_IDLE) && !(control & REG_CTRL_AP_START);
}

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_AXIL_HPP
