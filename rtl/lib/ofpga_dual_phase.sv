// Which half of a cycle of clk_i it is, for registers at twice the clock.
module ofpga_dual_phase (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together
  input  logic rst_ni,
  output logic first_o  // the edge of clk2x_i that comes is the one within the cycle
);
  // tick_q changes with clk_i, seen_q follows half a cycle later.
  logic tick_q, seen_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) tick_q <= 1'b0;
    else tick_q <= !tick_q;
  end
  always_ff @(posedge clk2x_i) begin
    seen_q <= tick_q;
    first_o <= tick_q == seen_q;  // in the second half: the next is a first
  end

`ifndef SYNTHESIS
  // The halves take turns, or the clocks are not what they should be.
  logic [3:0] running_q;  // half cycles since reset
  logic last_q;
  always_ff @(posedge clk2x_i) begin
    running_q <= {running_q[2:0], rst_ni};
    last_q <= first_o;
    if (rst_ni && &running_q && $time != 0) begin
      HalvesAlternate : assert (first_o != last_q) else $error("%m does not hold.");
    end
  end
`endif
endmodule : ofpga_dual_phase
