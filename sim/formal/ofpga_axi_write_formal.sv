// Proof of ofpga_axi_write against any memory that answers complete bursts: every announced burst
// finds all of its words in the buffer, so W waits for nobody but the memory and the RAM's own
// delay; AW and W agree on each burst's length; no more than MaxBursts are in flight. What the
// engine's parts demand of it is proven, not assumed.
module ofpga_axi_write_formal #(
  parameter int unsigned AddrBits = 13,
  parameter int unsigned CountBits = 4,
  parameter int unsigned MaxBeats = 4,
  parameter int unsigned MaxBursts = 2,
  parameter int unsigned BufferWords = 6,
  localparam int unsigned WordBytes = 1
) (
  input logic                 clk_i,
  input logic                 rst_ni,
  input logic                 req_valid_i,
  input logic [AddrBits-1:0]  req_addr_i,
  input logic [CountBits-1:0] req_words_i,
  input logic                 data_valid_i,
  input logic [7:0]           data_i,
  input logic                 strobe_i,
  input logic                 axi_awready_i,
  input logic                 axi_wready_i,
  input logic                 axi_bvalid_i,
  input logic [1:0]           axi_bresp_i,
  input logic                 watch_i
);
  logic req_ready_o, data_ready_o, done_o, error_o;
  logic axi_awvalid_o, axi_wvalid_o, axi_wstrb_o, axi_wlast_o, axi_bready_o;
  logic [AddrBits-1:0] axi_awaddr_o;
  logic [7:0] axi_awlen_o, axi_wdata_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_axi_write #(
    .AddrBits(AddrBits),
    .CountBits(CountBits),
    .WordBytes(WordBytes),
    .MaxBeats(MaxBeats),
    .MaxBursts(MaxBursts),
    .BufferWords(BufferWords)
  ) u_dut (.*);

  // The surroundings: handshakes hold, a request has words, an answer is to a burst that came
  // completely.
  int addressed_q, written_q;  // bursts whose AW, whose last W came, and that are not answered

  wire addressed = axi_awvalid_o && axi_awready_i;
  wire written = axi_wvalid_o && axi_wready_i && axi_wlast_o;

  always_ff @(posedge clk_i) begin
    addressed_q <= rst_ni ? addressed_q + int'(addressed) - int'(axi_bvalid_i) : 0;
    written_q <= rst_ni ? written_q + int'(written) - int'(axi_bvalid_i) : 0;
  end

  always_comb assume (!axi_bvalid_i || (addressed_q > 0 && written_q > 0));
  always_comb assume (!req_valid_i || req_words_i != '0);
  always_ff @(posedge clk_i) if (rst_ni) begin
    if ($past(rst_ni && req_valid_i && !req_ready_o))
      assume (req_valid_i && $stable(req_addr_i) && $stable(req_words_i));
    if ($past(rst_ni && data_valid_i && !data_ready_o))
      assume (data_valid_i && $stable(data_i) && $stable(strobe_i));
  end

  // Follow the burst that is announced now: its address and its words come after those before it,
  // and agree.
  logic watching_q, address_due_q, words_due_q;
  int address_ahead_q, words_ahead_q;
  logic [7:0] len_q;

  int addresses;  // announced and still in the engine
  assign addresses = int'(u_dut.u_address.out_valid_q) + int'(u_dut.u_address.skid_valid_q);

  wire begins = u_dut.issue && watch_i && !watching_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      watching_q <= 1'b0;
      address_due_q <= 1'b0;
      words_due_q <= 1'b0;
    end else if (begins) begin
      watching_q <= 1'b1;
      address_due_q <= 1'b1;
      words_due_q <= 1'b1;
      len_q <= u_dut.split.len;
      address_ahead_q <= addresses - int'(addressed);
      words_ahead_q <= int'(u_dut.u_length.level_q) - int'(written);
    end else begin
      if (addressed && address_ahead_q == 0) address_due_q <= 1'b0;
      if (written && words_ahead_q == 0) words_due_q <= 1'b0;
      if (addressed) address_ahead_q <= address_ahead_q - 1;
      if (written) words_ahead_q <= words_ahead_q - 1;
      watching_q <= address_due_q || words_due_q;
    end
  end

  // For induction: how the accounts agree, and where the followed burst is.
  int claimed;
  always_comb begin
    claimed = -int'(u_dut.beat_q);
    for (int i = 0; i < 4; i++) begin
      if (i < int'(u_dut.u_length.level_q))
        claimed += int'(u_dut.u_length.words_q[(int'(u_dut.u_length.read_q) + i) % 4]) + 1;
    end
  end

  always_ff @(posedge clk_i) if (rst_ni) begin
    AnswersAreTaken : assert (axi_bready_o);
    WordsAreThere : assert (
      int'(u_dut.unclaimed_q) + claimed == int'(u_dut.u_buffer.level_q) && claimed >= 0);
    BeatIsInside : assert (u_dut.length_valid ? u_dut.beat_q <= u_dut.length : u_dut.beat_q == 0);
    AddressHasLength : assert (
      !watching_q || !address_due_q || address_ahead_q != 0 || !axi_awvalid_o ||
      axi_awlen_o == len_q);
    WordsHaveLength : assert (
      !watching_q || !words_due_q || words_ahead_q != 0 || !written || u_dut.beat_q == len_q);
    FlightsAgree : assert (
      addressed_q >= 0 && written_q >= 0 &&
      addressed_q + addresses == int'(u_dut.u_flight.level_q) &&
      written_q + int'(u_dut.u_length.level_q) == int'(u_dut.u_flight.level_q));
    AddressIsThere : assert (
      !watching_q || !address_due_q || (
        address_ahead_q >= 0 && address_ahead_q < addresses &&
        len_q == (address_ahead_q == 0 ? u_dut.u_address.out_q.len : u_dut.u_address.skid_q.len)));
    LengthIsThere : assert (
      !watching_q || !words_due_q || (
        words_ahead_q >= 0 && words_ahead_q < int'(u_dut.u_length.level_q) &&
        len_q == u_dut.u_length.words_q[(int'(u_dut.u_length.read_q) + words_ahead_q) % 4]));
  end

  for (genvar i = 0; i < 4; i++) begin : gen_length
    always_ff @(posedge clk_i) if (rst_ni) begin
      LengthFits : assert (
        i >= int'(u_dut.u_length.level_q) ||
        int'(u_dut.u_length.words_q[(int'(u_dut.u_length.read_q) + i) % 4]) < int'(MaxBeats));
    end
  end
endmodule : ofpga_axi_write_formal
