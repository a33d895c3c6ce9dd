// Two dot products of int8 vectors with a shared vector b, a pair each cycle: a cascade of
// Terms - LutTerms DSPs, each adding its own term to what the one before passes on.
//
// The first LutTerms terms are multiplied in LUTs, and their products join as the C of the DSPs
// whose turn it is when they are there: term i at DSP i + First. So nothing waits for them, and
// latency and skew are the same for every LutTerms.
module ofpga_dual_chain
  import ofpga_dual_pkg::*;
#(
  parameter int unsigned Terms = 16,  // at most 16, so that the low sum leaves the high one alone
  parameter int unsigned LutTerms = 0  // of them: LUTs instead of DSPs
) (
  input  logic clk_i,

  input  logic [Terms-1:0][1:0][7:0] a_i,  // term i comes i cycles after term 0, as does that of b_i
  input  logic [Terms-1:0][7:0]      b_i,
  output packed_sum_t                sum_o  // Terms + 3 cycles after term 0
);
  localparam int unsigned MostLutTerms = Terms < 4 ? 0 : (Terms - 1) / 2;
  // A product takes two cycles more than a DSP needs to reach its adder, and that DSP must be there.
  localparam int unsigned First = LutTerms > 2 ? LutTerms : 2;
  if (LutTerms > MostLutTerms) begin : gen_illegal
    $error("ofpga_dual_chain: LutTerms is %0d; of %0d terms at most %0d can be in LUTs.",
           LutTerms, Terms, MostLutTerms);
  end

  packed_sum_t [Terms-1:LutTerms] also;  // by DSP: its C
  packed_sum_t [Terms:LutTerms] sums;
  assign sums[LutTerms] = '0;
  assign sum_o = sums[Terms];

  for (genvar i = 0; i < LutTerms; i++) begin : gen_lut
    logic [2:0][7:0] late;

    ofpga_delay #(
      .Cycles(First - 2),
      .Bits  (24)
    ) u_delay (
      .clk_i,
      .data_i({a_i[i], b_i[i]}),
      .data_o(late)
    );

    ofpga_dual_lut u_lut (
      .clk_i,
      .a0_i     (late[1]),
      .a1_i     (late[2]),
      .b_i      (late[0]),
      .product_o(also[i+First])
    );
  end

  for (genvar i = LutTerms; i < Terms; i++) begin : gen_dsp
    if (i == Terms - 1) begin : gen_last  // no product joins here
      assign also[i] = -packed_sum_t'(LutTerms) * LutOffset;
    end else if (i < First || i >= First + LutTerms) begin : gen_none
      assign also[i] = '0;
    end

    ofpga_dual_mac u_mac (
      .clk_i,
      .a0_i  (a_i[i][0]),
      .a1_i  (a_i[i][1]),
      .b_i   (b_i[i]),
      .also_i(also[i]),
      .sum_i (sums[i]),
      .sum_o (sums[i+1])
    );
  end
endmodule : ofpga_dual_chain
