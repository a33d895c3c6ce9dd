`include "ofpga_assert.svh"

// Blocks to mantissas, and the scale of each row. Blocks of the rows may come in any order, those of a row in
// theirs; a block in two cycles at most, and what leaves is always taken.
//
// A block's exponent is at least its row's base, which is known for certain only with the last block. So a block is
// quantised with the base that follows from the blocks so far. If that was too small for any block, the row is
// asked for once more, and comes out with the base that it had at the end; blocks so small are rare.
module ofpga_matmul_quantise
  import ofpga_pkg::*, ofpga_math_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic        block_valid_i,
  input  word_t [1:0] block_i,
  input  logic [7:0]  row_i,
  input  logic        error_i,
  input  logic [4:0]  exponent_i,  // that fits
  input  logic        zero_i,

  output logic       again_o,  // row_i has ended, and must come again
  output logic       complete_o,  // all rows of the command have been quantised
  output logic       flit_valid_o,
  output flit_t      flit_o
);
  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;
  localparam int unsigned SquareBits = 19;  // 32 * 127^2
  localparam int unsigned ExponentMax = 25;
  localparam int unsigned SumBits = SquareBits + 2 * ExponentMax + 10;  // of 1024 blocks

  typedef struct packed {
    logic        starts_row;
    logic        error;
    logic        norm;
    logic [31:0] norm_eps;
    flit_t       flit;
  } side_t;

  // What goes with a sum of squares.
  typedef struct packed {
    logic       error;
    logic       norm;
    logic [4:0] base;
    logic       bank;
    logic [7:0] row;
    logic       complete;
  } norm_t;

  // --------------------------------------------------------------------------------- rows, by row
  logic [9:0] block_q [2 ** RowBits];
  logic [4:0] base_q [2 ** RowBits], smallest_q [2 ** RowBits];
  logic [2**RowBits-1:0] failed_q;
  logic [7:0] rows_done_q;
  logic bank_q;

  wire [RowBits-1:0] index = row_i[RowBits-1:0];
  wire starts_row = block_q[index] == '0;
  wire ends_row = 11'(block_q[index]) == job_i.k_blocks - 1'b1;
  wire failed = error_i || (!starts_row && failed_q[index]);

  logic [4:0] base, exponent, smallest;
  always_comb begin
    base = base_q[index];
    if (exponent_i > base + 5'(REL_EXP_MAX)) base = exponent_i - 5'(REL_EXP_MAX);
    exponent = exponent_i > base ? exponent_i : base;
    smallest = starts_row ? '1 : smallest_q[index];
    if (!zero_i && exponent < smallest) smallest = exponent;
  end

  wire stands = smallest >= base;
  wire row_done = block_valid_i && ends_row && stands;
  assign again_o = block_valid_i && ends_row && !stands;
  assign complete_o = row_done && rows_done_q == job_i.rows - 1'b1;
  assign job_ready_o = complete_o;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      block_q <= '{default: '0};
      base_q <= '{default: '0};
      rows_done_q <= '0;
      bank_q <= 1'b0;
    end else if (block_valid_i) begin
      block_q[index] <= ends_row ? '0 : block_q[index] + 1'b1;
      base_q[index] <= row_done ? '0 : base;
      if (row_done) rows_done_q <= complete_o ? '0 : rows_done_q + 1'b1;
      if (complete_o) bank_q <= !bank_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (block_valid_i) begin
      smallest_q[index] <= smallest;
      failed_q[index] <= failed;
    end
  end

  // -------------------------------------------------- 1: block. 2: mantissas. 3: squares. 4: times 4^exponent.
  logic [4:1] valid_q;
  side_t side_1q, side_2q, side_3q, side_4q;
  word_t [1:0] block_1q;
  logic [SquareBits-1:0] squares_d, squares_3q;
  logic [SquareBits+2*ExponentMax-1:0] squares_4q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[3:1], block_valid_i};
  end

  always_ff @(posedge clk_i) begin
    block_1q <= block_i;
    side_1q <= '{
      starts_row: starts_row,
      error: failed,
      norm: job_i.norm,
      norm_eps: job_i.norm_eps,
      flit: '{
        is_scale: 1'b0,
        bank: bank_q,
        row: row_i,
        last_group: job_i.last_group,
        ends_row: row_done,
        complete: complete_o,
        block: block_q[index],
        exponent: exponent,
        base: base,
        q: '0
      }
    };
    side_2q <= side_1q;
    for (int unsigned i = 0; i < BLOCK; i++) begin
      side_2q.flit.q[i] <= mantissa(block_1q[i/Ints][32*(i%Ints)+:32], side_1q.flit.exponent);
    end
    side_3q <= side_2q;
    squares_3q <= squares_d;
    side_4q <= side_3q;
    squares_4q <= $bits(squares_4q)'(squares_3q) << {side_3q.flit.exponent, 1'b0};
  end

  function automatic logic [15:0] square(logic signed [7:0] x);
    return 16'(x) * 16'(x);
  endfunction

  always_comb begin
    squares_d = '0;
    for (int unsigned i = 0; i < BLOCK; i++) begin
      squares_d += SquareBits'(square(side_2q.flit.q[i]));
    end
  end

  // ---------------------------------------------------------------- 5: sum of squares. 6: / 4^base, + eps.
  logic [SumBits-1:0] sums_q [2 ** RowBits], sum_d, sum_5q;
  logic [31:0] eps_5q;
  logic [59:0] t_q;
  norm_t norm_5q, norm_6q;
  logic [6:5] norm_valid_q;

  wire [RowBits-1:0] sum_index = side_4q.flit.row[RowBits-1:0];
  assign sum_d = (side_4q.starts_row ? '0 : sums_q[sum_index]) + SumBits'(squares_4q);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) norm_valid_q <= '0;
    else norm_valid_q <= {norm_valid_q[5], valid_q[4] && side_4q.flit.ends_row};
  end

  always_ff @(posedge clk_i) if (valid_q[4]) sums_q[sum_index] <= sum_d;

  always_ff @(posedge clk_i) begin
    sum_5q <= sum_d;
    eps_5q <= side_4q.norm_eps;
    norm_5q <= '{
      error: side_4q.error,
      norm: side_4q.norm,
      base: side_4q.flit.base,
      bank: side_4q.flit.bank,
      row: side_4q.flit.row,
      complete: side_4q.flit.complete
    };
    norm_6q <= norm_5q;
    // The exponents of what is not zero are the base at least, and at most 15 above.
    t_q <= 60'(59'(sum_5q >> {norm_5q.base, 1'b0})) + 60'(eps_5q >> {norm_5q.base, 1'b0});
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
    .valid_i(norm_valid_q[6]),
    .t_i    (t_q),
    .side_i (norm_6q),
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
    last_group: '0,
    ends_row: 1'b0,
    complete: norm.complete,
    block: '0,
    exponent: '0,
    base: '0,
    q: (8 * BLOCK)'(row_scale)
  };

  // A row gives one scale, and every second cycle has no block; so hardly any wait here.
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
    .ready_i(!valid_q[2]),
    .data_o (scale),
    .level_o()
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) flit_valid_o <= 1'b0;
    else flit_valid_o <= valid_q[2] || scale_valid;
  end

  always_ff @(posedge clk_i) flit_o <= valid_q[2] ? side_2q.flit : scale;

  wire unused = ^{side_4q.flit.is_scale, side_4q.flit.last_group, side_4q.flit.block, side_4q.flit.exponent, side_4q.flit.q,
                  sum_5q[SumBits-1:59]};

  `OFPGA_ASSERT(BlocksHaveAJob, !block_valid_i || (job_valid_i && row_i < job_i.rows))
  `OFPGA_ASSERT(MantissasInRange, !valid_q[2] || in_range(word_t'(side_2q.flit.q)))
  `OFPGA_ASSERT(ScalesFit, !rm_valid || scale_ready)
endmodule : ofpga_matmul_quantise
