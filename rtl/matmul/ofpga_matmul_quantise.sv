`include "ofpga_assert.svh"

// Rows to mantissas relative to the row's base, and the scale of each row. A word each cycle; between rows
// there is one idle cycle, in which a scale may leave. What leaves is always taken.
module ofpga_matmul_quantise
  import ofpga_pkg::*, ofpga_math_pkg::*, ofpga_matmul_pkg::*;
(
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic       word_valid_i,
  output logic       word_ready_o,
  input  word_t      word_i,
  input  logic       exponent_valid_i,  // of the word's block
  output logic       exponent_ready_o,
  input  logic [4:0] exponent_i,
  input  logic       row_valid_i,
  output logic       row_ready_o,
  input  logic [4:0] row_exponent_i,  // largest of the row
  input  logic       row_error_i,

  output logic  flit_valid_o,
  output flit_t flit_o
);
  // What goes with a word.
  typedef struct packed {
    logic        ends_row;
    logic        starts_row;
    logic        error;
    logic        norm;
    logic [31:0] norm_eps;
    logic [4:0]  base;
    flit_t       flit;
  } side_t;

  // What goes with a sum of squares.
  typedef struct packed {
    logic       error;
    logic       norm;
    logic [4:0] base;
    logic       bank;
    logic [7:0] row;
    logic       last_row;
  } norm_t;

  // --------------------------------------------------------------------------------- words, in turn
  logic bank_q, half_q, gap_q;
  logic [7:0] row_q;
  logic [9:0] block_q;

  wire taken = job_valid_i && row_valid_i && word_valid_i && exponent_valid_i && !gap_q;
  wire last_row = row_q == job_i.rows - 1'b1;
  wire ends_row = half_q && 11'(block_q) == job_i.k_blocks - 1'b1;
  wire [4:0] base = row_exponent_i > 5'(REL_EXP_MAX) ? row_exponent_i - 5'(REL_EXP_MAX) : '0;
  wire [4:0] exponent = exponent_i > base ? exponent_i : base;
  wire [4:0] rel = exponent - base;

  assign word_ready_o = taken;
  assign exponent_ready_o = taken && half_q;
  assign row_ready_o = taken && ends_row;
  assign job_ready_o = taken && ends_row && last_row;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      bank_q <= 1'b0;
      half_q <= 1'b0;
      gap_q <= 1'b0;
      row_q <= '0;
      block_q <= '0;
    end else begin
      gap_q <= taken && ends_row;
      if (taken) begin
        half_q <= !half_q;
        if (half_q) block_q <= ends_row ? '0 : block_q + 1'b1;
        if (ends_row) begin
          row_q <= last_row ? '0 : row_q + 1'b1;
          if (last_row) bank_q <= !bank_q;
        end
      end
    end
  end

  // ------------------------------------------------------------- 1: word. 2: mantissas. 3: squares.
  logic [2:0] valid_q;
  side_t side_1q, side_2q, side_3q;
  word_t word_1q;
  logic [4:0] exponent_1q;
  logic [17:0] squares_d, squares_3q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[1:0], taken};
  end

  always_ff @(posedge clk_i) begin
    word_1q <= word_i;
    exponent_1q <= exponent;
    side_1q <= '{
      ends_row: ends_row,
      starts_row: block_q == '0 && !half_q,
      error: row_error_i,
      norm: job_i.norm,
      norm_eps: job_i.norm_eps,
      base: base,
      flit: '{
        is_scale: 1'b0,
        bank: bank_q,
        row: row_q,
        last_row: last_row,
        block: block_q,
        half: half_q,
        rel: rel[3:0],
        q: '0
      }
    };
    side_2q <= side_1q;
    for (int unsigned i = 0; i < Ints; i++) begin
      side_2q.flit.q[i] <= mantissa(word_1q[32*i+:32], exponent_1q);
    end
    side_3q <= side_2q;
    squares_3q <= squares_d;
  end

  function automatic logic [15:0] square(logic signed [7:0] x);
    return 16'(x) * 16'(x);
  endfunction

  always_comb begin
    squares_d = '0;
    for (int unsigned i = 0; i < Ints; i++) squares_d += 18'(square(side_2q.flit.q[i]));
  end

  // ----------------------------------------------------------------------- 4: sum of squares, + eps
  logic [58:0] sum_q, sum_d;
  logic [59:0] t_q;
  norm_t norm_q;
  logic norm_valid_q;

  assign sum_d = (side_3q.starts_row ? '0 : sum_q) +
                 (59'(squares_3q) << {side_3q.flit.rel, 1'b0});

  always_ff @(posedge clk_i) begin
    if (!rst_ni) norm_valid_q <= 1'b0;
    else norm_valid_q <= valid_q[2] && side_3q.ends_row;
  end

  always_ff @(posedge clk_i) begin
    if (valid_q[2]) sum_q <= sum_d;
    t_q <= 60'(sum_d) + 60'(side_3q.norm_eps >> {side_3q.base, 1'b0});
    norm_q <= '{
      error: side_3q.error,
      norm: side_3q.norm,
      base: side_3q.base,
      bank: side_3q.flit.bank,
      row: side_3q.flit.row,
      last_row: side_3q.flit.last_row
    };
  end

  logic scale_valid, rm_valid, scale_ready;
  logic [15:0] rm;
  logic signed [15:0] re;
  norm_t norm;
  flit_t scale_in, scale;

  ofpga_matmul_rsqrt #(
    .SideBits($bits(norm_t))
  ) u_rsqrt (
    .clk_i,
    .rst_ni,
    .valid_i(norm_valid_q),
    .t_i    (t_q),
    .side_i (norm_q),
    .valid_o(rm_valid),
    .rm_o   (rm),
    .re_o   (re),
    .side_o (norm)
  );

  scale_t row_scale;
  assign row_scale = '{
    error: norm.error,
    rm: norm.norm ? rm : 16'h8000,
    re: norm.norm ? re : 16'(norm.base) - 16'sd15
  };
  assign scale_in = '{
    is_scale: 1'b1,
    bank: norm.bank,
    row: norm.row,
    last_row: norm.last_row,
    block: '0,
    half: 1'b0,
    rel: '0,
    q: (8 * Ints)'(row_scale)
  };

  // A row gives one scale and leaves one idle cycle, so hardly any wait here.
  ofpga_fifo #(
    .Depth(4),
    .T(flit_t)
  ) u_scales (
    .clk_i,
    .rst_ni,
    .valid_i(rm_valid),
    .ready_o(scale_ready),
    .data_i (scale_in),
    .valid_o(scale_valid),
    .ready_i(!valid_q[1]),
    .data_o (scale),
    .level_o()
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) flit_valid_o <= 1'b0;
    else flit_valid_o <= valid_q[1] || scale_valid;
  end

  always_ff @(posedge clk_i) flit_o <= valid_q[1] ? side_2q.flit : scale;

  wire unused = ^{side_3q.flit.is_scale, side_3q.flit.block, side_3q.flit.half, side_3q.flit.q,
                  rel[4]};

  `OFPGA_ASSERT(ScalesFit, !rm_valid || scale_ready)
endmodule : ofpga_matmul_quantise
