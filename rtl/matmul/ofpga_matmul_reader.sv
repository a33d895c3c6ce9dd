`include "ofpga_assert.svh"

// Everything that is read from the activation space, over one AXI master: rows of x, their index, and old
// results. Nothing is asked for that cannot be taken when it comes, so none of them holds up another. Rows may
// also be results on their way to memory, of the command that theirs follows.
module ofpga_matmul_reader
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned RowSpace = 128,  // see ofpga_matmul_row_requests
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
  input  logic go_met_i,
  input  logic collecting_i,  // the oldest command that is not collected has given results
  input  logic collected_i,  // a command was
  input  logic completed_i,  // its results are in memory
  input  logic old_row_done_i,  // a row of a round of results with RESIDUAL was collected

  input  logic       result_valid_i,  // words of results, on their way to memory
  input  word_t      result_i,
  input  logic [7:0] result_row_i,

  output logic       row_valid_o,  // words of rows, which must be taken
  output word_t      row_word_o,
  output logic [7:0] row_o,
  output logic       row_error_o,
  input  logic       again_i,  // this row must come again
  input  logic [7:0] again_row_i,
  input  logic       complete_i,  // all rows of the command were taken

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
    what_e      what;
    logic       flag;  // a row: not known; old results: of an odd round
    logic [7:0] row;
  } kind_t;

  typedef struct packed {
    logic [57:0] addr;
    logic [31:0] words;
    kind_t       kind;
  } request_t;

  // ------------------------------------------------------------------------------------- requests
  typedef struct packed {
    job_t   job;
    logic   met;  // its old results may be read at once, else when so many commands have completed:
    order_t order;
  } old_job_t;

  logic residual_valid, residual_ready, old_job_valid, old_job_ready, residual_met, follow;
  old_job_t old_job;
  order_t residual_order, completed_q;
  logic [1:0] req_valid, req_ready;
  request_t req [2];
  logic row_is_index, row_unknown, old_odd;
  logic index_valid;
  word_t data;
  logic data_error;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) completed_q <= '0;
    else completed_q <= completed_q + order_t'(completed_i);
  end

  ofpga_matmul_row_requests #(
    .Rows(Rows),
    .RowSpace(RowSpace)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .job_valid_i,
    .job_ready_o,
    .job_i,
    .go_valid_i,
    .go_ready_o,
    .go_met_i,
    .residual_valid_o(residual_valid),
    .residual_ready_i(residual_ready),
    .residual_met_o(residual_met),
    .residual_order_o(residual_order),
    .collecting_i,
    .collected_i,
    .completed_i(completed_q),
    .follow_o(follow),
    .again_i,
    .again_row_i,
    .complete_i,
    .req_valid_o(req_valid[0]),
    .req_ready_i(req_ready[0]),
    .req_addr_o(req[0].addr),
    .req_words_o(req[0].words),
    .req_row_o(req[0].kind.row),
    .req_index_o(row_is_index),
    .req_error_o(row_unknown),
    .index_valid_i(index_valid),
    .index_i(data),
    .index_error_i(data_error)
  );
  assign req[0].kind.what = row_is_index ? IsIndex : IsRow;
  assign req[0].kind.flag = row_unknown;

  ofpga_fifo #(
    .Depth(Buffers),
    .T(old_job_t)
  ) u_residual (
    .clk_i,
    .rst_ni,
    .valid_i(residual_valid),
    .ready_o(residual_ready),
    .data_i ('{job: job_i, met: residual_met, order: residual_order}),
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
    .job_i(old_job.job),
    .may_read_i(old_job.met || old_job.order == completed_q),
    .row_done_i(old_row_done_i),
    .req_valid_o(req_valid[1]),
    .req_ready_i(req_ready[1]),
    .req_addr_o(req[1].addr),
    .req_words_o(req[1].words),
    .req_odd_o(old_odd)
  );
  assign req[1].kind = '{what: IsOld, flag: old_odd, row: '0};

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
  logic data_valid, data_last;
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
    .ready_i(data_valid && data_last),
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
    .data_ready_i(1'b1),
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

  wire is_row = data_valid && kind.what == IsRow;
  wire is_old = kind.what == IsOld;
  wire is_result = follow && result_valid_i && result_row_i < job_i.rows;

  assign row_valid_o = is_row || is_result;
  assign row_word_o = is_result ? result_i : data;
  assign row_o = is_result ? result_row_i : kind.row;
  assign row_error_o = is_row && (data_error || kind.flag);

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
  `OFPGA_ASSERT(RowsHaveOneSource, !is_row || !is_result)
endmodule : ofpga_matmul_reader
