// Words of rows to blocks with the exponent that fits each, docs/numerics.md section 2. A word each cycle, of any
// row; the words of one row come in order. Never stalls.
module ofpga_matmul_fit
  import ofpga_matmul_pkg::*, ofpga_math_pkg::*;
#(
  parameter int unsigned Rows = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic       word_valid_i,
  input  word_t      word_i,
  input  logic [7:0] row_i,
  input  logic       error_i,

  output logic        block_valid_o,
  output word_t [1:0] block_o,
  output logic [7:0]  row_o,
  output logic        error_o,
  output logic [4:0]  exponent_o,
  output logic        zero_o  // all of it is
);
  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;

  typedef struct packed {
    logic        error;
    logic [31:0] largest;
    word_t       word;
  } half_t;

  // ------------------------------------------------- largest magnitude: 1: of one. 2: of four. 3: of a word.
  logic [Ints-1:0][31:0] magnitudes_q;
  logic [Ints/4-1:0][31:0] quarters_q, quarters_d;
  logic [31:0] word_max_d;
  half_t second;
  logic [31:0] largest_3q;
  logic error_3;
  word_t word_3;
  logic [7:0] row_3;
  logic [3:1] valid_q;

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
    largest_3q <= word_max_d;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[2:1], word_valid_i};
  end

  ofpga_delay #(
    .Cycles(3),
    .Bits(1 + 8 + WordBits)
  ) u_word (
    .clk_i,
    .data_i({error_i, row_i, word_i}),
    .data_o({error_3, row_3, word_3})
  );
  assign second = '{error: error_3, largest: largest_3q, word: word_3};

  // ----------------------------------------------------------------- 4: both words of a block. 5: its exponent.
  half_t halves_q [2 ** RowBits];
  logic [2**RowBits-1:0] has_half_q;  // by row: the first word of its block has come
  half_t first;
  logic valid_4q, error_4q;
  logic [31:0] largest_4q;
  logic [7:0] row_4q;
  word_t [1:0] block_4q;

  wire [RowBits-1:0] index = row_3[RowBits-1:0];
  assign first = halves_q[index];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      has_half_q <= '0;
      valid_4q <= 1'b0;
      block_valid_o <= 1'b0;
    end else begin
      if (valid_q[3]) has_half_q[index] <= !has_half_q[index];
      valid_4q <= valid_q[3] && has_half_q[index];
      block_valid_o <= valid_4q;
    end
  end

  always_ff @(posedge clk_i) if (valid_q[3]) halves_q[index] <= second;

  always_ff @(posedge clk_i) begin
    error_4q <= first.error || second.error;
    largest_4q <= first.largest > second.largest ? first.largest : second.largest;
    row_4q <= row_3;
    block_4q <= {second.word, first.word};

    error_o <= error_4q;
    exponent_o <= fit_exponent(largest_4q);
    zero_o <= largest_4q == '0;
    row_o <= row_4q;
    block_o <= block_4q;
  end
endmodule : ofpga_matmul_fit
