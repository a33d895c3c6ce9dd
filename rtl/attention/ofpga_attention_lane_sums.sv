// Weighted sums of one lane over a port's values (docs/numerics.md, 8): A += (p * v) << exponent, a
// block each cycle. The exponent comes as shifts of both factors, so that a product stays within a
// DSP48E2's 27 x 18 bits and no wide shifter is needed behind it: 0..10 places of v, 0..9 of p, and
// one of the product.
//
// Two banks: one gathers while the other is read out.
module ofpga_attention_lane_sums
  import ofpga_pkg::*;
  import ofpga_attention_pkg::*;
#(
  parameter int unsigned HeadBlocks = 4,
  localparam int unsigned BlockIndexBits = HeadBlocks > 1 ? $clog2(HeadBlocks) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                      valid_i,
  input logic                      first_i,  // token of the item: its sums begin
  input logic [BlockIndexBits:0]   place_i,  // bank, block of the head
  input logic signed [26:0]        weight_i,  // p << 0..9
  input logic [BLOCK-1:0][17:0]    values_i,  // v << 0..10, signed
  input logic                      twice_i,

  input  logic [BlockIndexBits:0]  read_place_i,
  input  logic                     read_half_i,  // of the block
  output sum_t [HalfInts-1:0]      sums_o  // a cycle later
);
  logic valid_q, first_q, twice_q;
  logic [BlockIndexBits:0] place_q;

  always_ff @(posedge clk_i) begin
    valid_q <= rst_ni && valid_i;
    first_q <= first_i;
    place_q <= place_i;
    twice_q <= twice_i;
  end

  sum_t [BLOCK-1:0] read;

  for (genvar i = 0; i < BLOCK; i++) begin : gen_element
    (* ram_style = "distributed" *) sum_t sums_q [2**(BlockIndexBits+1)];
    logic signed [44:0] product_q;

    always_ff @(posedge clk_i) begin
      if (valid_i) product_q <= 45'(weight_i) * 45'(signed'(values_i[i]));
      if (valid_q) begin
        sums_q[place_q] <= (first_q ? '0 : sums_q[place_q])
                           + (twice_q ? SumBits'(product_q) <<< 1 : SumBits'(product_q));
      end
    end
    assign read[i] = sums_q[read_place_i];
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned i = 0; i < HalfInts; i++) begin
      sums_o[i] <= read_half_i ? read[HalfInts+i] : read[i];
    end
  end
endmodule : ofpga_attention_lane_sums
