// Proof of ofpga_axi_write_mux against any memory that answers bursts in order: bursts leave
// unchanged, with the base added, in the order in which they were taken; W carries the words of the
// masters in that order, each burst's to its last; every answer goes to the master whose burst it
// is, and to no other; at most MaxBursts are on their way.
module ofpga_axi_write_mux_formal #(
  parameter int unsigned Masters = 2,
  parameter int unsigned MaxBursts = 2,
  localparam int unsigned AddrBits = 6,
  localparam int unsigned WordBytes = 1
) (
  input logic                              clk_i,
  input logic                              rst_ni,
  input logic [AddrBits-1:0]               base_i,
  input logic [Masters-1:0]                from_awvalid_i,
  input logic [Masters-1:0][AddrBits-1:0]  from_awaddr_i,
  input logic [Masters-1:0][7:0]           from_awlen_i,
  input logic [Masters-1:0]                from_wvalid_i,
  input logic [Masters-1:0][7:0]           from_wdata_i,
  input logic [Masters-1:0][0:0]           from_wstrb_i,
  input logic [Masters-1:0]                from_wlast_i,
  input logic [Masters-1:0]                from_bready_i,
  input logic                              axi_awready_i,
  input logic                              axi_wready_i,
  input logic                              axi_bvalid_i,
  input logic [1:0]                        axi_bresp_i,
  input logic                              watch_burst_i,
  input logic                              watch_sender_i,
  input logic                              watch_owner_i
);
  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
  } burst_t;
  typedef logic [(Masters > 1 ? $clog2(Masters) : 1)-1:0] index_t;
  localparam int unsigned Words = 4;  // bursts whose words are due, at most

  logic [Masters-1:0] from_awready_o, from_wready_o, from_bvalid_o;
  logic [1:0] from_bresp_o;
  logic axi_awvalid_o, axi_wvalid_o, axi_wlast_o, axi_bready_o;
  logic [AddrBits-1:0] axi_awaddr_o;
  logic [7:0] axi_awlen_o, axi_wdata_o;
  logic [0:0] axi_wstrb_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_axi_write_mux #(
    .Masters  (Masters),
    .AddrBits (AddrBits),
    .WordBytes(WordBytes),
    .MaxBursts(MaxBursts)
  ) u_dut (.*);

  // The base stays, as the host writes it while nothing runs; masters hold what they offer.
  always_ff @(posedge clk_i) assume ($stable(base_i));
  for (genvar m = 0; m < Masters; m++) begin : gen_hold
    always_ff @(posedge clk_i) begin
      if (rst_ni && $past(rst_ni && from_wvalid_i[m] && !from_wready_o[m])) begin
        assume (from_wvalid_i[m] && $stable(from_wdata_i[m]) && $stable(from_wstrb_i[m])
                && $stable(from_wlast_i[m]));
      end
    end
  end

  // Which master a handshake is with.
  wire [Masters-1:0] taken = from_awvalid_i & from_awready_o;
  wire [Masters-1:0] sent = from_wvalid_i & from_wready_o;
  index_t taker, sender, receiver;
  burst_t entered, left;
  always_comb begin
    taker = '0;
    sender = '0;
    receiver = '0;
    for (int m = 0; m < int'(Masters); m++) begin
      if (taken[m]) taker = index_t'(m);
      if (sent[m]) sender = index_t'(m);
      if (from_bvalid_o[m]) receiver = index_t'(m);
    end
    entered = '{addr: from_awaddr_i[taker] + base_i, len: from_awlen_i[taker]};
    left = '{addr: axi_awaddr_o, len: axi_awlen_o};
  end

  int sliced, open, flight;
  assign sliced = int'(u_dut.u_slice.out_valid_q) + int'(u_dut.u_slice.skid_valid_q);
  assign open = int'(u_dut.u_words.level_q);
  assign flight = int'(u_dut.u_answers.level_q);
  wire moved = axi_wvalid_o && axi_wready_i;

  logic watching_burst, watching_sender, watching_owner;
  burst_t burst;
  index_t whose, owner;
  int burst_ahead, sender_ahead, owner_ahead;

  ofpga_formal_follow #(
    .T(burst_t)
  ) u_burst (
    .clk_i,
    .rst_ni,
    .watch_i   (watch_burst_i),
    .push_i    (|taken),
    .data_i    (entered),
    .pop_i     (axi_awvalid_o && axi_awready_i),
    .data_o_i  (left),
    .level_i   (sliced),
    .watching_o(watching_burst),
    .word_o    (burst),
    .ahead_o   (burst_ahead)
  );

  ofpga_formal_follow #(
    .T(index_t)
  ) u_sender (
    .clk_i,
    .rst_ni,
    .watch_i   (watch_sender_i),
    .push_i    (|taken),
    .data_i    (taker),
    .pop_i     (moved && axi_wlast_o),
    .data_o_i  (sender),
    .level_i   (open),
    .watching_o(watching_sender),
    .word_o    (whose),
    .ahead_o   (sender_ahead)
  );

  ofpga_formal_follow #(
    .T(index_t)
  ) u_owner (
    .clk_i,
    .rst_ni,
    .watch_i   (watch_owner_i),
    .push_i    (|taken),
    .data_i    (taker),
    .pop_i     (axi_bvalid_i && axi_bready_o),
    .data_o_i  (receiver),
    .level_i   (flight),
    .watching_o(watching_owner),
    .word_o    (owner),
    .ahead_o   (owner_ahead)
  );

  always_comb assume (!axi_bvalid_i || flight > 0);

  always_ff @(posedge clk_i) if (rst_ni) begin
    OneIsTaken : assert ($onehot0(taken));
    OneSends : assert ($onehot0(sent) && moved == |sent);
    WordIsTheSenders : assert (!moved || (
      axi_wdata_o == from_wdata_i[sender] && axi_wstrb_o == from_wstrb_i[sender]
      && axi_wlast_o == from_wlast_i[sender]));
    OneReceives : assert ($onehot0(from_bvalid_o) && (axi_bvalid_i == |from_bvalid_o));
    TakenByIt : assert (!axi_bvalid_i || axi_bready_o == from_bready_i[receiver]);
    FlightIsBounded : assert (flight <= int'(MaxBursts));
    // For induction: a standing choice is one that somebody asks for; where the followed ones are.
    ChoiceStands : assert (
      int'(u_dut.u_arbiter.index_q) < int'(Masters)
      && (!u_dut.u_arbiter.stalled_q || from_awvalid_i[u_dut.u_arbiter.index_q]));
    BurstIsThere : assert (!watching_burst ||
      (burst_ahead == 0 ? left == burst : burst_t'(u_dut.u_slice.skid_q) == burst));
    SenderIsThere : assert (!watching_sender ||
      u_dut.u_words.words_q[(int'(u_dut.u_words.read_q) + sender_ahead) % int'(Words)] == whose);
    OwnerIsThere : assert (!watching_owner ||
      u_dut.u_answers.words_q[(int'(u_dut.u_answers.read_q) + owner_ahead) % int'(MaxBursts)]
        == owner);
  end

  for (genvar i = 0; i < Words; i++) begin : gen_words
    always_ff @(posedge clk_i) if (rst_ni) begin
      WordsNameMasters : assert (
        (i - int'(u_dut.u_words.read_q) + int'(Words)) % int'(Words) >= open
        || int'(u_dut.u_words.words_q[i]) < int'(Masters));
    end
  end
  for (genvar i = 0; i < MaxBursts; i++) begin : gen_answers
    always_ff @(posedge clk_i) if (rst_ni) begin
      AnswersNameMasters : assert (
        (i - int'(u_dut.u_answers.read_q) + int'(MaxBursts)) % int'(MaxBursts) >= flight
        || int'(u_dut.u_answers.words_q[i]) < int'(Masters));
    end
  end
endmodule : ofpga_axi_write_mux_formal
