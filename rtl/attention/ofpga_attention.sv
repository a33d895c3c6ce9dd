`include "ofpga_assert.svh"

// ATTENTION (docs/numerics.md, section 8), a command at a time.
//
//   feed --> first pass (peaks) --> second pass --> finish -> memory
//     |         |                      |               |
//     port p:   scores ------------> weights, values --+
//
// The feed cuts segments into items: some KV blocks on one slot of all ports, for up to Lanes
// queries. An item's values are weighted while the next one's keys are scored. Segments and block
// tables are read as soon as the command comes, all else after `go`.
module ofpga_attention
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Ports = SIZE_SIM_PORTS,
  parameter int unsigned Rows = SIZE_SIM_ROWS,
  parameter int unsigned KBlocks = SIZE_SIM_K_BLOCKS,
  parameter int unsigned HeadBlocks = SIZE_SIM_HEAD_BLOCKS,
  parameter int unsigned Context = SIZE_SIM_CONTEXT,
  parameter int unsigned Lanes = Rows >= 16 ? 8 : 4,  // queries that share a pass over the cache
  // Tokens whose scores, of all lanes, fit a port; with more tokens an item has fewer lanes.
  parameter int unsigned ScoreDepth = Ports >= 16 ? Context / 4 : Context,
  parameter int unsigned ValueColumns = 16,  // 16: a block of values each cycle; 8: half of one
  parameter int unsigned DspClocks = 1  // in a cycle; with 2 a DSP takes two products
) (
  input logic clk_i,
  input logic clk2x_i,  // DspClocks 2: rises with clk_i and midway between
  input logic rst_ni,

  input  logic         cmd_valid_i,
  output logic         cmd_ready_o,
  input  logic [511:0] cmd_i,  // attention_command_t, checked
  input  logic         go_valid_i,
  output logic         go_ready_o,
  output logic         done_valid_o,
  input  logic         done_ready_i,
  output logic [7:0]   done_status_o,

  output logic         act_arvalid_o,
  input  logic         act_arready_i,
  output logic [63:0]  act_araddr_o,
  output logic [7:0]   act_arlen_o,
  input  logic         act_rvalid_i,
  output logic         act_rready_o,
  input  logic [511:0] act_rdata_i,
  input  logic [1:0]   act_rresp_i,
  input  logic         act_rlast_i,
  output logic         act_awvalid_o,
  input  logic         act_awready_i,
  output logic [63:0]  act_awaddr_o,
  output logic [7:0]   act_awlen_o,
  output logic         act_wvalid_o,
  input  logic         act_wready_i,
  output logic [511:0] act_wdata_o,
  output logic [63:0]  act_wstrb_o,
  output logic         act_wlast_o,
  input  logic         act_bvalid_i,
  output logic         act_bready_o,
  input  logic [1:0]   act_bresp_i,

  output logic [Ports-1:0]        port_arvalid_o,
  input  logic [Ports-1:0]        port_arready_i,
  output logic [Ports-1:0][63:0]  port_araddr_o,
  output logic [Ports-1:0][7:0]   port_arlen_o,
  input  logic [Ports-1:0]        port_rvalid_i,
  output logic [Ports-1:0]        port_rready_o,
  input  logic [Ports-1:0][511:0] port_rdata_i,
  input  logic [Ports-1:0][1:0]   port_rresp_i,
  input  logic [Ports-1:0]        port_rlast_i
);
  if (Ports < 1 || Ports > 32) begin : gen_illegal_ports
    $error("ofpga_attention: Ports is %0d; it must be 1 to 32.", Ports);
  end
  if (Rows < 1 || Rows > 65535) begin : gen_illegal_rows
    $error("ofpga_attention: Rows is %0d; it must be 1 to 65535.", Rows);
  end
  if (KBlocks < 1 || KBlocks > K_BLOCKS_MAX) begin : gen_illegal_k_blocks
    $error("ofpga_attention: KBlocks is %0d; it must be 1 to %0d.", KBlocks, K_BLOCKS_MAX);
  end
  if (HeadBlocks < 1 || HeadBlocks > HEAD_BLOCKS_MAX) begin : gen_illegal_head_blocks
    $error("ofpga_attention: HeadBlocks is %0d; it must be 1 to %0d.", HeadBlocks, HEAD_BLOCKS_MAX);
  end
  if (Context < PAGE_TOKENS || Context > CONTEXT_MAX || Context % PAGE_TOKENS != 0)
  begin : gen_illegal_context
    $error("ofpga_attention: Context is %0d; it must be a multiple of %0d, %0d to %0d.", Context,
           PAGE_TOKENS, PAGE_TOKENS, CONTEXT_MAX);
  end
  if (Lanes < 1 || Lanes > 8) begin : gen_illegal_lanes
    $error("ofpga_attention: Lanes is %0d; it must be 1 to 8.", Lanes);
  end

  if (ScoreDepth < PAGE_TOKENS || ScoreDepth << PackMax < Context
      || Lanes >> $clog2((Context + ScoreDepth - 1) / ScoreDepth) == 0)
  begin : gen_illegal_score_depth
    $error("ofpga_attention: ScoreDepth is %0d; %0d tokens do not fit, not even of one lane.",
           ScoreDepth, Context);
  end

  if (ValueColumns != 8 && ValueColumns != 16) begin : gen_illegal_value_columns
    $error("ofpga_attention: ValueColumns is %0d; it must be 8 or 16.", ValueColumns);
  end
  if (DspClocks < 1 || DspClocks > 2) begin : gen_illegal_dsp_clocks
    $error("ofpga_attention: DspClocks is %0d; it must be 1 or 2.", DspClocks);
  end

  localparam int unsigned LaneBits = Lanes > 1 ? $clog2(Lanes) : 1;
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1;

  typedef struct packed {
    item_t             item;
    lane_t [Lanes-1:0] lanes;
  } work_t;

  // --------------------------------------------------------------------------------------- command
  typedef enum logic [2:0] {Idle, Divide, Start, Plan, Run, Done} state_e;

  state_e state_q;
  task_t task_q;
  attention_command_t command;
  logic [15:0] kv_heads_q, heads_q;  // of which `group` has not counted
  logic failed_q;
  logic [7:0] items_q;  // between the plan and the end
  logic plan_idle, finish_idle, item_sent, item_done;
  logic feed_error, write_error;
  logic [Ports-1:0] port_error;

  assign command = cmd_i;
  assign cmd_ready_o = state_q == Idle;
  assign go_ready_o = state_q == Plan;
  assign done_valid_o = state_q == Done;
  assign done_status_o = failed_q ? STATUS_BAD_ADDRESS : STATUS_OK;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      items_q <= '0;
    end else begin
      unique case (state_q)
        Idle: if (cmd_valid_i) state_q <= Divide;
        Divide: if (heads_q < kv_heads_q) state_q <= Start;
        Start: state_q <= Plan;
        Plan: if (go_valid_i) state_q <= Run;
        Run: if (plan_idle && items_q == '0 && finish_idle) state_q <= Done;
        Done: if (done_ready_i) state_q <= Idle;
        default: state_q <= Idle;
      endcase
      items_q <= items_q + 8'(item_sent) - 8'(item_done);
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Idle) begin
      task_q <= task_of(command, 20'(Ports));
      kv_heads_q <= command.kv_heads;
      heads_q <= command.q_heads;
      failed_q <= 1'b0;
    end else begin
      if (state_q == Divide && heads_q >= kv_heads_q) begin
        heads_q <= heads_q - kv_heads_q;
        task_q.group <= task_q.group + 16'd1;
      end
      failed_q <= failed_q || feed_error || write_error || port_error != '0;
    end
  end

  // ------------------------------------------------------------------------------------------ feed
  logic [1:0][Ports-1:0] req_valid, req_ready;
  addr_t [1:0] req_addr;
  logic [1:0][7:0] req_words;
  work_t asked, first, start, second;
  logic asked_valid, asked_ready, first_valid, first_ready, second_valid, second_ready;
  logic asked_bank, first_bank, write_bank;
  result_bank_t start_bank, second_bank, read_bank;
  logic [Ports-1:0] query_write, first_start, first_done;
  logic [Ports-1:0] second_start, second_taken, second_done;
  logic [LaneBits-1:0] query_lane, read_total_lane, read_lane;
  logic [BlockIndexBits-1:0] query_block, read_block;
  logic [BLOCK-1:0][7:0] query;
  logic [4:0] query_exponent;

  ofpga_attention_feed #(
    .Ports     (Ports),
    .Lanes     (Lanes),
    .HeadBlocks(HeadBlocks),
    .Context   (Context),
    .ScoreDepth(ScoreDepth)
  ) u_feed (
    .clk_i,
    .rst_ni,
    .task_i       (task_q),
    .start_i      (state_q == Start),
    .go_i         (state_q == Run),
    .idle_o       (plan_idle),
    .error_o      (feed_error),
    .item_sent_o  (item_sent),
    .item_valid_o (asked_valid),
    .item_ready_i (asked_ready),
    .item_o       (asked.item),
    .lanes_o      (asked.lanes),
    .query_bank_o (asked_bank),
    .write_o      (query_write),
    .write_bank_o (write_bank),
    .write_lane_o (query_lane),
    .write_block_o(query_block),
    .query_o      (query),
    .exponent_o   (query_exponent),
    .req_valid_o  (req_valid),
    .req_ready_i  (req_ready),
    .req_addr_o   (req_addr),
    .req_words_o  (req_words),
    .axi_arvalid_o(act_arvalid_o),
    .axi_arready_i(act_arready_i),
    .axi_araddr_o (act_araddr_o),
    .axi_arlen_o  (act_arlen_o),
    .axi_rvalid_i (act_rvalid_i),
    .axi_rready_o (act_rready_o),
    .axi_rdata_i  (act_rdata_i),
    .axi_rresp_i  (act_rresp_i),
    .axi_rlast_i  (act_rlast_i)
  );

  // ------------------------------------------------------------------------------ passes, division
  score_t [Ports-1:0][Lanes-1:0] port_peak, first_peak, start_peak;
  pair_t read_pair;
  total_t [Ports-1:0] total;
  sum_t [Ports-1:0][1:0] sums;

  ofpga_attention_first_pass #(
    .Ports(Ports),
    .Lanes(Lanes)
  ) u_first (
    .clk_i,
    .rst_ni,
    .task_i      (task_q),
    .item_valid_i(asked_valid),
    .item_ready_o(asked_ready),
    .item_i      (asked.item),
    .lanes_i     (asked.lanes),
    .query_bank_i(asked_bank),
    .start_o     (first_start),
    .done_i      (first_done),
    .peak_i      (port_peak),
    .item_valid_o(first_valid),
    .item_ready_i(first_ready),
    .item_o      (first.item),
    .lanes_o     (first.lanes),
    .query_bank_o(first_bank),
    .peak_o      (first_peak)
  );

  ofpga_attention_second_pass #(
    .Ports(Ports),
    .Lanes(Lanes)
  ) u_second (
    .clk_i,
    .rst_ni,
    .task_i      (task_q),
    .item_valid_i(first_valid),
    .item_ready_o(first_ready),
    .item_i      (first.item),
    .lanes_i     (first.lanes),
    .peak_i      (first_peak),
    .start_o     (second_start),
    .taken_i     (second_taken),
    .done_i      (second_done),
    .start_item_o(start.item),
    .start_lanes_o(start.lanes),
    .start_peak_o(start_peak),
    .start_bank_o(start_bank),
    .item_valid_o(second_valid),
    .item_ready_i(second_ready),
    .item_o      (second.item),
    .lanes_o     (second.lanes),
    .bank_o      (second_bank)
  );

  ofpga_attention_finish #(
    .Ports     (Ports),
    .Lanes     (Lanes),
    .HeadBlocks(HeadBlocks)
  ) u_finish (
    .clk_i,
    .rst_ni,
    .task_i           (task_q),
    .idle_o           (finish_idle),
    .error_o          (write_error),
    .item_valid_i     (second_valid),
    .item_ready_o     (second_ready),
    .item_i           (second.item),
    .lanes_i          (second.lanes),
    .bank_i           (second_bank),
    .item_done_o      (item_done),
    .read_bank_o      (read_bank),
    .read_total_lane_o(read_total_lane),
    .total_i          (total),
    .read_lane_o      (read_lane),
    .read_block_o     (read_block),
    .read_pair_o      (read_pair),
    .sums_i           (sums),
    .axi_awvalid_o    (act_awvalid_o),
    .axi_awready_i    (act_awready_i),
    .axi_awaddr_o     (act_awaddr_o),
    .axi_awlen_o      (act_awlen_o),
    .axi_wvalid_o     (act_wvalid_o),
    .axi_wready_i     (act_wready_i),
    .axi_wdata_o      (act_wdata_o),
    .axi_wstrb_o      (act_wstrb_o),
    .axi_wlast_o      (act_wlast_o),
    .axi_bvalid_i     (act_bvalid_i),
    .axi_bready_o     (act_bready_o),
    .axi_bresp_i      (act_bresp_i)
  );

  // ----------------------------------------------------------------------------------------- ports
  for (genvar p = 0; p < Ports; p++) begin : gen_port
    ofpga_attention_port #(
      .Lanes     (Lanes),
      .HeadBlocks(HeadBlocks),
      .ScoreDepth(ScoreDepth),
      .ValueColumns(ValueColumns),
      .DspClocks (DspClocks)
    ) u_port (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .port_i            (4'(p)),
      .task_i            (task_q),
      .error_o           (port_error[p]),
      .req_valid_i       ({req_valid[1][p], req_valid[0][p]}),
      .req_ready_o       ({req_ready[1][p], req_ready[0][p]}),
      .req_addr_i        (req_addr),
      .req_words_i       (req_words),
      .first_start_i     (first_start[p]),
      .first_done_o      (first_done[p]),
      .first_item_i      (first.item),
      .first_lanes_i     (first.lanes),
      .query_bank_i      (first_bank),
      .first_peak_o      (port_peak[p]),
      .query_write_i     (query_write[p]),
      .query_write_bank_i(write_bank),
      .query_lane_i      (query_lane),
      .query_block_i     (query_block),
      .query_i           (query),
      .query_exponent_i  (query_exponent),
      .second_start_i    (second_start[p]),
      .second_taken_o    (second_taken[p]),
      .second_done_o     (second_done[p]),
      .second_item_i     (start.item),
      .second_lanes_i    (start.lanes),
      .second_peak_i     (start_peak[p]),
      .second_bank_i     (start_bank),
      .read_bank_i       (read_bank),
      .read_total_lane_i (read_total_lane),
      .total_o           (total[p]),
      .read_lane_i       (read_lane),
      .read_block_i      (read_block),
      .read_pair_i       (read_pair),
      .sums_o            (sums[p]),
      .axi_arvalid_o     (port_arvalid_o[p]),
      .axi_arready_i     (port_arready_i[p]),
      .axi_araddr_o      (port_araddr_o[p]),
      .axi_arlen_o       (port_arlen_o[p]),
      .axi_rvalid_i      (port_rvalid_i[p]),
      .axi_rready_o      (port_rready_o[p]),
      .axi_rdata_i       (port_rdata_i[p]),
      .axi_rresp_i       (port_rresp_i[p]),
      .axi_rlast_i       (port_rlast_i[p])
    );
  end

  `OFPGA_ASSERT(ItemsAreFew, items_q <= 8'd16)
  `OFPGA_ASSERT_HOLD(DoneHolds, done_valid_o, done_ready_i, done_status_o)
endmodule : ofpga_attention
