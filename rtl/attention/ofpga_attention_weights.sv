`include "ofpga_assert.svh"

// Scores to weights p = 2^(s - max), a token each cycle for all lanes (docs/numerics.md, 8). A
// token that a lane does not see weighs nothing.
module ofpga_attention_weights
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t              task_i,
  input logic               start_i,  // on this item, which holds until the next start
  input item_t              item_i,
  input lane_t  [Lanes-1:0] lanes_i,
  input score_t [Lanes-1:0] peak_i,
  input logic [3:0]         part_i,  // which of its head's chunks this port has

  input  logic               score_valid_i,
  output logic               score_ready_o,
  input  score_t [Lanes-1:0] score_i,

  output logic              weight_valid_o,
  input  logic              weight_ready_i,
  output prob_t [Lanes-1:0] weight_o
);
  localparam int unsigned Stages = 5;

  position_t left_q;  // tokens to come
  position_t chunk_q;  // first token of the chunk
  logic [4:0] token_q;  // of the chunk
  logic [Stages-1:0] valid_q;

  wire moves = !valid_q[Stages-1] || weight_ready_i;
  wire taken = score_valid_i && moves && left_q != '0;
  wire position_t token = chunk_q + PositionBits'(token_q);
  wire token_last = token_q == task_i.tokens - 5'd1;

  // Tokens that share a place of the queue (ofpga_attention_scores) come one after another.
  phase_t phase_q;
  wire place_ends = phase_q == last_phase(item_i.pack_log2) || left_q == PositionBits'(1);
  score_t [Lanes-1:0] score;
  always_comb begin
    for (int unsigned l = 0; l < Lanes; l++) begin
      score[l] = score_i[(l+32'(phase_q)*32'(lanes_of(4'(Lanes), item_i.pack_log2)))%Lanes];
    end
  end

  assign score_ready_o = moves && left_q != '0 && place_ends;
  assign weight_valid_o = valid_q[Stages-1];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= '0;
      valid_q <= '0;
    end else begin
      if (start_i) left_q <= {item_i.blocks, 4'd0} >> task_i.split_log2;
      else if (taken) left_q <= left_q - 1'b1;
      if (moves) valid_q <= {valid_q[Stages-2:0], taken};
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      chunk_q <= first_token(item_i.first_block, part_i, task_i.split_log2);
      token_q <= '0;
      phase_q <= '0;
    end else if (taken) begin
      phase_q <= (phase_q + 1'b1) & last_phase(item_i.pack_log2);
      token_q <= token_last ? '0 : token_q + 5'd1;
      if (token_last) chunk_q <= chunk_q + PositionBits'(PAGE_TOKENS);
    end
  end

  // In LUTs: written with an operator, it would take a DSP.
  function automatic logic [15:0] product(logic [7:0] a, logic [7:0] b);
    product = '0;
    for (int unsigned i = 0; i < 8; i++) if (b[i]) product += 16'(a) << i;
  endfunction

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    logic [31:0] distance_q;
    logic seen_q;
    prob_t high2_q, low2_q, high3_q, p4_q, p5_q;
    logic [7:0] fraction_q;
    logic [15:0] step_q;  // of the interpolation, 8 fractional bits
    logic [4:0] shift2_q, shift3_q, shift4_q;  // 18: no weight is left

    wire [7:0] index = distance_q[15:8];
    wire [ProbBits:0] half4 = (ProbBits + 1)'(((ProbBits + 1)'(1) << shift4_q) >> 1);

    always_ff @(posedge clk_i) begin
      if (moves) begin
        distance_q <= 32'(peak_i[l]) - 32'(score[l]);  // of a token that is seen: not negative
        seen_q <= lanes_i[l].valid && lanes_i[l].low <= token && token < lanes_i[l].high;

        high2_q <= EXP2[9'(index)];
        low2_q <= EXP2[9'(index)+9'd1];
        fraction_q <= distance_q[7:0];
        shift2_q <= seen_q && distance_q[31:16] < 16'd18 ? distance_q[20:16] : 5'd18;

        high3_q <= high2_q;
        step_q <= product(8'(high2_q - low2_q), fraction_q);
        shift3_q <= shift2_q;

        p4_q <= high3_q - ProbBits'((17'(step_q) + 17'd128) >> 8);
        shift4_q <= shift3_q;

        p5_q <= shift4_q == 5'd18 ? '0
                                  : ProbBits'(((ProbBits + 1)'(p4_q) + half4) >> shift4_q);
      end
    end
    assign weight_o[l] = p5_q;
  end

  `OFPGA_ASSERT_HOLD(WeightHolds, weight_valid_o, weight_ready_i, weight_o)
endmodule : ofpga_attention_weights
