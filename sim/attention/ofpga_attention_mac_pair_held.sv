`include "../attention/ofpga_attention_mac_pair.sv"  // from rtl/lib, where the benches look

// ofpga_attention_mac_pair behind registers, which hold its inputs for a whole cycle as they do in
// ofpga_attention_column.
module ofpga_attention_mac_pair_held #(
  parameter int unsigned DspClocks = 1
) (
  input  logic                    clk_i,
  input  logic                    clk2x_i,
  input  logic                    rst_ni,
  input  logic                    load_i,
  input  logic signed [1:0][26:0] weight_i,
  input  logic signed [17:0]      value_i,
  output logic signed [1:0][47:0] sum_o
);
  logic load_q;
  logic signed [1:0][26:0] weight_q;
  logic signed [17:0] value_q;

  always_ff @(posedge clk_i) begin
    load_q <= load_i;
    weight_q <= weight_i;
    value_q <= value_i;
  end

  ofpga_attention_mac_pair #(
    .DspClocks(DspClocks)
  ) u_mac (
    .clk_i,
    .clk2x_i,
    .rst_ni,
    .load_i  (load_q),
    .weight_i(weight_q),
    .value_i (value_q),
    .sum_o
  );
endmodule : ofpga_attention_mac_pair_held
