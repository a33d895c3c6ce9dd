// All that belongs to one memory port: keys and values are read and worked on side by side, half a
// word of each a cycle, the values of an item beside the keys of the next.
module ofpga_attention_port
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned ScoreDepth = 2048,
  parameter int unsigned ValueColumns = 16,  // 16: a block of values each cycle; 8: half of one
  parameter int unsigned DspClocks = 1,  // in a cycle; with 2 a DSP takes two products
  parameter int unsigned BufferWords = 128,  // of keys, and of values, read ahead
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic clk2x_i,
  input logic rst_ni,

  input logic [3:0] port_i,  // its number, modulo 16

  input  task_t task_i,
  output logic  error_o,  // for a cycle: a read failed

  // Reads of keys (0) and values (1).
  input  logic  [1:0]      req_valid_i,
  output logic  [1:0]      req_ready_o,
  input  addr_t [1:0]      req_addr_i,
  input  logic  [1:0][7:0] req_words_i,

  // First pass, over its item's keys.
  input  logic               first_start_i,
  output logic               first_done_o,
  input  item_t              first_item_i,
  input  lane_t [Lanes-1:0]  first_lanes_i,
  input  logic               query_bank_i,
  output score_t [Lanes-1:0] first_peak_o,

  input logic                      query_write_i,
  input logic                      query_write_bank_i,
  input logic [LaneBits-1:0]       query_lane_i,
  input logic [BlockIndexBits-1:0] query_block_i,
  input logic [BLOCK-1:0][7:0]     query_i,
  input logic [4:0]                query_exponent_i,

  // Second pass, over its item's values.
  input  logic               second_start_i,
  output logic               second_taken_o,
  output logic               second_done_o,
  input  item_t              second_item_i,
  input  lane_t [Lanes-1:0]  second_lanes_i,
  input  score_t [Lanes-1:0] second_peak_i,
  input  result_bank_t       second_bank_i,

  input  result_bank_t              read_bank_i,
  input  logic [LaneBits-1:0]       read_total_lane_i,
  output total_t                    total_o,
  input  logic [LaneBits-1:0]       read_lane_i,
  input  logic [BlockIndexBits-1:0] read_block_i,
  input  pair_t                     read_pair_i,
  output sum_t [1:0]                sums_o,

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
  // A head's chunks lie on aligned ports.
  wire [3:0] part = port_i & 4'((5'd1 << task_i.split_log2) - 5'd1);

  // ---------------------------------------------------------------------------------------- memory
  logic [1:0] arvalid, arready, rvalid, rready;
  logic [1:0][63:0] araddr;
  logic [1:0][7:0] arlen;
  logic [511:0] rdata;
  logic [1:0] rresp;
  logic rlast;

  logic [1:0] block_valid, block_ready, word_error;
  logic [1:0][BLOCK-1:0][7:0] block;
  logic [1:0][4:0] exponent;

  for (genvar v = 0; v < 2; v++) begin : gen_read
    addr_t req_addr;
    logic [7:0] req_words;
    logic req_valid, req_ready, word_valid, word_ready, error;
    logic [511:0] word;

    // A few reads wait here, so that ports need not ask in step.
    ofpga_fifo #(
      .Depth(4),
      .T(logic [WordAddrBits+7:0])
    ) u_requests (
      .clk_i,
      .rst_ni,
      .valid_i(req_valid_i[v]),
      .ready_o(req_ready_o[v]),
      .data_i ({req_addr_i[v], req_words_i[v]}),
      .valid_o(req_valid),
      .ready_i(req_ready),
      .data_o ({req_addr, req_words}),
      .level_o()
    );

    ofpga_axi_read #(
      .CountBits  (8),
      .BufferWords(BufferWords)
    ) u_read (
      .clk_i,
      .rst_ni,
      .req_valid_i  (req_valid),
      .req_ready_o  (req_ready),
      .req_addr_i   (req_addr),
      .req_words_i  (req_words),
      .data_valid_o (word_valid),
      .data_ready_i (word_ready),
      .data_o       (word),
      .data_last_o  (),
      .data_error_o (error),
      .axi_arvalid_o(arvalid[v]),
      .axi_arready_i(arready[v]),
      .axi_araddr_o (araddr[v]),
      .axi_arlen_o  (arlen[v]),
      .axi_rvalid_i (rvalid[v]),
      .axi_rready_o (rready[v]),
      .axi_rdata_i  (rdata),
      .axi_rresp_i  (rresp),
      .axi_rlast_i  (rlast)
    );

    assign word_error[v] = word_valid && error;

    ofpga_attention_unpack #(
      .HeadBlocks(HeadBlocks),
      .Values    (v == 1)
    ) u_unpack (
      .clk_i,
      .rst_ni,
      .task_i,
      .word_valid_i (word_valid),
      .word_ready_o (word_ready),
      .word_i       (word),
      .word_error_i (error),
      .block_valid_o(block_valid[v]),
      .block_ready_i(block_ready[v]),
      .mantissas_o  (block[v]),
      .exponent_o   (exponent[v])
    );
  end

  ofpga_axi_read_mux #(
    .Masters(2)
  ) u_mux (
    .clk_i,
    .rst_ni,
    .base_i        ('0),
    .from_arvalid_i(arvalid),
    .from_arready_o(arready),
    .from_araddr_i (araddr),
    .from_arlen_i  (arlen),
    .from_rvalid_o (rvalid),
    .from_rready_i (rready),
    .from_rdata_o  (rdata),
    .from_rresp_o  (rresp),
    .from_rlast_o  (rlast),
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

  always_ff @(posedge clk_i) error_o <= rst_ni && word_error != '0;

  // ---------------------------------------------------------------------------------------- passes
  logic score_valid, score_ready, weight_valid, weight_ready;
  score_t [Lanes-1:0] score;
  prob_t [Lanes-1:0] weight;

  ofpga_attention_scores #(
    .Lanes     (Lanes),
    .HeadBlocks(HeadBlocks),
    .ScoreDepth(ScoreDepth),
    .DspClocks (DspClocks)
  ) u_scores (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .task_i,
    .start_i       (first_start_i),
    .item_i        (first_item_i),
    .lanes_i       (first_lanes_i),
    .query_bank_i,
    .part_i        (part),
    .query_write_i,
    .query_write_bank_i,
    .query_lane_i,
    .query_block_i,
    .query_i,
    .query_exponent_i,
    .key_valid_i   (block_valid[0]),
    .key_ready_o   (block_ready[0]),
    .key_i         (block[0]),
    .key_exponent_i(exponent[0]),
    .score_valid_o (score_valid),
    .score_ready_i (score_ready),
    .score_o       (score),
    .done_o        (first_done_o),
    .peak_o        (first_peak_o)
  );

  ofpga_attention_weights #(
    .Lanes(Lanes)
  ) u_weights (
    .clk_i,
    .rst_ni,
    .task_i,
    .start_i       (second_start_i),
    .item_i        (second_item_i),
    .lanes_i       (second_lanes_i),
    .peak_i        (second_peak_i),
    .part_i        (part),
    .score_valid_i (score_valid),
    .score_ready_o (score_ready),
    .score_i       (score),
    .weight_valid_o(weight_valid),
    .weight_ready_i(weight_ready),
    .weight_o      (weight)
  );

  ofpga_attention_values #(
    .Lanes     (Lanes),
    .HeadBlocks(HeadBlocks),
    .Columns   (ValueColumns),
    .DspClocks (DspClocks)
  ) u_values (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .task_i,
    .start_i         (second_start_i),
    .item_i          (second_item_i),
    .bank_i          (second_bank_i),
    .taken_o         (second_taken_o),
    .done_o          (second_done_o),
    .value_valid_i   (block_valid[1]),
    .value_ready_o   (block_ready[1]),
    .value_i         (block[1]),
    .value_exponent_i(exponent[1]),
    .weight_valid_i  (weight_valid),
    .weight_ready_o  (weight_ready),
    .weight_i        (weight),
    .read_bank_i,
    .read_total_lane_i,
    .total_o,
    .read_lane_i,
    .read_block_i,
    .read_pair_i,
    .sums_o
  );
endmodule : ofpga_attention_port
