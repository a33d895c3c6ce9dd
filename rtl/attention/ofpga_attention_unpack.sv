// Words of a port's chunks to blocks, one each cycle: a block's 32 mantissas and its exponent. A
// chunk comes as its exponents, then the mantissas of its keys or of its values (docs/numerics.md,
// 10.3). The exponents of the next chunk come in while the last word of this one is being used.
module ofpga_attention_unpack
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned HeadBlocks = 4,
  parameter bit Values = 1'b0  // of the values, not of the keys
) (
  input logic clk_i,
  input logic rst_ni,

  input task_t task_i,

  input  logic         word_valid_i,
  output logic         word_ready_o,
  input  logic [511:0] word_i,
  input  logic         word_error_i,  // such a word counts as zero

  output logic                  block_valid_o,
  input  logic                  block_ready_i,
  output logic [BLOCK-1:0][7:0] mantissas_o,
  output logic [4:0]            exponent_o
);
  localparam int unsigned Words = (2 * PAGE_TOKENS * HeadBlocks + WORD_BYTES - 1) / WORD_BYTES;
  localparam int unsigned WordIndexBits = Words > 1 ? $clog2(Words) : 1;

  // Of this chunk and the next, and whether the word failed, which is looked at where one is read.
  (* ram_style = "distributed" *) logic [5*WORD_BYTES:0] exponents_q [2**(WordIndexBits+1)];
  logic [7:0] take_q;  // word of the chunk that comes next
  logic take_bank_q;  // where its exponents go

  logic [1:0][BLOCK-1:0][7:0] word_q;
  logic full_q, bank_q, half_q;
  logic [7:0] beat_q;  // block of the chunk

  wire exponents_next = take_q < 8'(task_i.exponent_words);
  wire chunk_ends = beat_q == task_i.beats - 8'd1;
  wire block_taken = full_q && block_ready_i;
  wire word_used = block_taken && (half_q || chunk_ends);
  wire word_taken = word_valid_i && word_ready_o;
  wire fill = word_taken && !exponents_next;
  wire take_ends = take_q == 8'(task_i.exponent_words) + 8'(task_i.mantissa_words) - 8'd1;

  assign word_ready_o = exponents_next || !full_q || word_used;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      take_q <= '0;
      take_bank_q <= 1'b0;
      full_q <= 1'b0;
      half_q <= 1'b0;
      beat_q <= '0;
    end else begin
      if (word_taken) begin
        take_q <= take_ends ? '0 : take_q + 8'd1;
        take_bank_q <= take_bank_q ^ take_ends;
      end
      if (fill) full_q <= 1'b1;
      else if (word_used) full_q <= 1'b0;
      if (block_taken) begin
        half_q <= !word_used;
        beat_q <= chunk_ends ? '0 : beat_q + 8'd1;
      end
    end
  end

  logic failed;
  logic [WORD_BYTES-1:0][4:0] exponents, shown;
  for (genvar i = 0; i < WORD_BYTES; i++) begin : gen_exponent
    assign exponents[i] = word_i[8*i+:5];
  end

  always_ff @(posedge clk_i) begin
    if (word_taken && exponents_next) begin
      exponents_q[{take_bank_q, WordIndexBits'(take_q)}] <= {word_error_i, exponents};
    end
    if (fill) begin
      word_q <= word_error_i ? '0 : word_i;
      bank_q <= take_bank_q;
    end
  end

  wire [8:0] place = (Values ? 9'(task_i.beats) : 9'd0) + 9'(beat_q);

  assign block_valid_o = full_q;
  assign mantissas_o = word_q[half_q];
  assign {failed, shown} = exponents_q[{bank_q, WordIndexBits'(place >> 6)}];
  assign exponent_o = failed ? '0 : shown[place[5:0]];
endmodule : ofpga_attention_unpack
