// Proof of ofpga_rr_arbiter: what comes out is the chosen input's word, it comes whenever there is
// any, only the chosen input is served, and a waiting input (any: watch_i) sees at most Inputs - 1
// others served.
module ofpga_rr_arbiter_formal #(
  parameter int unsigned Inputs = 4,
  // The arbiter only moves words: what holds for two bits holds for any.
  localparam type T = logic [1:0]
) (
  input logic              clk_i,
  input logic              rst_ni,
  input logic [Inputs-1:0] valid_i,
  input T     [Inputs-1:0] words_i,
  input logic              ready_i,
  input logic [$clog2(Inputs+1)-1:0] watch_i
);
  logic [Inputs-1:0] ready_o;
  logic valid_o;
  T data_i [Inputs];
  T data_o;
  logic [(Inputs > 1 ? $clog2(Inputs) : 1)-1:0] index_o;

  for (genvar i = 0; i < Inputs; i++) begin : gen_data
    assign data_i[i] = words_i[i];
  end

  ofpga_formal_reset u_reset (.*);

  ofpga_rr_arbiter #(
    .Inputs(Inputs),
    .T(T)
  ) u_dut (.*);

  always_comb assume (int'(watch_i) < int'(Inputs));
  always_ff @(posedge clk_i) assume ($stable(watch_i));

  wire waits = valid_i[watch_i] && !ready_o[watch_i];
  logic waited_q;
  int overtaken_q;  // others served while it waits

  always_ff @(posedge clk_i) begin
    waited_q <= rst_ni && waits;
    if (!rst_ni || !waits) overtaken_q <= 0;
    else overtaken_q <= overtaken_q + int'(valid_o && ready_i);
  end

  // For induction: the watched input's turn comes nearer with every other one that is served.
  int last, between;
  assign last = int'(u_dut.index_q);
  assign between = (int'(watch_i) - last - 1 + int'(Inputs)) % int'(Inputs);
  wire chosen = u_dut.stalled_q && last == int'(watch_i);

  always_ff @(posedge clk_i) if (rst_ni) begin
    SomethingIsShown : assert (valid_o == (valid_i != '0));
    ShownIsChosen : assert (!valid_o || (valid_i[index_o] && data_o == data_i[index_o]));
    ServedIsChosen : assert (ready_o == (valid_o && ready_i ? Inputs'(1) << index_o : '0));
    NobodyStarves : assert (overtaken_q < int'(Inputs));
    IndexFits : assert (last < int'(Inputs));
    StalledIsValid : assert (!u_dut.stalled_q || valid_i[u_dut.index_q]);
    TurnComes : assert (
      waited_q ? overtaken_q >= 0 && (
                   chosen || overtaken_q + between + int'(u_dut.stalled_q) < int'(Inputs))
               : overtaken_q == 0);
  end
endmodule : ofpga_rr_arbiter_formal
