// Two sums of int8 products in one word: S1 * 2^19 + S0.
package ofpga_dual_pkg;

  localparam int unsigned SumBits = 19;  // of S0 and of S1, signed
  localparam int unsigned PackedBits = 2 * SumBits;
  localparam int unsigned TermsMax = 16;  // products of values in -127..127 that a sum holds

  typedef logic signed [SumBits-1:0] sum_t;
  typedef logic signed [PackedBits-1:0] packed_sum_t;

  typedef struct packed {
    sum_t high;
    sum_t low;
  } sums_t;

  // By how much the sums of ofpga_dual_lut's products are too large: 256 for each digit.
  localparam packed_sum_t LutOffset = {SumBits'(256 * 85), SumBits'(256 * 85)};

  // Cycles from ofpga_dual_skew's input to ofpga_dual_cascade's sums.
  function automatic int unsigned dual_latency(int unsigned terms, int unsigned clocks);
    return 3 + (terms + clocks - 1) / clocks;
  endfunction

  function automatic sums_t split(packed_sum_t sums);
    split.low = sums[SumBits-1:0];
    // Undo what a negative low sum borrowed. (A concatenation, since tools disagree on the sign of
    // a signed vector's bit.)
    split.high = sums[PackedBits-1:SumBits] + {{(SumBits - 1) {1'b0}}, sums[SumBits-1]};
  endfunction

endpackage : ofpga_dual_pkg
