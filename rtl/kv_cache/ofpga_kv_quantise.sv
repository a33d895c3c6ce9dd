`include "ofpga_assert.svh"

// Quantises blocks of two words, a word a cycle (docs/numerics.md, 2.3): the words wait in a queue
// until the exponent of their block is known, then become 16 mantissas each.
module ofpga_kv_quantise
  import ofpga_pkg::*;
  import ofpga_math_pkg::*;
(
  input  logic clk_i,
  input  logic rst_ni,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [511:0] word_i,

  output logic         valid_o,
  input  logic         ready_i,
  output logic [127:0] mantissas_o,
  output logic [4:0]   exponent_o,
  output logic         second_o  // half of the block
);
  localparam int unsigned Words = 8;  // enough for the way to the exponent

  wire taken = valid_i && ready_o;

  // -------------------------------------------------------------------------------------- exponent
  logic [3:0][31:0] quarter_q;  // largest magnitudes
  logic [31:0] first_q, block_q;
  logic quarter_valid_q, quarter_second_q, in_second_q, block_valid_q;
  logic exponent_valid_q;
  logic [4:0] exponent_q;

  function automatic logic [31:0] larger(logic [31:0] a, logic [31:0] b);
    return a > b ? a : b;
  endfunction

  function automatic logic [31:0] largest(logic [127:0] four);
    return larger(larger(magnitude32(four[31:0]), magnitude32(four[63:32])),
                  larger(magnitude32(four[95:64]), magnitude32(four[127:96])));
  endfunction

  wire [31:0] word_max = larger(larger(quarter_q[0], quarter_q[1]),
                                larger(quarter_q[2], quarter_q[3]));
  wire [4:0] fit = fit_exponent(block_q);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      in_second_q <= 1'b0;
      quarter_valid_q <= 1'b0;
      block_valid_q <= 1'b0;
      exponent_valid_q <= 1'b0;
    end else begin
      if (taken) in_second_q <= !in_second_q;
      quarter_valid_q <= taken;
      block_valid_q <= quarter_valid_q && quarter_second_q;
      exponent_valid_q <= block_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned i = 0; i < 4; i++) quarter_q[i] <= largest(word_i[128*i+:128]);
    quarter_second_q <= in_second_q;
    if (quarter_valid_q && !quarter_second_q) first_q <= word_max;
    block_q <= larger(first_q, word_max);
    exponent_q <= fit < 5'(CACHE_EXP_MAX) ? fit : 5'(CACHE_EXP_MAX);
  end

  // ------------------------------------------------------------------------------------- mantissas
  logic word_valid, known_valid, known_ready, out_second_q, move;
  logic [511:0] word;
  logic [4:0] known;

  ofpga_fifo #(
    .Depth(Words),
    .T(logic [511:0])
  ) u_words (
    .clk_i,
    .rst_ni,
    .valid_i,
    .ready_o,
    .data_i (word_i),
    .valid_o(word_valid),
    .ready_i(move),
    .data_o (word),
    .level_o()
  );

  // There are never more blocks on their way than the queue of words holds.
  ofpga_fifo #(
    .Depth(Words),
    .T(logic [4:0])
  ) u_exponents (
    .clk_i,
    .rst_ni,
    .valid_i(exponent_valid_q),
    .ready_o(known_ready),
    .data_i (exponent_q),
    .valid_o(known_valid),
    .ready_i(move && out_second_q),
    .data_o (known),
    .level_o()
  );

  assign move = word_valid && known_valid && (!valid_o || ready_i);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_o <= 1'b0;
      out_second_q <= 1'b0;
    end else begin
      if (move) begin
        valid_o <= 1'b1;
        out_second_q <= !out_second_q;
      end else if (ready_i) begin
        valid_o <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (move) begin
      for (int unsigned i = 0; i < 16; i++) begin
        mantissas_o[8*i+:8] <= mantissa(word[32*i+:32], known);
      end
      exponent_o <= known;
      second_o <= out_second_q;
    end
  end

  `OFPGA_ASSERT(ExponentHasRoom, !exponent_valid_q || known_ready)
  `OFPGA_ASSERT_HOLD(HalfHolds, valid_o, ready_i, {mantissas_o, exponent_o, second_o})
endmodule : ofpga_kv_quantise
