`include "ofpga_assert.svh"

// A memory port's part of the unit: weights fetched ahead, multiplied with the rows. The sums are finished in
// ofpga_matmul_lanes.
module ofpga_matmul_lane
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned MacRows = 4,
  parameter int unsigned KBlocks = 64,
  parameter int unsigned PrefetchWords = 512,  // weights it may be ahead
  parameter int unsigned AddrBits = 64,
  parameter int unsigned DspClocks = 1  // 2: the dot products run at clk2x_i
) (
  input  logic clk_i,
  input  logic clk2x_i,
  input  logic rst_ni,

  input  logic job_valid_i,  // taken if it is ready
  output logic job_ready_o,
  input  job_t job_i,

  input  logic  flit_valid_i,  // quantised rows
  input  flit_t flit_i,

  output logic  record_valid_o,  // channels of the tiles, in their order
  input  logic  record_ready_i,
  output word_t record_o,

  output logic       tile_valid_o,  // a tile was summed; never more than Buffers wait
  output logic       tile_error_o,
  input  logic       tile_done_i,  // its sums were taken
  input  sum_place_t place_i,
  input  logic       take_i,
  output acc_t       sum_o,  // in the next cycle; zero unless it was to be taken

  output logic                axi_arvalid_o,
  input  logic                axi_arready_i,
  output logic [AddrBits-1:0] axi_araddr_o,
  output logic [7:0]          axi_arlen_o,
  input  logic                axi_rvalid_i,
  output logic                axi_rready_o,
  input  word_t               axi_rdata_i,
  input  logic [1:0]          axi_rresp_i,
  input  logic                axi_rlast_i
);
  // Enough to hide a memory's latency, and no more: another master's first burst waits behind them.
  localparam int unsigned BurstsAhead = 8;
  localparam int unsigned InGroupBits = MacRows > 1 ? $clog2(MacRows) : 1;  // with several groups a power of two

  // ----------------------------------------------------------------------------------- jobs, fetch
  logic fetch_ready, parse_ready, parse_valid, parse_done;
  job_t parse_job;

  assign job_ready_o = fetch_ready && parse_ready;
  wire job_taken = job_valid_i && job_ready_o;

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(job_t)
  ) u_parse_jobs (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(parse_ready),
    .data_i (job_i),
    .valid_o(parse_valid),
    .ready_i(parse_done),
    .data_o (parse_job),
    .level_o()
  );

  typedef struct packed {
    logic [31:0] addr;
    logic [31:0] words;
  } fetch_t;

  fetch_t fetch;
  logic fetch_valid, fetch_taken;

  ofpga_fifo #(
    .Depth(JobsAhead),
    .T(fetch_t)
  ) u_fetches (
    .clk_i,
    .rst_ni,
    .valid_i(job_taken),
    .ready_o(fetch_ready),
    .data_i ('{addr: job_i.w_addr, words: job_i.port_words}),
    .valid_o(fetch_valid),
    .ready_i(fetch_taken),
    .data_o (fetch),
    .level_o()
  );

  logic word_valid, word_ready, word_error;
  word_t word;

  ofpga_axi_read #(
    .AddrBits(AddrBits),
    .MaxBursts(BurstsAhead),
    .BufferWords(PrefetchWords)
  ) u_fetch (
    .clk_i,
    .rst_ni,
    .req_valid_i (fetch_valid),
    .req_ready_o (fetch_taken),
    .req_addr_i  (58'(fetch.addr)),
    .req_words_i (fetch.words),
    .data_valid_o(word_valid),
    .data_ready_i(word_ready),
    .data_o      (word),
    .data_last_o (),
    .data_error_o(word_error),
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

  // --------------------------------------------------------------------------------- multiply, sum
  logic bank, release_bank, record_valid, record_ready, code_valid;
  logic rows_ready;
  logic [9:0] block;
  word_t record;
  mac_control_t control;
  acc_t [MacRows-1:0] sums;
  group_t sum_group;
  word_t code;

  ofpga_matmul_parser #(
    .Groups((Rows + MacRows - 1) / MacRows)
  ) u_parser (
    .clk_i,
    .rst_ni,
    .job_valid_i   (parse_valid),
    .job_ready_o   (parse_done),
    .job_i         (parse_job),
    .word_valid_i  (word_valid),
    .word_ready_o  (word_ready),
    .word_i        (word),
    .word_error_i  (word_error),
    .bank_o        (bank),
    .ready_i       (rows_ready),
    .release_o     (release_bank),
    .record_valid_o(record_valid),
    .record_ready_i(record_ready),
    .record_o      (record),
    .code_valid_o  (code_valid),
    .block_o       (block),
    .control_o     (control),
    .code_o        (code),
    .tile_done_i
  );

  ofpga_matmul_mac #(
    .Rows(Rows),
    .MacRows(MacRows),
    .KBlocks(KBlocks),
    .DspClocks(DspClocks)
  ) u_mac (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .job_valid_i (job_taken),
    .job_codebook_i(job_i.codebook),
    .flit_valid_i,
    .flit_i,
    .bank_i      (bank),
    .ready_o     (rows_ready),
    .release_i   (release_bank),
    .code_valid_i(code_valid),
    .block_i     (block),
    .control_i   (control),
    .word_i      (code),
    .rows_i      (parse_job.rows),
    .last_group_i(parse_job.last_group),
    .w8_i        (parse_job.w8),
    .tile_valid_o,
    .tile_error_o,
    .buffer_i    (place_i.buffer),
    .group_i     (sum_group),
    .lane_i      (place_i.mult),
    .entry_i     (place_i.entry),
    .sums_o      (sums)
  );

  wire [InGroupBits-1:0] in_group = MacRows > 1 ? place_i.row[InGroupBits-1:0] : '0;
  assign sum_group = Rows > MacRows ? group_t'(place_i.row / 8'(MacRows)) : '0;
  always_ff @(posedge clk_i) sum_o <= take_i ? sums[in_group] : '0;

  // Records of the tile that is summed, of those that are kept, and of the next.
  ofpga_fifo #(
    .Depth(Buffers + 2),
    .T(word_t)
  ) u_records (
    .clk_i,
    .rst_ni,
    .valid_i(record_valid),
    .ready_o(record_ready),
    .data_i (record),
    .valid_o(record_valid_o),
    .ready_i(record_ready_i),
    .data_o (record_o),
    .level_o()
  );
endmodule : ofpga_matmul_lane
