// What the three kernels share around their arithmetic: loop bounds, bursts, the words of a command.
#ifndef OFPGA_FLOW_HPP
#define OFPGA_FLOW_HPP

#include "ofpga_size.hpp"
#include "ofpga_stream.hpp"
#include "ofpga_types.hpp"

namespace ofpga {

// The bound of a loop that hardware unrolls `all` times and of which `used` times matter: a CPU skips the rest.
inline int unrolled(int used, int all) {
#pragma HLS inline
#if defined(__SYNTHESIS__)
  (void)used;
  return all;
#else
  (void)all;
  return used;
#endif
}

inline int ceil_div(int a, int b) {
#pragma HLS inline
  return (a + b - 1) / b;
}

// `count` consecutive words of memory into a stream, in bursts.
inline void burst(const word_t *memory, uint32_t address, uint32_t count, hls::stream<word_t> &out) {
#pragma HLS inline
#if OFPGA_FAST
  out.lend(memory + address, count);  // weights do not change while they are read: no need to copy them
#else
BURST:
  for (uint32_t i = 0; i < count; ++i) {  // II = 1
#pragma HLS pipeline II = 1
    out.write(memory[address + i]);
  }
#endif
}

}  // namespace ofpga

#endif  // OFPGA_FLOW_HPP
