// Proof of ofpga_axi_read against any memory that answers bursts in order: it never asks for more
// than its buffer can take, so R is taken at once; no more than MaxBursts are in flight; words come
// out unchanged and in order. What the engine's parts demand of it is proven, not assumed.
module ofpga_axi_read_formal #(
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
  input logic                 data_ready_i,
  input logic                 axi_arready_i,
  input logic                 axi_rvalid_i,
  input logic [7:0]           axi_rdata_i,
  input logic [1:0]           axi_rresp_i,
  input logic                 watch_i
);
  logic req_ready_o, data_valid_o, data_last_o, data_error_o;
  logic [7:0] data_o, word;
  logic axi_arvalid_o, axi_rready_o, axi_rlast_i, watching;
  logic [AddrBits-1:0] axi_araddr_o;
  logic [7:0] axi_arlen_o;
  int ahead;

  ofpga_formal_reset u_reset (.*);

  ofpga_axi_read #(
    .AddrBits(AddrBits),
    .CountBits(CountBits),
    .WordBytes(WordBytes),
    .MaxBeats(MaxBeats),
    .MaxBursts(MaxBursts),
    .BufferWords(BufferWords)
  ) u_dut (.*);

  // The memory: beats that each burst still owes, the oldest first.
  int owed_q [MaxBursts];
  int bursts_q, owed;

  wire asked = axi_arvalid_o && axi_arready_i;
  wire answered = axi_rvalid_i && axi_rlast_i;

  assign axi_rlast_i = owed_q[0] == 1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      bursts_q <= 0;
      for (int i = 0; i < int'(MaxBursts); i++) owed_q[i] <= 0;
    end else begin
      bursts_q <= bursts_q + int'(asked) - int'(answered);
      for (int i = 0; i < int'(MaxBursts); i++) begin
        if (asked && i == bursts_q - int'(answered)) owed_q[i] <= int'(axi_arlen_o) + 1;
        else if (answered) owed_q[i] <= i + 1 < int'(MaxBursts) ? owed_q[i+1] : 0;
        else if (i == 0 && axi_rvalid_i) owed_q[i] <= owed_q[i] - 1;
      end
    end
  end

  always_comb begin
    owed = 0;
    for (int i = 0; i < int'(MaxBursts); i++) owed += owed_q[i];
  end

  always_comb assume (!axi_rvalid_i || bursts_q != 0);
  always_ff @(posedge clk_i) if (rst_ni && $past(rst_ni && req_valid_i && !req_ready_o))
    assume (req_valid_i && $stable(req_addr_i) && $stable(req_words_i));
  always_comb assume (!req_valid_i || req_words_i != '0);

  ofpga_formal_follow #(
    .T(logic [7:0])
  ) u_follow (
    .push_i(axi_rvalid_i),
    .data_i(axi_rdata_i),
    .pop_i(data_valid_o && data_ready_i),
    .data_o_i(data_o),
    .level_i(int'(u_dut.u_buffer.level_q)),
    .watching_o(watching),
    .word_o(word),
    .ahead_o(ahead),
    .*
  );

  // For induction: where the followed word is, and how the two sides' accounts agree.
  int stage, slot;
  logic [7:0] there;
  always_comb begin
    stage = ahead;
    there = 'x;
    if (u_dut.u_buffer.out_valid_q && stage == 0) there = u_dut.u_buffer.out_q.data;
    if (u_dut.u_buffer.out_valid_q) stage--;
    if (u_dut.u_buffer.latch_valid_q && stage == 0) there = u_dut.u_buffer.latch_q.data;
    if (u_dut.u_buffer.latch_valid_q) stage--;
    slot = (int'(u_dut.u_buffer.read_q) + stage) % int'(BufferWords);
    if (stage >= 0) there = u_dut.u_buffer.words_q[slot].data;
  end

  always_ff @(posedge clk_i) if (rst_ni) begin
    AnswersAreTaken : assert (axi_rready_o);
    FlightIsBounded : assert (bursts_q >= 0 && bursts_q <= int'(MaxBursts));
    AccountsAgree : assert (
      int'(u_dut.free_q) + owed + int'(u_dut.u_buffer.level_q) == int'(BufferWords));
    BurstsAgree : assert (bursts_q == int'(u_dut.u_flight.level_q));
    WordIsThere : assert (!watching || there == word);
    BurstFits : assert (
      !u_dut.u_burst.out_valid_q || int'(u_dut.u_burst.out_q.len) < int'(MaxBeats));
    NextFits : assert (
      !u_dut.u_burst.skid_valid_q || int'(u_dut.u_burst.skid_q.len) < int'(MaxBeats));
  end

  for (genvar i = 0; i < MaxBursts; i++) begin : gen_owed
    always_ff @(posedge clk_i) if (rst_ni) begin
      OwedIsSane : assert (
        i < bursts_q ? owed_q[i] >= 1 && owed_q[i] <= int'(MaxBeats) : owed_q[i] == 0);
    end
  end
endmodule : ofpga_axi_read_formal
