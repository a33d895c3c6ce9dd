`include "ofpga_assert.svh"

// MATMUL, docs/numerics.md section 4: y[rows][n] = epilogue(scale(quantise(x[rows][k]) . W[n][k]) + bias).
//
//   decode -> every stage                         lane p: fetch -> parser -> mac -> finish -> collect
//   reader -> fit -> quantise -> lanes 0, 1 -> lanes 2, 3 ...        (quantised rows, from lane to lane)
//
// Weights are fetched as soon as a command comes; activations are only read after its go. The rows of the
// next command are quantised while this one is multiplied, also if they are its results. A word of weights a
// cycle and port.
module ofpga_matmul
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,  // memory ports: 1, 2, 4 ... 64
  parameter int unsigned Rows = 4,  // of a command at most: 1 to 64
  parameter int unsigned MacRows = Rows,  // of them that a word of weights is multiplied with at once
  parameter int unsigned KBlocks = 64,  // K / 32 at most
  parameter int unsigned HeadBlocks = 4,  // of the card; not used here
  parameter int unsigned Context = 2048,  // of the card; not used here
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned PrefetchWords = 512,  // weights that a port may be ahead
  parameter int unsigned DspClocks = 1,  // 2: dot products at clk2x_i, with half the DSPs; no cycle differs
  // Lanes that share a finish: two where collecting a row from all ports, Ports / 2 + 1 cycles, takes as long as the
  // channels of two lanes.
  parameter int unsigned Shared = Ports / 2 + 1 >= 2 * TILE_CHANNELS ? 2 : 1
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if DspClocks is 1
  input  logic rst_ni,

  input  logic         cmd_valid_i,  // checked; its weights may be fetched
  output logic         cmd_ready_o,
  input  logic [511:0] cmd_i,
  input  logic         go_valid_i,  // a token a command: its activations may be touched
  output logic         go_ready_o,
  input  logic         go_met_i,  // with it; low: MATMULs ahead that it depends on have not completed
  output logic         done_valid_o,  // its results are in memory
  input  logic         done_ready_i,
  output logic [7:0]   done_status_o,

  output logic                act_arvalid_o,
  input  logic                act_arready_i,
  output logic [AddrBits-1:0] act_araddr_o,
  output logic [7:0]          act_arlen_o,
  input  logic                act_rvalid_i,
  output logic                act_rready_o,
  input  logic [511:0]        act_rdata_i,
  input  logic [1:0]          act_rresp_i,
  input  logic                act_rlast_i,
  output logic                act_awvalid_o,
  input  logic                act_awready_i,
  output logic [AddrBits-1:0] act_awaddr_o,
  output logic [7:0]          act_awlen_o,
  output logic                act_wvalid_o,
  input  logic                act_wready_i,
  output logic [511:0]        act_wdata_o,
  output logic [63:0]         act_wstrb_o,
  output logic                act_wlast_o,
  input  logic                act_bvalid_i,
  output logic                act_bready_o,
  input  logic [1:0]          act_bresp_i,

  output logic [Ports-1:0]               port_arvalid_o,
  input  logic [Ports-1:0]               port_arready_i,
  output logic [Ports-1:0][AddrBits-1:0] port_araddr_o,
  output logic [Ports-1:0][7:0]          port_arlen_o,
  input  logic [Ports-1:0]               port_rvalid_i,
  output logic [Ports-1:0]               port_rready_o,
  input  logic [Ports-1:0][511:0]        port_rdata_i,
  input  logic [Ports-1:0][1:0]          port_rresp_i,
  input  logic [Ports-1:0]               port_rlast_i
);
  if (Ports < 1 || Ports > 64 || 2 ** $clog2(Ports) != Ports) begin : gen_illegal_ports
    $error("ofpga_matmul: Ports is %0d; it must be 1, 2, 4 ... 64.", Ports);
  end
  if (Rows < 1 || Rows > 64) begin : gen_illegal_rows
    $error("ofpga_matmul: Rows is %0d; it must be 1 to 64.", Rows);
  end
  if (MacRows < 1 || (Rows > MacRows && (2 ** $clog2(MacRows) != MacRows || Rows > GroupsMax * MacRows))) begin
    : gen_illegal_groups
    $error("ofpga_matmul: MacRows is %0d; it must be a power of two, a quarter of %0d Rows or more.", MacRows, Rows);
  end
  if (KBlocks < 1 || KBlocks > K_BLOCKS_MAX) begin : gen_illegal_k
    $error("ofpga_matmul: KBlocks is %0d; it must be 1 to %0d.", KBlocks, K_BLOCKS_MAX);
  end
  if (HeadBlocks < 1 || HeadBlocks > HEAD_BLOCKS_MAX || Context < 1 || Context > CONTEXT_MAX) begin
    : gen_illegal_heads
    $error("ofpga_matmul: HeadBlocks is %0d and Context %0d; they must be 1 to %0d and 1 to %0d.",
           HeadBlocks, Context, HEAD_BLOCKS_MAX, CONTEXT_MAX);
  end
  if (DspClocks != 1 && DspClocks != 2) begin : gen_illegal_clocks
    $error("ofpga_matmul: DspClocks is %0d; it must be 1 or 2.", DspClocks);
  end
  if ((Shared != 1 && Shared != 2) || Shared > Ports) begin : gen_illegal_shared
    $error("ofpga_matmul: Shared is %0d; it must be 1 or, with two ports or more, 2.", Shared);
  end
  if (ofpga_math_pkg::MantissaMax != MANTISSA_MAX) begin : gen_illegal_mantissa
    $error("ofpga_math_pkg: MantissaMax is %0d; the contract says %0d.",
           ofpga_math_pkg::MantissaMax, MANTISSA_MAX);
  end

  localparam int unsigned MostAtOnce = MacRows < Rows ? MacRows : Rows;
  localparam int unsigned Groups = (Rows + MostAtOnce - 1) / MostAtOnce;
  localparam int unsigned OldAhead = 2 * Rows > 8 ? 2 * Rows : 8;

  // ----------------------------------------------------------------------------------------- jobs
  logic job_valid, job_ready;
  job_t job;
  logic read_ready, quantise_ready, collect_ready;
  logic [Ports/Shared-1:0] lanes_ready;
  logic read_valid, read_done, quantise_valid, quantise_done, collect_valid, collect_done;
  job_t read_job, quantise_job, collect_job;

  ofpga_matmul_decode #(
    .Ports(Ports),
    .MacRows(MostAtOnce)
  ) u_decode (
    .clk_i,
    .rst_ni,
    .cmd_valid_i,
    .cmd_ready_o,
    .cmd_i,
    .job_valid_o(job_valid),
    .job_ready_i(job_ready),
    .job_o      (job)
  );

  assign job_ready = read_ready && quantise_ready && collect_ready && &lanes_ready;
  wire job_taken = job_valid && job_ready;

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(job_t)
  ) u_read_jobs (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(read_ready),
    .data_i (job),
    .valid_o(read_valid),
    .ready_i(read_done),
    .data_o (read_job),
    .level_o()
  );

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(job_t)
  ) u_quantise_jobs (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(quantise_ready),
    .data_i (job),
    .valid_o(quantise_valid),
    .ready_i(quantise_done),
    .data_o (quantise_job),
    .level_o()
  );

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(job_t)
  ) u_collect_jobs (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(collect_ready),
    .data_i (job),
    .valid_o(collect_valid),
    .ready_i(collect_done),
    .data_o (collect_job),
    .level_o()
  );

  // ----------------------------------------------------------------------------------------- rows
  logic collecting, collected, completed, old_row_done;
  logic row_word_valid, row_word_error, again, complete, result_word_valid;
  word_t row_word, result_word;
  logic [7:0] row_word_row, result_row, block_row;
  logic [Ports-1:0] old_valid;
  eight_t [Ports-1:0] old;
  logic old_error;

  ofpga_matmul_reader #(
    .Ports(Ports),
    .Rows(Rows),
    .RowSpace(row_space(KBlocks, Groups)),
    .OldAhead(OldAhead),
    .AddrBits(AddrBits)
  ) u_reader (
    .clk_i,
    .rst_ni,
    .job_valid_i   (read_valid),
    .job_ready_o   (read_done),
    .job_i         (read_job),
    .go_valid_i,
    .go_ready_o,
    .go_met_i,
    .collecting_i  (collecting),
    .collected_i   (collected),
    .completed_i   (completed),
    .old_row_done_i(old_row_done),
    .result_valid_i(result_word_valid),
    .result_i      (result_word),
    .result_row_i  (result_row),
    .row_valid_o   (row_word_valid),
    .row_word_o    (row_word),
    .row_o         (row_word_row),
    .row_error_o   (row_word_error),
    .again_i       (again),
    .again_row_i   (block_row),
    .complete_i    (complete),
    .old_valid_o   (old_valid),
    .old_o         (old),
    .old_error_o   (old_error),
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

  logic block_valid, block_error, block_zero;
  word_t [1:0] block;
  logic [4:0] block_exponent;

  ofpga_matmul_fit #(
    .Rows(Rows)
  ) u_fit (
    .clk_i,
    .rst_ni,
    .word_valid_i (row_word_valid),
    .word_i       (row_word),
    .row_i        (row_word_row),
    .error_i      (row_word_error),
    .block_valid_o(block_valid),
    .block_o      (block),
    .row_o        (block_row),
    .error_o      (block_error),
    .exponent_o   (block_exponent),
    .zero_o       (block_zero)
  );

  // Quantised rows go on two lanes at a time, since results are collected from two at a time.
  localparam int unsigned Hops = (Ports + 1) / 2;
  logic [Hops:0] flit_valid;
  flit_t [Hops:0] flit;

  ofpga_matmul_quantise #(
    .Rows(Rows)
  ) u_quantise (
    .clk_i,
    .rst_ni,
    .job_valid_i  (quantise_valid),
    .job_ready_o  (quantise_done),
    .job_i        (quantise_job),
    .block_valid_i(block_valid),
    .block_i      (block),
    .row_i        (block_row),
    .error_i      (block_error),
    .exponent_i   (block_exponent),
    .zero_i       (block_zero),
    .again_o      (again),
    .complete_o   (complete),
    .flit_valid_o (flit_valid[0]),
    .flit_o       (flit[0])
  );

  // ---------------------------------------------------------------------------------------- lanes
  logic [Ports-1:0] result_valid, result_ready, result_error;
  eight_t [Ports-1:0] result;

  for (genvar p = 0; p < Ports; p += Shared) begin : gen_lanes
    logic passed_valid;
    flit_t passed;
    if (p % 2 == 0) begin : gen_pass
      assign flit_valid[p/2+1] = passed_valid;
      assign flit[p/2+1] = passed;
    end else begin : gen_last
      wire unused = ^{passed_valid, passed};
    end

    ofpga_matmul_lanes #(
      .Ports(Ports),
      .Rows(Rows),
      .MacRows(MostAtOnce),
      .Lanes(Shared),
      .KBlocks(KBlocks),
      .PrefetchWords(PrefetchWords),
      .OldAhead(OldAhead),
      .AddrBits(AddrBits),
      .DspClocks(DspClocks)
    ) u_lanes (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .port_i        (6'(p)),
      .job_valid_i   (job_taken),
      .job_ready_o   (lanes_ready[p/Shared]),
      .job_i         (job),
      .flit_valid_i  (flit_valid[p/2]),
      .flit_i        (flit[p/2]),
      .flit_valid_o  (passed_valid),
      .flit_o        (passed),
      .old_valid_i   (old_valid[p+:Shared]),
      .old_i         (old[p+:Shared]),
      .old_error_i   (old_error),
      .result_valid_o(result_valid[p+:Shared]),
      .result_ready_i(result_ready[p+:Shared]),
      .result_o      (result[p+:Shared]),
      .result_error_o(result_error[p+:Shared]),
      .axi_arvalid_o (port_arvalid_o[p+:Shared]),
      .axi_arready_i (port_arready_i[p+:Shared]),
      .axi_araddr_o  (port_araddr_o[p+:Shared]),
      .axi_arlen_o   (port_arlen_o[p+:Shared]),
      .axi_rvalid_i  (port_rvalid_i[p+:Shared]),
      .axi_rready_o  (port_rready_o[p+:Shared]),
      .axi_rdata_i   (port_rdata_i[p+:Shared]),
      .axi_rresp_i   (port_rresp_i[p+:Shared]),
      .axi_rlast_i   (port_rlast_i[p+:Shared])
    );
  end

  wire unused = ^{flit_valid[Hops], flit[Hops]};

  ofpga_matmul_collect #(
    .Ports(Ports),
    .Rows(Rows),
    .AddrBits(AddrBits)
  ) u_collect (
    .clk_i,
    .rst_ni,
    .job_valid_i   (collect_valid),
    .job_ready_o   (collect_done),
    .job_i         (collect_job),
    .result_valid_i(result_valid),
    .result_ready_o(result_ready),
    .result_i      (result),
    .result_error_i(result_error),
    .word_valid_o  (result_word_valid),
    .word_o        (result_word),
    .word_row_o    (result_row),
    .collecting_o  (collecting),
    .old_row_done_o(old_row_done),
    .collected_o   (collected),
    .completed_o   (completed),
    .done_valid_o,
    .done_ready_i,
    .done_status_o,
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
endmodule : ofpga_matmul
