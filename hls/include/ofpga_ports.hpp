// Repeats a macro once for each memory port: OFPGA_EACH_PORT(M) is M(0) M(1) ... M(PORTS - 1).
//
// A kernel has one AXI master a port and Vitis wants each as an argument of its own with a pragma of its own, so the
// preprocessor has to write them.
#ifndef OFPGA_PORTS_HPP
#define OFPGA_PORTS_HPP

#include "ofpga_size.hpp"

#define OFPGA_EACH_1(M) M(0)
#define OFPGA_EACH_2(M) OFPGA_EACH_1(M) M(1)
#define OFPGA_EACH_4(M) OFPGA_EACH_2(M) M(2) M(3)
#define OFPGA_EACH_8(M) OFPGA_EACH_4(M) M(4) M(5) M(6) M(7)
#define OFPGA_EACH_16(M) OFPGA_EACH_8(M) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define OFPGA_EACH_32(M) \
  OFPGA_EACH_16(M)       \
  M(16) M(17) M(18) M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28) M(29) M(30) M(31)
#define OFPGA_EACH_PORT(M) OFPGA_PASTE(OFPGA_EACH_, OFPGA_PORTS)(M)

// A pragma whose text has macro arguments in it.
#define OFPGA_PRAGMA(text) _Pragma(#text)

#endif  // OFPGA_PORTS_HPP
