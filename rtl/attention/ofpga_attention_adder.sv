// Adds numbers of some ports, in a tree with a register behind each level.
module ofpga_attention_adder #(
  parameter int unsigned Inputs = 2,
  parameter int unsigned Bits = 34,
  localparam int unsigned Levels = $clog2(Inputs),
  localparam int unsigned Leaves = 2 ** Levels
) (
  input  logic                        clk_i,
  input  logic [Inputs-1:0]           use_i,
  input  logic [Inputs-1:0][Bits-1:0] data_i,
  output logic [Bits-1:0]             sum_o  // Levels + 1 cycles later
);
  for (genvar level = 0; level <= Levels; level++) begin : gen_level
    localparam int unsigned Nodes = Leaves >> level;
    logic [Nodes-1:0][Bits-1:0] node_q;
    for (genvar n = 0; n < Nodes; n++) begin : gen_node
      if (level > 0) begin : gen_add
        always_ff @(posedge clk_i) begin
          node_q[n] <= gen_level[level-1].node_q[2*n] + gen_level[level-1].node_q[2*n+1];
        end
      end else if (n < Inputs) begin : gen_leaf
        always_ff @(posedge clk_i) node_q[n] <= use_i[n] ? data_i[n] : '0;
      end else begin : gen_none
        assign node_q[n] = '0;
      end
    end
  end
  assign sum_o = gen_level[Levels].node_q[0];
endmodule : ofpga_attention_adder
