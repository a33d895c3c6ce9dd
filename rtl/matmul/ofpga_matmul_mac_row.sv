// A row of a port's multipliers: four dot products of 32 terms a cycle, and the sums, of every group of rows.
//
// A cascade makes the dot products of half a block with two channels; two halves, two pairs of channels, which take
// turns up to the terms of their sums if DSPs run at twice the clock. The sums of a tile are kept in one of two buffers
// while the next tile is summed.
module ofpga_matmul_mac_row
  import ofpga_dual_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Groups = 1,  // of rows
  parameter int unsigned DspClocks = 1,  // 2: the dot products run at clk2x_i
  localparam int unsigned DotLatency = dual_latency(TermsMax, DspClocks),
  localparam int unsigned Cascades = 2 / DspClocks,
  localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1,
  localparam int unsigned LutTerms = DspClocks == 1 ? 0 : 2,  // of each cascade: who doubles the clock is short of DSPs
  localparam int unsigned Entries = 4  // sums of a multiplier: W4 has two, W8 four
) (
  input  logic clk_i,
  input  logic clk2x_i,

  input  logic [1:0][TermsMax-1:0][7:0] q_i,  // by half of the block
  input  logic [3:0]                    rel_i,
  input  logic [1:0][TermsMax-1:0][Cascades-1:0][1:0][7:0] codes_i,  // with q_i, as ofpga_dual_skew gives them
  // Of pairs of channels, DotLatency + 1 cycles after q_i; with two clocks in turns, the first half a cycle earlier.
  input  logic [Cascades-1:0][1:0][7:0] mults_i,

  input  logic       sum_valid_i,  // these: DotLatency + block_latency(DspClocks) cycles after q_i
  input  logic [1:0] sum_part_i,
  input  group_t     sum_group_i,
  input  logic       sum_first_i,
  input  logic       sum_last_i,
  input  logic       sum_buffer_i,

  input  logic       buffer_i,
  input  group_t     group_i,
  input  logic [1:0] lane_i,
  input  logic [1:0] entry_i,
  output acc_t       sum_o
);
  logic [3:0] rel;

  ofpga_delay #(
    .Cycles(DotLatency + 2),
    .Bits(4)
  ) u_rel (
    .clk_i,
    .data_i(rel_i),
    .data_o(rel)
  );

  // ------------------------------------------------- dot products, times multipliers, << exponents
  packed_sum_t [1:0][Cascades-1:0] dots;  // by half of the block, pair of channels
  term_t [Cascades-1:0][1:0] turns;
  term_t [WordChannels-1:0] terms;

  for (genvar h = 0; h < 2; h++) begin : gen_dot
    ofpga_dual_cascade #(
      .Terms   (TermsMax),
      .LutTerms(LutTerms),
      .Clocks  (DspClocks)
    ) u_cascade (
      .clk_i,
      .clk2x_i,
      .a_i   (codes_i[h]),
      .b_i   (q_i[h]),
      .sums_o(dots[h])
    );
  end

  for (genvar p = 0; p < Cascades; p++) begin : gen_pair
    ofpga_matmul_block #(
      .DspClocks(DspClocks)
    ) u_block (
      .clk_i  (DspClocks == 1 ? clk_i : clk2x_i),
      .dots_i ({dots[1][p], dots[0][p]}),
      .mults_i(mults_i[p]),
      .rel_i  (rel),
      .terms_o(turns[p])
    );
  end

  ofpga_dual_gather #(
    .Bits  (2 * $bits(term_t)),
    .Clocks(DspClocks)
  ) u_gather (
    .clk_i,
    .clk2x_i,
    .turns_i(turns),
    .both_o (terms)
  );

  // ------------------------------------------------------------------------------------------ sums
  wire [GroupBits-1:0] sum_group = GroupBits'(sum_group_i);

  for (genvar c = 0; c < WordChannels; c++) begin : gen_channel
    acc_t sums_q [2 ** GroupBits * Entries];
    acc_t kept_q [2 ** GroupBits * Buffers * Entries];
    acc_t sum;

    assign sum = (sum_first_i ? '0 : sums_q[{sum_group, sum_part_i}]) + AccBits'(signed'(terms[c]));

    always_ff @(posedge clk_i) begin
      if (sum_valid_i) begin
        sums_q[{sum_group, sum_part_i}] <= sum;
        if (sum_last_i) kept_q[{sum_group, sum_buffer_i, sum_part_i}] <= sum;
      end
    end
  end

  acc_t [WordChannels-1:0] kept;
  for (genvar c = 0; c < WordChannels; c++) begin : gen_kept
    assign kept[c] = gen_channel[c].kept_q[{GroupBits'(group_i), buffer_i, entry_i}];
  end
  assign sum_o = kept[lane_i];

  wire unused = ^{sum_group_i, group_i};  // with few groups
endmodule : ofpga_matmul_mac_row
