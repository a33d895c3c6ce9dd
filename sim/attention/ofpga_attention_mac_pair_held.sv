// ofpga_attention_mac_pair behind registers, which hold its inputs for a whole cycle as they do in
// ofpga_attention_column, and behind ofpga_attention_turns.
module ofpga_attention_mac_pair_held #(
  parameter int unsigned DspClocks = 1,
  localparam int unsigned Streams = 2 / DspClocks
) (
  input  logic                    clk_i,
  input  logic                    clk2x_i,
  input  logic                    rst_ni,
  input  logic                    load_i,
  input  logic signed [1:0][26:0] weight_i,
  input  logic signed [17:0]      value_i,
  output logic signed [1:0][47:0] sum_o
);
  logic load1_q, load2_q;
  logic [1:0][26:0] weight1_q, weight2_q;
  logic [Streams-1:0][26:0] stream;
  logic signed [17:0] value1_q, value2_q;

  always_ff @(posedge clk_i) begin
    load1_q <= load_i;
    weight1_q <= weight_i;
    value1_q <= value_i;
    load2_q <= load1_q;
    weight2_q <= weight1_q;
    value2_q <= value1_q;
  end

  ofpga_attention_turns #(
    .Pairs    (1),
    .DspClocks(DspClocks)
  ) u_turns (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .weights_i(DspClocks == 1 ? weight2_q : weight1_q),
    .streams_o(stream)
  );

  ofpga_attention_mac_pair #(
    .DspClocks(DspClocks)
  ) u_mac (
    .clk_i,
    .clk2x_i,
    .load_i  (load2_q),
    .weight_i(stream),
    .value_i (value2_q),
    .sum_o
  );
endmodule : ofpga_attention_mac_pair_held
