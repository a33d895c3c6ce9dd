`include "ofpga_assert.svh"

// Starts commands: asks for the rows of x, and with GATHER for their index before. A command starts after its go, and
// once every lane has room for its quantised rows: what was asked for never has to wait.
//
// A go may come while commands ahead in this unit still run that the command depends on (go_met_i is low). Then the
// command waits until they have completed; or, if its x is exactly the results of the command right before it, which
// has given none yet, it follows that one: its rows are the results on their way to memory, and nothing is read.
module ofpga_matmul_row_requests
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned RowSpace = 128  // blocks that two commands may have in a lane, see ofpga_matmul_rows
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,

  input  logic go_valid_i,
  output logic go_ready_o,
  input  logic go_met_i,  // all that the command depends on has completed
  output logic residual_valid_o,  // its old results may be read, too
  input  logic residual_ready_i,
  output logic residual_met_o,  // at once; else when the commands ahead have completed:
  output order_t residual_order_o,  // so many

  input  logic   collecting_i,  // the oldest command that is not collected has given results
  input  logic   collected_i,  // a command was: the lanes need its rows no longer
  input  order_t completed_i,  // commands whose results are in memory, of all
  output logic   follow_o,  // the results of the command before are this one's rows

  input  logic       again_i,  // this row must be read once more
  input  logic [7:0] again_row_i,
  input  logic       complete_i,  // all rows have been quantised

  output logic        req_valid_o,
  input  logic        req_ready_i,
  output logic [57:0] req_addr_o,
  output logic [31:0] req_words_o,
  output logic [7:0]  req_row_o,
  output logic        req_index_o,  // a word of the index, else a row
  output logic        req_error_o,  // the row is not known, since reading the index failed

  input  logic  index_valid_i,
  input  word_t index_i,
  input  logic  index_error_i
);
  localparam int unsigned IndexBits = $clog2(Ints);

  typedef enum logic [2:0] {
    Idle,
    Ready,
    Index,
    IndexWait,
    Offset,
    Row,
    Check
  } state_e;

  // The rows of results of the last command that started.
  typedef struct packed {
    logic [31:0] addr;
    logic [7:0]  rows;
    logic [31:0] words;
  } results_t;

  state_e state_q;
  logic [1:0] banks_q;  // in use
  order_t started_q;
  results_t results_q;
  logic plain_q, fits_q, follow_q, all_asked_q;
  logic [12:0] space, space_q;  // blocks of a row of the multipliers; of the last command that started
  logic [7:0] row_q;
  logic [43:0] offset_q;
  logic [Ints-1:0][31:0] index_q;
  logic error_q, again_valid, again_ready;
  logic [7:0] again_row;

  wire [11:0] row_words = {job_i.k_blocks, 1'b0};
  assign space = 13'(job_i.k_blocks) << group_bits(job_i.last_group);
  wire last_row = all_asked_q || row_q == job_i.rows - 1'b1;
  wire row_taken = state_q == Row && req_ready_i;
  wire settled = started_q == completed_i;
  wire may_read = go_met_i || settled;
  wire may_follow = plain_q && banks_q == 2'd1 && !collecting_i;
  wire start = state_q == Ready && go_valid_i && banks_q != 2'(Buffers) &&
               (fits_q || banks_q == '0) && (may_read || may_follow) && (residual_ready_i || !job_i.residual);
  wire read_again = state_q == Check && again_valid && (settled || !follow_q);

  assign go_ready_o = start;
  assign residual_valid_o = start && job_i.residual;
  assign residual_met_o = may_read;
  assign residual_order_o = started_q;
  assign follow_o = follow_q;
  assign job_ready_o = complete_i;

  assign req_valid_o = state_q == Index || state_q == Row;
  assign req_index_o = state_q == Index;
  assign req_error_o = error_q;
  assign req_addr_o = req_index_o ? 58'(job_i.index_addr) + 58'(row_q[7:IndexBits])
                                  : 58'(job_i.x_addr) + 58'(offset_q);
  assign req_words_o = req_index_o ? 32'd1 : 32'(row_words);
  assign req_row_o = row_q;

  ofpga_fifo #(
    .Depth(Rows),
    .T(logic [7:0])
  ) u_again (
    .clk_i,
    .rst_ni,
    .valid_i(again_i),
    .ready_o(again_ready),
    .data_i (again_row_i),
    .valid_o(again_valid),
    .ready_i(read_again),
    .data_o (again_row),
    .level_o()
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
      banks_q <= '0;
      started_q <= '0;
      follow_q <= 1'b0;
    end else begin
      banks_q <= banks_q + 2'(start) - 2'(collected_i);
      started_q <= started_q + order_t'(start);
      if (start) follow_q <= !may_read;
      else if (complete_i) follow_q <= 1'b0;
      unique case (state_q)
        Idle: if (job_valid_i) state_q <= Ready;
        Ready: if (start) state_q <= !may_read ? Check : job_i.gather ? Index : Offset;
        Index: if (req_ready_i) state_q <= IndexWait;
        IndexWait: if (index_valid_i) state_q <= Offset;
        Offset: state_q <= Row;
        Row:
        if (req_ready_i) begin
          if (last_row) state_q <= Check;
          else state_q <= job_i.gather && &row_q[IndexBits-1:0] ? Index : Offset;
        end
        default: begin
          if (complete_i) state_q <= Idle;
          else if (read_again) state_q <= job_i.gather ? Index : Offset;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    plain_q <= !job_i.gather && job_i.x_addr == results_q.addr && job_i.rows <= results_q.rows &&
               32'(row_words) == results_q.words;
    fits_q <= 32'(space) + 32'(space_q) <= RowSpace;
    if (start) begin
      space_q <= space;
      results_q <= '{
        addr: job_i.y_addr,
        rows: job_i.rows,
        words: job_i.silu ? job_i.n_tiles >> 2 : job_i.n_tiles >> 1
      };
      row_q <= '0;
      all_asked_q <= !may_read;
      error_q <= 1'b0;
    end
    if (row_taken) begin
      row_q <= row_q + 1'b1;
      if (last_row) all_asked_q <= 1'b1;
    end
    if (read_again) row_q <= again_row;
    if (index_valid_i) begin
      index_q <= index_i;
      error_q <= error_q || index_error_i;
    end
    offset_q <= 44'(job_i.gather ? index_q[row_q[IndexBits-1:0]] : 32'(row_q)) * 44'(row_words);
  end

  `OFPGA_ASSERT_HOLD(RequestHolds, req_valid_o, req_ready_i, {req_addr_o, req_words_o, req_row_o, req_index_o})
  `OFPGA_ASSERT(BanksFit, banks_q <= 2'(Buffers))
  `OFPGA_ASSERT(AgainFits, !again_i || again_ready)
  `OFPGA_ASSERT(CompleteWhenAllAreAsked, !complete_i || state_q == Check)
endmodule : ofpga_matmul_row_requests
