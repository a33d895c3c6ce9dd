// The epilogue of a result, docs/numerics.md 4.6 and section 6. A channel each cycle; never stalls. With SILU,
// channels 2 j and 2 j + 1 come one right after the other, and channel 2 j gives no output.
module ofpga_matmul_epilogue
  import ofpga_pkg::*, ofpga_math_pkg::*;
#(
  parameter int unsigned SideBits = 1  // of what goes along
) (
  input  logic clk_i,
  input  logic rst_ni,

  input  logic                valid_i,
  input  logic signed [31:0]  result_i,
  input  logic signed [31:0]  old_i,  // RESIDUAL: what the output held
  input  logic                odd_i,  // channel
  input  logic                residual_i,
  input  logic                silu_i,
  input  logic                gelu_i,
  input  logic [SideBits-1:0] side_i,

  output logic                valid_o,
  output logic signed [31:0]  y_o,
  output logic [SideBits-1:0] side_o
);
  localparam int unsigned FunctionLatency = 7;
  localparam int unsigned GateLatency = 4;
  localparam int unsigned Latency = FunctionLatency + GateLatency;

  logic [Latency-1:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[Latency-2:0], valid_i};
  end

  ofpga_delay #(
    .Cycles(Latency),
    .Bits(SideBits)
  ) u_side (
    .clk_i,
    .data_i(side_i),
    .data_o(side_o)
  );

  // --------------------------------------------------- function: 1: magnitude. 2: entries. 3: step.
  //                                            4: between. 5: sign. 6: times the argument. 7: round.
  logic signed [31:0] g_1q, g_2q, g_3q, g_4q, g_5q, g_7;
  logic [31:0] a_1q;
  logic gelu_1q, gelu_2q, gelu_3q, inside_2q, inside_3q, inside_4q;
  logic [11:0] fraction_2q;
  logic [16:0] low_2q, high_2q, low_3q, between_4q, c_5q;
  logic [28:0] step_3q;
  logic signed [49:0] product_6q;
  logic signed [31:0] function_7q;

  // Bits 12.. (SILU), 11.. (GELU) of the magnitude choose the entry; both tables have 256 steps.
  wire [20:0] entry = gelu_1q ? a_1q[31:11] : {1'b0, a_1q[31:12]};
  wire [8:0] entry_low = 9'(entry[7:0]);
  wire [8:0] entry_high = entry_low + 9'd1;
  wire [17:0] stepped = gelu_3q ? 18'((step_3q + 29'd1024) >> 11) : 18'((step_3q + 29'd2048) >> 12);

  always_ff @(posedge clk_i) begin
    g_1q <= result_i;
    a_1q <= magnitude32(result_i);
    gelu_1q <= gelu_i;

    g_2q <= g_1q;
    gelu_2q <= gelu_1q;
    inside_2q <= entry < 21'd256;
    fraction_2q <= gelu_1q ? {1'b0, a_1q[10:0]} : a_1q[11:0];
    low_2q <= gelu_1q ? GELU_CDF[entry_low] : SIGMOID[entry_low];
    high_2q <= gelu_1q ? GELU_CDF[entry_high] : SIGMOID[entry_high];

    g_3q <= g_2q;
    gelu_3q <= gelu_2q;
    inside_3q <= inside_2q;
    low_3q <= low_2q;
    step_3q <= 29'(high_2q - low_2q) * 29'(fraction_2q);  // the tables rise

    g_4q <= g_3q;
    inside_4q <= inside_3q;
    between_4q <= low_3q + stepped[16:0];

    g_5q <= g_4q;
    c_5q <= 17'h10000;
    if (inside_4q) c_5q <= g_4q < 0 ? 17'h10000 - between_4q : between_4q;
    else if (g_4q < 0) c_5q <= '0;

    product_6q <= 50'(g_5q) * signed'({33'b0, c_5q});
    function_7q <= 32'((product_6q + 50'sd32768) >>> FRAC_BITS);
  end

  // ------------------------------------------------------------------------- gate, and the others
  logic signed [31:0] old_7;
  logic odd_7, residual_7, silu_7, gelu_7;

  ofpga_delay #(
    .Cycles(FunctionLatency),
    .Bits(2 * 32 + 4)
  ) u_plain (
    .clk_i,
    .data_i({result_i, old_i, odd_i, residual_i, silu_i, gelu_i}),
    .data_o({g_7, old_7, odd_7, residual_7, silu_7, gelu_7})
  );

  logic signed [31:0] gate_q, plain_d, plain;
  logic signed [63:0] product_d, product;
  logic silu, odd;

  always_ff @(posedge clk_i) gate_q <= function_7q;  // of the channel before
  assign product_d = 64'(gate_q) * 64'(g_7);
  always_comb begin
    plain_d = g_7;
    if (gelu_7) plain_d = function_7q;
    if (residual_7) plain_d = sat32(64'(g_7) + 64'(old_7));
  end

  ofpga_delay #(
    .Cycles(GateLatency - 1),
    .Bits(64 + 32 + 2)
  ) u_gate (
    .clk_i,
    .data_i({product_d, plain_d, silu_7, odd_7}),
    .data_o({product, plain, silu, odd})
  );

  always_ff @(posedge clk_i) y_o <= silu ? sat32(rhu64(product, 6'(FRAC_BITS))) : plain;

  logic drop_q;
  always_ff @(posedge clk_i) drop_q <= silu && !odd;
  assign valid_o = valid_q[Latency-1] && !drop_q;

  wire unused = stepped[17];
endmodule : ofpga_matmul_epilogue
