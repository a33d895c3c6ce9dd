`include "ofpga_assert.svh"

// A port's part of the first pass: keys to scores, one block each cycle for all lanes, and each
// lane's largest score (docs/numerics.md, 8). Scores wait in a queue for the second pass.
//
// The dot products run through DSP cascades that cannot stop, so a token only enters once the queue
// has room for its scores.
module ofpga_attention_scores
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned ScoreDepth = 2048,
  parameter int unsigned DspClocks = 1,
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic clk2x_i,
  input logic rst_ni,

  input task_t             task_i,
  input logic              start_i,  // on this item, which holds until the next start
  input item_t             item_i,
  input lane_t [Lanes-1:0] lanes_i,
  input logic              query_bank_i,  // its queries'
  input logic [3:0]        part_i,  // which of its head's chunks this port has

  // A block of a query, for the item after this one or before it starts.
  input logic                      query_write_i,
  input logic                      query_write_bank_i,
  input logic [LaneBits-1:0]       query_lane_i,
  input logic [BlockIndexBits-1:0] query_block_i,
  input logic [BLOCK-1:0][7:0]     query_i,  // in range
  input logic [4:0]                query_exponent_i,

  input  logic                  key_valid_i,
  output logic                  key_ready_o,
  input  logic [BLOCK-1:0][7:0] key_i,
  input  logic [4:0]            key_exponent_i,

  output logic               score_valid_o,
  input  logic               score_ready_i,
  output score_t [Lanes-1:0] score_o,

  output logic               done_o,  // for a cycle: the item's peaks stand, until the next start
  output score_t [Lanes-1:0] peak_o
);
  localparam int unsigned Quads = (Lanes + 3) / 4;  // lanes that share DSPs
  localparam int unsigned Terms = ofpga_dual_pkg::TermsMax;
  localparam int unsigned DotLatency = ofpga_dual_pkg::dual_latency(Terms, DspClocks);
  localparam int unsigned RoomBits = $clog2(ScoreDepth + 1);

  // ------------------------------------------------------------------------------------ keys enter
  position_t enter_q;  // tokens that have not
  logic [3:0] block_q;  // of the token
  logic [RoomBits-1:0] room_q;  // of the queue, for tokens that have not entered

  // The first of the tokens that share a place.
  phase_t enter_phase_q;
  wire takes_place = block_q == '0 && enter_phase_q == '0;

  wire block_last = block_q == task_i.head_blocks - 4'd1;
  wire score_taken = score_valid_o && score_ready_i;
  wire enter = key_valid_i && key_ready_o;
  assign key_ready_o = enter_q != '0 && (!takes_place || room_q != '0);

  wire position_t tokens = {item_i.blocks, 4'd0} >> task_i.split_log2;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      enter_q <= '0;
      block_q <= '0;
      room_q <= RoomBits'(ScoreDepth);
    end else begin
      if (start_i) enter_q <= tokens;
      else if (enter && block_last) enter_q <= enter_q - 1'b1;
      if (enter) block_q <= block_last ? '0 : block_q + 4'd1;
      room_q <= room_q - RoomBits'(enter && takes_place) + RoomBits'(score_taken);
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) enter_phase_q <= '0;
    else if (enter && block_last) begin
      enter_phase_q <= (enter_phase_q + 1'b1) & last_phase(item_i.pack_log2);
    end
  end

  // What does not enter is zero, so that the DSPs see nothing out of their range.
  logic [BLOCK-1:0][7:0] key_q;
  logic entered_q, last_q;

  always_ff @(posedge clk_i) begin
    entered_q <= rst_ni && enter;
    last_q <= block_last;
    key_q <= enter ? in_range(key_i) : '0;
  end

  // ---------------------------------------------------------------------------------- dot products
  logic [Lanes-1:0][5:0] exponent_q;  // of the product, beside key_q
  ofpga_dual_pkg::sum_t [3:0] dot [Quads][2];  // by lane, half of the block

  wire [BlockIndexBits:0] query_place = {query_bank_i, BlockIndexBits'(block_q)};
  wire [BlockIndexBits:0] write_place = {query_write_bank_i, query_block_i};
  logic [4*Quads-1:0] lane_written, lane_valid;

  for (genvar l = 0; l < 4 * Quads; l++) begin : gen_query
    if (l < Lanes) begin : gen_lane
      logic [4:0] exponents_q [2**(BlockIndexBits+1)];
      always_ff @(posedge clk_i) begin
        if (lane_written[l]) exponents_q[write_place] <= query_exponent_i;
        exponent_q[l] <= 6'(exponents_q[query_place]) + 6'(key_exponent_i);
      end
      assign lane_written[l] = query_write_i && query_lane_i == LaneBits'(l);
      assign lane_valid[l] = lanes_i[l].valid;
    end else begin : gen_none
      assign lane_written[l] = 1'b0;
      assign lane_valid[l] = 1'b0;
    end
  end

  for (genvar j = 0; j < Quads; j++) begin : gen_quad
    for (genvar h = 0; h < 2; h++) begin : gen_half
      logic [Terms-1:0][2/DspClocks-1:0][1:0][7:0] terms;
      ofpga_dual_pkg::packed_sum_t [2/DspClocks-1:0] turns;
      ofpga_dual_pkg::packed_sum_t [1:0] sums;

      ofpga_attention_query #(
        .HeadBlocks(HeadBlocks),
        .DspClocks (DspClocks)
      ) u_query (
        .clk_i,
        .clk2x_i,
        .rst_ni,
        .write_i      (lane_written[4*j+:4]),
        .write_place_i(write_place),
        .write_terms_i(query_i[Terms*h+:Terms]),
        .read_i       (enter),
        .read_place_i (query_place),
        .lanes_i      (lane_valid[4*j+:4]),
        .terms_o      (terms)
      );

      ofpga_dual_cascade #(
        .Terms (Terms),
        .Clocks(DspClocks)
      ) u_dot (
        .clk_i,
        .clk2x_i,
        .a_i   (terms),
        .b_i   (key_q[Terms*h+:Terms]),
        .sums_o(turns)
      );

      ofpga_dual_gather #(
        .Bits  (ofpga_dual_pkg::PackedBits),
        .Clocks(DspClocks)
      ) u_gather (
        .clk_i,
        .clk2x_i,
        .turns_i(turns),
        .both_o (sums)
      );

      for (genvar p = 0; p < 2; p++) begin : gen_pair
        ofpga_dual_pkg::sums_t both;
        assign both = ofpga_dual_pkg::split(sums[p]);
        assign dot[j][h][2*p] = both.low;
        assign dot[j][h][2*p+1] = both.high;
      end
    end
  end

  // What travels beside the dot products.
  logic [6*Lanes:0] beside_q [DotLatency];
  logic [DotLatency-1:0] dot_valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) dot_valid_q <= '0;
    else dot_valid_q <= {dot_valid_q[DotLatency-2:0], entered_q};
    beside_q[0] <= {last_q, exponent_q};
    for (int unsigned i = 1; i < DotLatency; i++) beside_q[i] <= beside_q[i-1];
  end
  logic dot_last;
  logic [Lanes-1:0][5:0] dot_exponent;
  assign {dot_last, dot_exponent} = beside_q[DotLatency-1];

  // ----------------------------------------------------------------------- sums over blocks, peaks
  logic dots_q, dots_last_q, parts_q, parts_last_q, scores_q;
  position_t leave_q;  // tokens whose scores are not in the peaks
  position_t chunk_q;  // first token of the chunk
  logic [4:0] token_q;  // of the chunk

  wire position_t token = chunk_q + PositionBits'(token_q);
  wire token_last = token_q == task_i.tokens - 5'd1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      {dots_q, parts_q, scores_q} <= '0;
      leave_q <= '0;
      done_o <= 1'b0;
    end else begin
      dots_q <= dot_valid_q[DotLatency-1];
      parts_q <= dots_q;
      scores_q <= parts_q && parts_last_q;
      if (start_i) leave_q <= tokens;
      else if (scores_q) leave_q <= leave_q - 1'b1;
      done_o <= scores_q && leave_q == PositionBits'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    dots_last_q <= dot_last;
    parts_last_q <= dots_last_q;
    if (start_i) begin
      chunk_q <= first_token(item_i.first_block, part_i, task_i.split_log2);
      token_q <= '0;
    end else if (scores_q) begin
      token_q <= token_last ? '0 : token_q + 5'd1;
      if (token_last) chunk_q <= chunk_q + PositionBits'(PAGE_TOKENS);
    end
  end

  score_t [Lanes-1:0] score_q;

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    logic signed [19:0] dot_q;
    logic [5:0] shift_q;
    logic signed [59:0] part_q;
    logic signed [62:0] sum_q;
    logic fresh_q;  // the next block is a token's first
    score_t peak_q;

    wire signed [62:0] sum = 63'(part_q) + (fresh_q ? 63'sd0 : sum_q);
    wire seen = lanes_i[l].low <= token && token < lanes_i[l].high;

    always_ff @(posedge clk_i) begin
      dot_q <= 20'(signed'(dot[l/4][0][l%4])) + 20'(signed'(dot[l/4][1][l%4]));
      shift_q <= dot_exponent[l];
      part_q <= 60'(dot_q) <<< shift_q;
      if (!rst_ni) fresh_q <= 1'b1;
      else if (parts_q) fresh_q <= parts_last_q;
      if (parts_q) sum_q <= sum;
      score_q[l] <= ofpga_math_pkg::sat32(ofpga_math_pkg::rhu64(64'(sum), 6'(FRAC_BITS)));
      if (start_i) peak_q <= ofpga_math_pkg::Int32Min;  // changes no maximum
      else if (scores_q && seen && score_q[l] > peak_q) peak_q <= score_q[l];
    end
    assign peak_o[l] = peak_q;
  end

  // --------------------------------------------------------------------------------- to the values
  // Lanes of an item of which 2^k tokens share a place.
  function automatic int unsigned shared(int unsigned k);
    return Lanes >> k > 0 ? Lanes >> k : 1;
  endfunction

  logic queue_ready, packed_q;
  phase_t phase_q;
  score_t [Lanes-1:0] place_q;

  always_ff @(posedge clk_i) begin
    if (start_i) phase_q <= '0;
    else if (scores_q) phase_q <= (phase_q + 1'b1) & last_phase(item_i.pack_log2);
    packed_q <= rst_ni && scores_q
                && (phase_q == last_phase(item_i.pack_log2) || leave_q == PositionBits'(1));
    for (int unsigned k = 0; k <= PackMax; k++) begin
      for (int unsigned s = 0; s < Lanes; s++) begin
        if (scores_q && item_i.pack_log2 == pack_t'(k) && phase_q == phase_t'(s / shared(k))) begin
          place_q[s] <= score_q[s%shared(k)];
        end
      end
    end
  end

  ofpga_ram_fifo #(
    .Depth(ScoreDepth),
    .T(score_t [Lanes-1:0])
  ) u_queue (
    .clk_i,
    .rst_ni,
    .valid_i(packed_q),
    .ready_o(queue_ready),
    .data_i (place_q),
    .valid_o(score_valid_o),
    .ready_i(score_ready_i),
    .data_o (score_o),
    .level_o()
  );

  `OFPGA_ASSERT(QueueHasRoom, !packed_q || queue_ready)
endmodule : ofpga_attention_scores
