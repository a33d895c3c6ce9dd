// Weights of pairs of lanes as ofpga_attention_mac_pair wants them: side by side, or, with two DSP
// clocks a cycle, in turns, the first lane's in the first half of the cycle that follows.
module ofpga_attention_turns #(
  parameter int unsigned Pairs = 2,
  parameter int unsigned Bits = 27,
  parameter int unsigned DspClocks = 1,  // in a cycle: 1 or 2
  localparam int unsigned Streams = 2 / DspClocks
) (
  input logic clk_i,
  input logic clk2x_i,  // twice clk_i, their edges together; unused if DspClocks is 1
  input logic rst_ni,

  input  logic [2*Pairs-1:0][Bits-1:0]          weights_i,  // hold for a cycle
  output logic [Pairs-1:0][Streams-1:0][Bits-1:0] streams_o  // with 2 clocks a cycle later
);
  if (DspClocks == 1) begin : gen_single
    assign streams_o = weights_i;
    wire unused = &{clk_i, clk2x_i, rst_ni};
  end else begin : gen_double
    logic turn_q, seen_q;  // they differ in the first half of a cycle
    logic [Pairs-1:0][Bits-1:0] chosen_q;

    always_ff @(posedge clk_i) turn_q <= rst_ni && !turn_q;

    always_ff @(posedge clk2x_i) begin
      seen_q <= turn_q;
      for (int unsigned j = 0; j < Pairs; j++) begin
        chosen_q[j] <= turn_q != seen_q ? weights_i[2*j] : weights_i[2*j+1];
        streams_o[j][0] <= chosen_q[j];
      end
    end
  end
endmodule : ofpga_attention_turns
