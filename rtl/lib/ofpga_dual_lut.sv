// Two int8 products in LUTs, packed as ofpga_dual_mac's: (a1 * 2^19 + a0) * b + LutOffset.
//
// Radix 4 Booth: b is four digits of -2..2, digit r being b[2r+1:2r-1]. A row adds digit * a, one
// LUT6 a bit (the sum so far, two bits of a, three of the digit) and a carry chain, and two bits of
// the product are done. Nothing else needs a LUT:
// - A negative multiple is inverted only. The ones that it lacks, b[2r+1] * 4^r, are the first row's
//   other operand, since there is no sum yet.
// - Every multiple is 256 too large, its sign bit inverted, so that sums have no sign. LutOffset is
//   what that adds up to; whoever adds the products takes it away.
// (A LUT a bit and row: E. G. Walters, "Array Multipliers for High Throughput in Xilinx FPGAs with
// 6-Input LUTs", Computers 2016.)
module ofpga_dual_lut
  import ofpga_dual_pkg::*;
(
  input  logic clk_i,

  input  logic signed [7:0] a0_i,
  input  logic signed [7:0] a1_i,
  input  logic signed [7:0] b_i,
  output packed_sum_t       product_o  // four cycles after them; its register is the DSP's C
);
  localparam int unsigned Digits = 4;

  logic [Digits-1:0][1:0][7:0] a_q;  // by row
  logic [Digits-1:0][8:0] b_q;  // by row: from the bit before its digit on

  always_ff @(posedge clk_i) begin
    a_q <= {a_q[Digits-2:0], a1_i, a0_i};
    b_q[0] <= {b_i, 1'b0};
    for (int unsigned r = 1; r < Digits; r++) b_q[r] <= b_q[r-1] >> 2;
  end

  // digit * a + 256, or one less if the digit is negative.
  function automatic logic [8:0] multiple(logic [7:0] a, logic [2:0] digit);
    multiple = '0;
    if (digit[1] != digit[0]) multiple = {a[7], a};
    else if (digit[2] != digit[1]) multiple = {a, 1'b0};
    return multiple ^ {!digit[2], {8{digit[2]}}};
  endfunction

  logic [1:0][15:0] products;

  for (genvar p = 0; p < 2; p++) begin : gen_product
    logic [Digits-1:0][9:0] sum_d;
    logic [Digits-2:0][9:0] sum_q;
    logic [Digits-2:1][3:0] done_q;  // the product's lowest bits, at the top

    // The multiple comes second: Yosys then makes one LUT of it and the sum.
    assign sum_d[0] = {3'b0, b_q[0][8], 1'b0, b_q[0][6], 1'b0, b_q[0][4], 1'b0, b_q[0][2]} +
                      10'(multiple(a_q[0][p], b_q[0][2:0]));
    for (genvar r = 1; r < Digits; r++) begin : gen_row
      assign sum_d[r] = {2'b0, sum_q[r-1][9:2]} + 10'(multiple(a_q[r][p], b_q[r][2:0]));
    end

    always_ff @(posedge clk_i) begin
      sum_q <= sum_d[Digits-2:0];
      done_q <= {sum_q[1][1:0], done_q[1][3:2], sum_q[0][1:0], 2'b0};
    end

    assign products[p] = {sum_d[Digits-1], sum_q[Digits-2][1:0], done_q[Digits-2]};
  end

  assign product_o = {SumBits'(products[1]), SumBits'(products[0])};
endmodule : ofpga_dual_lut
