// A port's part of the second pass: its values and their weights to the sums A and L of all lanes
// (docs/numerics.md, 8), a block each cycle. Two banks of sums: one gathers while the other is read
// out.
module ofpga_attention_values
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t task_i,
  input logic  start_i,  // on this item, which holds until the next start
  input item_t item_i,
  input logic  bank_i,
  output logic done_o,  // for a cycle: the item's sums stand

  input  logic                  value_valid_i,
  output logic                  value_ready_o,
  input  logic [BLOCK-1:0][7:0] value_i,
  input  logic [4:0]            value_exponent_i,

  input  logic              weight_valid_i,
  output logic              weight_ready_o,
  input  prob_t [Lanes-1:0] weight_i,

  input  logic                read_bank_i,
  input  logic [LaneBits-1:0] read_total_lane_i,
  output total_t              total_o,  // a cycle later
  input  logic [LaneBits-1:0] read_lane_i,
  input  logic [BlockIndexBits-1:0] read_block_i,
  input  logic                read_half_i,
  output sum_t [HalfInts-1:0] sums_o  // two cycles later
);
  // --------------------------------------------------------------------------------- what comes in
  position_t left_q;  // tokens that have not been taken
  logic [3:0] block_q;  // of the token
  logic first_q;  // the token is the item's first

  wire block_last = block_q == task_i.head_blocks - 4'd1;
  wire enter = value_valid_i && weight_valid_i && left_q != '0;
  assign value_ready_o = weight_valid_i && left_q != '0;
  assign weight_ready_o = value_valid_i && left_q != '0 && block_last;

  logic entered_q, entered_first_q, entered_begins_q, entered_ends_q;  // ends: the item
  logic gathered_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= '0;
      block_q <= '0;
      {entered_q, entered_ends_q, gathered_q, done_o} <= '0;
    end else begin
      if (start_i) left_q <= PositionBits'(item_i.blocks) * PositionBits'(task_i.tokens);
      else if (enter && block_last) left_q <= left_q - 1'b1;
      if (enter) block_q <= block_last ? '0 : block_q + 4'd1;
      entered_q <= enter;
      entered_ends_q <= enter && block_last && left_q == PositionBits'(1);
      gathered_q <= entered_ends_q;  // its products are
      done_o <= gathered_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) first_q <= 1'b1;
    else if (enter && block_last) first_q <= 1'b0;
    entered_first_q <= first_q;
    entered_begins_q <= block_q == '0;
  end

  // ------------------------------------------------------------ the exponent, as shifts of factors
  // value_exponent_i is at most CACHE_EXP_MAX = 10 + 9 + 1.
  wire [4:0] value_shift = value_exponent_i < 5'd10 ? value_exponent_i : 5'd10;
  wire [4:0] rest = value_exponent_i - value_shift;
  wire [3:0] weight_shift = rest < 5'd9 ? rest[3:0] : 4'd9;

  logic [BLOCK-1:0][17:0] values_q;
  prob_t [Lanes-1:0] weight_q;
  logic signed [Lanes-1:0][26:0] shifted_q;
  logic twice_q;
  logic [BlockIndexBits:0] place_q;

  always_ff @(posedge clk_i) begin
    for (int unsigned i = 0; i < BLOCK; i++) begin
      values_q[i] <= 18'(signed'(value_i[i])) << value_shift;
    end
    for (int unsigned l = 0; l < Lanes; l++) shifted_q[l] <= 27'(weight_i[l]) << weight_shift;
    weight_q <= weight_i;
    twice_q <= rest > 5'd9;
    place_q <= {bank_i, BlockIndexBits'(block_q)};
  end

  // ------------------------------------------------------------------------------------------ sums
  total_t totals_q [2][Lanes];
  sum_t [HalfInts-1:0] sums [Lanes];
  logic [LaneBits-1:0] read_lane_q;

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    always_ff @(posedge clk_i) begin
      if (entered_q && entered_begins_q) begin
        totals_q[bank_i][l] <= (entered_first_q ? '0 : totals_q[bank_i][l])
                               + TotalBits'(weight_q[l]);
      end
    end

    ofpga_attention_lane_sums #(
      .HeadBlocks(HeadBlocks)
    ) u_sums (
      .clk_i,
      .rst_ni,
      .valid_i     (entered_q),
      .first_i     (entered_first_q),
      .place_i     (place_q),
      .weight_i    (signed'(shifted_q[l])),
      .values_i    (values_q),
      .twice_i     (twice_q),
      .read_place_i({read_bank_i, read_block_i}),
      .read_half_i,
      .sums_o      (sums[l])
    );
  end

  always_ff @(posedge clk_i) begin
    total_o <= totals_q[read_bank_i][read_total_lane_i];
    read_lane_q <= read_lane_i;
    sums_o <= sums[read_lane_q];
  end
endmodule : ofpga_attention_values
