`include "ofpga_assert.svh"

// Writes runs of words over an AXI4 write channel. A burst is only announced once the buffer has
// all of its words, so W never waits for us and nobody else's writes wait behind half a burst. AW
// and W go their ways independently, as AXI demands of a master.
//
// What it leaves to the surroundings: AWSIZE = $clog2(WordBytes), AWBURST = INCR, one AWID for all
// bursts (so that they are answered in order), and a reset that the memory shares.
module ofpga_axi_write #(
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned CountBits = 32,  // of a number of words
  parameter int unsigned WordBytes = 64,  // bytes of a word: one beat
  parameter int unsigned MaxBeats = 16,  // of one burst
  parameter int unsigned MaxBursts = 32,  // announced and not yet answered
  parameter int unsigned BufferWords = 64,  // taken from the stream and not yet sent
  localparam int unsigned WordBits = 8 * WordBytes,
  localparam int unsigned WordAddrBits = AddrBits - $clog2(WordBytes)
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                    req_valid_i,
  output logic                    req_ready_o,
  input  logic [WordAddrBits-1:0] req_addr_i,  // first word
  input  logic [CountBits-1:0]    req_words_i,  // at least 1

  input  logic                 data_valid_i,  // the words of the requests, one after another
  output logic                 data_ready_o,
  input  logic [WordBits-1:0]  data_i,
  input  logic [WordBytes-1:0] strobe_i,  // bytes to write

  output logic done_o,  // for a cycle, once memory has answered all of a request, in their order
  output logic error_o,  // with done_o: some of it with SLVERR or DECERR

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
  if (BufferWords < MaxBeats) begin : gen_illegal_buffer
    $error("ofpga_axi_write: BufferWords is %0d; it must hold a burst of MaxBeats, %0d.",
           BufferWords, MaxBeats);
  end

  localparam int unsigned LevelBits = $clog2(BufferWords + 1);

  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
  } burst_t;

  typedef struct packed {
    logic [WordBits-1:0]  data;
    logic [WordBytes-1:0] strobe;
  } word_t;

  // ---------------------------------------------------------------------------- bursts to announce
  burst_t split;
  logic split_valid, split_last, issue;

  ofpga_burst_splitter #(
    .AddrBits (AddrBits),
    .CountBits(CountBits),
    .WordBytes(WordBytes),
    .MaxBeats (MaxBeats)
  ) u_splitter (
    .clk_i,
    .rst_ni,
    .req_valid_i,
    .req_ready_o,
    .req_addr_i,
    .req_words_i,
    .burst_valid_o(split_valid),
    .burst_ready_i(issue),
    .burst_addr_o (split.addr),
    .burst_len_o  (split.len),
    .burst_last_o (split_last)
  );

  logic [LevelBits-1:0] unclaimed_q;  // words in the buffer that no announced burst needs
  logic address_ready, length_ready, flight_ready;

  wire [LevelBits-1:0] beats = LevelBits'(split.len) + 1'b1;
  wire word_in = data_valid_i && data_ready_o;
  assign issue =
      split_valid && unclaimed_q >= beats && address_ready && length_ready && flight_ready;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) unclaimed_q <= '0;
    else unclaimed_q <= unclaimed_q + LevelBits'(word_in) - (issue ? beats : '0);
  end

  // ------------------------------------------------------------------------------------------- AW
  burst_t address;

  ofpga_skid_buffer #(
    .T(burst_t)
  ) u_address (
    .clk_i,
    .rst_ni,
    .valid_i(issue),
    .ready_o(address_ready),
    .data_i (split),
    .valid_o(axi_awvalid_o),
    .ready_i(axi_awready_i),
    .data_o (address)
  );

  assign axi_awaddr_o = address.addr;
  assign axi_awlen_o = address.len;

  // -------------------------------------------------------------------------------------------- W
  logic length_valid, word_valid;
  logic [7:0] length, beat_q;
  word_t word;

  wire word_out = axi_wvalid_o && axi_wready_i;

  ofpga_fifo #(
    .Depth(4),
    .T(logic [7:0])
  ) u_length (
    .clk_i,
    .rst_ni,
    .valid_i(issue),
    .ready_o(length_ready),
    .data_i (split.len),
    .valid_o(length_valid),
    .ready_i(word_out && axi_wlast_o),
    .data_o (length),
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
    .ready_i(length_valid && axi_wready_i),
    .data_o (word),
    .level_o()
  );

  assign axi_wvalid_o = length_valid && word_valid;
  assign axi_wdata_o = word.data;
  assign axi_wstrb_o = word.strobe;
  assign axi_wlast_o = beat_q == length;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) beat_q <= '0;
    else if (word_out) beat_q <= axi_wlast_o ? '0 : beat_q + 1'b1;
  end

  // -------------------------------------------------------------------------------------------- B
  logic flight_valid, flight_last, failed_q;

  // Bursts in flight: does it end its request?
  ofpga_fifo #(
    .Depth(MaxBursts),
    .T(logic)
  ) u_flight (
    .clk_i,
    .rst_ni,
    .valid_i(issue),
    .ready_o(flight_ready),
    .data_i (split_last),
    .valid_o(flight_valid),
    .ready_i(axi_bvalid_i),
    .data_o (flight_last),
    .level_o()
  );

  assign axi_bready_o = 1'b1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      done_o <= 1'b0;
      failed_q <= 1'b0;
    end else begin
      done_o <= axi_bvalid_i && flight_last;
      if (axi_bvalid_i) failed_q <= !flight_last && (failed_q || axi_bresp_i[1]);
    end
  end

  always_ff @(posedge clk_i) error_o <= failed_q || axi_bresp_i[1];

  `OFPGA_ASSUME(AnswerWasAskedFor, !axi_bvalid_i || flight_valid)
  `OFPGA_ASSERT_HOLD(AddressHolds, axi_awvalid_o, axi_awready_i, {axi_awaddr_o, axi_awlen_o})
  `OFPGA_ASSERT_HOLD(WordHolds, axi_wvalid_o, axi_wready_i,
                     {axi_wdata_o, axi_wstrb_o, axi_wlast_o})
endmodule : ofpga_axi_write
