`include "ofpga_assert.svh"

// Everything that is read from the activation space, over one AXI master: rows of x, their index, and old
// results. Nothing is asked for that cannot be taken when it comes, so none of them holds up another.
module ofpga_matmul_reader
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned OldAhead = 8,  // rows of old results that every lane has room for
  parameter int unsigned AddrBits = 64
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,
  input  logic go_valid_i,
  output logic go_ready_o,
  input  logic command_done_i,  // its results were collected
  input  logic old_row_done_i,  // a row of a round of results with RESIDUAL was collected

  output logic  row_valid_o,  // words of rows
  input  logic  row_ready_i,
  output word_t row_word_o,
  output logic  row_last_o,  // ends a row
  output logic  row_error_o,

  output logic   [Ports-1:0] old_valid_o,  // to lanes, which have room
  output eight_t [Ports-1:0] old_o,
  output logic               old_error_o,

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
  localparam int unsigned MaxRequests = 32;  // under way

  typedef enum logic [1:0] {
    IsRow,
    IsIndex,
    IsOld
  } what_e;

  typedef struct packed {
    what_e what;
    logic  flag;  // a row: not known; old results: of an odd round
  } kind_t;

  typedef struct packed {
    logic [57:0] addr;
    logic [31:0] words;
    kind_t       kind;
  } request_t;

  // ------------------------------------------------------------------------------------- requests
  logic residual_valid, residual_ready, old_job_valid, old_job_ready;
  job_t old_job;
  logic [1:0] req_valid, req_ready;
  request_t req [2];
  logic row_is_index, row_unknown, old_odd;
  logic index_valid;
  word_t data;
  logic data_error;

  ofpga_matmul_row_requests u_rows (
    .clk_i,
    .rst_ni,
    .job_valid_i,
    .job_ready_o,
    .job_i,
    .go_valid_i,
    .go_ready_o,
    .residual_valid_o(residual_valid),
    .residual_ready_i(residual_ready),
    .command_done_i,
    .req_valid_o(req_valid[0]),
    .req_ready_i(req_ready[0]),
    .req_addr_o(req[0].addr),
    .req_words_o(req[0].words),
    .req_index_o(row_is_index),
    .req_error_o(row_unknown),
    .index_valid_i(index_valid),
    .index_i(data),
    .index_error_i(data_error)
  );
  assign req[0].kind = '{what: row_is_index ? IsIndex : IsRow, flag: row_unknown};

  ofpga_fifo #(
    .Depth(Buffers),
    .T(job_t)
  ) u_residual (
    .clk_i,
    .rst_ni,
    .valid_i(residual_valid),
    .ready_o(residual_ready),
    .data_i (job_i),
    .valid_o(old_job_valid),
    .ready_i(old_job_ready),
    .data_o (old_job),
    .level_o()
  );

  ofpga_matmul_old_requests #(
    .Ports(Ports),
    .Ahead(OldAhead)
  ) u_old (
    .clk_i,
    .rst_ni,
    .job_valid_i(old_job_valid),
    .job_ready_o(old_job_ready),
    .job_i(old_job),
    .row_done_i(old_row_done_i),
    .req_valid_o(req_valid[1]),
    .req_ready_i(req_ready[1]),
    .req_addr_o(req[1].addr),
    .req_words_o(req[1].words),
    .req_odd_o(old_odd)
  );
  assign req[1].kind = '{what: IsOld, flag: old_odd};

  logic chosen_valid, chosen_ready, engine_ready, kind_ready;
  request_t chosen;

  ofpga_rr_arbiter #(
    .Inputs(2),
    .T(request_t)
  ) u_arbiter (
    .clk_i,
    .rst_ni,
    .valid_i(req_valid),
    .ready_o(req_ready),
    .data_i (req),
    .valid_o(chosen_valid),
    .ready_i(chosen_ready),
    .data_o (chosen),
    .index_o()
  );
  assign chosen_ready = engine_ready && kind_ready;

  // ----------------------------------------------------------------------------------------- data
  logic data_valid, data_ready, data_last;
  logic kind_valid;
  kind_t kind;

  ofpga_fifo #(
    .Depth(MaxRequests),
    .T(kind_t)
  ) u_kinds (
    .clk_i,
    .rst_ni,
    .valid_i(chosen_valid && engine_ready),
    .ready_o(kind_ready),
    .data_i (chosen.kind),
    .valid_o(kind_valid),
    .ready_i(data_valid && data_ready && data_last),
    .data_o (kind),
    .level_o()
  );

  ofpga_axi_read #(
    .AddrBits(AddrBits),
    .BufferWords(256)
  ) u_engine (
    .clk_i,
    .rst_ni,
    .req_valid_i (chosen_valid && kind_ready),
    .req_ready_o (engine_ready),
    .req_addr_i  (chosen.addr),
    .req_words_i (chosen.words),
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

  wire is_row = kind.what == IsRow;
  wire is_old = kind.what == IsOld;
  assign data_ready = !is_row || row_ready_i;

  assign row_valid_o = data_valid && is_row;
  assign row_word_o = data;
  assign row_last_o = data_last;
  assign row_error_o = data_error || kind.flag;

  assign index_valid = data_valid && kind.what == IsIndex;

  // Old results: word w of a request has those of ports 2 w and 2 w + 1.
  assign old_error_o = data_error;
  if (Ports == 1) begin : gen_lone_port
    assign old_valid_o = data_valid && is_old;
    assign old_o = kind.flag ? data[TileBits+:TileBits] : data[0+:TileBits];
  end else begin : gen_ports
    logic [$clog2(Ports)-1:0] word_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni) word_q <= '0;
      else if (data_valid && is_old) word_q <= data_last ? '0 : word_q + 1'b1;
    end
    for (genvar p = 0; p < Ports; p++) begin : gen_port
      assign old_valid_o[p] = data_valid && is_old && word_q == $bits(word_q)'(p / 2);
      assign old_o[p] = data[(p%2)*TileBits+:TileBits];
    end
  end

  `OFPGA_ASSERT(KindIsKnown, !data_valid || kind_valid)
endmodule : ofpga_matmul_reader
