// The card's memory as csim sees it: P port spaces and the activation space, with bounds.
#ifndef OFPGA_CSIM_MEMORY_HPP
#define OFPGA_CSIM_MEMORY_HPP

#include <cstdint>

#include "ofpga_size.hpp"
#include "ofpga_types.hpp"

namespace ofpga {

struct CardMemory {
  uint8_t *const *ports;
  uint64_t port_words;
  uint8_t *act;
  uint64_t act_words;

  word_t *port(int p) const { return reinterpret_cast<word_t *>(ports[p]); }
  word_t *act_space() const { return reinterpret_cast<word_t *>(act); }

  // `bytes` from word `address` on lie within the activation space.
  bool act_holds(uint64_t address, uint64_t bytes) const { return holds(act_words, address, bytes); }
  // `words` from word `address` on lie within every port.
  bool ports_hold(uint64_t address, uint64_t words) const {
    return address <= port_words && words <= port_words - address;
  }
  // A word of the activation space, which must hold it.
  void read_act(uint64_t address, uint8_t (&bytes)[WORD_BYTES]) const {
    const uint8_t *from = act + WORD_BYTES * address;
    for (int i = 0; i < WORD_BYTES; ++i) bytes[i] = from[i];
  }

 private:
  static bool holds(uint64_t space, uint64_t address, uint64_t bytes) {
    const uint64_t words = bytes / WORD_BYTES + (bytes % WORD_BYTES != 0);
    return address <= space && words <= space - address;
  }
};

}  // namespace ofpga

#endif  // OFPGA_CSIM_MEMORY_HPP
