// Proof of ofpga_burst_splitter: the bursts of a request cover its words once, in order and without
// a gap; none is longer than MaxBeats or crosses 4 KiB, and exactly the final one is marked.
module ofpga_burst_splitter_formal #(
  parameter int unsigned AddrBits = 16,
  parameter int unsigned CountBits = 8,
  parameter int unsigned WordBytes = 4,
  parameter int unsigned MaxBeats = 16,
  localparam int unsigned ShiftBits = $clog2(WordBytes)
) (
  input logic                          clk_i,
  input logic                          rst_ni,
  input logic                          req_valid_i,
  input logic [AddrBits-ShiftBits-1:0] req_addr_i,
  input logic [CountBits-1:0]          req_words_i,
  input logic                          burst_ready_i
);
  logic req_ready_o, burst_valid_o, burst_last_o;
  logic [AddrBits-1:0] burst_addr_o;
  logic [7:0] burst_len_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_burst_splitter #(
    .AddrBits(AddrBits),
    .CountBits(CountBits),
    .WordBytes(WordBytes),
    .MaxBeats(MaxBeats)
  ) u_dut (.*);

  // The next word of the request in work, and how many are left.
  logic [AddrBits-ShiftBits-1:0] next_q;
  logic [CountBits-1:0] left_q;

  wire [8:0] beats = 9'(burst_len_o) + 9'd1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= '0;
    end else if (req_valid_i && req_ready_o) begin
      next_q <= req_addr_i;
      left_q <= req_words_i;
    end else if (burst_valid_o && burst_ready_i) begin
      next_q <= next_q + (AddrBits - ShiftBits)'(beats);
      left_q <= left_q - CountBits'(beats);
    end
  end

  wire [AddrBits:0] last_byte = {1'b0, burst_addr_o} + (AddrBits + 1)'(beats) * WordBytes - 1;

  always_ff @(posedge clk_i) if (rst_ni) begin
    BurstsUntilDone : assert (burst_valid_o == (left_q != '0));
    // A request is taken in the cycle of the last burst at the latest, so that bursts follow
    // closely.
    TakenAtTheEnd : assert (req_ready_o == (!burst_valid_o || (burst_last_o && burst_ready_i)));
    if (burst_valid_o) begin
      BurstIsNext : assert (burst_addr_o == AddrBits'(next_q) << ShiftBits);
      BurstIsLegal : assert (int'(beats) <= int'(MaxBeats));
      BurstStaysInPage : assert (last_byte[AddrBits:12] == {1'b0, burst_addr_o[AddrBits-1:12]});
      BurstIsWanted : assert (32'(beats) <= 32'(left_q));
      LastIsLast : assert (burst_last_o == (32'(beats) == 32'(left_q)));
      // For induction.
      LeftIsKnown : assert (u_dut.words_q == left_q);
    end
  end
endmodule : ofpga_burst_splitter_formal
