// Numbers of all ports to the sums of some heads, side by side: a slot has 2^SlotShift ports. Heads
// of as many ports, or more, are added up at once, the sum in the first of their slots; smaller
// ones take turns, each at its base, the first of its ports within a slot.
module ofpga_attention_heads
  import ofpga_pkg::*;
#(
  parameter int unsigned Ports = 2,
  parameter int unsigned Slots = 2,
  parameter int unsigned SlotShift = 0,
  parameter int unsigned Bits = 34,
  localparam int unsigned Leaves = Slots << SlotShift,
  localparam int unsigned MostPorts = Leaves < PAGE_TOKENS ? Leaves : PAGE_TOKENS,  // of a head
  localparam int unsigned Levels = $clog2(MostPorts) > SlotShift ? $clog2(MostPorts) : SlotShift
) (
  input  logic                       clk_i,
  input  logic [2:0]                 split_log2_i,  // ports of a head
  input  logic [4:0]                 base_i,  // with the data
  input  logic [Ports-1:0][Bits-1:0] data_i,
  output logic [Slots-1:0][Bits-1:0] sums_o  // Levels + 1 cycles later
);
  logic [Levels:0][4:0] base_q;
  always_ff @(posedge clk_i) begin
    base_q[0] <= base_i;
    for (int unsigned k = 1; k <= Levels; k++) base_q[k] <= base_q[k-1];
  end

  for (genvar level = 0; level <= Levels; level++) begin : gen_level
    localparam int unsigned Nodes = level < SlotShift ? Leaves >> level : Slots;
    logic [Nodes-1:0][Bits-1:0] node_q;
    for (genvar n = 0; n < Nodes; n++) begin : gen_node
      if (level == 0) begin : gen_leaf
        if (n < Ports) begin : gen_port
          always_ff @(posedge clk_i) node_q[n] <= data_i[n];
        end else begin : gen_none
          assign node_q[n] = '0;
        end
      end else if (level <= SlotShift) begin : gen_within
        // Both halves are of one head, or one of them is the head whose turn it is.
        wire both = 32'(split_log2_i) >= level;
        wire second = base_q[level-1][level-1];
        always_ff @(posedge clk_i) begin
          node_q[n] <= (both || !second ? gen_level[level-1].node_q[2*n] : '0)
                       + (both || second ? gen_level[level-1].node_q[2*n+1] : '0);
        end
      end else begin : gen_across
        localparam int unsigned Step = 1 << (level - 1 - SlotShift);
        if (n % (2 * Step) == 0) begin : gen_add
          wire both = 32'(split_log2_i) >= level;
          always_ff @(posedge clk_i) begin
            node_q[n] <= gen_level[level-1].node_q[n]
                         + (both ? gen_level[level-1].node_q[n+Step] : '0);
          end
        end else begin : gen_pass
          always_ff @(posedge clk_i) node_q[n] <= gen_level[level-1].node_q[n];
        end
      end
    end
  end
  assign sums_o = gen_level[Levels].node_q;
endmodule : ofpga_attention_heads
