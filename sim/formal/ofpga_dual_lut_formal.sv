// Proof of ofpga_dual_lut: four cycles after any two values and any factor, -128 included, it gives
// both products, LutOffset above.
//
// Of one set of values, since a solver takes half a minute for each. That it comes first is no
// restriction: induction starts in any state that the multiplier can be in.
module ofpga_dual_lut_formal
  import ofpga_dual_pkg::*;
(
  input logic clk_i,
  input logic signed [7:0] a0_i,
  input logic signed [7:0] a1_i,
  input logic signed [7:0] b_i
);
  localparam int unsigned Latency = 4;

  packed_sum_t product_o;
  sums_t got;
  ofpga_dual_lut u_dut (.*);

  logic [2:0] cycle_q = '0;
  logic signed [7:0] a0_q, a1_q, b_q;  // those of cycle 0
  always_ff @(posedge clk_i) begin
    if (cycle_q <= 3'(Latency)) cycle_q <= cycle_q + 1'b1;
    if (cycle_q == '0) {a0_q, a1_q, b_q} <= {a0_i, a1_i, b_i};
  end

  assign got = split(product_o - LutOffset);
  always_comb begin
    if (cycle_q == 3'(Latency)) begin
      Exact : assert (got.low == SumBits'(a0_q) * SumBits'(b_q) &&
                      got.high == SumBits'(a1_q) * SumBits'(b_q));
    end
  end
endmodule : ofpga_dual_lut_formal
