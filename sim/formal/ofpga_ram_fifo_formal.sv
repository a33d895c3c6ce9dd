// Proof of ofpga_ram_fifo: words come out unchanged and in order; it takes words until it holds
// Depth and shows one at most three cycles after it went in.
module ofpga_ram_fifo_formal #(
  parameter int unsigned Depth = 4,
  // The queue only moves words: what holds for two bits holds for any.
  localparam type T = logic [1:0]
) (
  input logic clk_i,
  input logic rst_ni,
  input logic valid_i,
  input T     data_i,
  input logic ready_i,
  input logic watch_i
);
  logic ready_o, valid_o, watching;
  T data_o, word, there;
  int ahead, stage, waited_q;
  logic [$clog2(Depth+1)-1:0] level_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_ram_fifo #(
    .Depth(Depth),
    .T(T)
  ) u_dut (.*);

  ofpga_formal_follow #(
    .T(T)
  ) u_follow (
    .push_i(valid_i && ready_o),
    .pop_i(valid_o && ready_i),
    .data_o_i(data_o),
    .level_i(int'(level_o)),
    .watching_o(watching),
    .word_o(word),
    .ahead_o(ahead),
    .*
  );

  // For induction: where the followed word is.
  always_comb begin
    stage = ahead;
    there = 'x;
    if (u_dut.out_valid_q && stage == 0) there = u_dut.out_q;
    if (u_dut.out_valid_q) stage--;
    if (u_dut.latch_valid_q && stage == 0) there = u_dut.latch_q;
    if (u_dut.latch_valid_q) stage--;
    if (stage >= 0) there = u_dut.words_q[(int'(u_dut.read_q) + stage) % int'(Depth)];
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || valid_o || level_o == 0) waited_q <= 0;
    else waited_q <= waited_q + 1;
  end

  always_ff @(posedge clk_i) if (rst_ni) begin
    ReadyUntilFull : assert (ready_o == (int'(level_o) != int'(Depth)));
    ValidSoon : assert (valid_o || level_o == 0 || waited_q < 2);
    WaitedIsCounted : assert (waited_q >= 0 && waited_q <= 2);
    WordIsThere : assert (!watching || there == word);
  end
endmodule : ofpga_ram_fifo_formal
