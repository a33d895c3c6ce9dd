// Proof of ofpga_fifo: words come out unchanged and in order; it takes words until it holds Depth
// and shows one whenever it holds any.
module ofpga_fifo_formal #(
  parameter int unsigned Depth = 2,
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
  T data_o, word;
  int ahead;
  logic [$clog2(Depth+1)-1:0] level_o;

  ofpga_formal_reset u_reset (.*);

  ofpga_fifo #(
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

  always_ff @(posedge clk_i) if (rst_ni) begin
    ReadyUntilFull : assert (ready_o == (int'(level_o) != int'(Depth)));
    ValidUnlessEmpty : assert (valid_o == (level_o != 0));
    // For induction: where the followed word is.
    WordIsThere : assert (
      !watching || u_dut.words_q[(int'(u_dut.read_q) + ahead) % int'(Depth)] == word);
  end
endmodule : ofpga_fifo_formal
