// Proof of ofpga_axi_read_mux against any memory that answers bursts in order: bursts leave
// unchanged, with the base added, in the order in which they were taken; every word of an answer goes
// to the master whose burst it is, and to no other; at most MaxBursts are on their way.
module ofpga_axi_read_mux_formal #(
  parameter int unsigned Masters = 2,
  parameter int unsigned MaxBursts = 2,
  localparam int unsigned AddrBits = 6,
  localparam int unsigned WordBytes = 1
) (
  input logic                              clk_i,
  input logic                              rst_ni,
  input logic [AddrBits-1:0]               base_i,
  input logic [Masters-1:0]                from_arvalid_i,
  input logic [Masters-1:0][AddrBits-1:0]  from_araddr_i,
  input logic [Masters-1:0][7:0]           from_arlen_i,
  input logic [Masters-1:0]                from_rready_i,
  input logic                              axi_arready_i,
  input logic                              axi_rvalid_i,
  input logic [7:0]                        axi_rdata_i,
  input logic [1:0]                        axi_rresp_i,
  input logic                              axi_rlast_i,
  input logic                              watch_burst_i,
  input logic                              watch_owner_i
);
  typedef struct packed {
    logic [AddrBits-1:0] addr;
    logic [7:0]          len;
  } burst_t;
  typedef logic [(Masters > 1 ? $clog2(Masters) : 1)-1:0] index_t;

  logic [Masters-1:0] from_arready_o, from_rvalid_o;
  logic [7:0] from_rdata_o, axi_arlen_o;
  logic [1:0] from_rresp_o;
  logic from_rlast_o, axi_arvalid_o, axi_rready_o;
  logic [AddrBits-1:0] axi_araddr_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_axi_read_mux #(
    .Masters  (Masters),
    .AddrBits (AddrBits),
    .WordBytes(WordBytes),
    .MaxBursts(MaxBursts)
  ) u_dut (.*);

  // The base stays, as the host writes it while nothing runs.
  always_ff @(posedge clk_i) assume ($stable(base_i));

  // Which master a handshake is with.
  wire [Masters-1:0] taken = from_arvalid_i & from_arready_o;
  index_t taker, receiver;
  burst_t entered, left;
  always_comb begin
    taker = '0;
    receiver = '0;
    for (int m = 0; m < int'(Masters); m++) begin
      if (taken[m]) taker = index_t'(m);
      if (from_rvalid_o[m]) receiver = index_t'(m);
    end
    entered = '{addr: from_araddr_i[taker] + base_i, len: from_arlen_i[taker]};
    left = '{addr: axi_araddr_o, len: axi_arlen_o};
  end

  int sliced;
  assign sliced = int'(u_dut.u_slice.out_valid_q) + int'(u_dut.u_slice.skid_valid_q);
  wire asked = axi_arvalid_o && axi_arready_i;
  wire answered = axi_rvalid_i && axi_rready_o && axi_rlast_i;

  logic watching_burst, watching_owner;
  burst_t burst;
  index_t owner;
  int burst_ahead, owner_ahead;

  ofpga_formal_follow #(
    .T(burst_t)
  ) u_burst (
    .clk_i,
    .rst_ni,
    .watch_i   (watch_burst_i),
    .push_i    (|taken),
    .data_i    (entered),
    .pop_i     (asked),
    .data_o_i  (left),
    .level_i   (sliced),
    .watching_o(watching_burst),
    .word_o    (burst),
    .ahead_o   (burst_ahead)
  );

  ofpga_formal_follow #(
    .T(index_t)
  ) u_owner (
    .clk_i,
    .rst_ni,
    .watch_i   (watch_owner_i),
    .push_i    (|taken),
    .data_i    (taker),
    .pop_i     (answered),
    .data_o_i  (receiver),
    .level_i   (int'(u_dut.u_order.level_q)),
    .watching_o(watching_owner),
    .word_o    (owner),
    .ahead_o   (owner_ahead)
  );

  int flight_q;  // asked for and not answered
  always_ff @(posedge clk_i) begin
    if (!rst_ni) flight_q <= 0;
    else flight_q <= flight_q + int'(asked) - int'(answered);
  end
  always_comb assume (!axi_rvalid_i || flight_q > 0);

  always_ff @(posedge clk_i) if (rst_ni) begin
    OneIsTaken : assert ($onehot0(taken));
    OneReceives : assert ($onehot0(from_rvalid_o) && (axi_rvalid_i == |from_rvalid_o));
    TakenByIt : assert (!axi_rvalid_i || axi_rready_o == from_rready_i[receiver]);
    FlightIsBounded : assert (
      flight_q >= 0 && flight_q + sliced == int'(u_dut.u_order.level_q)
      && flight_q + sliced <= int'(MaxBursts));
    // For induction: a standing choice is one that somebody asks for; where the followed ones are.
    ChoiceStands : assert (
      int'(u_dut.u_arbiter.index_q) < int'(Masters)
      && (!u_dut.u_arbiter.stalled_q || from_arvalid_i[u_dut.u_arbiter.index_q]));
    BurstIsThere : assert (!watching_burst ||
      (burst_ahead == 0 ? left == burst : burst_t'(u_dut.u_slice.skid_q) == burst));
    OwnerIsThere : assert (!watching_owner ||
      u_dut.u_order.words_q[(int'(u_dut.u_order.read_q) + owner_ahead) % int'(MaxBursts)] == owner);
  end

  for (genvar i = 0; i < MaxBursts; i++) begin : gen_order
    always_ff @(posedge clk_i) if (rst_ni) begin
      OrderNamesMasters : assert (
        (i - int'(u_dut.u_order.read_q) + int'(MaxBursts)) % int'(MaxBursts)
          >= int'(u_dut.u_order.level_q)
        || int'(u_dut.u_order.words_q[i]) < int'(Masters));
    end
  end
endmodule : ofpga_axi_read_mux_formal
