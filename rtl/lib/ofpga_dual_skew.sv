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
    logic first;
    ofpga_dual_phase u_phase (
      .clk_i,
      .clk2x_i,
      .rst_ni,
      .first_o(first)
    );

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

      always_ff @(posedge clk2x_i) turn_q <= first ? pairs[0] : pairs[1];

      ofpga_delay #(
        .Cycles(i % 2),
        .Bits  (16)
      ) u_half (
        .clk_i (clk2x_i),
        .data_i(turn_q),
        .data_o(a_o[i])
      );
    end
  end

  if (Clocks != 1 && Clocks != 2) begin : gen_illegal_clocks
    $error("ofpga_dual_skew: Clocks is %0d; DSPs run at the clock, 1, or at twice the clock, 2.",
           Clocks);
  end
endmodule : ofpga_dual_skew
