`include "ofpga_assert.svh"

// A port's part of the second pass: its values and their weights to the sums A and L of all lanes
// (docs/numerics.md, 8), a block each cycle or, with half the columns, a block in two.
//
//   values, weights -> a group of 16 tokens, in two banks -> columns -> sums of groups added
//
// Block by block a group's tokens pass the columns, so that a DSP adds up 16 products by itself and
// the sums of one column a cycle are left to add. The exponent of a value is spread over shifts of
// the value (0..10) and of its weight (0..10); with the weight negated both fit 18 and 27 bits.
module ofpga_attention_values
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned Columns = 16,  // of two elements: 16, a block a cycle, or 8, half a block
  parameter int unsigned DspClocks = 1,
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic clk2x_i,
  input logic rst_ni,

  input task_t        task_i,
  input logic         start_i,  // on this item, once the one before is taken
  input item_t        item_i,
  input result_bank_t bank_i,
  output logic        taken_o,  // for a cycle: all of the item's values are in
  output logic        done_o,  // for a cycle: the item's sums stand

  input  logic                  value_valid_i,
  output logic                  value_ready_o,
  input  logic [BLOCK-1:0][7:0] value_i,
  input  logic [4:0]            value_exponent_i,

  input  logic              weight_valid_i,
  output logic              weight_ready_o,
  input  prob_t [Lanes-1:0] weight_i,

  input  result_bank_t        read_bank_i,
  input  logic [LaneBits-1:0] read_total_lane_i,
  output total_t              total_o,  // a cycle later
  input  logic [LaneBits-1:0] read_lane_i,
  input  logic [BlockIndexBits-1:0] read_block_i,
  input  pair_t               read_pair_i,
  output sum_t [1:0]          sums_o  // SumsLatency cycles later
);
  localparam int unsigned Parts = BLOCK / 2 / Columns;  // of a block, one after another
  localparam int unsigned Streams = 2 / DspClocks;
  localparam int unsigned Pairs = (Lanes + 1) / 2;
  localparam int unsigned TokenBits = $clog2(GroupTokens);
  localparam int unsigned ColumnBits = $clog2(Columns);

  typedef logic [TokenBits-1:0] token_t;
  typedef logic [BlockIndexBits-1:0] block_t;

  typedef struct packed {
    logic   bank;
    block_t block;
    token_t token;
  } place_t;

  typedef struct packed {
    token_t       last_token;
    logic         first;  // group of its item
    logic         last;
    result_bank_t bank;
  } group_t;

  // --------------------------------------------------------------------------------- a group fills
  position_t left_q;  // tokens that have not been taken
  place_t fill_q;
  logic first_q;  // the group is the item's first
  result_bank_t bank_q;
  logic [1:0] full_q;  // banks
  group_t group_q [2];
  logic emptied;  // the bank being read

  wire block_last = 4'(fill_q.block) == task_i.head_blocks - 4'd1;
  wire room = left_q != '0 && !full_q[fill_q.bank];
  wire enter = value_valid_i && weight_valid_i && room;
  wire token_ends = enter && block_last;
  wire item_ends = token_ends && left_q == PositionBits'(1);
  wire group_ends = item_ends || (token_ends && fill_q.token == token_t'(GroupTokens - 1));

  assign value_ready_o = weight_valid_i && room;
  assign weight_ready_o = value_valid_i && room && block_last;

  place_t read_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= '0;
      fill_q <= '0;
      full_q <= '0;
      taken_o <= 1'b0;
    end else begin
      if (start_i) left_q <= {item_i.blocks, 4'd0} >> task_i.split_log2;
      else if (token_ends) left_q <= left_q - 1'b1;
      if (enter) fill_q.block <= block_last ? '0 : fill_q.block + 1'b1;
      if (token_ends) fill_q.token <= group_ends ? '0 : fill_q.token + 1'b1;
      if (group_ends) fill_q.bank <= !fill_q.bank;
      for (int unsigned b = 0; b < 2; b++) begin
        if (group_ends && fill_q.bank == 1'(b)) full_q[b] <= 1'b1;
        else if (emptied && read_q.bank == 1'(b)) full_q[b] <= 1'b0;
      end
      taken_o <= item_ends;
    end
  end

  prob_t [Lanes-1:0] weights_q [2*GroupTokens];
  logic [4:0] exponents_q [2**$bits(place_t)];
  (* ram_style = "distributed" *) total_t [Lanes-1:0] totals_q [ResultBanks];
  total_t [Lanes-1:0] total_q, total;

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      first_q <= 1'b1;
      bank_q <= bank_i;
    end else if (group_ends) begin
      first_q <= 1'b0;
    end
    if (enter) exponents_q[fill_q] <= value_exponent_i;
    if (token_ends) weights_q[{fill_q.bank, fill_q.token}] <= weight_i;
    if (group_ends) begin
      group_q[fill_q.bank] <= '{
        last_token: fill_q.token, first: first_q, last: item_ends, bank: bank_q
      };
    end
  end

  // ---------------------------------------------------------------------------- and is multiplied
  group_t group;
  logic [1:0] ended_q;  // since the bank was read to its end

  // The last column reads later. Only a head of one block would be overwritten so soon.
  wire single = task_i.head_blocks == 4'd1;
  wire reads = full_q[read_q.bank] && ended_q == '0;
  logic read_part_q;
  wire read_last_token = read_q.token == token_t'(GroupTokens - 1);
  wire read_last_part = read_part_q == 1'(Parts - 1);
  wire read_ends = reads && read_last_token && read_last_part
                   && 4'(read_q.block) == task_i.head_blocks - 4'd1;
  assign emptied = single ? ended_q[1] : read_ends;
  assign group = group_q[read_q.bank];

  // A part of a group's block at the columns, from the first column's sums on.
  typedef struct packed {
    logic         valid;
    logic         first;
    logic         last;  // the item's last
    result_bank_t bank;
    block_t       block;
    logic         part;
  } sums_t;

  sums_t sums_d, ahead_q [4];
  place_t place1_q;
  logic [4:0] exponent1_q;
  logic part1_q, load1_q, load2_q, masked1_q;
  prob_t [Lanes-1:0] weights1_q;
  logic [2*Pairs-1:0][26:0] weights2_q;

  assign sums_d = '{
    valid: reads && read_last_token,
    first: group.first,
    last: group.last,
    bank: group.bank,
    block: read_q.block,
    part: read_part_q
  };

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      read_q <= '0;
      read_part_q <= 1'b0;
      ended_q <= '0;
      for (int unsigned i = 0; i < 4; i++) ahead_q[i].valid <= 1'b0;
    end else begin
      ended_q <= single ? {ended_q[0], read_ends} : '0;
      if (reads) begin
        read_q.token <= read_q.token + 1'b1;
        if (read_last_token) begin
          read_part_q <= !read_last_part;
          if (read_last_part) read_q.block <= read_ends ? '0 : read_q.block + 1'b1;
        end
      end
      if (emptied) read_q.bank <= !read_q.bank;
      ahead_q[0] <= sums_d;
      for (int unsigned i = 1; i < 4; i++) ahead_q[i] <= ahead_q[i-1];
    end
  end

  wire [3:0] value_shift = exponent1_q < 5'd10 ? exponent1_q[3:0] : 4'd10;
  wire [4:0] rest = exponent1_q - 5'(value_shift);  // at most CACHE_EXP_MAX - 10
  wire [3:0] weight_shift = rest < 5'd10 ? rest[3:0] : 4'd10;

  always_ff @(posedge clk_i) begin
    place1_q <= read_q;
    part1_q <= read_part_q;
    exponent1_q <= exponents_q[read_q];
    weights1_q <= weights_q[{read_q.bank, read_q.token}];
    masked1_q <= read_q.token > group.last_token;
    load1_q <= read_q.token == '0;
    for (int unsigned l = 0; l < 2 * Pairs; l++) begin
      weights2_q[l] <= l < Lanes && !masked1_q
          ? -(27'(weights1_q[l%Lanes]) << weight_shift) : '0;
    end
    load2_q <= load1_q;
  end

  // What column c passes on is place[c] and so on; the last one's nobody takes.
  place_t [Columns-1:0] place;
  logic [Columns-1:0] part;
  logic [Columns-1:0][3:0] shift;
  logic [Columns-1:0] load;
  logic [Pairs-1:0][Streams-1:0][26:0] first_weights;
  logic [Columns-1:0][Pairs-1:0][Streams-1:0][26:0] weights;
  part_t [Columns-1:0][2*Pairs-1:0][1:0] column_sums;

  ofpga_attention_turns #(
    .Pairs    (Pairs),
    .DspClocks(DspClocks)
  ) u_turns (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .weights_i(weights2_q),
    .streams_o(first_weights)
  );

  for (genvar c = 0; c < Columns; c++) begin : gen_column
    localparam int unsigned Before = c > 0 ? c - 1 : 0;
    logic [Parts-1:0][1:0][7:0] values;
    for (genvar q = 0; q < Parts; q++) begin : gen_part
      assign values[q] = value_i[2*(Columns*q+c)+:2];
    end
    ofpga_attention_column #(
      .Lanes     (Lanes),
      .HeadBlocks(HeadBlocks),
      .Parts     (Parts),
      .DspClocks (DspClocks)
    ) u_column (
      .clk_i,
      .clk2x_i,
      .write_i       (enter),
      .write_place_i (fill_q),
      .write_values_i(values),
      .place_i       (c > 0 ? place[Before] : place1_q),
      .part_i        (c > 0 ? part[Before] : part1_q),
      .shift_i       (c > 0 ? shift[Before] : value_shift),
      .place_o       (place[c]),
      .part_o        (part[c]),
      .shift_o       (shift[c]),
      .load_i        (c > 0 ? load[Before] : load2_q),
      .load_o        (load[c]),
      .weights_i     (c > 0 ? weights[Before] : first_weights),
      .weights_o     (weights[c]),
      .sums_o        (column_sums[c])
    );
  end

  // ------------------------------------------------------------------------------ groups are added
  sums_t now_q, part_q;
  pair_t column_q, part_column_q;
  part_t [Lanes-1:0][1:0] parts_q;
  sum_t [Lanes-1:0][1:0] sums_q [2**(BlockIndexBits+$bits(pair_t))];
  sum_t [Lanes-1:0][1:0] sums;

  // now_q: what sums leave of, a column a cycle.
  wire pair_t pair = (part_q.part ? pair_t'(Columns) : '0) + part_column_q;
  wire column_last = column_q == pair_t'(Columns - 1);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      now_q <= '0;
      column_q <= '0;
      part_q <= '0;
      done_o <= 1'b0;
    end else begin
      if (ahead_q[3].valid) now_q <= ahead_q[3];
      else if (column_last) now_q.valid <= 1'b0;
      if (now_q.valid) column_q <= column_last ? '0 : column_q + 1'b1;
      part_q <= now_q;
      done_o <= part_q.valid && part_q.last && pair == '1
                && 4'(part_q.block) == task_i.head_blocks - 4'd1;
    end
  end

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    for (genvar i = 0; i < 2; i++) begin : gen_sum
      sum_t held;
      assign held = part_q.first ? '0 : sums_q[{part_q.block, pair}][l][i];
      assign sums[l][i] = held - SumBits'(signed'(parts_q[l][i]));  // the weights were negated
    end
  end

  always_ff @(posedge clk_i) begin
    part_column_q <= column_q;
    for (int unsigned l = 0; l < Lanes; l++) parts_q[l] <= column_sums[ColumnBits'(column_q)][l];
    if (part_q.valid) sums_q[{part_q.block, pair}] <= sums;
  end

  // ----------------------------------------------------------------------------- what finish reads
  typedef struct packed {
    result_bank_t bank;
    block_t       block;
    pair_t        pair;
  } result_place_t;

  (* ram_style = "block" *) sum_t [Lanes-1:0][1:0] results_q [2**$bits(result_place_t)];
  sum_t [Lanes-1:0][1:0] latch_q, result_q;
  result_place_t read_place_q;
  logic [2:0][LaneBits-1:0] read_lane_q;

  wire result_place_t result_place = '{bank: part_q.bank, block: part_q.block, pair: pair};

  always_ff @(posedge clk_i) begin
    if (part_q.valid && part_q.last) results_q[result_place] <= sums;
  end

  always_ff @(posedge clk_i) begin
    read_place_q <= '{bank: read_bank_i, block: read_block_i, pair: read_pair_i};
    read_lane_q <= {read_lane_q[1:0], read_lane_i};
    latch_q <= results_q[read_place_q];
    result_q <= latch_q;
    sums_o <= result_q[read_lane_q[2]];
  end

  for (genvar l = 0; l < Lanes; l++) begin : gen_total
    assign total[l] = (first_q && fill_q.token == '0 ? '0 : total_q[l]) + TotalBits'(weight_i[l]);
  end
  always_ff @(posedge clk_i) begin
    if (token_ends) begin
      total_q <= total;
      totals_q[bank_q] <= total;
    end
    total_o <= totals_q[read_bank_i][read_total_lane_i];
  end

  `OFPGA_ASSERT(SumsLeaveInTurn, !ahead_q[3].valid || !now_q.valid || column_last)
  `OFPGA_ASSUME(StartsWhenTaken, !start_i || left_q == '0)
endmodule : ofpga_attention_values
