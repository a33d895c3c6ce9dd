// The way in of ATTENTION: cuts the command into items, deals their queries to the ports, and sends
// the ports to their chunks.
//
//   plan --> queries -> items with their queries loaded
//     |----> walk of the keys ---> reads of every port
//     '----> walk of the values -> reads of every port
module ofpga_attention_feed
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned Context = 2048,
  parameter int unsigned ScoreDepth = 2048,
  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input  task_t task_i,
  input  logic  start_i,  // on this command, which holds until all its items are done
  input  logic  go_i,  // queries, keys and values may be read
  output logic  idle_o,  // all items are cut
  output logic  error_o,  // for a cycle: a read failed

  output logic              item_sent_o,  // for a cycle: an item is cut
  output logic              item_valid_o,  // its queries are loaded
  input  logic              item_ready_i,
  output item_t             item_o,
  output lane_t [Lanes-1:0] lanes_o,
  output logic              query_bank_o,

  // A block of a query, to the ports of its head.
  output logic [Ports-1:0]          write_o,
  output logic                      write_bank_o,
  output logic [LaneBits-1:0]       write_lane_o,
  output logic [BlockIndexBits-1:0] write_block_o,
  output logic [BLOCK-1:0][7:0]     query_o,
  output logic [4:0]                exponent_o,

  // Reads of keys (0) and values (1).
  output logic  [1:0][Ports-1:0] req_valid_o,
  input  logic  [1:0][Ports-1:0] req_ready_i,
  output addr_t [1:0]            req_addr_o,
  output logic  [1:0][7:0]       req_words_o,

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
  localparam int unsigned TableWords = (Context + 255) / 256;
  localparam int unsigned TableBits = TableWords > 1 ? $clog2(TableWords) : 1;

  typedef struct packed {
    item_t             item;
    lane_t [Lanes-1:0] lanes;
  } work_t;

  logic plan_error, query_error;
  assign error_o = plan_error || query_error;

  // ------------------------------------------------------------------------------------------ plan
  logic [1:0] arvalid, arready, rvalid, rready;  // of the activation space: plan, queries
  logic [1:0][63:0] araddr;
  logic [1:0][7:0] arlen;
  logic [511:0] rdata;
  logic [1:0] rresp;
  logic rlast;

  logic plan_valid, plan_ready;
  work_t planned;
  logic [1:0] table_release, table_read;
  logic [1:0][TableBits:0] table_place;
  logic [1:0][15:0][31:0] table_words;

  ofpga_attention_plan #(
    .Ports  (Ports),
    .Lanes  (Lanes),
    .Context(Context),
    .ScoreDepth(ScoreDepth)
  ) u_plan (
    .clk_i,
    .rst_ni,
    .task_i       (task_i),
    .start_i      (start_i),
    .idle_o       (idle_o),
    .error_o      (plan_error),
    .item_valid_o (plan_valid),
    .item_ready_i (plan_ready),
    .item_o       (planned.item),
    .lanes_o      (planned.lanes),
    .release_i    (table_release),
    .table_read_i (table_read),
    .table_place_i(table_place),
    .table_o      (table_words),
    .axi_arvalid_o(arvalid[0]),
    .axi_arready_i(arready[0]),
    .axi_araddr_o (araddr[0]),
    .axi_arlen_o  (arlen[0]),
    .axi_rvalid_i (rvalid[0]),
    .axi_rready_o (rready[0]),
    .axi_rdata_i  (rdata),
    .axi_rresp_i  (rresp),
    .axi_rlast_i  (rlast)
  );

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

  // Items to the walks (0 keys, 1 values) and to the queries; all take one, or none.
  logic [2:0] copy_ready;
  assign plan_ready = &copy_ready;
  assign item_sent_o = plan_valid && plan_ready;

  // ----------------------------------------------------------------------------------------- walks
  for (genvar v = 0; v < 2; v++) begin : gen_walk
    item_t item;
    logic item_valid, item_ready;

    ofpga_fifo #(
      .Depth(4),
      .T(item_t)
    ) u_items (
      .clk_i,
      .rst_ni,
      .valid_i(item_sent_o),
      .ready_o(copy_ready[v]),
      .data_i (planned.item),
      .valid_o(item_valid),
      .ready_i(item_ready),
      .data_o (item),
      .level_o()
    );

    ofpga_attention_walk #(
      .Ports  (Ports),
      .Context(Context),
      .Values (v == 1)
    ) u_walk (
      .clk_i,
      .rst_ni,
      .task_i       (task_i),
      .go_i,
      .item_valid_i (item_valid),
      .item_ready_o (item_ready),
      .item_i       (item),
      .release_o    (table_release[v]),
      .table_read_o (table_read[v]),
      .table_place_o(table_place[v]),
      .table_i      (table_words[v]),
      .req_valid_o  (req_valid_o[v]),
      .req_ready_i  (req_ready_i[v]),
      .req_addr_o   (req_addr_o[v]),
      .req_words_o  (req_words_o[v])
    );
  end

  // --------------------------------------------------------------------------------------- queries
  work_t queued;
  logic queued_valid, queued_ready;

  ofpga_fifo #(
    .Depth(2),
    .T(work_t)
  ) u_queries_items (
    .clk_i,
    .rst_ni,
    .valid_i(item_sent_o),
    .ready_o(copy_ready[2]),
    .data_i (planned),
    .valid_o(queued_valid),
    .ready_i(queued_ready),
    .data_o (queued),
    .level_o()
  );

  ofpga_attention_queries #(
    .Ports     (Ports),
    .Lanes     (Lanes),
    .HeadBlocks(HeadBlocks)
  ) u_queries (
    .clk_i,
    .rst_ni,
    .task_i       (task_i),
    .go_i,
    .error_o      (query_error),
    .item_valid_i (queued_valid),
    .item_ready_o (queued_ready),
    .item_i       (queued.item),
    .lanes_i      (queued.lanes),
    .item_valid_o,
    .item_ready_i,
    .item_o,
    .lanes_o,
    .bank_o       (query_bank_o),
    .write_o,
    .write_bank_o,
    .lane_o       (write_lane_o),
    .block_o      (write_block_o),
    .query_o,
    .exponent_o,
    .axi_arvalid_o(arvalid[1]),
    .axi_arready_i(arready[1]),
    .axi_araddr_o (araddr[1]),
    .axi_arlen_o  (arlen[1]),
    .axi_rvalid_i (rvalid[1]),
    .axi_rready_o (rready[1]),
    .axi_rdata_i  (rdata),
    .axi_rresp_i  (rresp),
    .axi_rlast_i  (rlast)
  );
endmodule : ofpga_attention_feed
