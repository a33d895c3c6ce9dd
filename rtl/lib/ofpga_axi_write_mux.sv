`include "ofpga_assert.svh"

// Masters that share an AXI4 write channel, served in turns by bursts. Words and answers go in the
// order of the bursts (one AWID), so two queues of who asked route them. A master must have the
// words of a burst that it asks for, and take its answers without waiting for another master's.
module ofpga_axi_write_mux #(
  parameter int unsigned Masters = 2,
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned WordBytes = 64,  // bytes of a word: one beat
  parameter int unsigned MaxBursts = 64,  // asked for and not yet answered, of all masters
  localparam int unsigned WordBits = 8 * WordBytes
) (
  input logic clk_i,
  input logic rst_ni,

  input logic [AddrBits-1:0] base_i,  // added to every address

  input  logic [Masters-1:0]                from_awvalid_i,
  output logic [Masters-1:0]                from_awready_o,
  input  logic [Masters-1:0][AddrBits-1:0]  from_awaddr_i,
  input  logic [Masters-1:0][7:0]           from_awlen_i,
  input  logic [Masters-1:0]                from_wvalid_i,
  output logic [Masters-1:0]                from_wready_o,
  input  logic [Masters-1:0][WordBits-1:0]  from_wdata_i,
  input  logic [Masters-1:0][WordBytes-1:0] from_wstrb_i,
  input  logic [Masters-1:0]                from_wlast_i,
  output logic [Masters-1:0]                from_bvalid_o,
  input  logic [Masters-1:0]                from_bready_i,
  output logic [1:0]                        from_bresp_o,  // to whom from_bvalid_o says

  output logic                 axi_awvalid_o,
  input  logic                 axi_awready_i,
  output logic [AddrBits-1:0]  axi_awaddr_o,
  output logic [7:0]           axi_awlen_o,
  output logic                 axi_wvalid_o,
  input  logic                 axi_wready_i,
  output logic [WordBits-1:0]  axi_wdata_o,
  output logic [WordBytes-1:0] axi_wstrb_o,
  output logic                 axi_wlast_o,
  input  logic                 axi_bvalid_i,
  output logic                 axi_bready_o,
  input  logic [1:0]           axi_bresp_i
);
  localparam int unsigned IndexBits = Masters > 1 ? $clog2(Masters) : 1;

  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
  } burst_t;

  // ------------------------------------------------------------------------------------------- AW
  burst_t asked [Masters];
  burst_t chosen, placed, burst;
  logic chosen_valid, slice_ready, words_ready, answers_ready;
  logic [IndexBits-1:0] index, sender, owner;

  for (genvar m = 0; m < Masters; m++) begin : gen_asked
    assign asked[m] = '{addr: from_awaddr_i[m], len: from_awlen_i[m]};
  end

  wire taken = chosen_valid && slice_ready && words_ready && answers_ready;

  ofpga_rr_arbiter #(
    .Inputs(Masters),
    .T(burst_t)
  ) u_arbiter (
    .clk_i,
    .rst_ni,
    .valid_i(from_awvalid_i),
    .ready_o(from_awready_o),
    .data_i (asked),
    .valid_o(chosen_valid),
    .ready_i(slice_ready && words_ready && answers_ready),
    .data_o (chosen),
    .index_o(index)
  );

  assign placed = '{addr: chosen.addr + base_i, len: chosen.len};

  ofpga_skid_buffer #(
    .T(burst_t)
  ) u_slice (
    .clk_i,
    .rst_ni,
    .valid_i(taken),
    .ready_o(slice_ready),
    .data_i (placed),
    .valid_o(axi_awvalid_o),
    .ready_i(axi_awready_i),
    .data_o (burst)
  );

  assign axi_awaddr_o = burst.addr;
  assign axi_awlen_o = burst.len;

  // -------------------------------------------------------------------------------------------- W
  logic sender_valid;

  ofpga_fifo #(
    .Depth(4),
    .T(logic [IndexBits-1:0])
  ) u_words (
    .clk_i,
    .rst_ni,
    .valid_i(taken),
    .ready_o(words_ready),
    .data_i (index),
    .valid_o(sender_valid),
    .ready_i(axi_wvalid_o && axi_wready_i && axi_wlast_o),
    .data_o (sender),
    .level_o()
  );

  for (genvar m = 0; m < Masters; m++) begin : gen_word
    assign from_wready_o[m] = axi_wready_i && sender_valid && sender == IndexBits'(m);
  end
  assign axi_wvalid_o = sender_valid && from_wvalid_i[sender];
  assign axi_wdata_o = from_wdata_i[sender];
  assign axi_wstrb_o = from_wstrb_i[sender];
  assign axi_wlast_o = from_wlast_i[sender];

  // -------------------------------------------------------------------------------------------- B
  logic owner_valid;

  ofpga_fifo #(
    .Depth(MaxBursts),
    .T(logic [IndexBits-1:0])
  ) u_answers (
    .clk_i,
    .rst_ni,
    .valid_i(taken),
    .ready_o(answers_ready),
    .data_i (index),
    .valid_o(owner_valid),
    .ready_i(axi_bvalid_i && axi_bready_o),
    .data_o (owner),
    .level_o()
  );

  for (genvar m = 0; m < Masters; m++) begin : gen_answer
    assign from_bvalid_o[m] = axi_bvalid_i && owner_valid && owner == IndexBits'(m);
  end
  assign from_bresp_o = axi_bresp_i;
  assign axi_bready_o = owner_valid && from_bready_i[owner];

  `OFPGA_ASSUME(AnswerWasAskedFor, !axi_bvalid_i || owner_valid)
  `OFPGA_ASSERT_HOLD(AddressHolds, axi_awvalid_o, axi_awready_i, {axi_awaddr_o, axi_awlen_o})
  `OFPGA_ASSERT_HOLD(WordHolds, axi_wvalid_o, axi_wready_i,
                     {axi_wdata_o, axi_wstrb_o, axi_wlast_o})
endmodule : ofpga_axi_write_mux
