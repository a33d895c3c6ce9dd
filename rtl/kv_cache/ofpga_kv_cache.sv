`include "ofpga_assert.svh"

// KV_WRITE: rotates and quantises q, k, v of a step, writes q records to the activation space and
// keys and values to the ports. KV_COPY: copies KV blocks on every port. (docs/numerics.md, 7 and
// 10)
//
//   reader -> rotate -> quantise -> scatter -> activation space, stores (of some ports each)
//   reader -> copies -> stores
module ofpga_kv_cache
  import ofpga_pkg::*;
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Ports = 2,  // a power of two
  parameter int unsigned Rows = 4,  // of one command
  parameter int unsigned KBlocks = 64,  // largest number of query blocks in a row
  parameter int unsigned HeadBlocks = 4,  // largest head_blocks
  parameter int unsigned Context = 2048  // taken by every unit; nothing here depends on it
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic         cmd_valid_i,
  output logic         cmd_ready_o,
  input  logic [511:0] cmd_i,
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
  input  logic [Ports-1:0]        port_rlast_i,
  output logic [Ports-1:0]        port_awvalid_o,
  input  logic [Ports-1:0]        port_awready_i,
  output logic [Ports-1:0][63:0]  port_awaddr_o,
  output logic [Ports-1:0][7:0]   port_awlen_o,
  output logic [Ports-1:0]        port_wvalid_o,
  input  logic [Ports-1:0]        port_wready_i,
  output logic [Ports-1:0][511:0] port_wdata_o,
  output logic [Ports-1:0][63:0]  port_wstrb_o,
  output logic [Ports-1:0]        port_wlast_o,
  input  logic [Ports-1:0]        port_bvalid_i,
  output logic [Ports-1:0]        port_bready_o,
  input  logic [Ports-1:0][1:0]   port_bresp_i
);
  if (Ports < 1 || Ports > 32 || 2 ** $clog2(Ports) != Ports) begin : gen_illegal_ports
    $error("ofpga_kv_cache: Ports is %0d; it must be 1, 2, 4, 8, 16 or 32.", Ports);
  end
  if (Rows < 1 || Rows > 65535) begin : gen_illegal_rows
    $error("ofpga_kv_cache: Rows is %0d; a command counts 1 to 65535.", Rows);
  end
  if (KBlocks < 1 || KBlocks > K_BLOCKS_MAX) begin : gen_illegal_k
    $error("ofpga_kv_cache: KBlocks is %0d; it must be 1 to %0d.", KBlocks, K_BLOCKS_MAX);
  end
  if (HeadBlocks < 1 || HeadBlocks > HEAD_BLOCKS_MAX) begin : gen_illegal_heads
    $error("ofpga_kv_cache: HeadBlocks is %0d; it must be 1 to %0d.", HeadBlocks, HEAD_BLOCKS_MAX);
  end
  if (Context > CONTEXT_MAX) begin : gen_illegal_context
    $error("ofpga_kv_cache: Context is %0d; it can be at most %0d.", Context, CONTEXT_MAX);
  end

  localparam int unsigned PortsEach = Ports < 8 ? Ports : 8;  // of a store
  localparam int unsigned Stores = Ports / PortsEach;
  localparam int unsigned StoreBits = Stores > 1 ? $clog2(Stores) : 1;
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1;
  localparam int unsigned EachBits = PortsEach > 1 ? $clog2(PortsEach) : 1;

  // --------------------------------------------------------------------------------------- command
  typedef enum logic [2:0] {
    IDLE,
    GO,
    START,
    RUN,
    DONE
  } state_e;

  state_e state_q;
  task_t task_q;
  logic finished, failed;
  wire start = state_q == START;

  assign cmd_ready_o = state_q == IDLE;
  assign go_ready_o = state_q == GO;
  assign done_valid_o = state_q == DONE;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
    end else begin
      unique case (state_q)
        IDLE:    if (cmd_valid_i) state_q <= GO;
        GO:      if (go_valid_i) state_q <= START;
        START:   state_q <= RUN;
        RUN:     if (finished) state_q <= DONE;
        DONE:    if (done_ready_i) state_q <= IDLE;
        default: state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE) task_q <= kv_task(cmd_i, Ports);
    if (state_q == RUN) done_status_o <= failed ? STATUS_BAD_ADDRESS : STATUS_OK;
  end

  // ---------------------------------------------------------------------------------------- stages
  logic reader_idle, read_error, list_error, scatter_idle, copies_idle;
  logic word_valid, word_ready, turn, turned_valid, turned_ready, half_valid, half_ready, second;
  logic pair_valid, pair_ready, copy_valid, record_valid, record_ready;
  logic [511:0] word, turned, record;
  logic [255:0] angles;
  logic [127:0] mantissas;
  logic [4:0] exponent;
  logic [Rows-1:0][31:0] slots;
  copy_record_t pair;
  copy_t copy;
  patch_t patch;
  logic patch_valid;
  logic [PortBits-1:0] patch_port;
  logic [Stores-1:0] patch_ready, copy_ready, store_idle, store_error;
  wire [StoreBits-1:0] patch_store = StoreBits'(32'(patch_port) / PortsEach);

  ofpga_kv_reader #(
    .Rows      (Rows),
    .HeadBlocks(HeadBlocks)
  ) u_reader (
    .clk_i,
    .rst_ni,
    .start_i      (start),
    .task_i       (task_q),
    .idle_o       (reader_idle),
    .error_o      (read_error),
    .list_error_o (list_error),
    .slots_o      (slots),
    .word_valid_o (word_valid),
    .word_ready_i (word_ready),
    .word_o       (word),
    .angles_o     (angles),
    .turn_o       (turn),
    .pair_valid_o (pair_valid),
    .pair_ready_i (pair_ready),
    .pair_o       (pair),
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

  ofpga_kv_rotate u_rotate (
    .clk_i,
    .rst_ni,
    .valid_i (word_valid),
    .ready_o (word_ready),
    .word_i  (word),
    .angles_i(angles),
    .turn_i  (turn),
    .valid_o (turned_valid),
    .ready_i (turned_ready),
    .word_o  (turned)
  );

  ofpga_kv_quantise u_quantise (
    .clk_i,
    .rst_ni,
    .valid_i    (turned_valid),
    .ready_o    (turned_ready),
    .word_i     (turned),
    .valid_o    (half_valid),
    .ready_i    (half_ready),
    .mantissas_o(mantissas),
    .exponent_o (exponent),
    .second_o   (second)
  );

  ofpga_kv_scatter #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks)
  ) u_scatter (
    .clk_i,
    .rst_ni,
    .start_i       (start && !task_q.copy),
    .task_i        (task_q),
    .slots_i       (slots),
    .mask_i        (list_error),
    .idle_o        (scatter_idle),
    .valid_i       (half_valid),
    .ready_o       (half_ready),
    .mantissas_i   (mantissas),
    .exponent_i    (exponent),
    .second_i      (second),
    .record_valid_o(record_valid),
    .record_ready_i(record_ready),
    .record_o      (record),
    .patch_valid_o (patch_valid),
    .patch_ready_i (patch_ready[patch_store]),
    .patch_port_o  (patch_port),
    .patch_o       (patch)
  );

  ofpga_kv_copies u_copies (
    .clk_i,
    .rst_ni,
    .task_i      (task_q),
    .idle_o      (copies_idle),
    .pair_valid_i(pair_valid),
    .pair_ready_o(pair_ready),
    .pair_i      (pair),
    .copy_valid_o(copy_valid),
    .copy_ready_i(&copy_ready),
    .copy_o      (copy)
  );

  // ------------------------------------------------------------------------------------- q records
  logic records_ask_q, records_busy_q, records_ready, records_done, records_error, record_failed_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      records_ask_q <= 1'b0;
      records_busy_q <= 1'b0;
    end else if (start) begin
      records_ask_q <= !task_q.copy;
      records_busy_q <= !task_q.copy;
    end else begin
      if (records_ready) records_ask_q <= 1'b0;
      if (records_done) records_busy_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start) record_failed_q <= 1'b0;
    else if (records_done && records_error) record_failed_q <= 1'b1;
  end

  ofpga_axi_write #(
    .BufferWords(32)
  ) u_records (
    .clk_i,
    .rst_ni,
    .req_valid_i  (records_ask_q),
    .req_ready_o  (records_ready),
    .req_addr_i   (58'(task_q.q_addr)),
    .req_words_i  (32'(task_q.rows) * 32'(task_q.record_words)),
    .data_valid_i (record_valid),
    .data_ready_o (record_ready),
    .data_i       (record),
    .strobe_i     ('1),
    .done_o       (records_done),
    .error_o      (records_error),
    .axi_awvalid_o(act_awvalid_o),
    .axi_awready_i(act_awready_i),
    .axi_awaddr_o (act_awaddr_o),
    .axi_awlen_o  (act_awlen_o),
    .axi_wvalid_o (act_wvalid_o),
    .axi_wready_i (act_wready_i),
    .axi_wdata_o  (act_wdata_o),
    .axi_wstrb_o  (act_wstrb_o),
    .axi_wlast_o  (act_wlast_o),
    .axi_bvalid_i (act_bvalid_i),
    .axi_bready_o (act_bready_o),
    .axi_bresp_i  (act_bresp_i)
  );

  // ----------------------------------------------------------------------------------------- ports
  for (genvar s = 0; s < Stores; s++) begin : gen_store
    ofpga_kv_store #(
      .Ports(PortsEach)
    ) u_store (
      .clk_i,
      .rst_ni,
      .clear_i      (start),
      .error_o      (store_error[s]),
      .idle_o       (store_idle[s]),
      .patch_valid_i(patch_valid && patch_store == StoreBits'(s)),
      .patch_ready_o(patch_ready[s]),
      .patch_port_i (EachBits'(patch_port)),
      .patch_i      (patch),
      .copy_valid_i (copy_valid && (&copy_ready)),
      .copy_ready_o (copy_ready[s]),
      .copy_i       (copy),
      .block_words_i(task_q.block_stride),
      .axi_arvalid_o(port_arvalid_o[s*PortsEach+:PortsEach]),
      .axi_arready_i(port_arready_i[s*PortsEach+:PortsEach]),
      .axi_araddr_o (port_araddr_o[s*PortsEach+:PortsEach]),
      .axi_arlen_o  (port_arlen_o[s*PortsEach+:PortsEach]),
      .axi_rvalid_i (port_rvalid_i[s*PortsEach+:PortsEach]),
      .axi_rready_o (port_rready_o[s*PortsEach+:PortsEach]),
      .axi_rdata_i  (port_rdata_i[s*PortsEach+:PortsEach]),
      .axi_rresp_i  (port_rresp_i[s*PortsEach+:PortsEach]),
      .axi_rlast_i  (port_rlast_i[s*PortsEach+:PortsEach]),
      .axi_awvalid_o(port_awvalid_o[s*PortsEach+:PortsEach]),
      .axi_awready_i(port_awready_i[s*PortsEach+:PortsEach]),
      .axi_awaddr_o (port_awaddr_o[s*PortsEach+:PortsEach]),
      .axi_awlen_o  (port_awlen_o[s*PortsEach+:PortsEach]),
      .axi_wvalid_o (port_wvalid_o[s*PortsEach+:PortsEach]),
      .axi_wready_i (port_wready_i[s*PortsEach+:PortsEach]),
      .axi_wdata_o  (port_wdata_o[s*PortsEach+:PortsEach]),
      .axi_wstrb_o  (port_wstrb_o[s*PortsEach+:PortsEach]),
      .axi_wlast_o  (port_wlast_o[s*PortsEach+:PortsEach]),
      .axi_bvalid_i (port_bvalid_i[s*PortsEach+:PortsEach]),
      .axi_bready_o (port_bready_o[s*PortsEach+:PortsEach]),
      .axi_bresp_i  (port_bresp_i[s*PortsEach+:PortsEach])
    );
  end

  assign finished = reader_idle && scatter_idle && copies_idle && !records_busy_q && &store_idle;
  assign failed = read_error || record_failed_q || |store_error;

  `OFPGA_ASSERT_HOLD(DoneHolds, done_valid_o, done_ready_i, done_status_o)
endmodule : ofpga_kv_cache
