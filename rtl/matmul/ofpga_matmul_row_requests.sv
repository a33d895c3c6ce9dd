`include "ofpga_assert.svh"

// Asks for the rows of x, and with GATHER for their index before. A command's rows are only asked for after
// its go, and once a bank of quantised rows is free in every lane: what was asked for never has to wait.
module ofpga_matmul_row_requests
  import ofpga_matmul_pkg::*;
(
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic go_valid_i,
  output logic go_ready_o,
  output logic residual_valid_o,  // its old results may be read, too
  input  logic residual_ready_i,
  input  logic command_done_i,  // the lanes need a command's rows no longer

  output logic        req_valid_o,
  input  logic        req_ready_i,
  output logic [57:0] req_addr_o,
  output logic [31:0] req_words_o,
  output logic        req_index_o,  // a word of the index, else a row
  output logic        req_error_o,  // the row is not known, since reading the index failed

  input  logic  index_valid_i,
  input  word_t index_i,
  input  logic  index_error_i
);
  localparam int unsigned IndexBits = $clog2(Ints);

  typedef enum logic [2:0] {
    Idle,
    Index,
    IndexWait,
    Offset,
    Row
  } state_e;

  state_e state_q;
  logic [1:0] banks_q;  // in use
  logic [7:0] row_q;
  logic [43:0] offset_q;
  logic [Ints-1:0][31:0] index_q;
  logic error_q;

  wire last_row = row_q == job_i.rows - 1'b1;
  wire row_taken = state_q == Row && req_ready_i;
  wire start = state_q == Idle && job_valid_i && go_valid_i && banks_q != 2'(Buffers) &&
               (residual_ready_i || !job_i.residual);
  wire [11:0] row_words = {job_i.k_blocks, 1'b0};

  assign go_ready_o = start;
  assign residual_valid_o = start && job_i.residual;
  assign job_ready_o = row_taken && last_row;

  assign req_valid_o = state_q == Index || state_q == Row;
  assign req_index_o = state_q == Index;
  assign req_error_o = error_q;
  assign req_addr_o = req_index_o ? 58'(job_i.index_addr) + 58'(row_q[7:IndexBits])
                                  : 58'(job_i.x_addr) + 58'(offset_q);
  assign req_words_o = req_index_o ? 32'd1 : 32'(row_words);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      banks_q <= '0;
    end else begin
      banks_q <= banks_q + 2'(start) - 2'(command_done_i);
      unique case (state_q)
        Idle: if (start) state_q <= job_i.gather ? Index : Offset;
        Index: if (req_ready_i) state_q <= IndexWait;
        IndexWait: if (index_valid_i) state_q <= Offset;
        Offset: state_q <= Row;
        default:
        if (req_ready_i) begin
          if (last_row) state_q <= Idle;
          else state_q <= job_i.gather && &row_q[IndexBits-1:0] ? Index : Offset;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (start) begin
      row_q <= '0;
      error_q <= 1'b0;
    end
    if (row_taken) row_q <= row_q + 1'b1;
    if (index_valid_i) begin
      index_q <= index_i;
      error_q <= error_q || index_error_i;
    end
    offset_q <= 44'(job_i.gather ? index_q[row_q[IndexBits-1:0]] : 32'(row_q)) * 44'(row_words);
  end

  `OFPGA_ASSERT_HOLD(RequestHolds, req_valid_o, req_ready_i, {req_addr_o, req_words_o, req_index_o})
  `OFPGA_ASSERT(BanksFit, banks_q <= 2'(Buffers))
endmodule : ofpga_matmul_row_requests
