// Proof that two sums share a word exactly: S1 * 2^19 + S0 splits into S1 and S0 for all that
// TermsMax products of values in -127..127 can add up to.
module ofpga_dual_formal
  import ofpga_dual_pkg::*;
(
  input sum_t low_i,
  input sum_t high_i
);
  localparam int Largest = int'(TermsMax) * 127 * 127;

  packed_sum_t both;
  sums_t got;
  assign both = (packed_sum_t'(high_i) <<< SumBits) + packed_sum_t'(low_i);
  assign got = split(both);

  wire possible = int'(low_i) >= -Largest && int'(low_i) <= Largest &&
                  int'(high_i) >= -Largest && int'(high_i) <= Largest;

  always_comb if (possible) Exact : assert (got.low == low_i && got.high == high_i);
  always_comb LargestFits : assert (Largest < 2 ** (SumBits - 1));
endmodule : ofpga_dual_formal
