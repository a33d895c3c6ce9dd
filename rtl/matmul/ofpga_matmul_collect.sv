`include "ofpga_assert.svh"

// Results of all ports to words in memory, two ports' tiles of a row each cycle; then the command's status. The
// ports' tiles of a round and a row lie one after another in memory: one request to write. The words are shown on
// their way, for a command that follows.
module ofpga_matmul_collect
  import ofpga_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Rows = 4,
  parameter int unsigned AddrBits = 64
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic   [Ports-1:0] result_valid_i,
  output logic   [Ports-1:0] result_ready_o,
  input  eight_t [Ports-1:0] result_i,
  input  logic   [Ports-1:0] result_error_i,

  output logic       word_valid_o,  // a word of results
  output word_t      word_o,
  output logic [7:0] word_row_o,
  output logic       collecting_o,  // the oldest command that is not collected has given results
  output logic       old_row_done_o,  // all of a round and row with RESIDUAL was collected
  output logic       collected_o,  // all of a command was collected
  output logic       completed_o,  // and is in memory

  output logic       done_valid_o,
  input  logic       done_ready_i,
  output logic [7:0] done_status_o,

  output logic                axi_awvalid_o,
  input  logic                axi_awready_i,
  output logic [AddrBits-1:0] axi_awaddr_o,
  output logic [7:0]          axi_awlen_o,
  output logic                axi_wvalid_o,
  input  logic                axi_wready_i,
  output word_t               axi_wdata_o,
  output logic [WORD_BYTES-1:0] axi_wstrb_o,
  output logic                axi_wlast_o,
  input  logic                axi_bvalid_i,
  output logic                axi_bready_o,
  input  logic [1:0]          axi_bresp_i
);
  localparam int unsigned PortBits = $clog2(Ports);
  localparam int unsigned Side = Ports > 1 ? 2 : 1;  // ports whose tiles are taken at once
  localparam int unsigned Steps = Ports / Side;
  localparam int unsigned StepBits = Steps > 1 ? $clog2(Steps) : 1;
  localparam int unsigned PiecesMax = 4;  // tiles that fill a word
  localparam int unsigned Lines = Ports < PiecesMax ? Rows : 1;  // words being filled
  localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1;

  typedef enum logic [1:0] {
    Request,
    Collect,
    Settle,
    Done
  } state_e;

  state_e state_q;
  logic [31:0] round_q;
  logic [7:0] row_q;
  logic [StepBits-1:0] step_q;
  logic begun_q;
  logic [57:0] row_offset_q;
  logic [31:0] unsettled_q;  // requests to write that memory has not answered
  logic error_q;

  wire [1:0] log_pieces = job_i.silu ? 2'd2 : 2'd1;
  wire [31:0] first_tile = round_q << PortBits;
  wire [31:0] behind_tile = first_tile + 32'(Ports);
  wire [31:0] end_tile = behind_tile < job_i.n_tiles ? behind_tile : job_i.n_tiles;
  wire [31:0] first_word = first_tile >> log_pieces;
  wire [31:0] words = (end_tile >> log_pieces) - first_word;
  wire [31:0] tile = first_tile + 32'(step_q) * Side;
  wire exists = tile < job_i.n_tiles;
  wire last_step = step_q == StepBits'(Steps - 1);
  wire last_row = row_q == job_i.rows - 1'b1;
  wire last_round = round_q == job_i.rounds - 1;

  logic write_req_ready, write_ready, write_done, write_error;
  wire write_req_valid = state_q == Request && job_valid_i && words != '0;
  wire requested = state_q == Request && job_valid_i && (words == '0 || write_req_ready);

  logic last_piece, arrived, failed;
  wire completes = exists && last_piece;  // a word
  wire comes = state_q == Collect && arrived;
  wire write_valid = comes && completes;
  wire taken = comes && (!completes || write_ready);
  wire row_done = taken && last_step;

  assign collecting_o = begun_q || result_valid_i[0];
  assign collected_o = row_done && last_row && last_round;
  assign old_row_done_o = row_done && job_i.residual;
  assign job_ready_o = state_q == Done && done_ready_i;
  assign completed_o = job_ready_o;
  assign done_valid_o = state_q == Done;
  assign done_status_o = error_q ? STATUS_BAD_ADDRESS : STATUS_OK;

  for (genvar p = 0; p < Ports; p++) begin : gen_ready
    assign result_ready_o[p] = taken && step_q == StepBits'(p / Side);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Request;
      round_q <= '0;
      row_q <= '0;
      step_q <= '0;
      begun_q <= 1'b0;
      row_offset_q <= '0;
      unsettled_q <= '0;
      error_q <= 1'b0;
    end else begin
      unsettled_q <= unsettled_q + 32'(write_req_valid && write_req_ready) - 32'(write_done);
      error_q <= (error_q || (taken && failed) || (write_done && write_error)) &&
                 !job_ready_o;
      unique case (state_q)
        Request: if (requested) state_q <= Collect;
        Collect:
        if (row_done) begin
          state_q <= last_row && last_round ? Settle : Request;
          row_q <= last_row ? '0 : row_q + 1'b1;
          row_offset_q <= last_row ? '0 : row_offset_q + 58'(job_i.n_tiles >> log_pieces);
          if (last_row) round_q <= last_round ? '0 : round_q + 1;
        end
        Settle: if (unsettled_q == '0) state_q <= Done;
        default: if (done_ready_i) state_q <= Request;
      endcase
      if (taken) begin
        step_q <= last_step ? '0 : step_q + 1'b1;
        begun_q <= !collected_o;
      end
    end
  end

  // ---------------------------------------------------------------------------------- filling words
  word_t lines_q [Lines];
  word_t line;
  wire [LineBits-1:0] line_row = Lines > 1 ? row_q[LineBits-1:0] : '0;

  if (Ports == 1) begin : gen_lone_port
    wire [1:0] piece = job_i.silu ? tile[1:0] : {1'b0, tile[0]};
    assign arrived = result_valid_i[0];
    assign failed = result_error_i[0];
    assign last_piece = job_i.silu ? &piece : piece[0];
    always_comb begin
      line = lines_q[line_row];
      if (job_i.silu) line[WordBits/4*32'(piece)+:WordBits/4] = result_i[0][WordBits/4-1:0];
      else line[WordBits/2*32'(piece[0])+:WordBits/2] = result_i[0];
    end
  end else begin : gen_pairs
    eight_t [Steps-1:0][1:0] results;
    eight_t [1:0] pair;
    logic [Steps-1:0][1:0] valid, error;
    assign results = result_i;
    assign valid = result_valid_i;
    assign error = result_error_i;
    assign pair = results[step_q];
    assign arrived = &valid[step_q];
    assign failed = |error[step_q];
    assign last_piece = !job_i.silu || tile[1];
    always_comb begin
      line = lines_q[line_row];
      if (job_i.silu) begin
        line[WordBits/2*32'(tile[1])+:WordBits/2] = {pair[1][WordBits/4-1:0], pair[0][WordBits/4-1:0]};
      end else begin
        line = pair;
      end
    end
  end
  always_ff @(posedge clk_i) if (taken) lines_q[line_row] <= line;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) word_valid_o <= 1'b0;
    else word_valid_o <= write_valid && write_ready;
  end

  always_ff @(posedge clk_i) begin
    word_o <= line;
    word_row_o <= row_q;
  end

  ofpga_axi_write #(
    .AddrBits(AddrBits)
  ) u_write (
    .clk_i,
    .rst_ni,
    .req_valid_i (write_req_valid),
    .req_ready_o (write_req_ready),
    .req_addr_i  (58'(job_i.y_addr) + 58'(first_word) + row_offset_q),
    .req_words_i (words),
    .data_valid_i(write_valid),
    .data_ready_o(write_ready),
    .data_i      (line),
    .strobe_i    ('1),
    .done_o      (write_done),
    .error_o     (write_error),
    .axi_awvalid_o,
    .axi_awready_i,
    .axi_awaddr_o,
    .axi_awlen_o,
    .axi_wvalid_o,
    .axi_wready_i,
    .axi_wdata_o,
    .axi_wstrb_o,
    .axi_wlast_o,
    .axi_bvalid_i,
    .axi_bready_o,
    .axi_bresp_i
  );

  `OFPGA_ASSERT_HOLD(DoneHolds, done_valid_o, done_ready_i, done_status_o)
endmodule : ofpga_matmul_collect
