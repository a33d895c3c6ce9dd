`include "ofpga_assert.svh"

// What a command's own 64 bytes say against this card: opcode, flags, reserved bytes, fields, dep.
// One command at a time; those with heads take 18 cycles, because q_heads mod kv_heads is divided
// bit by bit.
module ofpga_seq_check
  import ofpga_pkg::*;
  import ofpga_seq_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64,
  parameter int unsigned HeadBlocks = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [511:0] command_i,
  input  logic [31:0]  index_i,
  input  logic [7:0]   status_i,  // other than OK: there is no command, and this is why

  output logic     valid_o,
  input  logic     ready_i,
  output checked_t checked_o,
  output logic     empty_o  // holds no command
);
  typedef enum logic [1:0] {
    EMPTY,
    DIVIDE,
    READY
  } state_e;

  state_e state_q;
  logic [511:0] command_q;
  logic [31:0] index_q;
  logic [7:0] status_q;

  matmul_command_t m;
  kv_write_command_t w;
  attention_command_t a;
  kv_copy_command_t c;
  fence_command_t f;
  assign m = command_q;
  assign w = command_q;
  assign a = command_q;
  assign c = command_q;
  assign f = command_q;

  // ------------------------------------------------------------------------ q_heads mod kv_heads
  // KV_WRITE and ATTENTION have rows, q_heads, kv_heads and head_blocks at the same places.
  logic [15:0] dividend_q, rest_q;
  logic [4:0] steps_q;

  kv_write_command_t arriving;
  assign arriving = command_i;
  wire has_heads = arriving.opcode == OPCODE_KV_WRITE || arriving.opcode == OPCODE_ATTENTION;
  wire [16:0] partial = {rest_q, dividend_q[15]};

  assign ready_o = state_q == EMPTY || (state_q == READY && ready_i);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= EMPTY;
    else if (ready_o) state_q <= !valid_i ? EMPTY : has_heads ? DIVIDE : READY;
    else if (state_q == DIVIDE && steps_q == '0) state_q <= READY;
  end

  always_ff @(posedge clk_i) begin
    if (ready_o) begin
      command_q <= command_i;
      index_q <= index_i;
      status_q <= status_i;
      dividend_q <= arriving.q_heads;
      rest_q <= '0;
      steps_q <= 5'd16;
    end else if (steps_q != '0) begin
      dividend_q <= dividend_q << 1;
      rest_q <= 16'(partial >= 17'(w.kv_heads) ? partial - 17'(w.kv_heads) : partial);
      steps_q <= steps_q - 1'b1;
    end
  end

  // ---------------------------------------------------------------------------------------- fields
  logic codebook_ok;
  always_comb begin
    codebook_ok = 1'b1;
    for (int unsigned i = 0; i < CODEBOOK_SIZE; i++) begin
      if (m.codebook[i] < -8'sd127) codebook_ok = 1'b0;
    end
  end

  function automatic logic counts(logic [15:0] value, int unsigned most);
    return value != '0 && 32'(value) <= most;
  endfunction

  function automatic logic only(logic [7:0] flags, logic [7:0] allowed);
    return (flags & ~allowed) == '0;
  endfunction

  wire heads_ok = counts(w.rows, Rows) && w.q_heads != '0 && w.kv_heads != '0 && rest_q == '0
                  && counts(w.head_blocks, HeadBlocks)
                  && 20'(w.q_heads) * 20'(w.head_blocks[3:0]) <= 20'(KBlocks);
  // A row of results is a whole number of words; SILU leaves half of a tile's channels.
  wire tiles_ok = m.n_tiles != '0 && !m.n_tiles[0]
                  && (m.epilogue != EPILOGUE_SILU || !m.n_tiles[1]);

  // Commands up to the last before this one that is no MATMUL.
  logic [31:0] others_q;
  wire [31:0] others = index_q == '0 ? '0 : others_q;

  always_ff @(posedge clk_i) begin
    if (valid_o && ready_i) others_q <= f.opcode == OPCODE_MATMUL ? others : index_q + 1'b1;
  end

  logic fields_ok;
  checked_t checked;

  always_comb begin
    checked = '0;
    checked.command = command_q;
    checked.to = UNIT_NONE;
    checked.status = STATUS_OK;
    fields_ok = 1'b1;
    unique case (f.opcode)
      OPCODE_MATMUL: begin
        checked.to = UNIT_MATMUL;
        fields_ok = only(m.flags, FLAG_NORM | FLAG_GATHER) && m.reserved0 == '0
                    && m.reserved1 == '0 && counts(m.rows, Rows) && counts(m.k_blocks, KBlocks)
                    && tiles_ok && m.format <= WEIGHT_FORMAT_W8 && m.epilogue <= EPILOGUE_GELU
                    && (m.format != WEIGHT_FORMAT_W4 || codebook_ok);
      end
      OPCODE_KV_WRITE: begin
        checked.to = UNIT_KV_CACHE;
        fields_ok = only(w.flags, FLAG_ROPE) && w.reserved0 == '0 && heads_ok;
      end
      OPCODE_ATTENTION: begin
        checked.to = UNIT_ATTENTION;
        fields_ok = only(a.flags, FLAG_CAUSAL) && a.reserved0 == '0 && a.reserved1 == '0
                    && heads_ok && a.segments != '0 && a.segments <= 32'(a.rows);
      end
      OPCODE_KV_COPY: begin
        checked.to = UNIT_KV_CACHE;
        fields_ok = c.flags == '0 && c.reserved0 == '0;
      end
      OPCODE_FENCE: begin
        checked.last = (f.flags & FLAG_END) != '0;
        fields_ok = only(f.flags, FLAG_END) && f.reserved0 == '0;
      end
      default: checked.status = STATUS_BAD_OPCODE;
    endcase
    checked.wait_for = f.dep == '0 ? '0 : index_q - 32'(f.dep) + 1'b1;
    checked.wait_early = others < checked.wait_for ? others : checked.wait_for;
    if (status_q != STATUS_OK) begin
      checked = '0;
      checked.to = UNIT_NONE;
      checked.status = status_q;
    end else if (!fields_ok) begin
      checked.status = STATUS_BAD_FIELD;
      checked.to = UNIT_NONE;
    end else if (checked.status == STATUS_OK && 32'(f.dep) > index_q) begin
      checked.status = STATUS_BAD_DEP;
      checked.wait_for = index_q;
      // ATTENTION's segment records are fields as well, and come before dep.
      if (checked.to != UNIT_ATTENTION) checked.to = UNIT_NONE;
    end
  end

  assign empty_o = state_q == EMPTY;
  assign valid_o = state_q == READY;
  assign checked_o = checked;

  `OFPGA_ASSERT_HOLD(CheckedHolds, valid_o, ready_i, checked_o)
endmodule : ofpga_seq_check
