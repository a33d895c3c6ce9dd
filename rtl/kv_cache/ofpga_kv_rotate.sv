`include "ofpga_assert.svh"

// RoPE of query and key words, eight pairs a cycle; other words pass.
module ofpga_kv_rotate (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [511:0] word_i,
  input  logic [255:0] angles_i,  // cos, sin of each pair
  input  logic         turn_i,

  output logic         valid_o,
  input  logic         ready_i,
  output logic [511:0] word_o
);
  localparam int unsigned Stages = 3;

  logic [Stages-1:0] valid_q;
  wire advance = !valid_o || ready_i;

  assign ready_o = advance;
  assign valid_o = valid_q[Stages-1];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else if (advance) valid_q <= {valid_q[Stages-2:0], valid_i};
  end

  for (genvar i = 0; i < 8; i++) begin : gen_pair
    ofpga_kv_pair u_pair (
      .clk_i,
      .advance_i(advance),
      .turn_i,
      .x_i      (word_i[64*i+:32]),
      .y_i      (word_i[64*i+32+:32]),
      .cos_i    (angles_i[32*i+:16]),
      .sin_i    (angles_i[32*i+16+:16]),
      .x_o      (word_o[64*i+:32]),
      .y_o      (word_o[64*i+32+:32])
    );
  end

  `OFPGA_ASSERT_HOLD(WordHolds, valid_o, ready_i, word_o)
endmodule : ofpga_kv_rotate
