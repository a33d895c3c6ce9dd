// Runs ofpga_dual_mac or ofpga_dual_lut over every (a0, a1, b) in -127..127: Lanes values of a1 side
// by side, one (a0, b) each cycle.
module ofpga_dual_sweep
  import ofpga_dual_pkg::*;
#(
  parameter bit InLuts = 1'b0,  // ofpga_dual_lut
  parameter int unsigned Lanes = 51,  // divides 255
  localparam int unsigned Rounds = 255 / Lanes
) (
  input  logic clk_i,
  input  logic rst_ni,
  output logic done_o,
  output logic failed_o,
  output int unsigned checked_o  // products, in pairs
);
  localparam int unsigned Latency = 4;

  typedef struct packed {
    logic              valid;
    logic [7:0]        round;
    logic signed [7:0] a0;
    logic signed [7:0] b;
  } step_t;

  step_t now_q;
  step_t past_q [Latency];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      now_q <= '{valid: 1'b1, round: '0, a0: -8'sd127, b: -8'sd127};
    end else if (now_q.valid) begin
      now_q.b <= now_q.b == 8'sd127 ? -8'sd127 : now_q.b + 8'sd1;
      if (now_q.b == 8'sd127) begin
        now_q.a0 <= now_q.a0 == 8'sd127 ? -8'sd127 : now_q.a0 + 8'sd1;
        if (now_q.a0 == 8'sd127) begin
          if (now_q.round == 8'(Rounds - 1)) now_q.valid <= 1'b0;
          else now_q.round <= now_q.round + 1'b1;
        end
      end
    end
    past_q[0] <= rst_ni ? now_q : '0;
    for (int i = 1; i < int'(Latency); i++) past_q[i] <= rst_ni ? past_q[i-1] : '0;
  end

  function automatic logic signed [7:0] a1_of(logic [7:0] round, int lane);
    return 8'(int'(round) * int'(Lanes) + lane - 127);
  endfunction

  step_t seen;
  logic [Lanes-1:0] wrong;
  assign seen = past_q[Latency-1];

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
    packed_sum_t sum;
    sums_t got;

    if (InLuts) begin : gen_luts
      packed_sum_t product;
      ofpga_dual_lut u_lut (
        .clk_i,
        .a0_i     (now_q.a0),
        .a1_i     (a1_of(now_q.round, lane)),
        .b_i      (now_q.b),
        .product_o(product)
      );
      assign sum = product - LutOffset;
    end else begin : gen_dsp
      ofpga_dual_mac u_mac (
        .clk_i,
        .a0_i  (now_q.a0),
        .a1_i  (a1_of(now_q.round, lane)),
        .b_i   (now_q.b),
        .also_i('0),
        .sum_i ('0),
        .sum_o (sum)
      );
    end

    assign got = split(sum);
    assign wrong[lane] = got.low != SumBits'(seen.a0) * SumBits'(seen.b) ||
                         got.high != SumBits'(a1_of(seen.round, lane)) * SumBits'(seen.b);
  end

  assign done_o = rst_ni && !now_q.valid && !seen.valid;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      failed_o <= 1'b0;
      checked_o <= '0;
    end else if (seen.valid) begin
      failed_o <= failed_o || wrong != '0;
      checked_o <= checked_o + Lanes;
    end
  end
endmodule : ofpga_dual_sweep
