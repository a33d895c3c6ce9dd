// The card: the sequencer, the three units, and the memory channels that they share. The host sees
// the sequencer's registers; programs do the rest (docs/numerics.md, 11).
//
//   AXI-Lite -> sequencer -> matmul, attention, kv_cache -> activation space, memory ports
//
// All masters ask for whole words in INCR bursts that stay within 4 KiB, with one ID. Their addresses
// are relative to ACT_BASE or the port's PORT_BASE, which are added here.
module ofpga_card
  import ofpga_seq_pkg::*;
#(
  parameter int unsigned Ports = 2,  // memory ports with weights and KV blocks; a power of two
  parameter int unsigned Rows = 4,  // of one command
  parameter int unsigned MacRows = Rows,  // multiplied with a word of weights at once
  parameter int unsigned KBlocks = 64,  // largest k_blocks
  parameter int unsigned HeadBlocks = 4,  // largest head_blocks
  parameter int unsigned Context = 2048,  // tokens; whole KV blocks
  parameter int unsigned PrefetchWords = 4096,  // weights that a port may be ahead
  parameter int unsigned DspClocks = 1  // 2: the products of matmul and attention run at clk2x_i, with half the DSPs
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if DspClocks is 1
  input  logic rst_ni,

  input  logic        axil_awvalid_i,
  output logic        axil_awready_o,
  input  logic [11:0] axil_awaddr_i,
  input  logic        axil_wvalid_i,
  output logic        axil_wready_o,
  input  logic [31:0] axil_wdata_i,
  input  logic [3:0]  axil_wstrb_i,
  output logic        axil_bvalid_o,
  input  logic        axil_bready_i,
  output logic [1:0]  axil_bresp_o,
  input  logic        axil_arvalid_i,
  output logic        axil_arready_o,
  input  logic [11:0] axil_araddr_i,
  output logic        axil_rvalid_o,
  input  logic        axil_rready_i,
  output logic [31:0] axil_rdata_o,
  output logic [1:0]  axil_rresp_o,
  output logic        interrupt_o,

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
  localparam int unsigned SequencerReads = Units;  // its index behind those of the units

  logic [63:0] act_base;
  logic [Ports-1:0][63:0] port_base;
  logic [Ports:0] read, written, waits;  // what channels do, the activation space's last
  logic [Units-1:0] cmd_valid, cmd_ready, go_valid, go_ready, done_valid, done_ready;
  logic go_met;
  logic [Units-1:0][511:0] cmd;
  logic [Units-1:0][7:0] done_status;

  // Activation space, by unit_e; reads by the sequencer as well.
  logic [Units:0] ar_valid, ar_ready, r_valid, r_ready;
  logic [Units:0][63:0] ar_addr;
  logic [Units:0][7:0] ar_len;
  logic [511:0] r_data;
  logic [1:0] r_resp, b_resp;
  logic r_last;
  logic [Units-1:0] aw_valid, aw_ready, w_valid, w_ready, w_last, b_valid, b_ready;
  logic [Units-1:0][63:0] aw_addr, w_strb;
  logic [Units-1:0][7:0] aw_len;
  logic [Units-1:0][511:0] w_data;

  // Reads of the ports, by unit_e and port.
  logic [Units-1:0][Ports-1:0] port_ar_valid, port_ar_ready, port_r_valid, port_r_ready;
  logic [Units-1:0][Ports-1:0][63:0] port_ar_addr;
  logic [Units-1:0][Ports-1:0][7:0] port_ar_len;
  logic [Ports-1:0][63:0] port_aw_addr;
  logic [Ports-1:0][511:0] port_r_data;
  logic [Ports-1:0][1:0] port_r_resp;
  logic [Ports-1:0] port_r_last;

  ofpga_sequencer #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks),
    .Context   (Context)
  ) u_sequencer (
    .clk_i,
    .rst_ni,
    .axil_awvalid_i,
    .axil_awready_o,
    .axil_awaddr_i,
    .axil_wvalid_i,
    .axil_wready_o,
    .axil_wdata_i,
    .axil_wstrb_i,
    .axil_bvalid_o,
    .axil_bready_i,
    .axil_bresp_o,
    .axil_arvalid_i,
    .axil_arready_o,
    .axil_araddr_i,
    .axil_rvalid_o,
    .axil_rready_i,
    .axil_rdata_o,
    .axil_rresp_o,
    .interrupt_o,
    .act_base_o   (act_base),
    .port_base_o  (port_base),
    .read_i       (read),
    .written_i    (written),
    .waits_i      (waits),
    .act_arvalid_o(ar_valid[SequencerReads]),
    .act_arready_i(ar_ready[SequencerReads]),
    .act_araddr_o (ar_addr[SequencerReads]),
    .act_arlen_o  (ar_len[SequencerReads]),
    .act_rvalid_i (r_valid[SequencerReads]),
    .act_rready_o (r_ready[SequencerReads]),
    .act_rdata_i  (r_data),
    .act_rresp_i  (r_resp),
    .act_rlast_i  (r_last),
    .cmd_valid_o  (cmd_valid),
    .cmd_ready_i  (cmd_ready),
    .cmd_o        (cmd),
    .go_valid_o   (go_valid),
    .go_ready_i   (go_ready),
    .go_met_o     (go_met),
    .done_valid_i (done_valid),
    .done_ready_o (done_ready),
    .done_status_i(done_status)
  );

  ofpga_matmul #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks),
    .Context   (Context),
    .MacRows   (MacRows),
    .PrefetchWords(PrefetchWords),
    .DspClocks (DspClocks)
  ) u_matmul (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .cmd_valid_i   (cmd_valid[UNIT_MATMUL]),
    .cmd_ready_o   (cmd_ready[UNIT_MATMUL]),
    .cmd_i         (cmd[UNIT_MATMUL]),
    .go_valid_i    (go_valid[UNIT_MATMUL]),
    .go_ready_o    (go_ready[UNIT_MATMUL]),
    .go_met_i      (go_met),
    .done_valid_o  (done_valid[UNIT_MATMUL]),
    .done_ready_i  (done_ready[UNIT_MATMUL]),
    .done_status_o (done_status[UNIT_MATMUL]),
    .act_arvalid_o (ar_valid[UNIT_MATMUL]),
    .act_arready_i (ar_ready[UNIT_MATMUL]),
    .act_araddr_o  (ar_addr[UNIT_MATMUL]),
    .act_arlen_o   (ar_len[UNIT_MATMUL]),
    .act_rvalid_i  (r_valid[UNIT_MATMUL]),
    .act_rready_o  (r_ready[UNIT_MATMUL]),
    .act_rdata_i   (r_data),
    .act_rresp_i   (r_resp),
    .act_rlast_i   (r_last),
    .act_awvalid_o (aw_valid[UNIT_MATMUL]),
    .act_awready_i (aw_ready[UNIT_MATMUL]),
    .act_awaddr_o  (aw_addr[UNIT_MATMUL]),
    .act_awlen_o   (aw_len[UNIT_MATMUL]),
    .act_wvalid_o  (w_valid[UNIT_MATMUL]),
    .act_wready_i  (w_ready[UNIT_MATMUL]),
    .act_wdata_o   (w_data[UNIT_MATMUL]),
    .act_wstrb_o   (w_strb[UNIT_MATMUL]),
    .act_wlast_o   (w_last[UNIT_MATMUL]),
    .act_bvalid_i  (b_valid[UNIT_MATMUL]),
    .act_bready_o  (b_ready[UNIT_MATMUL]),
    .act_bresp_i   (b_resp),
    .port_arvalid_o(port_ar_valid[UNIT_MATMUL]),
    .port_arready_i(port_ar_ready[UNIT_MATMUL]),
    .port_araddr_o (port_ar_addr[UNIT_MATMUL]),
    .port_arlen_o  (port_ar_len[UNIT_MATMUL]),
    .port_rvalid_i (port_r_valid[UNIT_MATMUL]),
    .port_rready_o (port_r_ready[UNIT_MATMUL]),
    .port_rdata_i  (port_r_data),
    .port_rresp_i  (port_r_resp),
    .port_rlast_i  (port_r_last)
  );

  ofpga_attention #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks),
    .Context   (Context),
    .DspClocks (DspClocks)
  ) u_attention (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .cmd_valid_i   (cmd_valid[UNIT_ATTENTION]),
    .cmd_ready_o   (cmd_ready[UNIT_ATTENTION]),
    .cmd_i         (cmd[UNIT_ATTENTION]),
    .go_valid_i    (go_valid[UNIT_ATTENTION]),
    .go_ready_o    (go_ready[UNIT_ATTENTION]),
    .done_valid_o  (done_valid[UNIT_ATTENTION]),
    .done_ready_i  (done_ready[UNIT_ATTENTION]),
    .done_status_o (done_status[UNIT_ATTENTION]),
    .act_arvalid_o (ar_valid[UNIT_ATTENTION]),
    .act_arready_i (ar_ready[UNIT_ATTENTION]),
    .act_araddr_o  (ar_addr[UNIT_ATTENTION]),
    .act_arlen_o   (ar_len[UNIT_ATTENTION]),
    .act_rvalid_i  (r_valid[UNIT_ATTENTION]),
    .act_rready_o  (r_ready[UNIT_ATTENTION]),
    .act_rdata_i   (r_data),
    .act_rresp_i   (r_resp),
    .act_rlast_i   (r_last),
    .act_awvalid_o (aw_valid[UNIT_ATTENTION]),
    .act_awready_i (aw_ready[UNIT_ATTENTION]),
    .act_awaddr_o  (aw_addr[UNIT_ATTENTION]),
    .act_awlen_o   (aw_len[UNIT_ATTENTION]),
    .act_wvalid_o  (w_valid[UNIT_ATTENTION]),
    .act_wready_i  (w_ready[UNIT_ATTENTION]),
    .act_wdata_o   (w_data[UNIT_ATTENTION]),
    .act_wstrb_o   (w_strb[UNIT_ATTENTION]),
    .act_wlast_o   (w_last[UNIT_ATTENTION]),
    .act_bvalid_i  (b_valid[UNIT_ATTENTION]),
    .act_bready_o  (b_ready[UNIT_ATTENTION]),
    .act_bresp_i   (b_resp),
    .port_arvalid_o(port_ar_valid[UNIT_ATTENTION]),
    .port_arready_i(port_ar_ready[UNIT_ATTENTION]),
    .port_araddr_o (port_ar_addr[UNIT_ATTENTION]),
    .port_arlen_o  (port_ar_len[UNIT_ATTENTION]),
    .port_rvalid_i (port_r_valid[UNIT_ATTENTION]),
    .port_rready_o (port_r_ready[UNIT_ATTENTION]),
    .port_rdata_i  (port_r_data),
    .port_rresp_i  (port_r_resp),
    .port_rlast_i  (port_r_last)
  );

  ofpga_kv_cache #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks),
    .Context   (Context)
  ) u_kv_cache (
    .clk_i,
    .rst_ni,
    .cmd_valid_i   (cmd_valid[UNIT_KV_CACHE]),
    .cmd_ready_o   (cmd_ready[UNIT_KV_CACHE]),
    .cmd_i         (cmd[UNIT_KV_CACHE]),
    .go_valid_i    (go_valid[UNIT_KV_CACHE]),
    .go_ready_o    (go_ready[UNIT_KV_CACHE]),
    .done_valid_o  (done_valid[UNIT_KV_CACHE]),
    .done_ready_i  (done_ready[UNIT_KV_CACHE]),
    .done_status_o (done_status[UNIT_KV_CACHE]),
    .act_arvalid_o (ar_valid[UNIT_KV_CACHE]),
    .act_arready_i (ar_ready[UNIT_KV_CACHE]),
    .act_araddr_o  (ar_addr[UNIT_KV_CACHE]),
    .act_arlen_o   (ar_len[UNIT_KV_CACHE]),
    .act_rvalid_i  (r_valid[UNIT_KV_CACHE]),
    .act_rready_o  (r_ready[UNIT_KV_CACHE]),
    .act_rdata_i   (r_data),
    .act_rresp_i   (r_resp),
    .act_rlast_i   (r_last),
    .act_awvalid_o (aw_valid[UNIT_KV_CACHE]),
    .act_awready_i (aw_ready[UNIT_KV_CACHE]),
    .act_awaddr_o  (aw_addr[UNIT_KV_CACHE]),
    .act_awlen_o   (aw_len[UNIT_KV_CACHE]),
    .act_wvalid_o  (w_valid[UNIT_KV_CACHE]),
    .act_wready_i  (w_ready[UNIT_KV_CACHE]),
    .act_wdata_o   (w_data[UNIT_KV_CACHE]),
    .act_wstrb_o   (w_strb[UNIT_KV_CACHE]),
    .act_wlast_o   (w_last[UNIT_KV_CACHE]),
    .act_bvalid_i  (b_valid[UNIT_KV_CACHE]),
    .act_bready_o  (b_ready[UNIT_KV_CACHE]),
    .act_bresp_i   (b_resp),
    .port_arvalid_o(port_ar_valid[UNIT_KV_CACHE]),
    .port_arready_i(port_ar_ready[UNIT_KV_CACHE]),
    .port_araddr_o (port_ar_addr[UNIT_KV_CACHE]),
    .port_arlen_o  (port_ar_len[UNIT_KV_CACHE]),
    .port_rvalid_i (port_r_valid[UNIT_KV_CACHE]),
    .port_rready_o (port_r_ready[UNIT_KV_CACHE]),
    .port_rdata_i  (port_r_data),
    .port_rresp_i  (port_r_resp),
    .port_rlast_i  (port_r_last),
    .port_awvalid_o,
    .port_awready_i,
    .port_awaddr_o (port_aw_addr),
    .port_awlen_o,
    .port_wvalid_o,
    .port_wready_i,
    .port_wdata_o,
    .port_wstrb_o,
    .port_wlast_o,
    .port_bvalid_i,
    .port_bready_o,
    .port_bresp_i
  );

  // ------------------------------------------------------------------------------- shared channels
  ofpga_axi_read_mux #(
    .Masters(Units + 1)
  ) u_act_read (
    .clk_i,
    .rst_ni,
    .base_i        (act_base),
    .from_arvalid_i(ar_valid),
    .from_arready_o(ar_ready),
    .from_araddr_i (ar_addr),
    .from_arlen_i  (ar_len),
    .from_rvalid_o (r_valid),
    .from_rready_i (r_ready),
    .from_rdata_o  (r_data),
    .from_rresp_o  (r_resp),
    .from_rlast_o  (r_last),
    .axi_arvalid_o (act_arvalid_o),
    .axi_arready_i (act_arready_i),
    .axi_araddr_o  (act_araddr_o),
    .axi_arlen_o   (act_arlen_o),
    .axi_rvalid_i  (act_rvalid_i),
    .axi_rready_o  (act_rready_o),
    .axi_rdata_i   (act_rdata_i),
    .axi_rresp_i   (act_rresp_i),
    .axi_rlast_i   (act_rlast_i)
  );

  ofpga_axi_write_mux #(
    .Masters(Units)
  ) u_act_write (
    .clk_i,
    .rst_ni,
    .base_i        (act_base),
    .from_awvalid_i(aw_valid),
    .from_awready_o(aw_ready),
    .from_awaddr_i (aw_addr),
    .from_awlen_i  (aw_len),
    .from_wvalid_i (w_valid),
    .from_wready_o (w_ready),
    .from_wdata_i  (w_data),
    .from_wstrb_i  (w_strb),
    .from_wlast_i  (w_last),
    .from_bvalid_o (b_valid),
    .from_bready_i (b_ready),
    .from_bresp_o  (b_resp),
    .axi_awvalid_o (act_awvalid_o),
    .axi_awready_i (act_awready_i),
    .axi_awaddr_o  (act_awaddr_o),
    .axi_awlen_o   (act_awlen_o),
    .axi_wvalid_o  (act_wvalid_o),
    .axi_wready_i  (act_wready_i),
    .axi_wdata_o   (act_wdata_o),
    .axi_wstrb_o   (act_wstrb_o),
    .axi_wlast_o   (act_wlast_o),
    .axi_bvalid_i  (act_bvalid_i),
    .axi_bready_o  (act_bready_o),
    .axi_bresp_i   (act_bresp_i)
  );

  ofpga_axi_watch u_act_watch (
    .clk_i,
    .rst_ni,
    .axi_arvalid_i(act_arvalid_o),
    .axi_arready_i(act_arready_i),
    .axi_rvalid_i (act_rvalid_i),
    .axi_rready_i (act_rready_o),
    .axi_rlast_i  (act_rlast_i),
    .axi_wvalid_i (act_wvalid_o),
    .axi_wready_i (act_wready_i),
    .read_o       (read[Ports]),
    .written_o    (written[Ports]),
    .waits_o      (waits[Ports])
  );

  for (genvar p = 0; p < Ports; p++) begin : gen_port
    logic [Units-1:0] valid, ready, answer_valid, answer_ready;
    logic [Units-1:0][63:0] addr;
    logic [Units-1:0][7:0] len;

    for (genvar u = 0; u < Units; u++) begin : gen_unit
      assign valid[u] = port_ar_valid[u][p];
      assign addr[u] = port_ar_addr[u][p];
      assign len[u] = port_ar_len[u][p];
      assign answer_ready[u] = port_r_ready[u][p];
      assign port_ar_ready[u][p] = ready[u];
      assign port_r_valid[u][p] = answer_valid[u];
    end

    // Weights can wait: they are fetched ahead.
    ofpga_axi_read_mux #(
      .Masters(Units),
      .Urgent (~(Units'(1) << UNIT_MATMUL))
    ) u_read (
      .clk_i,
      .rst_ni,
      .base_i        (port_base[p]),
      .from_arvalid_i(valid),
      .from_arready_o(ready),
      .from_araddr_i (addr),
      .from_arlen_i  (len),
      .from_rvalid_o (answer_valid),
      .from_rready_i (answer_ready),
      .from_rdata_o  (port_r_data[p]),
      .from_rresp_o  (port_r_resp[p]),
      .from_rlast_o  (port_r_last[p]),
      .axi_arvalid_o (port_arvalid_o[p]),
      .axi_arready_i (port_arready_i[p]),
      .axi_araddr_o  (port_araddr_o[p]),
      .axi_arlen_o   (port_arlen_o[p]),
      .axi_rvalid_i  (port_rvalid_i[p]),
      .axi_rready_o  (port_rready_o[p]),
      .axi_rdata_i   (port_rdata_i[p]),
      .axi_rresp_i   (port_rresp_i[p]),
      .axi_rlast_i   (port_rlast_i[p])
    );

    assign port_awaddr_o[p] = port_aw_addr[p] + port_base[p];

    ofpga_axi_watch u_watch (
      .clk_i,
      .rst_ni,
      .axi_arvalid_i(port_arvalid_o[p]),
      .axi_arready_i(port_arready_i[p]),
      .axi_rvalid_i (port_rvalid_i[p]),
      .axi_rready_i (port_rready_o[p]),
      .axi_rlast_i  (port_rlast_i[p]),
      .axi_wvalid_i (port_wvalid_o[p]),
      .axi_wready_i (port_wready_i[p]),
      .read_o       (read[p]),
      .written_o    (written[p]),
      .waits_o      (waits[p])
    );
  end
endmodule : ofpga_card
