`include "ofpga_assert.svh"

// Writes runs of words to several ports, one run after another. A burst is announced once all its words are here, and
// words leave in the order of the bursts, so a port that is slow holds the others up; their answers may come in any
// order, several at a time.
module ofpga_kv_writer
  import ofpga_kv_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned CountBits = 8,  // of a run's words
  parameter int unsigned MaxBursts = 32,  // announced and not yet answered
  parameter int unsigned BufferWords = 32,  // taken and not yet sent
  localparam int unsigned PortBits = Ports > 1 ? $clog2(Ports) : 1
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                 req_valid_i,
  output logic                 req_ready_o,
  input  logic [PortBits-1:0]  req_port_i,
  input  word_addr_t           req_addr_i,
  input  logic [CountBits-1:0] req_words_i,  // at least 1

  input  logic         data_valid_i,  // the words of the runs, one after another
  output logic         data_ready_o,
  input  logic [511:0] data_i,
  input  logic [63:0]  strobe_i,

  output logic idle_o,  // all runs have been written
  output logic error_o,  // an answer tells of one

  output logic [Ports-1:0]        axi_awvalid_o,
  input  logic [Ports-1:0]        axi_awready_i,
  output logic [Ports-1:0][63:0]  axi_awaddr_o,
  output logic [Ports-1:0][7:0]   axi_awlen_o,
  output logic [Ports-1:0]        axi_wvalid_o,
  input  logic [Ports-1:0]        axi_wready_i,
  output logic [Ports-1:0][511:0] axi_wdata_o,
  output logic [Ports-1:0][63:0]  axi_wstrb_o,
  output logic [Ports-1:0]        axi_wlast_o,
  input  logic [Ports-1:0]        axi_bvalid_i,
  output logic [Ports-1:0]        axi_bready_o,
  input  logic [Ports-1:0][1:0]   axi_bresp_i
);
  localparam int unsigned LevelBits = $clog2(BufferWords + 1);
  localparam int unsigned PendingBits = $clog2(MaxBursts + 1);

  typedef struct packed {
    logic [PortBits-1:0] port;
    logic [63:0]         addr;
    logic [7:0]          len;
  } burst_t;

  typedef struct packed {
    logic [511:0] data;
    logic [63:0]  strobe;
  } word_t;

  // ---------------------------------------------------------------------------- bursts to announce
  burst_t split;
  logic split_valid, issue;
  logic [63:0] split_addr;
  logic [7:0] split_len;
  logic [PortBits-1:0] split_port_q;

  ofpga_burst_splitter #(
    .CountBits(CountBits)
  ) u_splitter (
    .clk_i,
    .rst_ni,
    .req_valid_i,
    .req_ready_o,
    .req_addr_i,
    .req_words_i,
    .burst_valid_o(split_valid),
    .burst_ready_i(issue),
    .burst_addr_o (split_addr),
    .burst_len_o  (split_len),
    .burst_last_o ()
  );

  always_ff @(posedge clk_i) if (req_ready_o) split_port_q <= req_port_i;
  assign split = '{port: split_port_q, addr: split_addr, len: split_len};

  logic [LevelBits-1:0] unclaimed_q;  // words in the buffer that no announced burst needs
  logic [PendingBits-1:0] pending_q, answers;  // bursts
  logic address_ready, sender_ready;

  wire [LevelBits-1:0] beats = LevelBits'(split.len) + 1'b1;
  wire word_in = data_valid_i && data_ready_o;
  assign issue = split_valid && unclaimed_q >= beats && address_ready && sender_ready &&
                 pending_q != PendingBits'(MaxBursts);

  always_comb begin
    answers = '0;
    for (int unsigned p = 0; p < Ports; p++) answers += PendingBits'(axi_bvalid_i[p]);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      unclaimed_q <= '0;
      pending_q <= '0;
    end else begin
      unclaimed_q <= unclaimed_q + LevelBits'(word_in) - (issue ? beats : '0);
      pending_q <= pending_q + PendingBits'(issue) - answers;
    end
  end

  assign idle_o = !split_valid && pending_q == '0;

  always_comb begin
    error_o = 1'b0;
    for (int unsigned p = 0; p < Ports; p++) error_o |= axi_bvalid_i[p] && axi_bresp_i[p][1];
  end

  // ------------------------------------------------------------------------------------------- AW
  burst_t address;
  logic address_valid;

  ofpga_skid_buffer #(
    .T(burst_t)
  ) u_address (
    .clk_i,
    .rst_ni,
    .valid_i(issue),
    .ready_o(address_ready),
    .data_i (split),
    .valid_o(address_valid),
    .ready_i(axi_awready_i[address.port]),
    .data_o (address)
  );

  // -------------------------------------------------------------------------------------------- W
  typedef struct packed {
    logic [PortBits-1:0] port;
    logic [7:0]          len;
  } sender_t;

  sender_t sender;
  logic sender_valid, word_valid;
  logic [7:0] beat_q;
  word_t word;

  wire word_out = sender_valid && word_valid && axi_wready_i[sender.port];
  wire last = beat_q == sender.len;

  ofpga_fifo #(
    .Depth(4),
    .T(sender_t)
  ) u_senders (
    .clk_i,
    .rst_ni,
    .valid_i(issue),
    .ready_o(sender_ready),
    .data_i ('{port: split.port, len: split.len}),
    .valid_o(sender_valid),
    .ready_i(word_out && last),
    .data_o (sender),
    .level_o()
  );

  ofpga_ram_fifo #(
    .Depth(BufferWords),
    .T(word_t)
  ) u_buffer (
    .clk_i,
    .rst_ni,
    .valid_i(data_valid_i),
    .ready_o(data_ready_o),
    .data_i ('{data: data_i, strobe: strobe_i}),
    .valid_o(word_valid),
    .ready_i(sender_valid && axi_wready_i[sender.port]),
    .data_o (word),
    .level_o()
  );

  always_ff @(posedge clk_i) begin
    if (!rst_ni) beat_q <= '0;
    else if (word_out) beat_q <= last ? '0 : beat_q + 1'b1;
  end

  for (genvar p = 0; p < Ports; p++) begin : gen_port
    assign axi_awvalid_o[p] = address_valid && address.port == PortBits'(p);
    assign axi_awaddr_o[p] = address.addr;
    assign axi_awlen_o[p] = address.len;
    assign axi_wvalid_o[p] = sender_valid && word_valid && sender.port == PortBits'(p);
    assign axi_wdata_o[p] = word.data;
    assign axi_wstrb_o[p] = word.strobe;
    assign axi_wlast_o[p] = last;
    assign axi_bready_o[p] = 1'b1;

    `OFPGA_ASSERT_HOLD(AddressHolds, axi_awvalid_o[p], axi_awready_i[p], {axi_awaddr_o[p], axi_awlen_o[p]})
    `OFPGA_ASSERT_HOLD(WordHolds, axi_wvalid_o[p], axi_wready_i[p],
                       {axi_wdata_o[p], axi_wstrb_o[p], axi_wlast_o[p]})
  end

  `OFPGA_ASSUME(AnswersWereAskedFor, answers <= pending_q)
endmodule : ofpga_kv_writer
