`include "ofpga_assert.svh"

// Masters that share an AXI4 read channel, served in turns by bursts, the urgent ones first. Answers come in the order of
// the bursts (one ARID), so a queue of who asked routes them. A master must take its answers
// without waiting for another master's.
module ofpga_axi_read_mux #(
  parameter int unsigned Masters = 2,
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned WordBytes = 64,  // bytes of a word: one beat
  parameter int unsigned MaxBursts = 64,  // asked for and not yet answered, of all masters
  parameter logic [Masters-1:0] Urgent = '0,  // masters that others wait for
  localparam int unsigned WordBits = 8 * WordBytes
) (
  input logic clk_i,
  input logic rst_ni,

  input logic [AddrBits-1:0] base_i,  // added to every address

  input  logic [Masters-1:0]               from_arvalid_i,
  output logic [Masters-1:0]               from_arready_o,
  input  logic [Masters-1:0][AddrBits-1:0] from_araddr_i,
  input  logic [Masters-1:0][7:0]          from_arlen_i,
  output logic [Masters-1:0]               from_rvalid_o,
  input  logic [Masters-1:0]               from_rready_i,
  output logic [WordBits-1:0]              from_rdata_o,  // to whom from_rvalid_o says, as are
  output logic [1:0]                       from_rresp_o,  // the next two
  output logic                             from_rlast_o,

  output logic                axi_arvalid_o,
  input  logic                axi_arready_i,
  output logic [AddrBits-1:0] axi_araddr_o,
  output logic [7:0]          axi_arlen_o,
  input  logic                axi_rvalid_i,
  output logic                axi_rready_o,
  input  logic [WordBits-1:0] axi_rdata_i,
  input  logic [1:0]          axi_rresp_i,
  input  logic                axi_rlast_i
);
  localparam int unsigned IndexBits = Masters > 1 ? $clog2(Masters) : 1;

  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
  } burst_t;

  // ------------------------------------------------------------------------------------------- AR
  burst_t asked [Masters];
  burst_t chosen, placed, burst;
  logic chosen_valid, slice_ready, order_ready;
  logic [IndexBits-1:0] index, owner;

  for (genvar m = 0; m < Masters; m++) begin : gen_asked
    assign asked[m] = '{addr: from_araddr_i[m], len: from_arlen_i[m]};
  end

  ofpga_rr_arbiter #(
    .Inputs(Masters),
    .T(burst_t),
    .Urgent(Urgent)
  ) u_arbiter (
    .clk_i,
    .rst_ni,
    .valid_i(from_arvalid_i),
    .ready_o(from_arready_o),
    .data_i (asked),
    .valid_o(chosen_valid),
    .ready_i(slice_ready && order_ready),
    .data_o (chosen),
    .index_o(index)
  );

  assign placed = '{addr: chosen.addr + base_i, len: chosen.len};

  ofpga_skid_buffer #(
    .T(burst_t)
  ) u_slice (
    .clk_i,
    .rst_ni,
    .valid_i(chosen_valid && order_ready),
    .ready_o(slice_ready),
    .data_i (placed),
    .valid_o(axi_arvalid_o),
    .ready_i(axi_arready_i),
    .data_o (burst)
  );

  assign axi_araddr_o = burst.addr;
  assign axi_arlen_o = burst.len;

  // -------------------------------------------------------------------------------------------- R
  logic owner_valid;

  ofpga_fifo #(
    .Depth(MaxBursts),
    .T(logic [IndexBits-1:0])
  ) u_order (
    .clk_i,
    .rst_ni,
    .valid_i(chosen_valid && slice_ready),
    .ready_o(order_ready),
    .data_i (index),
    .valid_o(owner_valid),
    .ready_i(axi_rvalid_i && axi_rready_o && axi_rlast_i),
    .data_o (owner),
    .level_o()
  );

  for (genvar m = 0; m < Masters; m++) begin : gen_answer
    assign from_rvalid_o[m] = axi_rvalid_i && owner_valid && owner == IndexBits'(m);
  end
  assign from_rdata_o = axi_rdata_i;
  assign from_rresp_o = axi_rresp_i;
  assign from_rlast_o = axi_rlast_i;
  assign axi_rready_o = owner_valid && from_rready_i[owner];

  `OFPGA_ASSUME(AnswerWasAskedFor, !axi_rvalid_i || owner_valid)
  `OFPGA_ASSERT_HOLD(AddressHolds, axi_arvalid_o, axi_arready_i, {axi_araddr_o, axi_arlen_o})
endmodule : ofpga_axi_read_mux
