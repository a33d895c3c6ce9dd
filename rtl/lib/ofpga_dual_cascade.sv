// Four dot products of int8 vectors with a shared vector b, a set each cycle: a cascade of Terms DSPs
// for each pair of vectors, or, at twice the clock, one for both. LUTs can take some of the terms.
//
// The vectors come through ofpga_dual_skew; b and the sums are here. The latency depends on Clocks. With two clocks the
// first pair's sums come half a cycle before the second's; ofpga_dual_gather puts them side by side.
module ofpga_dual_cascade
  import ofpga_dual_pkg::*;
#(
  parameter int unsigned Terms = 16,  // at most 16, so that the low sum leaves the high one alone
  parameter int unsigned Clocks = 1,  // of the DSPs in a cycle: 1 or 2
  parameter int unsigned LutTerms = 0,  // terms, the first, in LUTs instead of DSPs
  localparam int unsigned Cascades = 2 / Clocks
) (
  input  logic clk_i,
  input  logic clk2x_i,  // twice clk_i, their edges together; unused if Clocks is 1

  input  logic [Terms-1:0][Cascades-1:0][1:0][7:0] a_i,  // from ofpga_dual_skew
  input  logic [Terms-1:0][7:0] b_i,  // with the skew's input
  output packed_sum_t [Cascades-1:0] sums_o  // dual_latency(Terms, Clocks) after it once they are gathered
);
  if (Terms < 1 || Terms > TermsMax) begin : gen_illegal
    $error("ofpga_dual_cascade: Terms is %0d; a packed sum is exact for 1 to %0d.", Terms, TermsMax);
  end

  logic [Terms-1:0][7:0] b;  // each term as late as its DSP wants it

  for (genvar i = 0; i < Terms; i++) begin : gen_term
    if (Clocks == 1) begin : gen_single
      ofpga_delay #(
        .Cycles(i),
        .Bits  (8)
      ) u_delay (
        .clk_i,
        .data_i(b_i[i]),
        .data_o(b[i])
      );
    end else begin : gen_double
      logic [7:0] slow;

      ofpga_delay #(
        .Cycles(i / 2),
        .Bits  (8)
      ) u_delay (
        .clk_i,
        .data_i(b_i[i]),
        .data_o(slow)
      );
      ofpga_delay #(
        .Cycles(1 + i % 2),
        .Bits  (8)
      ) u_half (
        .clk_i (clk2x_i),
        .data_i(slow),
        .data_o(b[i])
      );
    end
  end

  for (genvar c = 0; c < Cascades; c++) begin : gen_chain
    logic [Terms-1:0][1:0][7:0] a;
    for (genvar i = 0; i < Terms; i++) begin : gen_pair
      assign a[i] = a_i[i][c];
    end

    ofpga_dual_chain #(
      .Terms   (Terms),
      .LutTerms(LutTerms)
    ) u_chain (
      .clk_i(Clocks == 1 ? clk_i : clk2x_i),
      .a_i  (a),
      .b_i  (b),
      .sum_o(sums_o[c])
    );
  end

  wire unused = clk2x_i;  // with one clock
endmodule : ofpga_dual_cascade
