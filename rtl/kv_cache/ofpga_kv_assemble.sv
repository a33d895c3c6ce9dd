`include "ofpga_assert.svh"

// Halves of blocks to the words in which they are written: of every row the words of its q record,
// then those of each key and value vector, placed as they lie in their chunk. A half each cycle;
// only a record's exponents take cycles of their own.
module ofpga_kv_assemble
  import ofpga_pkg::*;
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64,
  parameter int unsigned HeadBlocks = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                  start_i,  // for a cycle, when idle_o: a KV_WRITE
  input  task_t                 task_i,  // stays until idle_o
  input  logic [Rows-1:0][31:0] slots_i,  // there before the first half
  output logic                  idle_o,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [127:0] mantissas_i,
  input  logic [4:0]   exponent_i,
  input  logic         second_i,  // half of the block

  output logic                       piece_valid_o,
  input  logic                       piece_ready_i,
  output logic                       last_o,  // of the record or vector
  output logic [511:0]               data_o,
  output logic [3:0]                 filled_o,  // quarters, of a vector
  output logic [HeadBlocks-1:0][4:0] exponents_o  // of a vector, with its last piece
);
  // A record's exponents, which start at half of a word if there is an odd number of blocks.
  localparam int unsigned TailWords = (KBlocks + BLOCK + WORD_BYTES - 1) / WORD_BYTES;
  localparam int unsigned TailBits = TailWords > 1 ? $clog2(TailWords) : 1;
  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1;

  typedef enum logic [1:0] {
    IDLE,
    QUERY,  // q heads of a row
    TAIL,  // their exponents
    VECTOR  // a key or value head
  } state_e;

  state_e state_q;
  logic [15:0] row_q;
  logic [16:0] head_q;  // of keys, then values

  // ------------------------------------------------------------------------- halves to whole words
  logic [3:0][127:0] word_q, word_d;  // by quarters
  logic [3:0] filled_q, filled_d;
  logic [1:0] quarter_q;
  logic [10:0] block_q;  // of the row's queries, or of the head
  logic [HeadBlocks-1:0][4:0] exponents_q, exponents_d;

  wire taken = valid_i && ready_o;
  wire block_ends = taken && second_i;
  wire queries_end = state_q == QUERY && block_ends && block_q == task_i.q_blocks - 1'b1;
  wire vector_last = second_i && block_q == 11'(task_i.head_blocks) - 1'b1;
  wire vector_ends = state_q == VECTOR && taken && vector_last;
  wire row_ends = vector_ends && head_q == {task_i.kv_heads, 1'b0} - 1'b1;
  wire word_ends = taken && quarter_q == 2'd3;
  // Where in a word a vector of the row begins.
  wire [31:0] slot = slots_i[RowBits'(row_q)];
  wire token_is_odd = slot[0] && task_i.split_log2 != 3'd4;
  wire in_second_half = token_is_odd && task_i.head_blocks[0];

  assign ready_o = piece_ready_i && (state_q == QUERY || state_q == VECTOR);

  always_comb begin
    word_d = word_q;
    word_d[quarter_q] = mantissas_i;
    filled_d = filled_q;
    filled_d[quarter_q] = 1'b1;
    exponents_d = exponents_q;
    exponents_d[BlockIndexBits'(block_q)] = exponent_i;
  end

  // ----------------------------------------------------------------------- exponents of a q record
  (* ram_style = "distributed" *) logic [63:0][7:0] tail_q [TailWords];
  logic [TailBits-1:0] tail_at_q;

  wire odd = task_i.q_blocks[0];
  wire [11:0] tail_byte = 12'(block_q) + (odd ? 12'd32 : 12'd0);
  wire [11:0] tail_bytes = 12'(task_i.q_blocks) + (odd ? 12'd32 : 12'd0);
  wire tail_ends = 12'({tail_at_q, 6'd0}) + 12'd64 >= tail_bytes;

  always_ff @(posedge clk_i) begin
    if (state_q == QUERY && block_ends) begin
      tail_q[TailBits'(tail_byte >> 6)][tail_byte[5:0]] <= 8'(exponent_i);
    end
  end

  // ----------------------------------------------------------------------------------------- order
  always_comb begin
    piece_valid_o = 1'b0;
    last_o = state_q == VECTOR && vector_last;
    data_o = word_d;
    filled_o = filled_d;
    exponents_o = exponents_d;
    unique case (state_q)
      QUERY: piece_valid_o = valid_i && quarter_q == 2'd3;
      TAIL: begin
        piece_valid_o = 1'b1;
        last_o = tail_ends;
        filled_o = '1;
        exponents_o = exponents_q;
        data_o = tail_q[tail_at_q];
        if (odd && tail_at_q == '0) data_o[255:0] = word_q[1:0];
      end
      VECTOR: piece_valid_o = valid_i && (quarter_q == 2'd3 || last_o);
      default: ;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
    end else begin
      unique case (state_q)
        IDLE:    if (start_i) state_q <= QUERY;
        QUERY:   if (queries_end) state_q <= TAIL;
        TAIL:    if (piece_ready_i && tail_ends) state_q <= VECTOR;
        VECTOR:  if (row_ends) state_q <= row_q == task_i.rows - 1'b1 ? IDLE : QUERY;
        default: state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (taken) begin
      word_q <= word_d;
      quarter_q <= quarter_q + 1'b1;
      filled_q <= word_ends ? '0 : filled_d;
      if (second_i) block_q <= block_q + 1'b1;
      if (second_i && state_q == VECTOR) exponents_q <= exponents_d;
    end
    if (state_q == TAIL || vector_ends) begin
      block_q <= '0;
      filled_q <= '0;
      quarter_q <= {in_second_half, 1'b0};
      head_q <= state_q == TAIL ? '0 : head_q + 1'b1;
    end
    if (state_q == TAIL) tail_at_q <= tail_at_q + TailBits'(piece_ready_i);
    if (state_q == IDLE || row_ends) begin
      row_q <= state_q == IDLE ? '0 : row_q + 1'b1;
      block_q <= '0;
      quarter_q <= '0;
      tail_at_q <= '0;
    end
  end

  assign idle_o = state_q == IDLE;

  `OFPGA_ASSUME(StartsWhenIdle, !start_i || idle_o)
  `OFPGA_ASSERT_HOLD(PieceHolds, piece_valid_o, piece_ready_i, {last_o, data_o, filled_o})
endmodule : ofpga_kv_assemble
