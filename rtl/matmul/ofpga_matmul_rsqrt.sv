// Reciprocal square root, docs/numerics.md section 5: table, one Newton step. A result each cycle.
module ofpga_matmul_rsqrt
  import ofpga_pkg::*, ofpga_math_pkg::*;
#(
  parameter int unsigned SideBits = 1  // of what goes along
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                valid_i,
  input  logic [59:0]         t_i,
  input  logic [SideBits-1:0] side_i,

  output logic                valid_o,
  output logic [15:0]         rm_o,  // rm * 2^re ~ 1 / sqrt(t); (0, 0) for 0
  output logic signed [15:0]  re_o,
  output logic [SideBits-1:0] side_o
);
  localparam int unsigned Latency = 7;

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

  // 1: h. 2: t in Q30. 3: first guess. 4: its square. 5: times t. 6: u. 7: r0 * u.
  logic [59:0] full_q;
  logic signed [5:0] h_q, h_out;
  logic [31:0] t_q, t3_q, t4_q;
  logic [15:0] r0_q, r4_q, r5_q, r6_q;
  logic [31:0] square_q;
  logic [47:0] product_q;
  logic [16:0] u_q;
  logic [32:0] newton, rounded;

  wire signed [7:0] excess = signed'({1'b0, bitlen64(64'(t_i))}) - 8'sd31;
  wire [47:0] u = (48'd3 << 46) - product_q;
  assign newton = 33'(r6_q) * 33'(u_q);
  assign rounded = (newton + 33'(1 << 14)) >> 15;

  always_ff @(posedge clk_i) begin
    full_q <= t_i;
    h_q <= 6'(excess >>> 1);
    t_q <= h_q >= 0 ? 32'(full_q >> {h_q[4:0], 1'b0}) : 32'(full_q << {5'(-h_q), 1'b0});
    t3_q <= t_q;
    r0_q <= t_q[31:30] == '0 ? '0 : RSQRT[t_q[31:24]-8'd64];  // below 1 for 0 alone
    t4_q <= t3_q;
    r4_q <= r0_q;
    square_q <= 32'(r0_q) * 32'(r0_q);
    r5_q <= r4_q;
    product_q <= 48'(t4_q >> 14) * 48'(square_q);
    r6_q <= r5_q;
    u_q <= u[47:31];
    rm_o <= rounded > 33'd65535 ? 16'hffff : rounded[15:0];
    re_o <= r6_q == '0 ? '0 : -16'sd31 - 16'(h_out);
  end

  ofpga_delay #(
    .Cycles(5),
    .Bits(6)
  ) u_h (
    .clk_i,
    .data_i(h_q),
    .data_o(h_out)
  );

  wire unused = ^u[30:0];
endmodule : ofpga_matmul_rsqrt
