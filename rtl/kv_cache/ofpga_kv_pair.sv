// Turns one pair (x, y) by its cos and sin (docs/numerics.md, 7), or passes it. Three registers
// deep.
module ofpga_kv_pair
  import ofpga_pkg::*;
  import ofpga_math_pkg::*;
(
  input  logic clk_i,

  input  logic                advance_i,  // every register takes its next value
  input  logic                turn_i,
  input  logic signed  [31:0] x_i,
  input  logic signed  [31:0] y_i,
  input  logic signed  [15:0] cos_i,
  input  logic signed  [15:0] sin_i,
  output logic signed  [31:0] x_o,
  output logic signed  [31:0] y_o
);
  localparam logic [5:0] Shift = 6'(ROPE_FRAC_BITS);

  logic signed [47:0] xc_q, ys_q, xs_q, yc_q;  // |32 bits * 16 bits| <= 2^46
  logic signed [63:0] sum_x_q, sum_y_q;
  logic signed [31:0] x1_q, y1_q, x2_q, y2_q;
  logic turn1_q, turn2_q;

  always_ff @(posedge clk_i) begin
    if (advance_i) begin
      xc_q <= 48'(x_i) * 48'(cos_i);
      ys_q <= 48'(y_i) * 48'(sin_i);
      xs_q <= 48'(x_i) * 48'(sin_i);
      yc_q <= 48'(y_i) * 48'(cos_i);
      {turn1_q, x1_q, y1_q} <= {turn_i, x_i, y_i};

      sum_x_q <= rhu64(64'(xc_q) - 64'(ys_q), Shift);
      sum_y_q <= rhu64(64'(xs_q) + 64'(yc_q), Shift);
      {turn2_q, x2_q, y2_q} <= {turn1_q, x1_q, y1_q};

      x_o <= turn2_q ? sat32(sum_x_q) : x2_q;
      y_o <= turn2_q ? sat32(sum_y_q) : y2_q;
    end
  end
endmodule : ofpga_kv_pair
