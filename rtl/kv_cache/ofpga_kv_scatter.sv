`include "ofpga_assert.svh"

// Sends the mantissas and exponents of every row where they belong (docs/numerics.md, 10.3 and
// 10.4): a q record's words one after another, keys and values as patches to the ports.
module ofpga_kv_scatter
  import ofpga_pkg::*;
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned KBlocks = 64,
  parameter int unsigned HeadBlocks = 4,
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                  start_i,  // for a cycle, when idle_o: a KV_WRITE
  input  task_t                 task_i,  // stays until idle_o
  input  logic [Rows-1:0][31:0] slots_i,  // there before the first half
  input  logic                  mask_i,  // nothing is to be written: the slots are not known
  output logic                  idle_o,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [127:0] mantissas_i,
  input  logic [4:0]   exponent_i,
  input  logic         second_i,  // half of the block

  output logic         record_valid_o,
  input  logic         record_ready_i,
  output logic [511:0] record_o,

  output logic                patch_valid_o,
  input  logic                patch_ready_i,
  output logic [PortBits-1:0] patch_port_o,
  output patch_t              patch_o
);
  localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1;

  typedef enum logic [3:0] {
    IDLE,
    RECORD,  // of a row
    HEAD,  // a key or value head: its slot on the port
    CHUNK,  // its chunk
    VECTOR,  // its mantissas
    EXPONENTS,
    STRADDLE,  // those in a second word
    NEXT_ROW
  } state_e;

  state_e state_q;
  logic [15:0] row_q, head_q;
  logic values_q;  // of keys and values, the latter

  // ----------------------------------------------------------------------------------- what leaves
  typedef struct packed {
    logic                record;
    logic [PortBits-1:0] port;
    patch_t              patch;
  } out_t;

  logic out_valid_q, emit;
  out_t out_q, out_d;

  wire out_taken = out_q.record ? record_ready_i : patch_ready_i;
  wire room = !out_valid_q || out_taken;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) out_valid_q <= 1'b0;
    else if (room) out_valid_q <= emit;
  end

  always_ff @(posedge clk_i) if (room && emit) out_q <= out_d;

  assign record_valid_o = out_valid_q && out_q.record;
  assign record_o = out_q.patch.data;
  assign patch_valid_o = out_valid_q && !out_q.record;
  assign patch_port_o = out_q.port;
  assign patch_o = out_q.patch;

  // --------------------------------------------------------------------------- words, put together
  typedef struct packed {
    logic                       last;
    logic [511:0]               data;
    logic [3:0]                 filled;
    logic [HeadBlocks-1:0][4:0] exponents;
  } piece_t;

  piece_t made, piece;
  logic made_valid, made_ready, piece_valid, piece_ready, assemble_idle;

  ofpga_kv_assemble #(
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks)
  ) u_assemble (
    .clk_i,
    .rst_ni,
    .start_i,
    .task_i,
    .slots_i,
    .idle_o       (assemble_idle),
    .valid_i,
    .ready_o,
    .mantissas_i,
    .exponent_i,
    .second_i,
    .piece_valid_o(made_valid),
    .piece_ready_i(made_ready),
    .last_o       (made.last),
    .data_o       (made.data),
    .filled_o     (made.filled),
    .exponents_o  (made.exponents)
  );

  // While a vector's exponents and the next one's place are at work, its words gather here.
  ofpga_fifo #(
    .Depth(4),
    .T(piece_t)
  ) u_pieces (
    .clk_i,
    .rst_ni,
    .valid_i(made_valid),
    .ready_o(made_ready),
    .data_i (made),
    .valid_o(piece_valid),
    .ready_i(piece_ready),
    .data_o (piece),
    .level_o()
  );

  assign piece_ready = room && (state_q == RECORD || state_q == VECTOR);
  wire piece_taken = piece_valid && piece_ready;

  // ----------------------------------------------------------------------- place of a key or value
  logic [31:0] slot;
  logic [60:0] product_q;
  logic [1:0] base_age_q;  // cycles since the row began, to 3
  word_addr_t base_q, chunk_q;
  logic [15:0] port_slot_q;
  logic [PortBits-1:0] port_q;
  logic [HeadBlocks-1:0][7:0] exponents_q;

  assign slot = slots_i[RowBits'(row_q)];
  wire [3:0] in_block = slot[3:0];
  wire [3:0] token = in_block & ((4'd15) >> task_i.split_log2);  // in its chunk
  wire [20:0] chunk = (21'(head_q) << task_i.split_log2)
                      + 21'(in_block >> (3'd4 - task_i.split_log2));
  wire [6:0] first_half = 7'(token) * 7'(task_i.head_blocks);  // 32-byte halves before the token
  wire word_addr_t mantissa_addr = chunk_q + 58'(task_i.exponent_words)
                                   + (values_q ? 58'(task_i.mantissa_words) : '0)
                                   + 58'(first_half >> 1);
  wire [4:0] tokens = 5'd16 >> task_i.split_log2;
  wire [7:0] exponent_byte = (8'(values_q ? tokens : '0) + 8'(token)) * 8'(task_i.head_blocks);
  wire [6:0] exponent_end = 7'(exponent_byte[5:0]) + 7'(task_i.head_blocks);
  wire straddles = exponent_end > 7'd64;
  wire [1023:0] exponent_data = 1024'(exponents_q) << {exponent_byte[5:0], 3'd0};
  wire [127:0] exponent_strobe = ~(~128'd0 << task_i.head_blocks) << exponent_byte[5:0];
  logic first_q;  // no word of the vector has left

  always_ff @(posedge clk_i) begin
    if (state_q == NEXT_ROW || state_q == IDLE) base_age_q <= '0;
    else if (base_age_q != 2'd3) base_age_q <= base_age_q + 1'b1;
  end

  always_ff @(posedge clk_i) begin
    product_q <= 61'(slot >> 4) * 61'(task_i.block_stride);
    base_q <= bounded(65'(product_q) + 65'(task_i.kv_addr));
    if (state_q == HEAD) begin
      port_q <= Ports > 1 ? PortBits'(chunk) : '0;
      port_slot_q <= 16'(chunk >> $clog2(Ports)) * 16'(task_i.chunk_words);
    end
    if (state_q == CHUNK) chunk_q <= base_q + 58'(port_slot_q);
    if (state_q == VECTOR) begin
      for (int unsigned b = 0; b < HeadBlocks; b++) exponents_q[b] <= 8'(piece.exponents[b]);
    end
  end

  // ----------------------------------------------------------------------------------------- order
  always_comb begin
    emit = 1'b0;
    out_d = '0;
    out_d.port = port_q;
    out_d.patch.data = piece.data;
    unique case (state_q)
      RECORD: begin
        emit = piece_valid;
        out_d.record = 1'b1;
      end
      VECTOR: begin
        emit = piece_valid;
        out_d.patch.first = first_q;
        out_d.patch.words = 4'((5'(first_half[0]) + 5'(task_i.head_blocks) + 5'd1) >> 1);
        out_d.patch.addr = mantissa_addr;
        for (int unsigned b = 0; b < 64; b++) out_d.patch.strobe[b] = piece.filled[b/16] && !mask_i;
      end
      EXPONENTS: begin
        emit = 1'b1;
        out_d.patch.first = 1'b1;
        out_d.patch.words = straddles ? 4'd2 : 4'd1;
        out_d.patch.addr = chunk_q + 58'(exponent_byte[7:6]);
        out_d.patch.data = exponent_data[511:0];
        out_d.patch.strobe = mask_i ? '0 : exponent_strobe[63:0];
      end
      STRADDLE: begin
        emit = 1'b1;
        out_d.patch.data = exponent_data[1023:512];
        out_d.patch.strobe = mask_i ? '0 : exponent_strobe[127:64];
      end
      default: ;
    endcase
  end

  wire head_ends = room && (state_q == STRADDLE || (state_q == EXPONENTS && !straddles));
  wire kind_ends = head_ends && head_q == task_i.kv_heads - 1'b1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
    end else begin
      unique case (state_q)
        IDLE:      if (start_i) state_q <= RECORD;
        RECORD:    if (piece_taken && piece.last) state_q <= HEAD;
        HEAD:      state_q <= CHUNK;
        CHUNK:     if (base_age_q == 2'd3) state_q <= VECTOR;
        VECTOR:    if (piece_taken && piece.last) state_q <= EXPONENTS;
        EXPONENTS, STRADDLE: begin
          if (kind_ends) state_q <= values_q ? NEXT_ROW : HEAD;
          else if (head_ends) state_q <= HEAD;
          else if (room) state_q <= STRADDLE;
        end
        NEXT_ROW:  state_q <= row_q == task_i.rows - 1'b1 ? IDLE : RECORD;
        default:   state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (piece_taken) first_q <= 1'b0;
    unique case (state_q)
      IDLE, NEXT_ROW: begin
        row_q <= state_q == IDLE ? '0 : row_q + 1'b1;
        head_q <= '0;
        values_q <= 1'b0;
      end
      CHUNK: first_q <= 1'b1;
      default: ;
    endcase
    if (head_ends) head_q <= kind_ends ? '0 : head_q + 1'b1;
    if (kind_ends) values_q <= 1'b1;
  end

  assign idle_o = state_q == IDLE && assemble_idle && !out_valid_q;

  `OFPGA_ASSUME(StartsWhenIdle, !start_i || idle_o)
  `OFPGA_ASSERT_HOLD(RecordHolds, record_valid_o, record_ready_i, record_o)
endmodule : ofpga_kv_scatter
