// Two elements of every value block, or two of each half, for all lanes: keeps them for a group of
// tokens, multiplies, and adds up over the tokens. Columns form a chain; what one does, the next
// does a cycle later, so that each cycle the sums of at most one column are complete.
module ofpga_attention_column
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned Lanes = 4,
  parameter int unsigned HeadBlocks = 4,
  parameter int unsigned Parts = 1,  // of a block, worked on one after another: 1 or 2
  parameter int unsigned DspClocks = 1,
  localparam int unsigned Pairs = (Lanes + 1) / 2,
  localparam int unsigned Streams = 2 / DspClocks,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1,
  localparam int unsigned PlaceBits = 1 + BlockIndexBits + $clog2(GroupTokens)
) (
  input logic clk_i,
  input logic clk2x_i,

  input logic                       write_i,
  input logic [PlaceBits-1:0]       write_place_i,  // bank, block, token
  input logic [Parts-1:0][1:0][7:0] write_values_i,

  // A token's part of a sum, and a cycle later the factors that go with it.
  input  logic [PlaceBits-1:0] place_i,
  input  logic                 part_i,
  input  logic [3:0]           shift_i,  // of the values: 0..10
  output logic [PlaceBits-1:0] place_o,
  output logic                 part_o,
  output logic [3:0]           shift_o,
  input  logic                 load_i,
  output logic                 load_o,
  // From ofpga_attention_turns, which delays them by a cycle if there are two clocks.
  input  logic [Pairs-1:0][Streams-1:0][26:0] weights_i,
  output logic [Pairs-1:0][Streams-1:0][26:0] weights_o,

  output part_t [2*Pairs-1:0][1:0] sums_o  // by lane, element; three cycles behind place_o
);
  (* ram_style = "distributed" *) logic [Parts-1:0][1:0][7:0] values_q [2**PlaceBits];
  logic [Parts-1:0][1:0][7:0] values;
  logic signed [17:0] shifted_q [2];

  assign values = values_q[place_o];

  always_ff @(posedge clk_i) begin
    if (write_i) values_q[write_place_i] <= write_values_i;
    place_o <= place_i;
    part_o <= part_i;
    shift_o <= shift_i;
    load_o <= load_i;
    for (int unsigned i = 0; i < 2; i++) begin
      shifted_q[i] <= 18'(signed'(Parts > 1 && part_o ? values[Parts-1][i] : values[0][i]))
                      <<< shift_o;
    end
  end

  // A cycle from column to column: in turns that is two registers, the first beside the factors.
  logic [Pairs-1:0][Streams-1:0][26:0] weights;
  if (DspClocks == 1) begin : gen_single
    always_ff @(posedge clk_i) weights_o <= weights_i;
    assign weights = weights_o;
  end else begin : gen_double
    logic [Pairs-1:0][Streams-1:0][26:0] half_q;
    always_ff @(posedge clk2x_i) begin
      half_q <= weights_i;
      weights_o <= half_q;
    end
    assign weights = weights_i;
  end

  for (genvar j = 0; j < Pairs; j++) begin : gen_pair
    for (genvar i = 0; i < 2; i++) begin : gen_element
      part_t [1:0] sum;
      ofpga_attention_mac_pair #(
        .DspClocks(DspClocks)
      ) u_mac (
        .clk_i,
        .clk2x_i,
        .load_i  (load_o),
        .weight_i(weights[j]),
        .value_i (shifted_q[i]),
        .sum_o   (sum)
      );
      assign sums_o[2*j][i] = sum[0];
      assign sums_o[2*j+1][i] = sum[1];
    end
  end
endmodule : ofpga_attention_column
