`include "ofpga_assert.svh"

// Runs programs (docs/numerics.md, 11): reads commands ahead, checks them, hands them to the units,
// and completes them in order. The unit ports are indexed by unit_e.
//
//   registers -> fetch -> check -> slots -> station of a unit -> unit -> slots -> registers
//
// A slot is a command on its way; slots are freed in program order, so the first that is freed with
// a bad status is the program's failure. MATMUL and ATTENTION are sent before they may run,
// to read weights, or segments and block tables, ahead. A MATMUL also has its go while MATMULs that
// it depends on still run: its unit then keeps their order. After a failure nothing more is sent;
// what was sent runs to its end.
module ofpga_sequencer
  import ofpga_pkg::*;
  import ofpga_seq_pkg::*;
#(
  parameter int unsigned Ports = 2,  // memory ports; a power of two
  parameter int unsigned Rows = 4,  // of one command
  parameter int unsigned KBlocks = 64,  // largest k_blocks
  parameter int unsigned HeadBlocks = 4,  // largest head_blocks
  parameter int unsigned Context = 2048  // tokens; whole KV blocks
) (
  input  logic clk_i,
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

  output logic [63:0] act_base_o,  // byte address of activations; stable while a program runs
  output logic [Ports-1:0][63:0] port_base_o,  // of memory ports

  input logic [Ports:0] read_i,  // of ofpga_axi_watch: memory ports, then the activation space
  input logic [Ports:0] written_i,
  input logic [Ports:0] waits_i,

  output logic         act_arvalid_o,
  input  logic         act_arready_i,
  output logic [63:0]  act_araddr_o,
  output logic [7:0]   act_arlen_o,
  input  logic         act_rvalid_i,
  output logic         act_rready_o,
  input  logic [511:0] act_rdata_i,
  input  logic [1:0]   act_rresp_i,
  input  logic         act_rlast_i,

  output logic [Units-1:0]        cmd_valid_o,
  input  logic [Units-1:0]        cmd_ready_i,
  output logic [Units-1:0][511:0] cmd_o,
  output logic [Units-1:0]        go_valid_o,
  input  logic [Units-1:0]        go_ready_i,
  output logic                    go_met_o,  // of MATMUL's go: nothing it depends on is left in its unit
  input  logic [Units-1:0]        done_valid_i,
  output logic [Units-1:0]        done_ready_o,
  input  logic [Units-1:0][7:0]   done_status_i
);
  if (Ports < 1 || Ports > 32 || 2 ** $clog2(Ports) != Ports) begin : gen_illegal_ports
    $error("ofpga_sequencer: Ports is %0d; it must be 1, 2, 4, 8, 16 or 32.", Ports);
  end
  if (KBlocks < 1 || KBlocks > K_BLOCKS_MAX) begin : gen_illegal_k
    $error("ofpga_sequencer: KBlocks is %0d; sums are exact for 1 to %0d.", KBlocks, K_BLOCKS_MAX);
  end
  if (HeadBlocks < 1 || HeadBlocks > HEAD_BLOCKS_MAX) begin : gen_illegal_heads
    $error("ofpga_sequencer: HeadBlocks is %0d; scores are exact for 1 to %0d.", HeadBlocks,
           HEAD_BLOCKS_MAX);
  end
  if (Context < PAGE_TOKENS || Context > CONTEXT_MAX || Context % PAGE_TOKENS != 0)
  begin : gen_illegal_context
    $error("ofpga_sequencer: Context is %0d; it must be a multiple of %0d, %0d at most.", Context,
           PAGE_TOKENS, CONTEXT_MAX);
  end

  typedef enum logic [1:0] {
    IDLE,
    RUN,
    DRAIN
  } state_e;

  state_e state_q;
  logic start, starting, finished;
  logic [31:0] program_addr, program_count, completed_q, tag_q;
  logic [63:0] base;
  logic [7:0] status_q;
  logic get;
  logic [11:0] get_addr;
  logic [31:0] get_data;

  assign starting = state_q == IDLE && start;

  // -------------------------------------------------------------------- commands, read and checked
  logic fetched_valid, fetched_ready, fetch_idle, check_empty, checked_valid, checked_ready;
  logic [511:0] fetched;
  logic [31:0] fetched_index;
  logic [7:0] fetched_status;
  logic [1:0] arvalid, arready, rvalid, rready;
  logic [1:0][63:0] araddr;
  logic [1:0][7:0] arlen;
  logic [511:0] rdata;
  logic [1:0] rresp;
  logic rlast;
  checked_t checked;
  logic closed_q;  // nothing more of this program is sent

  ofpga_seq_fetch u_fetch (
    .clk_i,
    .rst_ni,
    .start_i      (starting),
    .addr_i       (program_addr),
    .count_i      (program_count),
    .stop_i       (closed_q),
    .idle_o       (fetch_idle),
    .valid_o      (fetched_valid),
    .ready_i      (fetched_ready),
    .command_o    (fetched),
    .index_o      (fetched_index),
    .status_o     (fetched_status),
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

  ofpga_seq_check #(
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks)
  ) u_check (
    .clk_i,
    .rst_ni,
    .valid_i  (fetched_valid),
    .ready_o  (fetched_ready),
    .command_i(fetched),
    .index_i  (fetched_index),
    .status_i (fetched_status),
    .valid_o  (checked_valid),
    .ready_i  (checked_ready),
    .checked_o(checked),
    .empty_o  (check_empty)
  );

  // ----------------------------------------------------------------------------------------- slots
  logic [Units-1:0] station_valid, station_ready, station_idle, end_valid;
  slot_t [Units-1:0] go_slot, end_slot;
  logic [Units-1:0][7:0] end_status;
  slot_t first_q, next_q;  // oldest command on its way, next free slot
  logic [$clog2(Slots+1)-1:0] used_q;
  logic [Slots-1:0] ended_q, last_q;
  logic [Slots-1:0][7:0] slot_status_q;
  logic [Slots-1:0][31:0] slot_tag_q;

  function automatic logic [31:0] tag_of(command_header_t header);
    return header.tag;
  endfunction

  wire free = state_q == RUN && used_q != ($clog2(Slots + 1))'(Slots);
  wire by_itself = checked.to == UNIT_NONE;
  wire sendable = free && !closed_q && checked_valid;
  wire sent = sendable && (by_itself || |(station_valid & station_ready));
  wire freed = state_q == RUN && used_q != '0 && ended_q[first_q];
  wire good = slot_status_q[first_q] == STATUS_OK;

  assign checked_ready = closed_q || sent;
  for (genvar u = 0; u < Units; u++) begin : gen_station_valid
    assign station_valid[u] = sendable && checked.to == unit_e'(u);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || starting) begin
      first_q <= '0;
      next_q <= '0;
      used_q <= '0;
    end else begin
      if (sent) next_q <= next_q + 1'b1;
      if (freed) first_q <= first_q + 1'b1;
      used_q <= used_q + ($clog2(Slots + 1))'(sent) - ($clog2(Slots + 1))'(freed);
    end
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned u = 0; u < Units; u++) begin
      if (end_valid[u]) begin
        ended_q[end_slot[u]] <= 1'b1;
        slot_status_q[end_slot[u]] <= end_status[u];
      end
    end
    if (sent) begin
      ended_q[next_q] <= by_itself;
      last_q[next_q] <= checked.last;
      slot_status_q[next_q] <= checked.status;
      slot_tag_q[next_q] <= tag_of(checked.command[$bits(command_header_t)-1:0]);
    end
  end

  // --------------------------------------------------------------------------------------- program
  wire ends = freed && (!good || last_q[first_q]);
  assign finished = state_q == DRAIN && fetch_idle && check_empty && &station_idle;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      closed_q <= 1'b1;
      completed_q <= '0;
      status_q <= STATUS_OK;
      tag_q <= '0;
    end else begin
      unique case (state_q)
        IDLE:    if (start) state_q <= RUN;
        RUN:     if (ends) state_q <= DRAIN;
        default: if (finished) state_q <= IDLE;
      endcase
      if (starting) closed_q <= 1'b0;
      else if (ends || (sent && (checked.last || checked.status != STATUS_OK))) closed_q <= 1'b1;
      if (starting) begin
        completed_q <= '0;
        status_q <= STATUS_OK;
        tag_q <= '0;
      end else if (freed) begin
        completed_q <= completed_q + 32'(good);
        status_q <= slot_status_q[first_q];
        if (!good) tag_q <= slot_tag_q[first_q];
      end
    end
  end

  always_ff @(posedge clk_i) if (starting) act_base_o <= base;

  ofpga_seq_registers #(
    .Ports     (Ports),
    .Rows      (Rows),
    .KBlocks   (KBlocks),
    .HeadBlocks(HeadBlocks),
    .Context   (Context)
  ) u_registers (
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
    .start_o        (start),
    .idle_i         (state_q == IDLE),
    .done_i         (finished),
    .program_addr_o (program_addr),
    .program_count_o(program_count),
    .act_base_o     (base),
    .port_base_o,
    .get_o          (get),
    .get_addr_o     (get_addr),
    .get_data_i     (get_data),
    .status_i       (status_q),
    .index_i        (status_q == STATUS_OK ? '0 : completed_q),  // slots are freed in order
    .tag_i          (tag_q),
    .completed_i    (completed_q)
  );

  ofpga_seq_counters #(
    .Ports(Ports)
  ) u_counters (
    .clk_i,
    .rst_ni,
    .start_i      (starting),
    .busy_i       (state_q != IDLE),
    .sent_i       (sent),
    .sent_slot_i  (next_q),
    .sent_opcode_i(checked.command[2:0]),  // those that units take are below 8
    .go_i         (go_valid_o & go_ready_i),
    .go_slot_i    (go_slot),
    .end_i        (end_valid),
    .end_slot_i   (end_slot),
    .read_i,
    .written_i,
    .waits_i,
    .get_i        (get),
    .addr_i       (get_addr),
    .data_o       (get_data)
  );

  // -------------------------------------------------------------------------------------- stations
  logic [Units-1:0] records_valid, go_met;
  logic records_ready, records_done;
  logic [7:0] records_status;
  wire cancel = state_q == DRAIN && status_q != STATUS_OK;
  assign go_met_o = go_met[UNIT_MATMUL];
  wire unused = ^go_met;  // the others' always are

  for (genvar u = 0; u < Units; u++) begin : gen_station
    ofpga_seq_station #(
      .Early     (unit_e'(u) == UNIT_MATMUL || unit_e'(u) == UNIT_ATTENTION),
      .Follows   (unit_e'(u) == UNIT_MATMUL),
      .HasRecords(unit_e'(u) == UNIT_ATTENTION)
    ) u_station (
      .clk_i,
      .rst_ni,
      .valid_i         (station_valid[u]),
      .ready_o         (station_ready[u]),
      .checked_i       (checked),
      .slot_i          (next_q),
      .completed_i     (completed_q),
      .cancel_i        (cancel),
      .idle_o          (station_idle[u]),
      .records_valid_o (records_valid[u]),
      .records_ready_i (records_ready),
      .records_done_i  (unit_e'(u) == UNIT_ATTENTION && records_done),
      .records_status_i(records_status),
      .cmd_valid_o     (cmd_valid_o[u]),
      .cmd_ready_i     (cmd_ready_i[u]),
      .cmd_o           (cmd_o[u]),
      .go_valid_o      (go_valid_o[u]),
      .go_ready_i      (go_ready_i[u]),
      .go_met_o        (go_met[u]),
      .go_slot_o       (go_slot[u]),
      .done_valid_i    (done_valid_i[u]),
      .done_ready_o    (done_ready_o[u]),
      .done_status_i   (done_status_i[u]),
      .end_valid_o     (end_valid[u]),
      .end_slot_o      (end_slot[u]),
      .end_status_o    (end_status[u])
    );
  end

  ofpga_seq_records #(
    .Rows   (Rows),
    .Context(Context)
  ) u_records (
    .clk_i,
    .rst_ni,
    .valid_i      (|records_valid),
    .ready_o      (records_ready),
    .command_i    (cmd_o[UNIT_ATTENTION]),
    .done_o       (records_done),
    .status_o     (records_status),
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

  ofpga_axi_read_mux #(
    .Masters  (2),
    .MaxBursts(8)
  ) u_act (
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
endmodule : ofpga_sequencer
