// A memory port's part of the unit, or that of two ports side by side that share what finishes their sums.
module ofpga_matmul_lanes
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned MacRows = 4,
  parameter int unsigned Lanes = 1,  // 1 or 2
  parameter int unsigned KBlocks = 64,
  parameter int unsigned PrefetchWords = 512,  // weights that a port may be ahead
  parameter int unsigned OldAhead = 8,
  parameter int unsigned AddrBits = 64,
  parameter int unsigned DspClocks = 1  // 2: the dot products run at clk2x_i
) (
  input  logic clk_i,
  input  logic clk2x_i,
  input  logic rst_ni,

  input  logic [5:0] port_i,  // the first of them

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic  flit_valid_i,  // quantised rows, from the lanes before
  input  flit_t flit_i,
  output logic  flit_valid_o,  // and on
  output flit_t flit_o,

  input  logic   [Lanes-1:0] old_valid_i,
  input  eight_t [Lanes-1:0] old_i,
  input  logic               old_error_i,

  output logic   [Lanes-1:0] result_valid_o,  // rows of tiles, in turn
  input  logic   [Lanes-1:0] result_ready_i,  // of all lanes together
  output eight_t [Lanes-1:0] result_o,
  output logic   [Lanes-1:0] result_error_o,

  output logic  [Lanes-1:0]               axi_arvalid_o,
  input  logic  [Lanes-1:0]               axi_arready_i,
  output logic  [Lanes-1:0][AddrBits-1:0] axi_araddr_o,
  output logic  [Lanes-1:0][7:0]          axi_arlen_o,
  input  logic  [Lanes-1:0]               axi_rvalid_i,
  output logic  [Lanes-1:0]               axi_rready_o,
  input  word_t [Lanes-1:0]               axi_rdata_i,
  input  logic  [Lanes-1:0][1:0]          axi_rresp_i,
  input  logic  [Lanes-1:0]               axi_rlast_i
);
  always_ff @(posedge clk_i) begin
    if (!rst_ni) flit_valid_o <= 1'b0;
    else flit_valid_o <= flit_valid_i;
  end
  always_ff @(posedge clk_i) flit_o <= flit_i;

  // ------------------------------------------------------------------------------------------ jobs
  logic [Lanes-1:0] lane_ready;
  logic queue_ready, finish_valid, finish_done;
  job_t finish_job;

  assign job_ready_o = queue_ready && &lane_ready;
  wire job_taken = job_valid_i && job_ready_o;

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(job_t)
  ) u_finish_jobs (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(queue_ready),
    .data_i (job_i),
    .valid_o(finish_valid),
    .ready_i(finish_done),
    .data_o (finish_job),
    .level_o()
  );

  // ----------------------------------------------------------------------------- multiply, finish
  logic [Lanes-1:0] record_valid, record_ready, tile_valid, tile_error, tile_done, take;
  word_t [Lanes-1:0] record;
  sum_place_t sum_place;
  acc_t [Lanes-1:0] sum;

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    ofpga_matmul_lane #(
      .Rows(Rows),
      .MacRows(MacRows),
      .KBlocks(KBlocks),
      .PrefetchWords(PrefetchWords),
      .AddrBits(AddrBits),
      .DspClocks(DspClocks)
    ) u_lane (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .job_valid_i   (job_taken),
      .job_ready_o   (lane_ready[l]),
      .job_i,
      .flit_valid_i,
      .flit_i,
      .record_valid_o(record_valid[l]),
      .record_ready_i(record_ready[l]),
      .record_o      (record[l]),
      .tile_valid_o  (tile_valid[l]),
      .tile_error_o  (tile_error[l]),
      .tile_done_i   (tile_done[l]),
      .place_i       (sum_place),
      .take_i        (take[l]),
      .sum_o         (sum[l]),
      .axi_arvalid_o (axi_arvalid_o[l]),
      .axi_arready_i (axi_arready_i[l]),
      .axi_araddr_o  (axi_araddr_o[l]),
      .axi_arlen_o   (axi_arlen_o[l]),
      .axi_rvalid_i  (axi_rvalid_i[l]),
      .axi_rready_o  (axi_rready_o[l]),
      .axi_rdata_i   (axi_rdata_i[l]),
      .axi_rresp_i   (axi_rresp_i[l]),
      .axi_rlast_i   (axi_rlast_i[l])
    );
  end

  ofpga_matmul_finish #(
    .Ports(Ports),
    .Rows(Rows),
    .Lanes(Lanes),
    .OldAhead(OldAhead)
  ) u_finish (
    .clk_i,
    .rst_ni,
    .port_i,
    .job_valid_i   (finish_valid),
    .job_ready_o   (finish_done),
    .job_i         (finish_job),
    .flit_valid_i,
    .flit_i,
    .record_valid_i(record_valid),
    .record_ready_o(record_ready),
    .record_i      (record),
    .tile_valid_i  (tile_valid),
    .tile_error_i  (tile_error),
    .tile_done_o   (tile_done),
    .place_o       (sum_place),
    .take_o        (take),
    .sum_i         (sum),
    .old_valid_i,
    .old_i,
    .old_error_i,
    .result_valid_o,
    .result_ready_i,
    .result_o,
    .result_error_o
  );
endmodule : ofpga_matmul_lanes
