`include "ofpga_assert.svh"

// Asks for the old results that RESIDUAL adds to: for each round of tiles and each row those of all ports,
// which lie one after another. At most Ahead of such requests have results that nobody collected yet, so
// what was asked for never has to wait. (A lone port reads each word twice, once for either half.)
module ofpga_matmul_old_requests
  import ofpga_matmul_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Ahead = 8  // requests
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic job_valid_i,
  output logic job_ready_o,
  input  job_t job_i,
  input  logic may_read_i,  // what the old results depend on has completed

  input  logic row_done_i,  // results of a request's size were collected

  output logic        req_valid_o,
  input  logic        req_ready_i,
  output logic [57:0] req_addr_o,
  output logic [31:0] req_words_o,
  output logic        req_odd_o  // round
);
  localparam int unsigned PortBits = $clog2(Ports);

  logic [$clog2(Ahead+1)-1:0] ahead_q;
  logic [31:0] round_q;
  logic [7:0] row_q;
  logic [57:0] row_offset_q;

  wire taken = req_valid_o && req_ready_i;
  wire last_row = row_q == job_i.rows - 1'b1;
  wire last_round = round_q == job_i.rounds - 1;
  wire [31:0] first_tile = round_q << PortBits;
  wire [31:0] tiles_left = job_i.n_tiles - first_tile;

  assign req_valid_o = job_valid_i && may_read_i && ahead_q != $bits(ahead_q)'(Ahead);
  assign req_addr_o = 58'(job_i.y_addr) + 58'(first_tile >> 1) + row_offset_q;
  wire [31:0] tiles = tiles_left < 32'(Ports) ? tiles_left : 32'(Ports);
  assign req_words_o = Ports == 1 ? 32'd1 : tiles >> 1;
  assign req_odd_o = round_q[0];
  assign job_ready_o = taken && last_row && last_round;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ahead_q <= '0;
      round_q <= '0;
      row_q <= '0;
      row_offset_q <= '0;
    end else begin
      ahead_q <= ahead_q + $bits(ahead_q)'(taken) - $bits(ahead_q)'(row_done_i);
      if (taken) begin
        row_q <= last_row ? '0 : row_q + 1'b1;
        row_offset_q <= last_row ? '0 : row_offset_q + 58'(job_i.n_tiles >> 1);
        if (last_row) round_q <= last_round ? '0 : round_q + 1;
      end
    end
  end

  `OFPGA_ASSERT_HOLD(RequestHolds, req_valid_o, req_ready_i, {req_addr_o, req_words_o, req_odd_o})
endmodule : ofpga_matmul_old_requests
