// The dot products of a K block with a pair of channels, made terms of their sums: both halves added, times the channels'
// multipliers, shifted by the exponent of the row's block.
//
// At one DSP clock a cycle the multipliers are DSPs. At two, where a card is short of those and half as many are
// needed, they are LUTs, and every register has an adder, a choice of four, or less before it.
module ofpga_matmul_block
  import ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned DspClocks = 1
) (
  input  logic clk_i,  // the DSPs'

  input  packed_sum_t [1:0] dots_i,  // by half of the block
  input  logic [1:0][7:0]   mults_i,  // a cycle after dots_i; with two clocks three half cycles
  input  logic [3:0]        rel_i,  // two cycles after dots_i; with two clocks held for two half cycles, for both pairs
  output term_t [1:0]       terms_o  // three cycles after dots_i; with two clocks eight half cycles
);
  localparam int unsigned DotBits = 20;
  localparam int unsigned ScaledBits = DotBits + 8;

  sums_t low, high;
  assign low = split(dots_i[0]);
  assign high = split(dots_i[1]);

  if (DspClocks == 1) begin : gen_single
    logic signed [1:0][DotBits-1:0] dot_q;
    logic signed [1:0][ScaledBits-1:0] scaled_q;
    always_ff @(posedge clk_i) begin
      dot_q <= {DotBits'(low.high) + DotBits'(high.high), DotBits'(low.low) + DotBits'(high.low)};
      for (int unsigned c = 0; c < 2; c++) begin
        scaled_q[c] <= ScaledBits'(signed'(dot_q[c])) * signed'({1'b0, mults_i[c]});
        terms_o[c] <= TermBits'(signed'(scaled_q[c])) <<< rel_i;
      end
    end
  end else begin : gen_double
    sums_t low_q, high_q;
    logic [1:0] rel_q;

    always_ff @(posedge clk_i) begin
      low_q <= low;
      high_q <= high;
      rel_q <= rel_i[1:0];
    end

    for (genvar c = 0; c < 2; c++) begin : gen_channel
      logic signed [DotBits-1:0] dot_q;
      logic signed [ScaledBits-1:0] scaled;
      logic signed [ScaledBits+11:0] coarse_q;
      term_t term_q;

      ofpga_lut_multiply #(
        .Bits      (DotBits),
        .FactorBits(8)
      ) u_multiply (
        .clk_i,
        .value_i  (dot_q),
        .factor_i (mults_i[c]),
        .product_o(scaled)
      );

      always_ff @(posedge clk_i) begin
        dot_q <= c == 0 ? DotBits'(low_q.low) + DotBits'(high_q.low)
                        : DotBits'(low_q.high) + DotBits'(high_q.high);
        coarse_q <= (ScaledBits + 12)'(scaled) <<< {rel_i[3:2], 2'b00};
        term_q <= TermBits'(coarse_q) <<< rel_q;
      end
      assign terms_o[c] = term_q;
    end
  end
endmodule : ofpga_matmul_block
