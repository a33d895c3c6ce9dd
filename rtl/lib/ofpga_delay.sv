// Shift register without reset.
module ofpga_delay #(
  parameter int unsigned Cycles = 1,  // 0: a wire
  parameter int unsigned Bits = 1
) (
  input  logic            clk_i,
  input  logic [Bits-1:0] data_i,
  output logic [Bits-1:0] data_o
);
  if (Cycles == 0) begin : gen_wire
    assign data_o = data_i;
    wire unused = clk_i;
  end else if (Cycles == 1) begin : gen_register
    always_ff @(posedge clk_i) data_o <= data_i;
  end else begin : gen_line
    logic [Cycles*Bits-1:0] line_q;
    always_ff @(posedge clk_i) line_q <= {line_q[(Cycles-1)*Bits-1:0], data_i};
    assign data_o = line_q[Cycles*Bits-1-:Bits];
  end
endmodule : ofpga_delay
