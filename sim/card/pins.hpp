// Lanes of a Verilated model's signals, whatever type Verilator gave them: all are little-endian bit strings.
#ifndef OFPGA_SIM_PINS_HPP
#define OFPGA_SIM_PINS_HPP

#include <cstdint>
#include <cstring>

#include "axi.hpp"

namespace ofpga_sim {

// Lane `lane` of a packed array whose elements have `bits` bits.
class Pin {
 public:
  template <class Signal>
  Pin(Signal &signal, int bits, int lane = 0) : at_(reinterpret_cast<uint8_t *>(&signal)), bits_(bits), lane_(lane) {}

  // Up to 64 bits that start at a whole byte, or up to 8 bits within one.
  uint64_t get() const {
    const int first = bits_ * lane_;
    uint64_t value = 0;
    std::memcpy(&value, at_ + first / 8, (bits_ + 7) / 8);
    return (value >> first % 8) & mask();
  }
  void set(uint64_t value) const {
    const int first = bits_ * lane_;
    uint64_t old = 0;
    std::memcpy(&old, at_ + first / 8, (bits_ + 7) / 8);
    old = (old & ~(mask() << first % 8)) | ((value & mask()) << first % 8);
    std::memcpy(at_ + first / 8, &old, (bits_ + 7) / 8);
  }
  // The bytes of a lane of whole bytes.
  uint8_t *bytes() const { return at_ + bits_ / 8 * lane_; }

 private:
  uint64_t mask() const { return bits_ == 64 ? ~uint64_t(0) : (uint64_t(1) << bits_) - 1; }

  uint8_t *at_;
  int bits_;
  int lane_;
};

// The pins of an AXI4 channel pair of `model`, lane `lane`, whose names begin with `prefix`. Inputs of the card end in _i.
#define OFPGA_AXI_READ_PINS(model, prefix, lane)                                                                       \
  {                                                                                                                    \
    {(model).prefix##_arvalid_o, 1, lane}, {(model).prefix##_arready_i, 1, lane}, {(model).prefix##_araddr_o, 64, lane}, \
        {(model).prefix##_arlen_o, 8, lane}, {(model).prefix##_rvalid_i, 1, lane}, {(model).prefix##_rready_o, 1, lane}, \
        {(model).prefix##_rdata_i, 512, lane}, {(model).prefix##_rresp_i, 2, lane}, {                                  \
      (model).prefix##_rlast_i, 1, lane                                                                                \
    }                                                                                                                  \
  }
#define OFPGA_AXI_WRITE_PINS(model, prefix, lane)                                                                      \
  {                                                                                                                    \
    {(model).prefix##_awvalid_o, 1, lane}, {(model).prefix##_awready_i, 1, lane}, {(model).prefix##_awaddr_o, 64, lane}, \
        {(model).prefix##_awlen_o, 8, lane}, {(model).prefix##_wvalid_o, 1, lane}, {(model).prefix##_wready_i, 1, lane}, \
        {(model).prefix##_wdata_o, 512, lane}, {(model).prefix##_wstrb_o, 64, lane},                                   \
        {(model).prefix##_wlast_o, 1, lane}, {(model).prefix##_bvalid_i, 1, lane}, {(model).prefix##_bready_o, 1, lane}, { \
      (model).prefix##_bresp_i, 2, lane                                                                                \
    }                                                                                                                  \
  }

struct AxiReadPins {
  Pin arvalid, arready, araddr, arlen, rvalid, rready, rdata, rresp, rlast;

  void drive(const ofpga_memory::AxiSlave &out) const {
    arready.set(out.arready);
    rvalid.set(out.rvalid);
    if (!out.rvalid) return;
    std::memcpy(rdata.bytes(), out.rdata.data(), out.rdata.size());
    rresp.set(out.rresp);
    rlast.set(out.rlast);
  }
  void sample(ofpga_memory::AxiMaster &in) const {
    in.arvalid = arvalid.get() != 0;
    in.rready = rready.get() != 0;
    if (!in.arvalid) return;
    in.araddr = araddr.get();
    in.arlen = uint8_t(arlen.get());
  }
};

struct AxiWritePins {
  Pin awvalid, awready, awaddr, awlen, wvalid, wready, wdata, wstrb, wlast, bvalid, bready, bresp;

  void drive(const ofpga_memory::AxiSlave &out) const {
    awready.set(out.awready);
    wready.set(out.wready);
    bvalid.set(out.bvalid);
    if (out.bvalid) bresp.set(out.bresp);
  }
  void sample(ofpga_memory::AxiMaster &in) const {
    in.awvalid = awvalid.get() != 0;
    in.wvalid = wvalid.get() != 0;
    in.bready = bready.get() != 0;
    if (in.awvalid) {
      in.awaddr = awaddr.get();
      in.awlen = uint8_t(awlen.get());
    }
    if (in.wvalid) {
      in.wdata = wdata.bytes();
      in.wstrb = wstrb.get();
      in.wlast = wlast.get() != 0;
    }
  }
};

}  // namespace ofpga_sim

#endif  // OFPGA_SIM_PINS_HPP
