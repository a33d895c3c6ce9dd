`include "ofpga_assert.svh"

// Reads what a command lists: of KV_WRITE the slots, then for every row its cos and sin and its
// words; of KV_COPY the pairs. All come through one read engine, in the order in which they are
// asked for.
module ofpga_kv_reader
  import ofpga_pkg::*;
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned HeadBlocks = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic  start_i,  // for a cycle, when idle_o
  input  task_t task_i,  // stays until idle_o
  output logic  idle_o,
  output logic  error_o,  // an answer since start_i was an error
  output logic  list_error_o,  // one of the slots or pairs

  output logic [Rows-1:0][31:0] slots_o,  // all there before the first word

  output logic         word_valid_o,
  input  logic         word_ready_i,
  output logic [511:0] word_o,  // of q, k, v
  output logic [255:0] angles_o,  // cos and sin of its eight pairs
  output logic         turn_o,  // it is to be rotated

  output logic         pair_valid_o,
  input  logic         pair_ready_i,
  output copy_record_t pair_o,

  output logic         axi_arvalid_o,
  input  logic         axi_arready_i,
  output logic [63:0]  axi_araddr_o,
  output logic [7:0]   axi_arlen_o,
  input  logic         axi_rvalid_i,
  output logic         axi_rready_o,
  input  logic [511:0] axi_rdata_i,
  input  logic [1:0]   axi_rresp_i,
  input  logic         axi_rlast_i
);
  localparam int unsigned SlotsPerWord = 16;
  localparam int unsigned PairsPerWord = 8;
  localparam int unsigned ListPart = 16;  // words asked for at once: little is lost after an error

  typedef enum logic [1:0] {
    IDLE,
    LIST,
    ROPE,
    ROW
  } state_e;

  // ------------------------------------------------------------------------------------ asking for
  state_e ask_q;
  logic [15:0] ask_row_q;
  word_addr_t list_addr_q, rope_addr_q, x_addr_q, req_addr;
  logic [31:0] req_words, list_left_q;  // words of the list not asked for
  logic req_ready;

  wire [31:0] list_words = task_i.copy
                           ? (task_i.pairs >> 3) + 32'(task_i.pairs[2:0] != '0)
                           : (32'(task_i.rows) + SlotsPerWord - 1) >> 4;
  wire list_ends = list_left_q <= ListPart;
  wire asked = ask_q != IDLE && req_ready;
  wire last_row = ask_row_q == task_i.rows - 1'b1;
  wire empty_list = task_i.copy && task_i.pairs == '0;

  always_comb begin
    unique case (ask_q)
      ROPE: begin
        req_addr = rope_addr_q;
        req_words = 32'(task_i.head_blocks);
      end
      ROW: begin
        req_addr = x_addr_q;
        req_words = 32'(task_i.row_words);
      end
      default: begin
        req_addr = list_addr_q;
        req_words = list_ends ? list_left_q : ListPart;
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) ask_q <= IDLE;
    else if (start_i) ask_q <= empty_list ? IDLE : LIST;
    else if (asked) begin
      unique case (ask_q)
        LIST: begin
          if (task_i.copy) ask_q <= list_ends || list_error_o ? IDLE : LIST;
          else if (list_ends) ask_q <= task_i.rope ? ROPE : ROW;
        end
        ROPE:    ask_q <= ROW;
        default: ask_q <= last_row ? IDLE : task_i.rope ? ROPE : ROW;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      ask_row_q <= '0;
      list_addr_q <= 58'(task_i.list_addr);
      list_left_q <= list_words;
      rope_addr_q <= 58'(task_i.rope_addr);
      x_addr_q <= 58'(task_i.x_addr);
    end else if (asked && ask_q == LIST) begin
      list_addr_q <= list_addr_q + 58'(ListPart);
      list_left_q <= list_left_q - req_words;
    end else if (asked && ask_q == ROPE) begin
      rope_addr_q <= rope_addr_q + 58'(task_i.head_blocks);
    end else if (asked && ask_q == ROW) begin
      ask_row_q <= ask_row_q + 1'b1;
      x_addr_q <= x_addr_q + 58'(task_i.row_words);
    end
  end

  // ------------------------------------------------------------------------------------- receiving
  state_e state_q;
  logic [15:0] row_q, head_q;
  logic [3:0] block_q;  // of a head; of the pairs' word, which
  logic half_q;  // of a block
  logic [$clog2(Rows+1)-1:0] slot_q;  // first of a word of slots
  logic [31:0] pairs_left_q;
  logic [HeadBlocks-1:0][511:0] angles_q;
  logic data_valid, data_ready, data_last, data_error;
  logic [511:0] data;

  wire taken = data_valid && data_ready;
  wire head_ends = half_q && block_q == task_i.head_blocks - 1'b1;
  copy_record_t [PairsPerWord-1:0] pairs;
  assign pairs = data;
  wire pair_word_ends = block_q == 4'(PairsPerWord - 1) || pairs_left_q == 32'd1;
  // Pairs that could not be read are not copied, nor are those after them.
  wire list_bad = data_error || list_error_o;
  logic [31:0] list_ahead_q;  // words of the list asked for and not received
  wire list_received = ask_q != LIST && list_ahead_q == 32'd1;

  always_comb begin
    unique case (state_q)
      LIST:    data_ready = !task_i.copy || list_bad || (pair_ready_i && pair_word_ends);
      ROPE:    data_ready = 1'b1;
      ROW:     data_ready = word_ready_i;
      default: data_ready = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else if (start_i) state_q <= empty_list ? IDLE : LIST;
    else if (taken && (state_q == LIST ? list_received : data_last)) begin
      unique case (state_q)
        LIST:    state_q <= task_i.copy ? IDLE : task_i.rope ? ROPE : ROW;
        ROPE:    state_q <= ROW;
        default: state_q <= row_q == task_i.rows - 1'b1 ? IDLE : task_i.rope ? ROPE : ROW;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      row_q <= '0;
      head_q <= '0;
      block_q <= '0;
      half_q <= 1'b0;
      slot_q <= '0;
      pairs_left_q <= task_i.pairs;
      list_ahead_q <= '0;
      error_o <= 1'b0;
      list_error_o <= 1'b0;
    end else begin
      if (data_valid && data_error) begin
        error_o <= 1'b1;
        if (state_q == LIST) list_error_o <= 1'b1;
      end
      list_ahead_q <= list_ahead_q + (asked && ask_q == LIST ? req_words : '0)
                      - 32'(taken && state_q == LIST);
      if (pair_valid_o && pair_ready_i) begin
        pairs_left_q <= pairs_left_q - 1'b1;
        block_q <= pair_word_ends ? '0 : block_q + 1'b1;
      end
      if (state_q == LIST && !task_i.copy && taken) begin
        slot_q <= slot_q + ($bits(slot_q))'(SlotsPerWord);
      end
      if (state_q == ROPE && taken) block_q <= data_last ? '0 : block_q + 1'b1;
      if (state_q == ROW && taken) begin
        half_q <= !half_q;
        if (half_q) block_q <= head_ends ? '0 : block_q + 1'b1;
        if (head_ends) head_q <= data_last ? '0 : head_q + 1'b1;
        if (data_last) row_q <= row_q + 1'b1;
      end
    end
  end

  for (genvar r = 0; r < Rows; r++) begin : gen_slot
    always_ff @(posedge clk_i) begin
      if (state_q == LIST && taken && 32'(slot_q) == r / SlotsPerWord * SlotsPerWord) begin
        slots_o[r] <= data[32*(r%SlotsPerWord)+:32];
      end
    end
  end

  for (genvar b = 0; b < HeadBlocks; b++) begin : gen_angles
    always_ff @(posedge clk_i) begin
      if (state_q == ROPE && taken && block_q == 4'(b)) angles_q[b] <= data;
    end
  end

  logic [511:0] angles;
  assign angles = angles_q[($clog2(HeadBlocks + 1))'(block_q)];

  assign idle_o = ask_q == IDLE && state_q == IDLE;
  assign word_valid_o = data_valid && state_q == ROW;
  assign word_o = data;
  assign angles_o = half_q ? angles[511:256] : angles[255:0];
  assign turn_o = task_i.rope && head_q < task_i.q_heads + task_i.kv_heads;
  assign pair_valid_o = data_valid && state_q == LIST && task_i.copy && !list_bad;
  assign pair_o = pairs[block_q[2:0]];

  ofpga_axi_read #(
    .BufferWords(64)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (ask_q != IDLE),
    .req_ready_o (req_ready),
    .req_addr_i  (req_addr),
    .req_words_i (req_words),
    .data_valid_o(data_valid),
    .data_ready_i(data_ready),
    .data_o      (data),
    .data_last_o (data_last),
    .data_error_o(data_error),
    .axi_arvalid_o,
    .axi_arready_i,
    .axi_araddr_o,
    .axi_arlen_o,
    .axi_rvalid_i,
    .axi_rready_o,
    .axi_rdata_i,
    .axi_rresp_i,
    .axi_rlast_i
  );

  `OFPGA_ASSUME(StartsWhenIdle, !start_i || idle_o)
  `OFPGA_ASSERT_HOLD(WordHolds, word_valid_o, word_ready_i, {word_o, angles_o, turn_o})
  `OFPGA_ASSERT_HOLD(PairHolds, pair_valid_o, pair_ready_i, pair_o)
endmodule : ofpga_kv_reader
