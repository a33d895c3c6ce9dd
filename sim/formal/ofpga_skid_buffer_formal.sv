// Proof of ofpga_skid_buffer: words come out unchanged and in order; it takes a word whenever it
// holds less than two and shows one whenever it holds any.
module ofpga_skid_buffer_formal #(
  // The buffer only moves words: what holds for two bits holds for any.
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

  int level;
  assign level = int'(u_dut.out_valid_q) + int'(u_dut.skid_valid_q);

  ofpga_formal_reset u_reset (.*);

  ofpga_skid_buffer #(
    .T(T)
  ) u_dut (.*);

  ofpga_formal_follow #(
    .T(T)
  ) u_follow (
    .push_i(valid_i && ready_o),
    .pop_i(valid_o && ready_i),
    .data_o_i(data_o),
    .level_i(level),
    .watching_o(watching),
    .word_o(word),
    .ahead_o(ahead),
    .*
  );

  always_ff @(posedge clk_i) if (rst_ni) begin
    ReadyUntilFull : assert (ready_o == (level != 2));
    ValidUnlessEmpty : assert (valid_o == (level != 0));
    // For induction: where the followed word is.
    WordIsThere : assert (!watching || (ahead == 0 ? u_dut.out_q : u_dut.skid_q) == word);
  end
endmodule : ofpga_skid_buffer_formal
