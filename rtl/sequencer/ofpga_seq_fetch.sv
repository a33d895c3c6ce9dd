`include "ofpga_assert.svh"

// Reads a program ahead of its execution, a few commands at a time so that little is left over when
// it ends early. After the last of them follows one more answer: that the program has no END.
module ofpga_seq_fetch
  import ofpga_pkg::*;
#(
  localparam int unsigned Beats = 16,  // commands asked for at once
  localparam int unsigned CountBits = 8  // of the commands asked for and not yet handed on
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic        start_i,  // for a cycle, when idle_o
  input  logic [31:0] addr_i,  // word of the first command
  input  logic [31:0] count_i,
  input  logic        stop_i,  // ask for no more
  output logic        idle_o,  // all that was asked for has been handed on

  output logic         valid_o,
  input  logic         ready_i,
  output logic [511:0] command_o,
  output logic [31:0]  index_o,
  output logic [7:0]   status_o,  // other than OK: there is no command, and this is why

  output logic         axi_arvalid_o,
  input  logic         axi_arready_i,
  output logic [63:0]  axi_araddr_o,
  output logic [7:0]   axi_arlen_o,
  input  logic         axi_rvalid_i,
  output logic         axi_rready_o,
  input  logic [511:0] axi_rdata_i,
  input  logic [1:0]   axi_rresp_i,
  input  logic         axi_rlast_i
);
  logic active_q, req_valid_q, req_ready;
  logic [57:0] addr_q;
  logic [31:0] left_q, count_q, index_q;  // left: not asked for
  logic [CountBits-1:0] ahead_q;  // asked for and not handed on
  logic data_valid, data_ready, data_error;

  wire [CountBits-1:0] part = left_q < Beats ? left_q[CountBits-1:0] : CountBits'(Beats);
  wire asked = req_valid_q && req_ready;
  wire taken = data_valid && data_ready;
  // The answer behind the last command; nobody waits for it once the program has been stopped.
  wire past_end = active_q && !stop_i && index_q == count_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      req_valid_q <= 1'b0;
      ahead_q <= '0;
    end else begin
      if (start_i) active_q <= 1'b1;
      else if (stop_i || (past_end && ready_i)) active_q <= 1'b0;
      if (!req_valid_q || req_ready) begin
        req_valid_q <= active_q && !stop_i && (asked ? left_q > 32'(part) : left_q != '0);
      end
      ahead_q <= ahead_q + (asked ? part : '0) - CountBits'(taken);
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      addr_q <= 58'(addr_i);
      left_q <= count_i;
      count_q <= count_i;
      index_q <= '0;
    end else begin
      if (asked) begin
        addr_q <= addr_q + 58'(part);
        left_q <= left_q - 32'(part);
      end
      if (taken) index_q <= index_q + 1'b1;
    end
  end

  ofpga_axi_read #(
    .CountBits  (CountBits),
    .MaxBeats   (Beats),
    .MaxBursts  (4),
    .BufferWords(2 * Beats)
  ) u_read (
    .clk_i,
    .rst_ni,
    .req_valid_i (req_valid_q),
    .req_ready_o (req_ready),
    .req_addr_i  (addr_q),
    .req_words_i (part),
    .data_valid_o(data_valid),
    .data_ready_i(data_ready),
    .data_o      (command_o),
    .data_last_o (),
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

  assign idle_o = !active_q && !req_valid_q && ahead_q == '0;
  assign valid_o = data_valid || past_end;
  assign data_ready = ready_i;
  assign index_o = index_q;
  assign status_o = past_end ? STATUS_NO_END : data_error ? STATUS_BAD_ADDRESS : STATUS_OK;

  `OFPGA_ASSUME(StartsWhenIdle, !start_i || idle_o)
  `OFPGA_ASSERT(EndIsBehindAll, !past_end || !data_valid)
endmodule : ofpga_seq_fetch
