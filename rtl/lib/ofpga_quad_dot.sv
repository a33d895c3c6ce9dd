`include "ofpga_assert.svh"

// Four dot products of int8 vectors that share one vector, Terms long, a set each cycle: two DSPs a
// term, or, at twice the clock, one; LUTs for the first LutTerms. ofpga_dual_skew, ofpga_dual_cascade
// and ofpga_dual_gather in one, behind registers that hold the vectors for a whole cycle.
module ofpga_quad_dot
  import ofpga_dual_pkg::*;
#(
  parameter int unsigned Terms = 16,  // at most 16, so that the low sum leaves the high one alone
  parameter int unsigned Clocks = 1,  // of the DSPs in a cycle: 1 or 2
  parameter int unsigned LutTerms = 0  // terms, the first, in LUTs instead of DSPs
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if Clocks is 1
  input  logic rst_ni,

  input  logic                       valid_i,
  input  logic [Terms-1:0][3:0][7:0] a_i,  // -127..127, as is b_i
  input  logic [Terms-1:0][7:0]      b_i,

  output logic       valid_o,  // dual_latency(Terms, Clocks) + 1 cycles after valid_i
  output sum_t [3:0] sums_o  // of a_i[..][n] * b_i
);
  localparam int unsigned Latency = dual_latency(Terms, Clocks) + 1;

  logic [Terms-1:0][3:0][7:0] a_q;
  logic [Terms-1:0][7:0] b_q;
  always_ff @(posedge clk_i) begin
    a_q <= a_i;
    b_q <= b_i;
  end

  logic [Terms-1:0][2/Clocks-1:0][1:0][7:0] skewed;
  packed_sum_t [2/Clocks-1:0] turns;
  packed_sum_t [1:0] sums;

  ofpga_dual_skew #(
    .Terms (Terms),
    .Clocks(Clocks)
  ) u_skew (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .a_i(a_q),
    .a_o(skewed)
  );

  ofpga_dual_cascade #(
    .Terms   (Terms),
    .Clocks  (Clocks),
    .LutTerms(LutTerms)
  ) u_cascade (
    .clk_i,
    .clk2x_i,
    .a_i(skewed),
    .b_i(b_q),
    .sums_o(turns)
  );

  ofpga_dual_gather #(
    .Bits    (PackedBits),
    .Clocks  (Clocks),
    .Straddle(Terms % 2 != 0)
  ) u_gather (
    .clk_i,
    .clk2x_i,
    .turns_i(turns),
    .both_o (sums)
  );

  for (genvar p = 0; p < 2; p++) begin : gen_pair
    sums_t split_sums;
    assign split_sums = split(sums[p]);
    assign sums_o[2*p] = split_sums.low;
    assign sums_o[2*p+1] = split_sums.high;
  end

  logic [Latency-1:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
  end
  assign valid_o = valid_q[Latency-1];

  function automatic logic in_range(logic [Terms-1:0][3:0][7:0] a, logic [Terms-1:0][7:0] b);
    in_range = 1'b1;
    for (int unsigned i = 0; i < Terms; i++) begin
      if (b[i] == 8'h80) in_range = 1'b0;
      for (int unsigned n = 0; n < 4; n++) if (a[i][n] == 8'h80) in_range = 1'b0;
    end
  endfunction

  `OFPGA_ASSUME(ValuesInRange, !valid_i || in_range(a_i, b_i))
endmodule : ofpga_quad_dot
