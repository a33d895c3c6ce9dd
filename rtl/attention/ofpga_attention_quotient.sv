// A and (R, hs) to y: one element, one each cycle (docs/numerics.md, 8). 7 cycles; the reciprocal
// joins behind the third.
module ofpga_attention_quotient
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
(
  input  logic               clk_i,
  input  sum_t               sum_i,
  input  logic [24:0]        reciprocal_i,  // three cycles later
  input  logic signed [5:0]  shift_i,  // with it
  output logic signed [31:0] y_o
);
  localparam int unsigned MantissaBits = ATTN_NORM_BITS + 2;  // signed, after rounding up

  sum_t sum1_q, sum2_q;
  logic [SumBits-1:0] magnitude_q;
  logic [4:0] shift2_q, shift3_q;
  logic signed [MantissaBits-1:0] mantissa_q;
  logic signed [63:0] product4_q, product5_q;
  logic signed [64:0] shifted_q;  // with the bit that rounds
  logic [5:0] shift4_q, shift5_q;

  wire [6:0] length = ofpga_math_pkg::bitlen64(64'(magnitude_q));
  wire [4:0] excess = length > 7'(ATTN_NORM_BITS) ? 5'(length - 7'(ATTN_NORM_BITS)) : '0;

  // Rounding half up adds the last bit that is shifted out.
  wire signed [SumBits:0] halved = $signed({sum2_q, 1'b0}) >>> shift2_q;

  always_ff @(posedge clk_i) begin
    sum1_q <= sum_i;
    magnitude_q <= sum_i[SumBits-1] ? -sum_i : sum_i;

    sum2_q <= sum1_q;
    shift2_q <= excess;

    mantissa_q <= MantissaBits'(halved >>> 1) + MantissaBits'(halved[0]);
    shift3_q <= shift2_q;

    product4_q <= 64'(mantissa_q) * 64'(signed'({1'b0, reciprocal_i}));
    shift4_q <= 6'(RECIP_BITS) + unsigned'(shift_i) - 6'(shift3_q);

    product5_q <= product4_q;  // a register for the multipliers to take
    shift5_q <= shift4_q;

    shifted_q <= $signed({product5_q, 1'b0}) >>> shift5_q;

    y_o <= ofpga_math_pkg::sat32($signed(shifted_q[64:1]) + 64'(shifted_q[0]));
  end
endmodule : ofpga_attention_quotient
