// Follows one word through a queue: it comes out once, unchanged, after exactly the words that went
// in before it. Which word, the proof tool chooses with watch_i, so what it proves holds for every
// word.
module ofpga_formal_follow #(
  parameter type T = logic
) (
  input logic clk_i,
  input logic rst_ni,
  input logic watch_i,
  input logic push_i,
  input T     data_i,
  input logic pop_i,
  input T     data_o_i,
  input int   level_i,  // words held
  output logic watching_o,
  output T     word_o,  // the followed one
  output int   ahead_o  // words to come out before it
);
  wire begins = push_i && watch_i && !watching_o;
  wire ends = watching_o && pop_i && ahead_o == 0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) watching_o <= 1'b0;
    else watching_o <= (watching_o || begins) && !ends;
    if (begins) begin
      word_o <= data_i;
      ahead_o <= level_i - int'(pop_i);
    end else if (pop_i) begin
      ahead_o <= ahead_o - 1;
    end
  end

  always_ff @(posedge clk_i) if (rst_ni) begin
    WordComesOut : assert (!ends || data_o_i == word_o);
    WordIsHeld : assert (!watching_o || (ahead_o >= 0 && ahead_o < level_i));
  end
endmodule : ofpga_formal_follow
