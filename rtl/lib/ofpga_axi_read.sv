`include "ofpga_assert.svh"

// Reads runs of words over an AXI4 read channel and streams them in the order of the requests. A
// burst is only asked for once the buffer has room for all of it, so R is always taken at once.
// After an error response the run still completes, its bad words marked.
//
// What it leaves to the surroundings: ARSIZE = $clog2(WordBytes), ARBURST = INCR, one ARID for all
// bursts (so that they are answered in order), and a reset that the memory shares.
module ofpga_axi_read #(
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned CountBits = 32,  // of a number of words
  parameter int unsigned WordBytes = 64,  // bytes of a word: one beat
  parameter int unsigned MaxBeats = 16,  // of one burst
  parameter int unsigned MaxBursts = 32,  // asked for and not yet answered
  parameter int unsigned BufferWords = 512,  // asked for and not yet taken from the stream
  localparam int unsigned WordBits = 8 * WordBytes,
  localparam int unsigned WordAddrBits = AddrBits - $clog2(WordBytes)
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                    req_valid_i,
  output logic                    req_ready_o,
  input  logic [WordAddrBits-1:0] req_addr_i,  // first word
  input  logic [CountBits-1:0]    req_words_i,  // at least 1

  output logic                data_valid_o,
  input  logic                data_ready_i,
  output logic [WordBits-1:0] data_o,
  output logic                data_last_o,  // ends its request
  output logic                data_error_o,  // this word came with SLVERR or DECERR

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
  if (BufferWords < MaxBeats) begin : gen_illegal_buffer
    $error("ofpga_axi_read: BufferWords is %0d; it must hold a burst of MaxBeats, %0d.",
           BufferWords, MaxBeats);
  end

  localparam int unsigned LevelBits = $clog2(BufferWords + 1);

  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
    logic                last;
  } burst_t;

  typedef struct packed {
    logic [WordBits-1:0] data;
    logic                last;
    logic                error;
  } word_t;

  // ------------------------------------------------------------------------------------------- AR
  burst_t split, burst;
  logic split_valid, split_ready, burst_valid, burst_ready;

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
    .burst_ready_i(split_ready),
    .burst_addr_o (split.addr),
    .burst_len_o  (split.len),
    .burst_last_o (split.last)
  );

  ofpga_skid_buffer #(
    .T(burst_t)
  ) u_burst (
    .clk_i,
    .rst_ni,
    .valid_i(split_valid),
    .ready_o(split_ready),
    .data_i (split),
    .valid_o(burst_valid),
    .ready_i(burst_ready),
    .data_o (burst)
  );

  logic [LevelBits-1:0] free_q;  // words of the buffer that nobody has asked for
  logic flight_ready;

  wire [LevelBits-1:0] beats = LevelBits'(burst.len) + 1'b1;
  wire data_taken = data_valid_o && data_ready_i;

  assign axi_arvalid_o = burst_valid && flight_ready && free_q >= beats;
  assign axi_araddr_o = burst.addr;
  assign axi_arlen_o = burst.len;
  assign burst_ready = axi_arready_i && flight_ready && free_q >= beats;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) free_q <= LevelBits'(BufferWords);
    else free_q <= free_q - (burst_valid && burst_ready ? beats : '0) + LevelBits'(data_taken);
  end

  // -------------------------------------------------------------------------------------------- R
  logic flight_valid, flight_last, buffer_ready;
  word_t received, shown;

  // Bursts in flight: does it end its request?
  ofpga_fifo #(
    .Depth(MaxBursts),
    .T(logic)
  ) u_flight (
    .clk_i,
    .rst_ni,
    .valid_i(axi_arvalid_o && axi_arready_i),
    .ready_o(flight_ready),
    .data_i (burst.last),
    .valid_o(flight_valid),
    .ready_i(axi_rvalid_i && axi_rlast_i),
    .data_o (flight_last),
    .level_o()
  );

  assign axi_rready_o = 1'b1;
  assign received = '{
    data: axi_rdata_i,
    last: axi_rlast_i && flight_last,
    error: axi_rresp_i[1]
  };

  ofpga_ram_fifo #(
    .Depth(BufferWords),
    .T(word_t)
  ) u_buffer (
    .clk_i,
    .rst_ni,
    .valid_i(axi_rvalid_i),
    .ready_o(buffer_ready),
    .data_i (received),
    .valid_o(data_valid_o),
    .ready_i(data_ready_i),
    .data_o (shown),
    .level_o()
  );

  assign data_o = shown.data;
  assign data_last_o = shown.last;
  assign data_error_o = shown.error;

  `OFPGA_ASSUME(AnswerWasAskedFor, !axi_rvalid_i || flight_valid)
  `OFPGA_ASSERT(BufferHasRoom, !axi_rvalid_i || buffer_ready)
  `OFPGA_ASSERT_HOLD(AddressHolds, axi_arvalid_o, axi_arready_i, {axi_araddr_o, axi_arlen_o})
endmodule : ofpga_axi_read
