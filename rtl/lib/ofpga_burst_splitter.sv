`include "ofpga_assert.svh"

// Cuts a run of words into AXI4 INCR bursts, one each cycle. Bursts end at multiples of MaxBeats
// words, so they never cross 4 KiB as long as MaxBeats words fit into it, and all but the first
// start aligned.
module ofpga_burst_splitter #(
  parameter int unsigned AddrBits = 64,  // of a byte address
  parameter int unsigned CountBits = 32,  // of a number of words
  parameter int unsigned WordBytes = 64,  // bytes of a word: one beat
  parameter int unsigned MaxBeats = 16,  // of one burst
  localparam int unsigned ShiftBits = $clog2(WordBytes)
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                          req_valid_i,
  output logic                          req_ready_o,
  input  logic [AddrBits-ShiftBits-1:0] req_addr_i,  // first word
  input  logic [CountBits-1:0]          req_words_i,  // at least 1

  output logic                burst_valid_o,
  input  logic                burst_ready_i,
  output logic [AddrBits-1:0] burst_addr_o,  // first byte
  output logic [7:0]          burst_len_o,  // beats - 1
  output logic                burst_last_o  // ends the request
);
  localparam int unsigned BeatBits = $clog2(MaxBeats);
  localparam int unsigned WordAddrBits = AddrBits - ShiftBits;

  if (WordBytes < 1 || WordBytes > 128 || 2 ** ShiftBits != WordBytes) begin : gen_illegal_word
    $error("ofpga_burst_splitter: WordBytes is %0d; AXI4 has 1, 2, 4 ... 128 bytes.", WordBytes);
  end
  if (MaxBeats < 2 || MaxBeats > 256 || 2 ** BeatBits != MaxBeats) begin : gen_illegal_beats
    $error("ofpga_burst_splitter: MaxBeats is %0d; it must be 2, 4, 8 ... 256.", MaxBeats);
  end
  if (MaxBeats * WordBytes > 4096) begin : gen_illegal_burst
    $error("ofpga_burst_splitter: %0d beats of %0d bytes cross 4 KiB; MaxBeats can be at most %0d.",
           MaxBeats, WordBytes, 4096 / WordBytes);
  end
  if (AddrBits < 13 || AddrBits > 64) begin : gen_illegal_addr
    $error("ofpga_burst_splitter: AddrBits is %0d; it must be 13 to 64.", AddrBits);
  end
  if (CountBits <= BeatBits || CountBits > WordAddrBits) begin : gen_illegal_count
    $error("ofpga_burst_splitter: CountBits is %0d; it must be %0d to %0d, %s.", CountBits,
           BeatBits + 1, WordAddrBits, "enough for one burst and at most the address space");
  end

  logic active_q;
  logic [WordAddrBits-1:0] addr_q;
  logic [CountBits-1:0] words_q;  // left, this burst's included

  logic [BeatBits:0] room, beats;  // words to the next multiple of MaxBeats; those taken of them
  assign room = (BeatBits + 1)'(MaxBeats) - {1'b0, addr_q[BeatBits-1:0]};
  assign burst_last_o = words_q <= CountBits'(room);
  assign beats = burst_last_o ? words_q[BeatBits:0] : room;

  assign burst_valid_o = active_q;
  assign burst_addr_o = AddrBits'(addr_q) << ShiftBits;
  assign burst_len_o = 8'(beats - 1'b1);

  wire taken = burst_valid_o && burst_ready_i;
  assign req_ready_o = !active_q || (taken && burst_last_o);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) active_q <= 1'b0;
    else if (req_ready_o) active_q <= req_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (req_ready_o) begin
      addr_q <= req_addr_i;
      words_q <= req_words_i;
    end else if (taken) begin
      addr_q <= {addr_q[WordAddrBits-1:BeatBits] + 1'b1, BeatBits'(0)};
      words_q <= words_q - CountBits'(beats);
    end
  end

  `OFPGA_ASSUME_HOLD(RequestHolds, req_valid_i, req_ready_o, {req_addr_i, req_words_i})
  `OFPGA_ASSUME(RequestHasWords, !req_valid_i || req_words_i != '0)
  `OFPGA_ASSERT_HOLD(BurstHolds, burst_valid_o, burst_ready_i,
                     {burst_addr_o, burst_len_o, burst_last_o})
  `OFPGA_ASSERT(BurstHasWords, !burst_valid_o || (beats != '0 && int'(beats) <= int'(MaxBeats)))
endmodule : ofpga_burst_splitter
