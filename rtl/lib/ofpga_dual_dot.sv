`include "ofpga_assert.svh"

// Two dot products of int8 vectors that share one vector, Terms long, one pair each cycle: a
// cascade of Terms DSPs. Shift registers delay each term to meet its turn in the cascade.
module ofpga_dual_dot
  import ofpga_dual_pkg::*;
#(
  parameter int unsigned Terms = 16  // at most 16, so that the low sum leaves the high one alone
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic              valid_i,
  input  logic signed [7:0] a0_i [Terms],  // -127..127, as are a1_i and b_i
  input  logic signed [7:0] a1_i [Terms],
  input  logic signed [7:0] b_i [Terms],

  output logic valid_o,  // Terms + 3 cycles after valid_i
  output sum_t sum0_o,  // of a0_i * b_i
  output sum_t sum1_o  // of a1_i * b_i
);
  if (Terms < 1 || Terms > TermsMax) begin : gen_illegal
    $error("ofpga_dual_dot: Terms is %0d; a packed sum is exact for 1 to %0d.", Terms, TermsMax);
  end

  localparam int unsigned Latency = Terms + 3;

  logic [Terms-1:0][1:0][7:0] a;  // each term as late as its DSP wants it
  logic [Terms-1:0][7:0] b;
  packed_sum_t sums;

  for (genvar i = 0; i < Terms; i++) begin : gen_term
    ofpga_delay #(
      .Cycles(i),
      .Bits  (24)
    ) u_delay (
      .clk_i,
      .data_i({a1_i[i], a0_i[i], b_i[i]}),
      .data_o({a[i], b[i]})
    );
  end

  ofpga_dual_chain #(
    .Terms(Terms)
  ) u_chain (
    .clk_i,
    .a_i  (a),
    .b_i  (b),
    .sum_o(sums)
  );

  logic [Latency-1:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
  end

  assign valid_o = valid_q[Latency-1];

  sums_t split_sums;
  assign split_sums = split(sums);
  assign sum0_o = split_sums.low;
  assign sum1_o = split_sums.high;

  function automatic logic in_range(logic signed [7:0] values [Terms]);
    in_range = 1'b1;
    for (int unsigned i = 0; i < Terms; i++) if (values[i] == -8'sd128) in_range = 1'b0;
  endfunction

  `OFPGA_ASSUME(ValuesInRange, !valid_i || (in_range(a0_i) && in_range(a1_i) && in_range(b_i)))
endmodule : ofpga_dual_dot
