// Two int8 products in one DSP48E2: (a1 * 2^19 + a0) * b, added to what comes in.
//
// The pre-adder forms a1 * 2^19 + a0 (27 bits signed, since |a1| <= 127), the multiplier takes it
// times b (27 x 18 bits), so the sum is S1 * 2^19 + S0 with S1, S0 the two sums of products. It
// splits exactly as long as S0 fits 19 bits signed: 16 products, 16 * 127 * 127 = 258,064 < 2^18.
// Values are -127..127, as in docs/numerics.md; whoever feeds a cascade asserts that.
//
// Four registers deep (A/D/B, AD, M, P); sum_i joins before the last, so that the modules of a
// chain whose inputs are a cycle apart map to the DSP cascade. also_i is added with it: the DSP's C,
// in its register. The ALU takes M by X and Y, PCIN by Z, C by W. (The packing is the one of AMD's
// WP486, a bit wider; the ALU's inputs are in UG579.)
module ofpga_dual_mac
  import ofpga_dual_pkg::*;
(
  input  logic clk_i,

  input  logic signed [7:0] a0_i,
  input  logic signed [7:0] a1_i,
  input  logic signed [7:0] b_i,
  input  packed_sum_t       also_i,  // two cycles after a0_i, a1_i, b_i
  input  packed_sum_t       sum_i,  // three cycles after them
  output packed_sum_t       sum_o   // four cycles after them
);
  logic signed [7:0] a0_q, a1_q, b_q, b2_q;
  logic signed [26:0] a_q;
  logic signed [34:0] product_q;
  packed_sum_t also_q, sum_q;

  always_ff @(posedge clk_i) begin
    a0_q <= a0_i;
    a1_q <= a1_i;
    b_q <= b_i;
    a_q <= {a1_q, SumBits'(0)} + 27'(a0_q);
    b2_q <= b_q;
    product_q <= 35'(a_q) * 35'(b2_q);
    also_q <= also_i;
    sum_q <= sum_i + also_q + PackedBits'(product_q);
  end

  assign sum_o = sum_q;
endmodule : ofpga_dual_mac
