`include "ofpga_assert.svh"

// Fits every block of the rows, and holds a row until its largest exponent is known: the words of a row come
// out with the exponents of its blocks, the largest of which comes with the first of them.
module ofpga_matmul_fit
  import ofpga_matmul_pkg::*, ofpga_math_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic  word_valid_i,
  output logic  word_ready_o,
  input  word_t word_i,
  input  logic  last_i,  // of its row
  input  logic  error_i,

  output logic       word_valid_o,
  input  logic       word_ready_i,
  output word_t      word_o,
  output logic       exponent_valid_o,  // of the block that the word belongs to
  input  logic       exponent_ready_i,
  output logic [4:0] exponent_o,
  output logic       row_valid_o,
  input  logic       row_ready_i,
  output logic [4:0] row_exponent_o,  // largest of the row
  output logic       row_error_o
);
  typedef struct packed {
    logic       error;
    logic [4:0] exponent;
  } row_t;

  localparam int unsigned Slack = 16;  // words of the next row while one leaves
  localparam int unsigned Latency = 4;  // of a fit, in cycles

  wire taken = word_valid_i && word_ready_o;

  ofpga_ram_fifo #(
    .Depth(2 * KBlocks + Slack),
    .T(word_t)
  ) u_words (
    .clk_i,
    .rst_ni,
    .valid_i(word_valid_i),
    .ready_o(word_ready_o),
    .data_i (word_i),
    .valid_o(word_valid_o),
    .ready_i(word_ready_i),
    .data_o (word_o),
    .level_o()
  );

  // ---------------------------------------------------------------------------- largest magnitude
  logic [Ints-1:0][31:0] magnitudes_q;
  logic [Ints/4-1:0][31:0] quarters_q, quarters_d;
  logic [31:0] word_max_q, word_max_d, half_max_q, block_max_q;

  for (genvar i = 0; i < Ints; i++) begin : gen_magnitude
    always_ff @(posedge clk_i) magnitudes_q[i] <= magnitude32(word_i[32*i+:32]);
  end

  always_comb begin
    quarters_d = '0;
    for (int unsigned i = 0; i < Ints; i++) begin
      if (magnitudes_q[i] > quarters_d[i/4]) quarters_d[i/4] = magnitudes_q[i];
    end
    word_max_d = '0;
    for (int unsigned i = 0; i < Ints / 4; i++) begin
      if (quarters_q[i] > word_max_d) word_max_d = quarters_q[i];
    end
  end

  always_ff @(posedge clk_i) begin
    quarters_q <= quarters_d;
    word_max_q <= word_max_d;
  end

  // ------------------------------------------------------------------------------------------ fit
  logic [Latency-1:0] valid_q;  // by stage: magnitudes, quarters, word, block
  logic [Latency-1:0] last_q;
  logic [Latency-2:0] error_q;
  logic half_q;  // the second word of a block is in the stage `word`

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= '0;
      half_q <= 1'b0;
    end else begin
      valid_q <= {valid_q[2] && half_q, valid_q[1:0], taken};
      if (valid_q[2]) half_q <= !half_q;
    end
  end

  always_ff @(posedge clk_i) begin
    last_q <= {last_q[Latency-2:0], last_i};
    error_q <= {error_q[Latency-3:0], error_i};
    if (valid_q[2]) half_max_q <= word_max_q;
    block_max_q <= word_max_q > half_max_q ? word_max_q : half_max_q;
  end

  logic [4:0] largest_q;
  logic row_failed_q;
  wire [4:0] fitted = fit_exponent(block_max_q);
  wire [4:0] largest = fitted > largest_q ? fitted : largest_q;
  wire ends_row = valid_q[3] && last_q[3];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      largest_q <= '0;
      row_failed_q <= 1'b0;
    end else begin
      if (valid_q[3]) largest_q <= last_q[3] ? '0 : largest;
      // A block's first word may have failed, too; it is a cycle or more before its second.
      if (valid_q[2] && error_q[2]) row_failed_q <= 1'b1;
      else if (ends_row) row_failed_q <= 1'b0;
    end
  end

  logic exponent_ready, row_ready;

  // Exponents of blocks whose words have not all left: bounded by the words.
  ofpga_ram_fifo #(
    .Depth(KBlocks + Slack),
    .T(logic [4:0])
  ) u_exponents (
    .clk_i,
    .rst_ni,
    .valid_i(valid_q[3]),
    .ready_o(exponent_ready),
    .data_i (fitted),
    .valid_o(exponent_valid_o),
    .ready_i(exponent_ready_i),
    .data_o (exponent_o),
    .level_o()
  );

  row_t row;
  ofpga_fifo #(
    .Depth(Buffers * Rows),  // of the commands whose rows may be asked for
    .T(row_t)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .valid_i(ends_row),
    .ready_o(row_ready),
    .data_i ('{error: row_failed_q, exponent: largest}),
    .valid_o(row_valid_o),
    .ready_i(row_ready_i),
    .data_o (row),
    .level_o()
  );
  assign row_exponent_o = row.exponent;
  assign row_error_o = row.error;

  `OFPGA_ASSERT(ExponentsFit, !valid_q[3] || exponent_ready)
  `OFPGA_ASSERT(RowsFit, !ends_row || row_ready)
endmodule : ofpga_matmul_fit
