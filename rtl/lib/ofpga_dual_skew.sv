`include "ofpga_assert.svh"

// What all cascades of ofpga_dual_cascade that share their vectors have in common: each term as late
// as its DSP wants it. With Clocks = 2 the two pairs of vectors take turns, a half of the cycle each.
module ofpga_dual_skew #(
  parameter int unsigned Terms = 16,
  parameter int unsigned Clocks = 1,  // of the DSPs in a cycle: 1 or 2
  localparam int unsigned Cascades = 2 / Clocks
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if Clocks is 1
  input  logic rst_ni,

  input  logic [Terms-1:0][3:0][7:0] a_i,  // vectors 0 and 1: a pair; 2 and 3: the other
  output logic [Terms-1:0][Cascades-1:0][1:0][7:0] a_o
);
  if (Clocks == 1) begin : gen_single
    for (genvar i = 0; i < Terms; i++) begin : gen_term
      ofpga_delay #(
        .Cycles(i),
        .Bits  (32)
      ) u_delay (
        .clk_i,
        .data_i(a_i[i]),
        .data_o(a_o[i])
      );
    end
    wire unused = clk2x_i ^ rst_ni;
  end else begin : gen_double
    // Which half of the cycle it is: tick_q changes with clk_i, seen_q follows half a cycle later.
    logic tick_q, seen_q, first_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni) tick_q <= 1'b0;
      else tick_q <= !tick_q;
    end
    always_ff @(posedge clk2x_i) begin
      seen_q <= tick_q;
      first_q <= tick_q == seen_q;  // in the second half: the next is a first
    end

    for (genvar i = 0; i < Terms; i++) begin : gen_term
      logic [1:0][1:0][7:0] pairs;
      logic [1:0][7:0] turn_q;

      ofpga_delay #(
        .Cycles(i / 2),
        .Bits  (32)
      ) u_delay (
        .clk_i,
        .data_i(a_i[i]),
        .data_o(pairs)
      );

      always_ff @(posedge clk2x_i) turn_q <= first_q ? pairs[0] : pairs[1];

      ofpga_delay #(
        .Cycles(i % 2),
        .Bits  (16)
      ) u_half (
        .clk_i (clk2x_i),
        .data_i(turn_q),
        .data_o(a_o[i])
      );
    end

`ifndef SYNTHESIS
    // The halves take turns, or the clocks are not what they should be.
    logic [3:0] running_q;  // half cycles since reset
    logic last_q;
    always_ff @(posedge clk2x_i) begin
      running_q <= {running_q[2:0], rst_ni};
      last_q <= first_q;
      if (rst_ni && &running_q && $time != 0) begin
        HalvesAlternate : assert (first_q != last_q) else $error("%m does not hold.");
      end
    end
`endif
  end

  if (Clocks != 1 && Clocks != 2) begin : gen_illegal_clocks
    $error("ofpga_dual_skew: Clocks is %0d; DSPs run at the clock, 1, or at twice the clock, 2.",
           Clocks);
  end
endmodule : ofpga_dual_skew
