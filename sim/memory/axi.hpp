// The signals of one AXI4 port, as plain values: INCR bursts of whole words, one ID, so that answers keep their order.
#ifndef OFPGA_MEMORY_AXI_HPP
#define OFPGA_MEMORY_AXI_HPP

#include <array>
#include <cstdint>

namespace ofpga_memory {

constexpr uint32_t MAX_WORD_BYTES = 64;  // 512 bits: the strobes of a word fit 64 bits
constexpr uint64_t BURST_BOUNDARY = 4096;  // bytes that no burst crosses (AMBA AXI4, A3.4.1)

enum Response : uint8_t { OKAY = 0, SLVERR = 2, DECERR = 3 };

// What the master drives in a cycle.
struct AxiMaster {
  bool arvalid = false;
  uint64_t araddr = 0;  // bytes
  uint8_t arlen = 0;    // words less one
  bool rready = false;

  bool awvalid = false;
  uint64_t awaddr = 0;
  uint8_t awlen = 0;
  bool wvalid = false;
  const uint8_t *wdata = nullptr;  // a word; read at the rising edge
  uint64_t wstrb = 0;              // bit i: byte i
  bool wlast = false;
  bool bready = false;
};

// What the memory drives in a cycle.
struct AxiSlave {
  bool arready = false;
  bool rvalid = false;
  std::array<uint8_t, MAX_WORD_BYTES> rdata{};
  Response rresp = OKAY;
  bool rlast = false;

  bool awready = false;
  bool wready = false;
  bool bvalid = false;
  Response bresp = OKAY;
};

}  // namespace ofpga_memory

#endif  // OFPGA_MEMORY_AXI_HPP
