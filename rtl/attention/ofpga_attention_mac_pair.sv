// Two lanes' products of one element, each added up over tokens in a DSP48E2's own accumulator:
// sum += weight * value, 48 bits. With two DSP clocks a cycle one DSP serves both lanes in turns,
// and the other lane's sum waits in its C register, which a load clears; cycle for cycle the same
// as two DSPs.
//
// |weight * value| < 2^43 and a sum holds 16 of them (docs/numerics.md, 8), so 48 bits suffice.
module ofpga_attention_mac_pair #(
  parameter int unsigned DspClocks = 1,  // in a cycle: 1 or 2
  localparam int unsigned Streams = 2 / DspClocks,
  localparam int unsigned SumBits = 48
) (
  input logic clk_i,
  input logic clk2x_i,  // twice clk_i, their edges together; unused if DspClocks is 1

  input  logic                    load_i,  // the first product of its sum
  // By lane; with two clocks lane 0's in the first half of the cycle, lane 1's in the second.
  input  logic [Streams-1:0][26:0] weight_i,
  input  logic signed [17:0]      value_i,
  output logic signed [1:0][SumBits-1:0] sum_o  // two cycles later
);
  if (DspClocks == 1) begin : gen_single
    logic load_q;
    for (genvar l = 0; l < 2; l++) begin : gen_lane
      logic signed [44:0] product_q;
      logic signed [SumBits-1:0] sum_q;
      always_ff @(posedge clk_i) begin
        product_q <= 45'(signed'(weight_i[l])) * 45'(value_i);
        sum_q <= (load_q ? '0 : sum_q) + SumBits'(product_q);
      end
      assign sum_o[l] = sum_q;
    end
    always_ff @(posedge clk_i) load_q <= load_i;
    wire unused = clk2x_i;
  end else begin : gen_double
    logic signed [26:0] weight1_q, weight2_q;
    logic signed [17:0] value1_q, value2_q;
    logic signed [44:0] product_q;
    logic [1:0] load_q;
    logic signed [SumBits-1:0] sum_q, other_q, held_q;

    always_ff @(posedge clk2x_i) begin
      weight1_q <= weight_i[0];
      value1_q <= value_i;
      load_q <= {load_q[0], load_i};
      weight2_q <= weight1_q;
      value2_q <= value1_q;
      product_q <= 45'(weight2_q) * 45'(value2_q);
      sum_q <= other_q + SumBits'(product_q);
      other_q <= load_q[1] ? '0 : sum_q;
      held_q <= sum_q;
    end
    assign sum_o = {sum_q, held_q};
    wire unused = clk_i;
  end
endmodule : ofpga_attention_mac_pair
