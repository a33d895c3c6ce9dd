// Sums to results before the epilogue: docs/numerics.md, 4.3 to 4.5. A channel of a row each cycle; never
// stalls.
module ofpga_matmul_scale
  import ofpga_pkg::*, ofpga_math_pkg::*, ofpga_matmul_pkg::*;
#(
  parameter int unsigned SideBits = 1  // of what goes along
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                valid_i,
  input  acc_t                sum_i,
  input  channel_record_t     channel_i,
  input  logic [15:0]         rm_i,
  input  logic signed [15:0]  re_i,
  input  logic [SideBits-1:0] side_i,

  output logic                valid_o,
  output logic signed [31:0]  result_o,
  output logic [SideBits-1:0] side_o
);
  localparam int unsigned MultiplyLatency = 4;
  localparam int unsigned Latency = 3 + MultiplyLatency + 3;

  logic [Latency-1:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
  end
  assign valid_o = valid_q[Latency-1];

  ofpga_delay #(
    .Cycles(Latency),
    .Bits(SideBits)
  ) u_side (
    .clk_i,
    .data_i(side_i),
    .data_o(side_o)
  );

  // 1: magnitude. 2: shift. 3: normalised sum.
  logic [AccBits-1:0] magnitude_q;
  acc_t sum_1q, sum_2q;
  logic [4:0] shift_2q;
  logic signed [17:0] e_1q, e_2q, e_3q, e;
  logic [31:0] scale_1q, scale_2q, scale_3q;
  logic signed [31:0] sum_3q;

  wire [6:0] bits = bitlen64(64'(magnitude_q));
  wire [4:0] shift = bits > 7'(ACC_NORM_BITS) ? 5'(bits - 7'(ACC_NORM_BITS)) : '0;

  always_ff @(posedge clk_i) begin
    magnitude_q <= sum_i < 0 ? -sum_i : sum_i;
    sum_1q <= sum_i;
    e_1q <= 18'(channel_i.exponent) + 18'(re_i);
    scale_1q <= 32'(channel_i.mantissa) * 32'(rm_i);

    sum_2q <= sum_1q;
    shift_2q <= shift;
    e_2q <= e_1q + 18'(shift);
    scale_2q <= scale_1q;

    sum_3q <= 32'(rhu64(64'(sum_2q), 6'(shift_2q)));
    e_3q <= e_2q;
    scale_3q <= scale_2q;
  end

  // The product; its registers are there for synthesis to spread over the multiplier.
  logic signed [63:0] product, product_d;
  assign product_d = 64'(sum_3q) * signed'({32'b0, scale_3q});

  ofpga_delay #(
    .Cycles(MultiplyLatency),
    .Bits(64 + 18)
  ) u_product (
    .clk_i,
    .data_i({product_d, e_3q}),
    .data_o({product, e})
  );

  // Shift to the right, and to the left; choose; bias.
  logic signed [63:0] right_q;
  logic signed [31:0] left_q, shifted_q;
  logic is_left_q, is_zero_q;
  logic signed [31:0] bias;

  ofpga_delay #(
    .Cycles(Latency - 1),
    .Bits(32)
  ) u_bias (
    .clk_i,
    .data_i(channel_i.bias),
    .data_o(bias)
  );

  always_ff @(posedge clk_i) begin
    is_left_q <= e > 0;
    is_zero_q <= e < -18'sd62;
    right_q <= rhu64(product, 6'(-e));
    left_q <= shift_left32(product, e > 18'sd31 ? 5'd31 : e[4:0]);

    shifted_q <= is_left_q ? left_q : is_zero_q ? '0 : sat32(right_q);
    result_o <= sat32(64'(shifted_q) + 64'(bias));
  end
endmodule : ofpga_matmul_scale
